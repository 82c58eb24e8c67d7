#include "base/digest.hpp"
#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

struct CloudHookHouse : JiraHouse {
    CloudHookHouse() : JiraHouse{"cloud"} {
        given_order("Watched");
        as_staff("webhooks", R"({"url":"http://adapter/?issue_id=${issue.id}","secret":"hush"})");
    }
    std::vector<http::Request> told() { return jira.take_outgoing(); }
    static json::value body_of(const http::Request& request) { return *json::parse(request.body); }
};

std::string header(const http::Request& request, std::string_view name) {
    return http::header(request.headers, name).value_or("");
}

std::string keys(const json::value& object) {
    std::string text;
    for (const auto& member : object.as_object())
        text += std::string{member.key()} + " ";
    return text;
}

TEST(JiraCloudWebhook, TellsACommentOnceWithAStubOfItsIssue) {
    CloudHookHouse house;
    house.jira.comment("anna", "EOSC-1", "Hello *you*");
    const auto told = house.told();
    ASSERT_EQ(told.size(), 1U);
    const json::value body = house.body_of(told[0]);
    EXPECT_EQ(keys(body), "timestamp webhookEvent comment issue ");
    EXPECT_EQ(json::text_or_empty(json::at(body, {"comment", "body"})), "Hello *you*");
    EXPECT_EQ(json::write(json::at(body, {"comment", "jsdPublic"})), "true");
    EXPECT_EQ(
        keys(json::at(body, {"issue", "fields"})), "summary issuetype project status assignee "
    );
    EXPECT_EQ(
        told[0].url,
        "http://adapter/?issue_id=10001&triggeredByUser=" + percent_encode(account_id_of("anna"))
    );
    EXPECT_EQ(header(told[0], "User-Agent"), "Atlassian Webhook HTTP Client");
}

TEST(JiraCloudWebhook, ShowsDocumentsAsMarkup) {
    CloudHookHouse house;
    house.post3(
        "issue/EOSC-1/comment",
        R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[)"
        R"({"type":"text","text":"Hi","marks":[{"type":"strong"}]}]}]}})"
    );
    const auto told = house.told();
    const json::value body = house.body_of(told.at(0));
    EXPECT_EQ(json::text_or_empty(json::at(body, {"comment", "body"})), "*Hi*");
    EXPECT_EQ(
        json::text_or_empty(json::at(body, {"comment", "self"})),
        "http://jira.example.org/rest/api/2/issue/10001/comment/20001"
    );
}

TEST(JiraCloudWebhook, NamesTheFieldsThatChanged) {
    CloudHookHouse house;
    house.jira.transition("anna", "EOSC-1", "In Progress");
    house.jira.set_voucher("anna", "EOSC-1", "V-1");
    const auto told = house.told();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(
        json::write(json::at(house.body_of(told[0]), {"changelog", "items"})),
        R"([{"field":"status","fieldtype":"jira","fieldId":"status","from":"1",)"
        R"("fromString":"To Do","to":"2","toString":"In Progress"}])"
    );
    EXPECT_NE(told[1].body.find(R"("fieldId":"customfield_10119")"), std::string::npos);
    EXPECT_EQ(told[0].body.find("emailAddress"), std::string::npos);
    EXPECT_TRUE(json::at(house.body_of(told[0]), {"issue", "fields", "comment"}).is_null());
}

TEST(JiraCloudWebhook, TellsABirthWithItsChanges) {
    CloudHookHouse house;
    house.given_epic();
    house.told();
    house.given_order("New", R"(,"parent":{"id":"10002"})");
    const auto told = house.told();
    const json::value body = house.body_of(told.at(0));
    EXPECT_EQ(json::text_or_empty(json::at(body, "webhookEvent")), "jira:issue_created");
    EXPECT_NE(told[0].body.find(R"("fieldId":"summary")"), std::string::npos);
    EXPECT_NE(told[0].body.find("IssueParentAssociation"), std::string::npos);
}

TEST(JiraCloudWebhook, LinksWhatEndedInItsOwnWay) {
    CloudHookHouse house;
    const std::string id = house.jira.comment("anna", "EOSC-1", "Hello");
    house.jira.delete_comment("anna", "EOSC-1", id);
    const auto told = house.told();
    EXPECT_EQ(
        json::text_or_empty(json::at(house.body_of(told.at(1)), {"issue", "self"})),
        "http://jira.example.org/rest/api/2/10001"
    );
}

TEST(JiraCloudWebhook, SignsWithTheSecret) {
    CloudHookHouse house;
    house.jira.transition("anna", "EOSC-1", "In Progress");
    const auto told = house.told();
    EXPECT_EQ(
        header(told.at(0), "X-Hub-Signature"), "sha256=" + hmac_sha256_hex("hush", told[0].body)
    );
}

TEST(JiraCloudWebhook, RepeatsWhatFailedUnderOneIdentifierFiveTimes) {
    CloudHookHouse house;
    house.as_staff("settings", R"({"webhook_retry_ms":300})");
    house.jira.transition("anna", "EOSC-1", "In Progress");
    auto told = house.told();
    const std::string identifier = header(told.at(0), "X-Atlassian-Webhook-Identifier");
    EXPECT_EQ(identifier.size(), 16U);
    EXPECT_EQ(header(told[0], "X-Atlassian-Webhook-Flow"), "Primary");
    EXPECT_EQ(header(told[0], "X-Atlassian-Webhook-Retry"), "");
    for (int retry = 1; retry <= 5; ++retry) {
        house.jira.delivered(told.at(0), retry % 2 == 0 ? 503 : 0);
        EXPECT_TRUE(house.told().empty());
        house.clock.at += 300ms;
        const auto again = house.told();
        ASSERT_EQ(again.size(), 1U);
        EXPECT_EQ(header(again[0], "X-Atlassian-Webhook-Identifier"), identifier);
        EXPECT_EQ(header(again[0], "X-Atlassian-Webhook-Retry"), std::to_string(retry));
        EXPECT_EQ(again[0].body, told[0].body);
        told = again;
    }
    house.jira.delivered(told.at(0), 503);
    house.clock.at += 1h;
    EXPECT_TRUE(house.told().empty());
}

TEST(JiraCloudWebhook, RepeatsOnlyWhatMayPass) {
    CloudHookHouse house;
    for (const int status : {200, 204, 400, 401, 403, 404}) {
        house.jira.set_voucher("anna", "EOSC-1", std::to_string(status));
        house.jira.delivered(house.told().at(0), status);
        house.clock.at += 1h;
        EXPECT_TRUE(house.told().empty()) << status;
    }
    for (const int status : {0, 408, 409, 425, 429, 500, 503}) {
        house.jira.set_voucher("anna", "EOSC-1", "again " + std::to_string(status));
        house.jira.delivered(house.told().at(0), status);
        house.clock.at += 1h;
        EXPECT_EQ(house.told().size(), 1U) << status;
    }
}

TEST(JiraCloudWebhook, KeepsTheAdministrationOfOldWithASecret) {
    CloudHookHouse house;
    house.user = "admin@jira.example.org";
    house.password = "admin-token";
    const Asked made = house.ask(
        "POST",
        "/rest/webhooks/1.0/webhook",
        R"({"name":"n","url":"http://b/","events":["comment_created"],"secret":"s"})"
    );
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.response.body.find("secret"), std::string::npos);
    house.jira.comment("anna", "EOSC-1", "x");
    const auto told = house.told();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_NE(header(told[1], "X-Hub-Signature"), "");
    EXPECT_EQ(house.ask("GET", "/rest/jira-webhook/1.0/webhooks").status, 404);
}

}  // namespace
}  // namespace oms::sim
