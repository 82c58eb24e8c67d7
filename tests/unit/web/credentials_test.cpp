#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "web/jira_webhook.hpp"
#include "web/trigger.hpp"

namespace oms::web {
namespace {

const WebhookSettings both{.secret = Secret{"new secret"}, .previous = Secret{"old secret"}};

http::Request delivery(const std::string& query, const std::string& signature = "") {
    http::Request request{.method = "POST", .url = "/api/webhooks/jira" + query, .body = "{}"};
    if (!signature.empty()) request.headers.emplace_back("X-Hub-Signature", signature);
    return request;
}

TEST(WebhookCredential, IsWrongWhereALengthOrALetterDiffers) {
    EXPECT_EQ(authenticate(both, delivery("?secret=new%20secret")), WebhookAuth::right);
    EXPECT_EQ(authenticate(both, delivery("?secret=old+secret")), WebhookAuth::right);
    for (const char* query :
         {"",
          "?secret",
          "?secret=",
          "?secret=new+secre",
          "?secret=new+secret+",
          "?secret=new+secres",
          "?Secret=new+secret",
          "?secret=x&secret=new+secret"})
        EXPECT_EQ(authenticate(both, delivery(query)), WebhookAuth::wrong) << query;
    EXPECT_EQ(authenticate({}, delivery("?secret=")), WebhookAuth::not_configured);
}

TEST(WebhookCredential, TakesOnlyAWholeSignatureOfTheBody) {
    const std::string right = hmac_sha256_hex("new secret", "{}");
    EXPECT_EQ(authenticate(both, delivery("", "sha256=" + right)), WebhookAuth::right);
    EXPECT_EQ(authenticate(both, delivery("", "SHA256=" + right)), WebhookAuth::right);
    for (const std::string& wrong :
         {std::string{"sha256="},
          "sha256=" + right.substr(1),
          "sha256=" + right + "0",
          "sha1=" + right,
          right,
          "sha256=" + hmac_sha256_hex("new secret", "{} "),
          "sha256=" + hmac_sha256_hex("", "{}")})
        EXPECT_EQ(authenticate(both, delivery("", wrong)), WebhookAuth::wrong) << wrong;
}

TEST(WebhookCredential, IsDecidedByTheHeaderWhereNoSignatureCanProveIt) {
    EXPECT_EQ(authenticate_by_header(both, delivery("?secret=new+secret")), WebhookAuth::right);
    EXPECT_EQ(authenticate_by_header(both, delivery("?secret=wrong")), WebhookAuth::wrong);
    EXPECT_EQ(authenticate_by_header(both, delivery("", "sha256=nonsense")), WebhookAuth::wrong);
    const std::string shaped = "sha256=" + std::string(64, 'a');
    EXPECT_EQ(authenticate_by_header(both, delivery("?secret=wrong", shaped)), std::nullopt);
    EXPECT_EQ(authenticate_by_header({}, delivery("", shaped)), WebhookAuth::not_configured);
}

TEST(TriggerCredential, IsWrongWhereALengthOrALetterDiffers) {
    const TriggerSettings settings{.user = "name", .password = Secret{"pass:word"}};
    const auto call = [](const std::string& credential) {
        return http::Request{.url = "/mp/trigger", .headers = {{"Authorization", credential}}};
    };
    EXPECT_TRUE(is_authorized(settings, call(http::basic_authorization("name", "pass:word"))));
    for (const auto& [user, password] :
         {std::pair{"name", "pass:wor"},
          {"name", "pass:words"},
          {"nam", "pass:word"},
          {"names", "pass:word"},
          {"", "pass:word"},
          {"name", ""},
          {"", ""}})
        EXPECT_FALSE(is_authorized(settings, call(http::basic_authorization(user, password))));
    for (const char* nonsense : {"", "Basic", "Basic ", "Basic !", "Basic bmFtZQ==", "Bearer x"})
        EXPECT_FALSE(is_authorized(settings, call(nonsense))) << nonsense;
}

}  // namespace
}  // namespace oms::web
