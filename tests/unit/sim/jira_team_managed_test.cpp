#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

/// A site whose project EOSC is team-managed, beside what company-managed ones share.
struct TeamManagedHouse : JiraHouse {
    TeamManagedHouse() : JiraHouse{"cloud"} {
        EXPECT_EQ(as_staff("settings", R"({"project_style":"next-gen"})").status, 200);
    }

    std::string set(const std::string& variable) { return jira.environment().at(variable); }

    std::string given(const std::string& type, const std::string& more = "") {
        return given_issue(set(type), "Something", more);
    }
};

json::array values_of(const Asked& asked, const char* list, const char* member) {
    json::array all;
    for (const json::value& one : json::elements(json::at(asked.body, list)))
        all.push_back(json::at(one, member));
    return all;
}

TEST(JiraTeamManaged, SaysSoWhereProjectsAreShown) {
    TeamManagedHouse house;
    const Asked project = house.get3("project/EOSC");
    EXPECT_EQ(json::write(json::at(project.body, "simplified")), "true");
    EXPECT_EQ(project.text({"style"}), "next-gen");
    const std::string key = house.given("OMS_JIRA_ISSUE_TYPE_ID");
    const Asked issue = house.get3("issue/" + key);
    EXPECT_EQ(json::write(json::at(issue.body, {"fields", "project", "simplified"})), "true");
}

TEST(JiraTeamManaged, IsNotWhatProjectsAreUnlessAsked) {
    JiraHouse house{"cloud"};
    const Asked project = house.get3("project/EOSC");
    EXPECT_EQ(json::write(json::at(project.body, "simplified")), "false");
    EXPECT_EQ(project.text({"style"}), "classic");
    EXPECT_EQ(house.as_staff("settings", R"({"project_style":"free"})").status, 400);
    house.given_order();
    EXPECT_EQ(house.as_staff("settings", R"({"project_style":"next-gen"})").status, 400);
    JiraHouse server{"dc-9.12"};
    EXPECT_EQ(server.as_staff("settings", R"({"project_style":"next-gen"})").status, 400);
    EXPECT_TRUE(json::at(server.get("project/EOSC").body, "simplified").is_null());
}

TEST(JiraTeamManaged, HasTypesOfItsOwnAlone) {
    TeamManagedHouse house;
    const auto variables = house.jira.environment();
    EXPECT_EQ(variables.at("OMS_JIRA_ISSUE_TYPE_ID"), "11104");
    EXPECT_EQ(variables.at("OMS_JIRA_PROJECT_ISSUE_TYPE_ID"), "10900");
    EXPECT_EQ(
        json::write(values_of(house.get3("project/EOSC"), "issueTypes", "id")),
        R"(["10900","11104"])"
    );
    EXPECT_EQ(json::elements(house.get3("issuetype").body).size(), 4U);
    EXPECT_EQ(house.get3("issuetype/11104").text({"scope", "project", "id"}), "10050");
    EXPECT_EQ(house.get3("issue/createmeta/EOSC/issuetypes/10204").status, 404);
    const Asked foreign = house.post3(
        "issue", R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},"summary":"s"}})"
    );
    EXPECT_EQ(foreign.says("issuetype"), "valid issue type is required");
}

TEST(JiraTeamManaged, HasParentAndNoFieldOfEpicsOnItsScreens) {
    TeamManagedHouse house;
    const auto screen = [&](const std::string& type) {
        return json::write(values_of(
            house.get3("issue/createmeta/EOSC/issuetypes/" + house.set(type) + "?maxResults=99"),
            "fields",
            "name"
        ));
    };
    EXPECT_NE(screen("OMS_JIRA_ISSUE_TYPE_ID").find("\"Parent\""), std::string::npos);
    EXPECT_EQ(screen("OMS_JIRA_ISSUE_TYPE_ID").find("Epic Link"), std::string::npos);
    EXPECT_EQ(screen("OMS_JIRA_PROJECT_ISSUE_TYPE_ID").find("Epic Name"), std::string::npos);

    const std::string epic = house.given("OMS_JIRA_PROJECT_ISSUE_TYPE_ID");
    const std::string order =
        house.given("OMS_JIRA_ISSUE_TYPE_ID", R"(,"parent":{"key":")" + epic + "\"}");
    EXPECT_EQ(house.get3("issue/" + order).text({"fields", "parent", "key"}), epic);
    EXPECT_EQ(house.ask("GET", "/rest/agile/1.0/epic/" + epic).status, 404);
}

