#include "base/secret.hpp"

#include <concepts>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "base/text.hpp"

namespace oms {
namespace {

// Neither compared nor printed by accident: it does not compile.
static_assert(!std::equality_comparable<Secret>);
static_assert(!std::totally_ordered<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!fmt::is_formattable<Secret>::value);

TEST(Secret, MatchesItselfAndNothingElseWhateverItsLength) {
    const Secret secret{"correct horse"};
    EXPECT_TRUE(matches(secret, "correct horse"));
    for (const char* other :
         {"", "c", "correct hors", "correct horse ", "Correct horse", "correct horsf"})
        EXPECT_FALSE(matches(secret, other)) << other;
    EXPECT_FALSE(matches(secret, std::string(1'000'000, 'c')));
    EXPECT_FALSE(matches(Secret{}, "")) << "no secret lets nobody in";
    EXPECT_FALSE(matches(Secret{""}, ""));
}

TEST(Secret, IsShownAsStars) {
    EXPECT_EQ(to_text(Secret{"hunter2"}), "***");
    std::string line;
    const Log log{LogLevel::info, LogFormat::text, [&](std::string_view text) { line = text; }};
    log.info("started", {{"token", Secret{"hunter2"}}});
    EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
    EXPECT_NE(line.find("token=***"), std::string::npos) << line;
}

TEST(Secret, IsTakenOutOfWhatARemoteSays) {
    const Secret token{"s3cr/t +x"};
    EXPECT_EQ(redacted("token s3cr/t +x is bad", token), "token *** is bad");
    EXPECT_EQ(redacted("GET /?t=s3cr%2Ft%20%2Bx", token), "GET /?t=***");
    EXPECT_EQ(redacted("Basic czNjci90ICt4", token), "Basic ***");
    EXPECT_EQ(redacted("nothing here", token), "nothing here");
    EXPECT_EQ(redacted("abc", Secret{}), "abc");
    EXPECT_EQ(redacted("a cat", Secret{"a"}), "a cat");
}

/// Whoever takes the text out of a secret is listed here, with the reason; and compares nothing.
TEST(Secret, IsRevealedOnlyWhereItIsSentSignedOrRead) {
    const std::map<std::string, int> allowed{
        {"app/check_door.cpp", 1},             // the key of an HMAC
        {"app/check_webhook.cpp", 2},          // part of the address that Jira is to call
        {"app/sentry.cpp", 2},                 // read, and sent to Sentry
        {"app/settings_advice.cpp", 1},        // its length, for a warning
        {"base/secret.cpp", 1},                // taken out of a remote's words
        {"base/secret.hpp", 2},                // the word itself
        {"jira/client.cpp", 4},                // sent to Jira, and taken out of its words
        {"jira/client_admin.cpp", 1},          // given to Jira, to sign with
        {"marketplace/client.cpp", 1},         // sent to the marketplace
        {"store/postgres_connection.cpp", 1},  // a URL with a password, for libpq alone
        {"store/postgres_url.cpp", 5},         // read by libpq, and masked
        {"wake/postgres_relay.cpp", 1},        // the same
        {"wake/redis_open.cpp", 1},            // sent to Redis
        {"web/jira_webhook.cpp", 1},           // the key of an HMAC
        {"web/sign_in.cpp", 1},                // of which a digest is made
    };
    std::map<std::string, int> found;
    const std::filesystem::path source{OMS_SOURCE_DIR "/src"};
    for (const auto& entry : std::filesystem::recursive_directory_iterator{source}) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file{entry.path()};
        for (std::string line; std::getline(file, line);) {
            if (line.find("reveal()") == std::string::npos) continue;
            ++found[std::filesystem::relative(entry.path(), source).string()];
            EXPECT_EQ(line.find("=="), std::string::npos) << entry.path() << ": " << line;
            EXPECT_EQ(line.find("!="), std::string::npos) << entry.path() << ": " << line;
            EXPECT_EQ(line.find("compare("), std::string::npos) << entry.path() << ": " << line;
        }
    }
    EXPECT_EQ(found, allowed);
}

}  // namespace
}  // namespace oms
