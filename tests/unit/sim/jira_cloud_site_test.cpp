#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

struct CloudSiteHouse : JiraHouse {
    CloudSiteHouse() : JiraHouse{"cloud"} {}
};

TEST(JiraCloudSite, SaysWhatItIs) {
    CloudSiteHouse house;
    const Asked info = house.get3("serverInfo");
    EXPECT_EQ(info.text({"deploymentType"}), "Cloud");
    EXPECT_EQ(info.text({"version"}), "1001.0.0-SNAPSHOT");
    EXPECT_EQ(json::write(json::at(info.body, "versionNumbers")), "[1001,0,0]");
    EXPECT_EQ(house.get("index/summary").status, 404);
}

TEST(JiraCloudSite, TellsTheAdapterAnAddressAndATokenAndNoFieldOfEpics) {
    CloudSiteHouse house;
    const auto variables = house.jira.environment();
    EXPECT_EQ(variables.at("OMS_JIRA_USERNAME"), "oms@jira.example.org");
    EXPECT_EQ(variables.at("OMS_JIRA_TOKEN"), "oms-token");
    EXPECT_FALSE(variables.contains("OMS_JIRA_PASSWORD"));
    EXPECT_FALSE(variables.contains("OMS_JIRA_FIELD_Epic_Link"));
    EXPECT_FALSE(variables.contains("OMS_JIRA_FIELD_Epic_Name"));
    EXPECT_EQ(variables.at("OMS_JIRA_FIELD_Order_reference"), "customfield_10100");
}

TEST(JiraCloudSite, HangsOrdersUnderAParent) {
    CloudSiteHouse house;
    house.given_epic();
    house.given_order("By id", R"(,"parent":{"id":"10001"})");
    house.given_order("By key", R"(,"parent":{"key":"EOSC-1"})");
    for (const char* key : {"EOSC-2", "EOSC-3"}) {
        const Asked issue = house.get(std::string{"issue/"} + key);
        EXPECT_EQ(issue.text({"fields", "parent", "id"}), "10001");
        EXPECT_EQ(issue.text({"fields", "parent", "key"}), "EOSC-1");
        EXPECT_EQ(issue.text({"fields", "parent", "fields", "summary"}), "A project");
        EXPECT_EQ(
            house.ask("GET", "/sim/issues/" + std::string{key}).text({"epic_link"}), "EOSC-1"
        );
    }
    EXPECT_EQ(house.put("issue/EOSC-2", R"({"fields":{"parent":null}})").status, 204);
    EXPECT_TRUE(json::at(house.get("issue/EOSC-2").body, {"fields", "parent"}).is_null());
    EXPECT_EQ(house.put("issue/EOSC-2", R"({"fields":{"parent":{"id":"10003"}}})").status, 400);
}

TEST(JiraCloudSite, HasNoFieldsOfEpicsOnItsScreens) {
    CloudSiteHouse house;
    const Asked named = house.post(
        "issue",
        R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10000"},"summary":"s",)"
        R"("customfield_10009":"n"}})"
    );
    EXPECT_EQ(named.status, 400);
    EXPECT_EQ(
        named.says("customfield_10009"),
        "Field 'customfield_10009' cannot be set. It is not on the appropriate screen, or unknown."
    );
    const Asked linked = house.post(
        "issue",
        R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},"summary":"s",)"
        R"("customfield_10008":"EOSC-1"}})"
    );
    EXPECT_EQ(linked.status, 400);
    EXPECT_EQ(house.get("field").response.body.find("gh-epic-link"), std::string::npos);
    EXPECT_NE(house.get("field").response.body.find("gh-epic-label"), std::string::npos);
}

TEST(JiraCloudSite, ShowsCreateMetaUnderItsOwnNames) {
    CloudSiteHouse house;
    const Asked types = house.get3("issue/createmeta/EOSC/issuetypes");
    EXPECT_EQ(json::elements(json::at(types.body, "issueTypes")).size(), 2U);
    EXPECT_TRUE(json::at(types.body, "values").is_null());
    const Asked fields = house.get3("issue/createmeta/EOSC/issuetypes/10204?maxResults=200");
    bool parent = false;
    for (const json::value& field : json::elements(json::at(fields.body, "fields"))) {
        EXPECT_EQ(json::write(json::at(field, "key")), json::write(json::at(field, "fieldId")));
        parent = parent || json::text_or_empty(json::at(field, "fieldId")) == "parent";
    }
    EXPECT_TRUE(parent);
    EXPECT_EQ(house.get3("issue/createmeta?projectKeys=EOSC").status, 200);
}

TEST(JiraCloudSite, WantsToKnowWhichPermissions) {
    CloudSiteHouse house;
    EXPECT_EQ(house.get("mypermissions?projectKey=EOSC").status, 400);
    const Asked unknown = house.get("mypermissions?permissions=FLY");
    EXPECT_EQ(unknown.status, 400);
    const Asked asked = house.get("mypermissions?permissions=ADD_COMMENTS,ADMINISTER");
    EXPECT_EQ(json::at(asked.body, "permissions").as_object().size(), 2U);
    EXPECT_EQ(
        json::write(json::at(asked.body, {"permissions", "ADD_COMMENTS", "havePermission"})), "true"
    );
}

TEST(JiraCloudSite, WordsATransitionPlainly) {
    CloudSiteHouse house;
    house.given_order();
    for (const char* id : {"999", "41"}) {
        const Asked asked = house.post(
            "issue/EOSC-1/transitions", std::string{R"({"transition":{"id":")"} + id + "\"}}"
        );
        EXPECT_EQ(asked.status, 400);
        EXPECT_EQ(
            asked.says(), std::string{"Transition id '"} + id + "' is not valid for this issue."
        );
    }
}

TEST(JiraCloudSite, ShowsInternalNotesOfAServiceDesk) {
    CloudSiteHouse house;
    house.given_order();
    house.as_staff("issues/EOSC-1/comments", R"({"body":"psst","internal":true})");
    const auto shown = [&house] {
        return json::write(json::at(house.get("issue/EOSC-1/comment/20001").body, "jsdPublic"));
    };
    EXPECT_EQ(shown(), "true");
    house.as_staff("settings", R"({"service_desk":true})");
    EXPECT_EQ(shown(), "false");
}

TEST(JiraCloudSite, ReadsCommentsByTheirIds) {
    CloudSiteHouse house;
    house.given_order();
    house.post("issue/EOSC-1/comment", R"({"body":"a","properties":[{"key":"k","value":1}]})");
    house.jira.comment("anna", "EOSC-1", "for staff", "Staff");
    const Asked plain = house.post3("comment/list", R"({"ids":[20001,20002,29999]})");
    EXPECT_EQ(json::elements(json::at(plain.body, "values")).size(), 1U);
    EXPECT_EQ(plain.response.body.find("properties"), std::string::npos);
    const Asked more = house.post3("comment/list?expand=properties", R"({"ids":[20001]})");
    EXPECT_EQ(
        json::write(json::at(json::elements(json::at(more.body, "values"))[0], "properties")),
        R"([{"key":"k","value":1}])"
    );
    EXPECT_EQ(house.post3("comment/list", R"({"ids":[]})").status, 400);
    EXPECT_EQ(house.get3("issue/EOSC-1/comment?orderBy=body").status, 400);
    EXPECT_EQ(house.get3("issue/EOSC-1/comment?orderBy=-created").status, 200);
}

}  // namespace
}  // namespace oms::sim