TEST(JiraTeamManaged, HasFieldsOfItsOwnUnderTheNamesOfShared) {
    TeamManagedHouse house;
    const std::string own = house.set("OMS_JIRA_FIELD_Order_reference");
    EXPECT_EQ(own, "customfield_11000");
    int of_that_name = 0;
    const Asked fields = house.get3("field");
    for (const json::value& field : json::elements(fields.body))
        of_that_name += json::text_or_empty(json::at(field, "name")) == "Order reference" ? 1 : 0;
    EXPECT_EQ(of_that_name, 2);
    const std::string key = house.given("OMS_JIRA_ISSUE_TYPE_ID", ",\"" + own + "\":\"x\"");
    EXPECT_EQ(house.found("cf[11000] ~ x"), key);
    const Asked shared = house.put3("issue/" + key, R"({"fields":{"customfield_10100":"x"}})");
    EXPECT_EQ(shared.status, 400);
    EXPECT_EQ(house.as_staff("issues/" + key + "/voucher", R"({"voucher":"V"})").status, 200);
}

TEST(JiraTeamManaged, HasStatusesOfItsOwnEachReachedFromAnyOther) {
    TeamManagedHouse house;
    const std::string key = house.given("OMS_JIRA_ISSUE_TYPE_ID");
    EXPECT_EQ(
        house.get3("issue/" + key).text({"fields", "status", "id"}), house.set("OMS_JIRA_WF_TODO")
    );
    const Asked moves = house.get3("issue/" + key + "/transitions");
    EXPECT_EQ(
        json::write(values_of(moves, "transitions", "name")),
        R"(["In Progress","Waiting for response","Approved","Rejected","Closed","Ready","Archived"])"
    );
    EXPECT_EQ(house.as_staff("issues/" + key + "/transition", R"({"status":"Ready"})").status, 200);
    EXPECT_EQ(
        house.get3("issue/" + key).text({"fields", "status", "id"}), house.set("OMS_JIRA_WF_READY")
    );
    EXPECT_EQ(house.as_staff("issues/" + key + "/transition", R"({"status":"7"})").status, 400);
    EXPECT_EQ(json::elements(house.get3("status").body).size(), 16U);
}

TEST(JiraTeamManaged, StandsBesideProjectsThatAreNot) {
    TeamManagedHouse house;
    const std::string key = house.given("OMS_JIRA_ISSUE_TYPE_ID");
    EXPECT_EQ(house.as_staff("issues/" + key + "/move", R"({"project":"HELP"})").status, 200);
    const Asked types = house.get3("issue/createmeta/HELP/issuetypes");
    EXPECT_EQ(json::write(values_of(types, "issueTypes", "id")), R"(["10000","10204"])");
}

TEST(JiraCompanyManaged, MayHaveEpicLinkBesideParent) {
    JiraHouse house{"cloud"};
    house.as_staff("settings", R"({"epic_link":true})");
    EXPECT_EQ(house.jira.environment().at("OMS_JIRA_FIELD_Epic_Link"), "customfield_10008");
    const std::string epic = house.given_epic();
    const std::string order =
        house.given_order("By link", R"(,"customfield_10008":")" + epic + "\"");
    EXPECT_EQ(house.get3("issue/" + order).text({"fields", "parent", "key"}), epic);
    house.as_staff("settings", R"({"screens":{"10204":{"remove":["parent"]}}})");
    const Asked by_parent = house.put3("issue/" + order, R"({"fields":{"parent":{"id":"10001"}}})");
    EXPECT_EQ(by_parent.status, 400);
}

}  // namespace
}  // namespace oms::sim
