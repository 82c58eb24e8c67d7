#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

constexpr const char* wanted =
    R"({"url":"http://adapter/app","webhooks":[)"
    R"({"events":["jira:issue_updated","comment_created"],"jqlFilter":"project = EOSC"},)"
    R"({"events":["project_created"],"jqlFilter":"project = EOSC"}]})";

struct AppHouse : JiraHouse {
    AppHouse() : JiraHouse{"cloud"} {
        given_order();
        as_staff("settings", R"({"account_is_app":true})");
    }
};

TEST(JiraDynamicWebhook, IsForAppsOnly) {
    JiraHouse house{"cloud"};
    EXPECT_EQ(house.post3("webhook", wanted).status, 403);
    EXPECT_EQ(house.get3("webhook").status, 403);
    EXPECT_EQ(JiraHouse{}.get("webhook").status, 404);
}

TEST(JiraDynamicWebhook, RegistersListsAndDeletes) {
    AppHouse house;
    const Asked made = house.post3("webhook", wanted);
    const auto& results = json::elements(json::at(made.body, "webhookRegistrationResult"));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(json::write(results[0]), R"({"createdWebhookId":1})");
    EXPECT_EQ(
        json::write(results[1]),
        R"({"errors":["One or more events are not supported for dynamic webhooks."]})"
    );
    const Asked list = house.get3("webhook");
    const auto& values = json::elements(json::at(list.body, "values"));
    ASSERT_EQ(values.size(), 1U);
    EXPECT_EQ(json::text_or_empty(json::at(values[0], "jqlFilter")), "project = EOSC");
    // 30 days after 2026-05-04T10:00:00.123Z.
    EXPECT_EQ(json::write(json::at(values[0], "expirationDate")), "1780480800123");
    EXPECT_EQ(house.ask("DELETE", "/rest/api/3/webhook", R"({"webhookIds":[1]})").status, 202);
    EXPECT_TRUE(json::elements(json::at(house.get3("webhook").body, "values")).empty());
}

TEST(JiraDynamicWebhook, IsSignedByATokenAndNotByAHash) {
    AppHouse house;
    house.post3("webhook", wanted);
    house.jira.comment("anna", "EOSC-1", "x");
    const auto told = house.jira.take_outgoing();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].url.rfind("http://adapter/app?triggeredByUser=", 0), 0U);
    EXPECT_FALSE(http::header(told[0].headers, "X-Hub-Signature"));
    const std::string token = http::header(told[0].headers, "Authorization").value_or("");
    EXPECT_EQ(token.rfind("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.", 0), 0U) << token;
}

TEST(JiraDynamicWebhook, EndsAfterThirtyDaysUnlessRefreshed) {
    AppHouse house;
    house.post3("webhook", wanted);
    house.clock.at += 24h * 29;
    EXPECT_EQ(house.put3("webhook/refresh", R"({"webhookIds":[1]})").status, 200);
    house.clock.at += 24h * 29;
    house.jira.comment("anna", "EOSC-1", "still told");
    EXPECT_EQ(house.jira.take_outgoing().size(), 1U);
    house.clock.at += 24h;
    house.jira.comment("anna", "EOSC-1", "no more");
    EXPECT_TRUE(house.jira.take_outgoing().empty());
    EXPECT_TRUE(json::elements(json::at(house.get3("webhook").body, "values")).empty());
}

TEST(JiraDynamicWebhook, WatchesTheFieldsItNames) {
    AppHouse house;
    house.post3(
        "webhook",
        R"({"url":"http://adapter/app","webhooks":[{"events":["jira:issue_updated"],)"
        R"("jqlFilter":"project = EOSC","fieldIdsFilter":["status"]}]})"
    );
    house.jira.set_voucher("anna", "EOSC-1", "V");
    EXPECT_TRUE(house.jira.take_outgoing().empty());
    house.jira.transition("anna", "EOSC-1", "In Progress");
    EXPECT_EQ(house.jira.take_outgoing().size(), 1U);
}

TEST(JiraDynamicWebhook, AreFiveAtMost) {
    AppHouse house;
    for (int i = 0; i < 5; ++i)
        house.post3("webhook", wanted);
    const Asked sixth = house.post3("webhook", wanted);
    EXPECT_NE(sixth.response.body.find("The limit of 5 webhooks"), std::string::npos);
}

}  // namespace
}  // namespace oms::sim
