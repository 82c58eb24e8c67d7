#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

TEST(JiraIssue, IsCreatedWithLabelsPropertiesAndOptions) {
    JiraHouse house;
    const Asked made = house.post("issue", R"({"fields":{"project":{"key":"EOSC"},
        "issuetype":{"id":"10204"},"summary":"Service order","labels":["oms-1-order-1-1"],
        "customfield_10100":"ref","customfield_10118":{"id":"10211"}},
        "properties":[{"key":"oms","value":{"marker":"m"}}]})");
    ASSERT_EQ(made.status, 201);
    EXPECT_EQ(made.text({"id"}), "10001");
    EXPECT_EQ(made.text({"key"}), "EOSC-1");
    EXPECT_EQ(made.text({"self"}), "http://jira.example.org/rest/api/2/issue/10001");

    const Asked read = house.get(
        "issue/10001?fields=summary,labels,customfield_10118,status"
        "&properties=oms&expand=transitions"
    );
    EXPECT_EQ(read.text({"fields", "summary"}), "Service order");
    EXPECT_EQ(read.text({"fields", "customfield_10118", "value"}), "Yes");
    EXPECT_EQ(read.text({"fields", "status", "id"}), "1");
    EXPECT_EQ(read.text({"properties", "oms", "marker"}), "m");
    EXPECT_EQ(json::at(read.body, "fields").as_object().size(), 4U);
    EXPECT_EQ(json::elements(json::at(read.body, "transitions")).size(), 2U);
}

TEST(JiraIssue, NamesEveryFieldThatIsWrong) {
    JiraHouse house;
    const Asked refused = house.post("issue", R"({"fields":{"project":{"key":"EOSC"},
        "issuetype":{"id":"10204"},"summary":"x","customfield_10009":"epic name",
        "customfield_99999":"?","customfield_10118":{"id":"1"},"labels":["a b"],
        "customfield_10100":7}})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(
        refused.says("customfield_10009"),
        "Field 'customfield_10009' cannot be set. It is not on the appropriate screen, or unknown."
    );
    EXPECT_EQ(
        refused.says("customfield_99999"),
        "Field 'customfield_99999' cannot be set. It is not on the appropriate screen, or unknown."
    );
    EXPECT_EQ(refused.says("customfield_10118"), "Option id '1' is not valid");
    EXPECT_EQ(refused.says("labels"), "The label 'a b' contains spaces which is invalid.");
    EXPECT_EQ(refused.says("customfield_10100"), "Operation value must be a string");
}

TEST(JiraIssue, DemandsWhatIsRequired) {
    JiraHouse house;
    const Asked epic = house.post("issue", R"({"fields":{"project":{"key":"EOSC"},
        "issuetype":{"id":"10000"}}})");
    EXPECT_EQ(epic.says("customfield_10009"), "Epic Name is required.");
    EXPECT_EQ(epic.says("summary"), "You must specify a summary of the issue.");
    EXPECT_EQ(
        house.post("issue", R"({"fields":{"project":{"key":"NO"}}})").says("project"),
        "valid project is required"
    );
}

TEST(JiraIssue, LimitsTextsInUtf16Units) {
    JiraHouse house;
    const auto with = [&](std::size_t units, const std::string& field) {
        return house.post(
            "issue",
            R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},"summary":"s",")" +
                field + R"(":")" + std::string(units, 'x') + R"("}})"
        );
    };
    EXPECT_EQ(with(255, "customfield_10100").status, 201);
    EXPECT_EQ(
        with(256, "customfield_10100").says("customfield_10100"),
        "The entered text is too long. It exceeds the allowed limit of 255 characters."
    );
    EXPECT_EQ(with(32'767, "description").status, 201);
    EXPECT_EQ(
        with(32'768, "description").says("description"),
        "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
    );
    const Asked lines = house.post(
        "issue",
        R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},"summary":"a\nb"}})"
    );
    EXPECT_EQ(
        lines.says("summary"), "The summary is invalid because it contains newline characters."
    );
}

TEST(JiraIssue, HangsUnderAnEpicByItsKey) {
    JiraHouse house;
    house.given_epic();
    house.given_order("Child", R"(,"customfield_10008":"EOSC-1")");
    EXPECT_EQ(house.get("issue/EOSC-2").text({"fields", "customfield_10008"}), "EOSC-1");
    house.jira.move("anna", "EOSC-1", "ELSE");
    EXPECT_EQ(house.get("issue/EOSC-2").text({"fields", "customfield_10008"}), "ELSE-1");
    const Asked wrong = house.put("issue/EOSC-2", R"({"fields":{"customfield_10008":"EOSC-2"}})");
    EXPECT_EQ(wrong.says("customfield_10008"), "'EOSC-2' is not a valid epic.");
}

