#include <algorithm>

#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

/// What the generations of Server and Data Center differ in, and how one becomes the next.
namespace oms::sim {
namespace {

std::string said_by(JiraHouse& house) { return house.get("serverInfo").text({"version"}); }

TEST(JiraProfile, IsAnUpgradeAwayFromTheNext) {
    JiraHouse house{"server-8.4"};
    house.given_order("Kept");
    house.jira.register_webhook("adapter", "http://adapter/?issue_id=${issue.id}");
    EXPECT_EQ(said_by(house), "8.4.3");
    EXPECT_EQ(house.as_staff("profile", R"({"name":"dc-9.12"})").text({"name"}), "dc-9.12");
    EXPECT_EQ(said_by(house), "9.12.0");
    EXPECT_EQ(house.as_staff("profile", R"({"name":"dc-9.13"})").status, 400);
    EXPECT_EQ(house.ask("PUT", "/sim/profile", R"({"name":"dc-10.3"})").status, 200);
    EXPECT_EQ(said_by(house), "10.3.5");
    EXPECT_EQ(house.get("issue/EOSC-1").text({"fields", "summary"}), "Kept");
    house.user = "admin";
    house.password = "admin-password";
    const Asked hooks = house.ask("GET", "/rest/jira-webhook/1.0/webhooks");
    ASSERT_EQ(json::elements(hooks.body).size(), 1U);
    EXPECT_EQ(
        json::text_or_empty(json::at(hooks.body.as_array()[0], "url")),
        "http://adapter/?issue_id=${issue.id}"
    );
    const Asked state = house.ask("GET", "/sim/profile");
    EXPECT_EQ(
        json::write(json::at(state.body, "profiles")),
        R"(["server-8.4","dc-9.12","dc-10.3","cloud"])"
    );
}

TEST(JiraProfile, WordsAMissingIssueByItsAge) {
    EXPECT_EQ(JiraHouse{"server-8.4"}.get("issue/EOSC-9").says(), "Issue Does Not Exist");
    EXPECT_EQ(JiraHouse{}.get("issue/EOSC-9").says(), "Issue Does Not Exist");
    EXPECT_EQ(
        JiraHouse{"dc-10.3"}.get("issue/EOSC-9").says(),
        "Issue does not exist or you do not have permission to see it."
    );
}

TEST(JiraProfile, HasNoPersonalTokensBefore8_14) {
    const http::Request request{
        .url = "/rest/api/2/myself", .headers = {{"Authorization", "Bearer oms-token"}}};
    JiraHouse old{"server-8.4"};
    EXPECT_EQ(old.send(request).status, 401);
    JiraHouse recent{"dc-10.3"};
    EXPECT_EQ(recent.send(request).status, 200);
}

TEST(JiraProfile, ShowsCreateMetaWholeUpTo8) {
    constexpr const char* whole =
        "issue/createmeta?projectKeys=EOSC&issuetypeIds=10000&expand=projects.issuetypes.fields";
    JiraHouse old{"server-8.4"};
    const Asked meta = old.get(whole);
    ASSERT_EQ(meta.status, 200);
    const auto& projects = json::elements(json::at(meta.body, "projects"));
    ASSERT_EQ(projects.size(), 1U);
    const auto& types = json::elements(json::at(projects[0], "issuetypes"));
    ASSERT_EQ(types.size(), 1U);
    const json::value& name = json::at(types[0], {"fields", "customfield_10009"});
    EXPECT_EQ(json::write(json::at(name, "required")), "true");
    EXPECT_TRUE(json::at(name, "fieldId").is_null());
    const Asked paged = old.get("issue/createmeta/EOSC/issuetypes");
    EXPECT_EQ(json::elements(json::at(paged.body, "values")).size(), 2U);
    // Where it is gone, its path is that of an issue.
    EXPECT_EQ(JiraHouse{}.get(whole).says(), "Issue Does Not Exist");
    EXPECT_EQ(JiraHouse{"dc-10.3"}.get(whole).status, 404);
}

TEST(JiraProfile, HasNoApi3OnServers) {
    for (const char* name : {"server-8.4", "dc-9.12", "dc-10.3"}) {
        JiraHouse house{name};
        EXPECT_EQ(house.get3("serverInfo").status, 404) << name;
        EXPECT_EQ(house.get("search/jql?jql=project=EOSC").status, 404) << name;
        EXPECT_EQ(house.post("issue/bulkfetch", "{}").status, 405) << name;
    }
}

/// Administration of webhooks from Data Center 10 on.
struct HooksOf10 : JiraHouse {
    HooksOf10() : JiraHouse{"dc-10.3"} {
        given_order("Watched");
        user = "admin";
        password = "admin-password";
    }
    Asked register_hook(const std::string& more) {
        return ask(
            "POST",
            "/rest/jira-webhook/1.0/webhooks",
            R"({"name":"oms","url":"http://adapter/?issue_id={issue.id}",)"
            R"("events":["comment_created","jira:issue_updated"])" +
                more + "}"
        );
    }
};

TEST(JiraProfile, MovesTheAdministrationOfWebhooksWith10) {
    HooksOf10 house;
    EXPECT_EQ(house.ask("GET", "/rest/webhooks/1.0/webhook").status, 404);
    const Asked made = house.register_hook(
        R"(,"active":false,"configuration":{"EXCLUDE_BODY":"true","FILTERS":"project = EOSC"})"
    );
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(json::write(json::at(made.body, "id")), "1");
    EXPECT_EQ(json::write(json::at(made.body, "active")), "false");
    EXPECT_EQ(made.text({"configuration", "EXCLUDE_BODY"}), "true");
    EXPECT_EQ(made.text({"configuration", "FILTERS"}), "project = EOSC");
    house.jira.comment("anna", "EOSC-1", "Hello");
    EXPECT_TRUE(house.jira.take_outgoing().empty());
    const std::string one = "/rest/jira-webhook/1.0/webhooks/1";
    EXPECT_EQ(house.ask("PUT", one, R"({"active":true})").status, 200);
    house.jira.comment("anna", "EOSC-1", "Hello");
    EXPECT_EQ(house.jira.take_outgoing().size(), 2U);
    EXPECT_EQ(house.ask("DELETE", one).status, 204);
    EXPECT_EQ(house.ask("GET", one).status, 404);
}

TEST(JiraProfile, SignsWithTheSecretOfTheConfigurationOnly) {
    HooksOf10 house;
    house.register_hook(R"(,"secret":"ignored")");
    house.jira.comment("anna", "EOSC-1", "Hello");
    auto told = house.jira.take_outgoing();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_FALSE(http::header(told[0].headers, "X-Hub-Signature"));
    const Asked changed = house.ask(
        "PUT", "/rest/jira-webhook/1.0/webhooks/1", R"({"configuration":{"SECRET":"s3"}})"
    );
    EXPECT_EQ(changed.response.body.find("s3\""), std::string::npos);
    house.jira.administer([](JiraModel& model, JiraAccess&) {
        model.webhooks.at(1).secret = "It's a Secret to Everybody";
        model.webhooks.at(1).exclude_body = true;
    });
    house.jira.comment("anna", "EOSC-1", "Hello");
    told = house.jira.take_outgoing();
    // An empty body, signed.
    EXPECT_EQ(
        http::header(told[0].headers, "X-Hub-Signature"),
        "sha256=66a0c074deaa0f489ead6537e0d32f9a344b90bbeda705b6ed45ecd3b413fb40"
    );
}

TEST(JiraProfile, LeavesTheDollarOfAnUrlThatWasNotMigrated) {
    HooksOf10 house;
    house.jira.register_webhook("old", "http://adapter/?issue_id=${issue.id}&secret=S");
    house.register_hook("");
    house.jira.transition("anna", "EOSC-1", "In Progress");
    const auto told = house.jira.take_outgoing();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].url.rfind("http://adapter/?issue_id=$10001&secret=S&user_id=anna", 0), 0U);
    EXPECT_EQ(told[1].url.rfind("http://adapter/?issue_id=10001&user_id=anna", 0), 0U);
}

