#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

TEST(JiraSearch, FindsByLabelExactly) {
    JiraHouse house;
    house.given_order("One", R"(,"labels":["oms-1-order-1-1"])");
    house.given_order("Eleven", R"(,"labels":["oms-1-order-1-11"])");
    EXPECT_EQ(house.found("project = EOSC AND labels = \"oms-1-order-1-1\""), "EOSC-1");
    EXPECT_EQ(house.found("labels in (oms-1-order-1-1, oms-1-order-1-11)"), "EOSC-2 EOSC-1");
    EXPECT_EQ(house.found("labels = none"), "");
}

TEST(JiraSearch, FindsTextsByTheirWords) {
    JiraHouse house;
    house.given_order("One", R"(,"customfield_10100":"https://m.example/projects/12/services/3")");
    house.given_order("Two", R"(,"customfield_10100":"https://m.example/projects/12/services/31")");
    house.given_order(
        "Three", R"(,"customfield_10100":"https://m.example/projects/3/services/12")"
    );
    EXPECT_EQ(house.found(R"(cf[10100] ~ "\"projects/12/services/3\"")"), "EOSC-1");
    EXPECT_EQ(house.found(R"("Order reference" ~ "3 12")"), "EOSC-3 EOSC-1");
    EXPECT_EQ(house.found("summary ~ two OR labels = x"), "EOSC-2");
    EXPECT_EQ(house.found(R"(cf[10100] is EMPTY)"), "");
    EXPECT_EQ(
        house.found(R"(cf[10100] = "x")"),
        "The operator '=' is not supported by the 'cf[10100]' field."
    );
}

TEST(JiraSearch, ComparesTimesInSecondsAndRelatively) {
    JiraHouse house;
    house.given_order("Old");
    house.clock.at += 30min;
    house.given_order("New");
    EXPECT_EQ(house.found("updated >= -20m ORDER BY updated ASC, key ASC"), "EOSC-2");
    EXPECT_EQ(house.found("created < -20m"), "EOSC-1");
    EXPECT_EQ(
        house.found("updated >= \"2026-05-04 10:00\" order by updated desc"), "EOSC-2 EOSC-1"
    );
    EXPECT_EQ(house.found("updated >= \"2026/05/04 10:01\""), "EOSC-2");
    EXPECT_NE(house.found("updated >= soon").find("is invalid"), std::string::npos);
}

TEST(JiraSearch, ReadsAbsoluteDatesInTheAskersZone) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"users":{"oms":{"utc_offset_min":120}}})");
    EXPECT_EQ(house.found("updated >= \"2026-05-04 12:00\""), "EOSC-1");
    EXPECT_EQ(house.found("updated >= \"2026-05-04 12:01\""), "");
    EXPECT_EQ(
        house.get("issue/EOSC-1").text({"fields", "updated"}), "2026-05-04T12:00:00.123+0200"
    );
}

TEST(JiraSearch, FindsByEpicStatusTypeAndOption) {
    JiraHouse house;
    house.given_epic();
    house.given_order(
        "Child", R"(,"customfield_10008":"EOSC-1","customfield_10118":{"id":"10211"})"
    );
    EXPECT_EQ(house.found("\"Epic Link\" = EOSC-1"), "EOSC-2");
    EXPECT_EQ(house.found("\"Epic Link\" is EMPTY"), "EOSC-1");
    EXPECT_EQ(house.found("issuetype = Epic"), "EOSC-1");
    EXPECT_EQ(house.found("status = \"To Do\" AND cf[10118] = Yes"), "EOSC-2");
    EXPECT_EQ(house.found("key in (EOSC-1) or id = 10002"), "EOSC-2 EOSC-1");
}

TEST(JiraSearch, RefusesIdsThatAreGoneUnlessAskedNotTo) {
    JiraHouse house;
    house.given_order();
    EXPECT_EQ(
        house.found("id in (10001, 99999)"),
        "A value with ID '99999' does not exist for the field 'id'."
    );
    const Asked lax =
        house.post("search", R"J({"jql":"id in (10001,99999)","validateQuery":false})J");
    EXPECT_EQ(lax.status, 200);
    EXPECT_EQ(lax.text({"total"}), "1");
    EXPECT_EQ(json::elements(json::at(lax.body, "warningMessages")).size(), 1U);
}

TEST(JiraSearch, RefusesUnknownFieldsAndValues) {
    JiraHouse house;
    EXPECT_EQ(
        house.found("colour = red"),
        "Field 'colour' does not exist or you do not have permission to view it."
    );
    EXPECT_EQ(
        house.found("status = Lost"), "The value 'Lost' does not exist for the field 'status'."
    );
}

TEST(JiraSearch, AnswersInPages) {
    JiraHouse house;
    for (int i = 0; i < 5; ++i)
        house.given_order();
    const Asked page =
        house.get("search?jql=order+by+key+asc&startAt=2&maxResults=2&fields=summary");
    EXPECT_EQ(page.text({"total"}), "5");
    EXPECT_EQ(page.text({"maxResults"}), "2");
    const auto& issues = json::elements(json::at(page.body, "issues"));
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_EQ(json::text_or_empty(json::at(issues[0], "key")), "EOSC-3");
    EXPECT_EQ(json::at(issues[0], "fields").as_object().size(), 1U);
}

TEST(JiraSearch, LagsBehindTheDatabase) {
    JiraHouse house;
    house.jira.lag_index(5s);
    const std::string key = house.given_order("Fresh", R"(,"labels":["m"])");
    EXPECT_EQ(house.found("labels = m"), "");
    EXPECT_EQ(house.get("issue/" + key).status, 200);
    house.clock.at += 5s;
    EXPECT_EQ(house.found("labels = m"), key);
    house.put("issue/" + key, R"({"update":{"labels":[{"remove":"m"}]}})");
    EXPECT_EQ(house.found("labels = m"), key);
    house.jira.lag_index(0s);
    house.as_staff("reindex", "{}");
    EXPECT_EQ(house.found("labels = m"), "");
}

TEST(JiraSearch, FlickersWhereTold) {
    JiraHouse house;
    house.given_order();
    house.jira.lag_index(0s, 1.0);
    EXPECT_EQ(house.found("project = EOSC"), "");
    house.jira.lag_index(0s, 0.0);
    EXPECT_EQ(house.found("project = EOSC"), "EOSC-1");
}

}  // namespace
}  // namespace oms::sim
