#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

TEST(JiraControl, LetsPeopleWork) {
    JiraHouse house;
    house.given_order("Order");
    EXPECT_EQ(
        house.as_staff("issues/EOSC-1/comments", R"({"user":"piotr","body":"Hi"})").status, 201
    );
    EXPECT_EQ(
        house.as_staff("issues/EOSC-1/comments", R"({"body":"psst","role":"Staff"})").status, 201
    );
    EXPECT_EQ(
        house.as_staff("issues/EOSC-1/comments/20001", R"({"user":"tomas","body":"x"})").status, 400
    );
    EXPECT_EQ(
        house.as_staff("issues/EOSC-1/comments/20001", R"({"user":"piotr","body":"Hi!"})").status,
        200
    );
    EXPECT_EQ(house.as_staff("issues/EOSC-1/transition", R"({"status":"Ready"})").status, 200);
    EXPECT_EQ(house.as_staff("issues/EOSC-1/voucher", R"({"voucher":"V"})").status, 200);
    EXPECT_EQ(
        house.as_staff("issues/EOSC-1/move", R"({"project":"HELP"})").text({"key"}), "HELP-1"
    );

    const Asked issue = house.ask("GET", "/sim/issues/EOSC-1");
    EXPECT_EQ(issue.text({"status"}), "7");
    EXPECT_EQ(issue.text({"status_name"}), "Ready");
    EXPECT_EQ(issue.text({"fields", "CP-VoucherID"}), "V");
    const auto& comments = json::elements(json::at(issue.body, "comments"));
    ASSERT_EQ(comments.size(), 2U);
    EXPECT_EQ(json::text_or_empty(json::at(comments[0], "body")), "Hi!");
    EXPECT_EQ(json::text_or_empty(json::at(comments[1], {"visibility", "value"})), "Staff");
    EXPECT_EQ(house.as_staff("issues/HELP-1/delete", "{}").status, 200);
    EXPECT_EQ(house.ask("GET", "/sim/issues/HELP-1").status, 404);
}

TEST(JiraControl, CountsTheCallsOfTheApiOnly) {
    JiraHouse house;
    house.given_order();
    house.search("labels = x");
    house.ask("GET", "/sim/state");
    const Asked log = house.ask("GET", "/sim/requests");
    EXPECT_EQ(log.text({"count"}), "2");
    EXPECT_EQ(log.text({"writes"}), "1");
    const json::value& first = json::elements(json::at(log.body, "requests"))[0];
    EXPECT_EQ(json::text_or_empty(json::at(first, "path")), "/rest/api/2/issue");
    EXPECT_EQ(json::text_or_empty(json::at(first, "status")), "201");
    EXPECT_EQ(json::text_or_empty(json::at(first, "user")), "oms");
    EXPECT_EQ(house.ask("GET", "/sim/requests?since=1").text({"count"}), "1");
    EXPECT_EQ(house.ask("GET", "/sim/requests?path=*/issue&method=POST").text({"count"}), "1");
    house.as_staff("requests/clear", "{}");
    EXPECT_EQ(house.ask("GET", "/sim/requests").text({"count"}), "0");
}

TEST(JiraControl, RefusesWhatItDoesNotKnow) {
    JiraHouse house;
    const Asked wrong = house.as_staff("settings", R"({"index_leg_ms":1})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_NE(wrong.says().find("'index_leg_ms' is no setting"), std::string::npos);
    EXPECT_EQ(house.as_staff("issues/EOSC-9/move", "{}").status, 404);
    EXPECT_EQ(house.as_staff("issues", R"({"user":"nobody"})").status, 400);
    EXPECT_EQ(house.as_staff("nonsense", "{}").status, 404);
}

TEST(JiraControl, ChangesScreensByFieldName) {
    JiraHouse house;
    house.as_staff(
        "settings", R"({"screens":{"10204":{"remove":["SO-1"],"require":["CI-Name"]}}})"
    );
    const Asked refused = house.post("issue", R"({"fields":{"project":{"key":"EOSC"},
        "issuetype":{"id":"10204"},"summary":"s","customfield_10120":"{}"}})");
    EXPECT_NE(
        refused.says("customfield_10120").find("not on the appropriate screen"), std::string::npos
    );
    const Asked lacking = house.post("issue", R"({"fields":{"project":{"key":"EOSC"},
        "issuetype":{"id":"10204"},"summary":"s"}})");
    EXPECT_EQ(lacking.says("customfield_10101"), "CI-Name is required.");
}

TEST(JiraControl, ShowsWebhooksFaultsAndSiteInTheState) {
    JiraHouse house;
    house.as_staff("webhooks", R"({"url":"http://adapter/"})");
    house.as_staff("faults", R"({"kind":"slow","delay_ms":5})");
    house.jira.seed_demo();
    const Asked state = house.ask("GET", "/sim/state");
    EXPECT_EQ(json::elements(json::at(state.body, "webhooks")).size(), 1U);
    EXPECT_EQ(json::elements(json::at(state.body, "faults")).size(), 1U);
    EXPECT_EQ(json::elements(json::at(state.body, "issues")).size(), 3U);
    EXPECT_EQ(state.text({"site", "statuses", "3"}), "Waiting for response");
    EXPECT_EQ(state.text({"site", "fields", "customfield_10008"}), "Epic Link");
    EXPECT_EQ(state.text({"settings", "project"}), "EOSC");
}

}  // namespace
}  // namespace oms::sim
