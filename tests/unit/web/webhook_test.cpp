#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "web/jira_webhook.hpp"

namespace oms::web {
namespace {

const WebhookSettings settings{
    .secret = Secret{"s"},
    .oms = {1},
    .voucher_field_id = "customfield_10119"};

WebhookReading read(const std::string& body, const std::string& query = "") {
    return read_webhook(
        settings, {.method = "POST", .url = "/api/webhooks/jira" + query, .body = body}
    );
}

TEST(Webhook, FindsTheIssueOfACommentEventThatHasNone) {
    const auto reading = read(
        R"({"webhookEvent":"comment_created","comment":{"self":"https://j/rest/api/2/issue/10021/comment/7","id":"7","body":"x"}})"
    );
    ASSERT_TRUE(reading.hint);
    EXPECT_EQ(reading.hint->issue.value, "10021");
    EXPECT_EQ(reading.hint->claims.size(), 1U);
    EXPECT_EQ(reading.hint->claims[0].substr(0, 4), "c=7#");
}

TEST(Webhook, TakesTheQuerysIssueOnlyWhereItIsANumber) {
    EXPECT_EQ(read("", "?issue_id=10013").hint->issue.value, "10013");
    EXPECT_EQ(read("", "?issue_id=$10013").hint->issue.value, "10013");
    EXPECT_EQ(read("", "?issue_id=${issue.id}").ignored_because, "unreadable");
}

TEST(Webhook, DoesNotTakeACustomFieldNamedStatusForTheStatus) {
    const auto reading = read(
        R"({"webhookEvent":"jira:issue_updated","issue":{"id":"1"},"changelog":{"items":[{"field":"status","fieldtype":"custom","to":"9"}]}})"
    );
    ASSERT_TRUE(reading.hint);
    EXPECT_TRUE(reading.hint->claims.empty());
}

TEST(Webhook, IgnoresOtherEventsWithAReason) {
    EXPECT_EQ(read(R"({"webhookEvent":"issuelink_created"})").ignored_because, "event");
    EXPECT_EQ(
        read(R"({"webhookEvent":"jira:issue_\n\u001b[2J","issue":{"id":"1"}})").ignored_because,
        "event"
    );
    EXPECT_EQ(read(R"({"webhookEvent":"jira:issue_updated"})").ignored_because, "no_issue");
}

/// The recorded deliveries, where they are: every one names its issue or is ignored for a reason.
TEST(Webhook, ReadsEveryRecordedDelivery) {
    const char* given = std::getenv("OMS_FIXTURES");  // NOLINT(concurrency-mt-unsafe): one thread
    const std::filesystem::path folder =
        std::filesystem::path{given == nullptr ? "../shared/fixtures" : given} / "jira/webhooks";
    if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no recordings at " << folder;
    int seen = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        ++seen;
        std::ifstream file{entry.path()};
        std::ostringstream body;
        body << file.rdbuf();
        const auto reading = read(body.str());
        if (reading.hint) {
            EXPECT_FALSE(reading.hint->issue.empty()) << entry.path();
        } else {
            EXPECT_TRUE(reading.ignored_because == "event" || reading.ignored_because == "no_issue")
                << entry.path() << " " << reading.ignored_because;
        }
    }
    EXPECT_EQ(seen, 66);
}

}  // namespace
}  // namespace oms::web