TEST(JiraIssue, GoesIntoAnEpicThroughAgile) {
    JiraHouse house;
    house.given_epic();
    house.given_order();
    const Asked put =
        house.ask("POST", "/rest/agile/1.0/epic/EOSC-1/issue", R"({"issues":["EOSC-2"]})");
    EXPECT_EQ(put.status, 204);
    EXPECT_EQ(house.found("\"Epic Link\" = EOSC-1"), "EOSC-2");
}

TEST(JiraIssue, IsEditedByFieldsAndByUpdate) {
    JiraHouse house;
    house.given_order("Before", R"(,"labels":["a"])");
    EXPECT_EQ(
        house
            .put("issue/EOSC-1", R"({"fields":{"summary":"After","customfield_10100":"r"},
                                      "update":{"labels":[{"add":"b"},{"remove":"a"}]}})")
            .status,
        204
    );
    const Asked read = house.get("issue/EOSC-1");
    EXPECT_EQ(read.text({"fields", "summary"}), "After");
    EXPECT_EQ(json::write(json::at(read.body, {"fields", "labels"})), R"(["b"])");
    house.put("issue/EOSC-1", R"({"fields":{"customfield_10100":null}})");
    EXPECT_TRUE(json::at(house.get("issue/EOSC-1").body, {"fields", "customfield_10100"}).is_null()
    );
    EXPECT_EQ(
        house
            .put("issue/EOSC-1", R"({"fields":{"summary":"x"},"update":{"summary":[{"set":"y"}]}})")
            .says("summary"),
        "Field 'summary' cannot appear in both 'fields' and 'update'"
    );
}

TEST(JiraIssue, KeepsItsTimeWhenAnEditChangesNothing) {
    JiraHouse house;
    house.given_order("Same");
    house.clock.at += std::chrono::minutes{1};
    house.put("issue/EOSC-1", R"({"fields":{"summary":"Same"}})");
    EXPECT_EQ(
        house.get("issue/EOSC-1").text({"fields", "updated"}), "2026-05-04T10:00:00.123+0000"
    );
}

TEST(JiraIssue, IsFoundByItsFormerKeyAfterAMove) {
    JiraHouse house;
    house.given_order();
    house.jira.move("anna", "EOSC-1", "HELP");
    EXPECT_EQ(house.get("issue/EOSC-1").text({"key"}), "HELP-1");
    EXPECT_EQ(house.get("issue/10001").text({"fields", "project", "key"}), "HELP");
    EXPECT_EQ(house.given_order(), "EOSC-2");
}

TEST(JiraIssue, IsGoneWhenDeleted) {
    JiraHouse house;
    house.given_order();
    EXPECT_EQ(house.remove("issue/EOSC-1").status, 204);
    const Asked gone = house.get("issue/EOSC-1");
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.says(), "Issue Does Not Exist");
    EXPECT_EQ(house.found("project = EOSC"), "");
}

TEST(JiraIssue, HasProperties) {
    JiraHouse house;
    house.given_order();
    EXPECT_EQ(house.put("issue/EOSC-1/properties/oms", R"({"a":1})").status, 201);
    EXPECT_EQ(house.put("issue/EOSC-1/properties/oms", R"({"a":2})").status, 200);
    EXPECT_EQ(house.get("issue/EOSC-1/properties/oms").text({"value", "a"}), "2");
    const Asked keys = house.get("issue/EOSC-1/properties");
    EXPECT_EQ(json::elements(json::at(keys.body, "keys")).size(), 1U);
    EXPECT_EQ(house.remove("issue/EOSC-1/properties/oms").status, 204);
    EXPECT_EQ(house.get("issue/EOSC-1/properties/oms").status, 404);
}

TEST(JiraIssue, CannotBeEditedOrSeenWithoutThePermission) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"users":{"oms":{"lacks":["EDIT_ISSUES"]}}})");
    EXPECT_NE(
        house.put("issue/EOSC-1", R"({"fields":{"summary":"x"}})").says("summary").find("screen"),
        std::string::npos
    );
    house.as_staff("settings", R"({"users":{"oms":{"lacks":["BROWSE_PROJECTS"]}}})");
    EXPECT_EQ(house.get("issue/EOSC-1").status, 404);
    EXPECT_EQ(house.found("labels is EMPTY"), "");
}

}  // namespace
}  // namespace oms::sim