TEST(JiraProfile, TellsCommentsTwiceAndBothTimesWholeFrom10On) {
    HooksOf10 house;
    house.register_hook("");
    house.jira.comment("anna", "EOSC-1", "Hello");
    const auto told = house.jira.take_outgoing();
    ASSERT_EQ(told.size(), 2U);
    const json::value first = *json::parse(told[0].body);
    EXPECT_EQ(json::text_or_empty(json::at(first, "webhookEvent")), "comment_created");
    EXPECT_EQ(json::text_or_empty(json::at(first, {"issue", "id"})), "10001");
    EXPECT_EQ(json::text_or_empty(json::at(first, {"issue", "fields", "summary"})), "Watched");
    const json::value second = *json::parse(told[1].body);
    EXPECT_EQ(json::text_or_empty(json::at(second, "issue_event_type_name")), "issue_commented");
    EXPECT_EQ(json::text_or_empty(json::at(second, {"comment", "body"})), "Hello");
}

TEST(JiraProfile, DeliversIn10WithoutWaitingAndInAnyOrder) {
    HooksOf10 house;
    house.register_hook("");
    house.as_staff("settings", R"({"webhook_spread_ms":200})");
    for (int i = 0; i < 10; ++i)
        house.jira.comment("anna", "EOSC-1", std::to_string(i));
    EXPECT_LT(house.jira.take_outgoing().size(), 20U);
    house.clock.at += std::chrono::milliseconds{200};
    std::string order;
    for (const http::Request& request : house.jira.take_outgoing())
        order += json::text_or_empty(json::at(*json::parse(request.body), {"comment", "id"})) + " ";
    EXPECT_FALSE(std::ranges::is_sorted(split(order, ' '))) << order;
    EXPECT_EQ(jira_profile("dc-10.3")->deliveries_spread, std::chrono::milliseconds{200});
    EXPECT_EQ(JiraProfile{}.deliveries_spread, Duration{});
}

TEST(JiraProfile, NeverRepeatsADeliveryOfDataCenter) {
    HooksOf10 house;
    house.register_hook("");
    house.jira.transition("anna", "EOSC-1", "In Progress");
    for (const http::Request& request : house.jira.take_outgoing())
        house.jira.delivered(request, 503);
    house.clock.at += std::chrono::hours{1};
    EXPECT_TRUE(house.jira.take_outgoing().empty());
}

}  // namespace
}  // namespace oms::sim
