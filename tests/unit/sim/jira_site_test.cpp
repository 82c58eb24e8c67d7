#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

TEST(JiraSite, SaysWhatItIs) {
    JiraHouse house;
    const Asked info = house.get("serverInfo");
    EXPECT_EQ(info.text({"deploymentType"}), "Server");
    EXPECT_EQ(json::write(json::at(info.body, "versionNumbers")), "[9,12,0]");
    EXPECT_EQ(*jira_profile("dc-9.12"), JiraProfile{});
    EXPECT_EQ(
        jira_profile("dc-11").error().says,
        "'dc-11' is no profile of the Jira simulator: it knows server-8.4, dc-9.12, dc-10.3, cloud"
    );
}

TEST(JiraSite, TellsTheAdapterAllThatItNeeds) {
    JiraHouse house;
    const auto variables = house.jira.environment();
    EXPECT_EQ(variables.at("OMS_JIRA_URL"), "http://jira.example.org");
    EXPECT_EQ(variables.at("OMS_JIRA_PROJECT"), "EOSC");
    EXPECT_EQ(variables.at("OMS_JIRA_ISSUE_TYPE_ID"), "10204");
    EXPECT_EQ(variables.at("OMS_JIRA_PROJECT_ISSUE_TYPE_ID"), "10000");
    EXPECT_EQ(variables.at("OMS_JIRA_WF_ARCHIVED"), "8");
    EXPECT_EQ(variables.at("OMS_JIRA_FIELD_Epic_Link"), "customfield_10008");
    EXPECT_EQ(variables.at("OMS_JIRA_FIELD_Order_reference"), "customfield_10100");
    EXPECT_EQ(variables.at("OMS_JIRA_FIELD_CP_INeedAVoucher"), "customfield_10118");
    EXPECT_EQ(variables.at("OMS_JIRA_FIELD_SELECT_VALUES_SO_OfferType_open_access"), "10222");
    std::size_t fields = 0;
    for (const auto& [name, value] : variables)
        fields += value.rfind("customfield_", 0) == 0 ? 1U : 0U;
    EXPECT_EQ(fields, 27U);
}

TEST(JiraSite, ListsFieldsWithTheirKinds) {
    JiraHouse house;
    const Asked asked = house.get("field");
    for (const json::value& field : json::elements(asked.body)) {
        if (json::text_or_empty(json::at(field, "name")) != "Epic Link") continue;
        EXPECT_EQ(
            json::write(json::at(field, "schema")),
            R"({"type":"any","custom":"com.pyxis.greenhopper.jira:gh-epic-link","customId":10008})"
        );
        EXPECT_EQ(json::write(json::at(field, "clauseNames")), R"(["cf[10008]","Epic Link"])");
        return;
    }
    FAIL() << "no Epic Link among the fields";
}

TEST(JiraSite, GivesCreateMetadataInPages) {
    JiraHouse house;
    const Asked types = house.get("issue/createmeta/EOSC/issuetypes");
    EXPECT_EQ(types.text({"total"}), "2");
    const Asked page = house.get("issue/createmeta/EOSC/issuetypes/10000?startAt=0&maxResults=4");
    EXPECT_EQ(page.text({"isLast"}), "false");
    EXPECT_EQ(json::elements(json::at(page.body, "values")).size(), 4U);
    const Asked all = house.get("issue/createmeta/EOSC/issuetypes/10000?maxResults=100");
    EXPECT_EQ(all.text({"isLast"}), "true");
    std::size_t required = 0;
    for (const json::value& field : json::elements(json::at(all.body, "values")))
        required += json::boolean(json::at(field, "required")).value_or(false) ? 1U : 0U;
    EXPECT_EQ(required, 4U);  // project, issuetype, summary, Epic Name
    // The old resource is gone with 9, so its name is taken for an issue's key.
    EXPECT_EQ(house.get("issue/createmeta?projectKeys=EOSC").says(), "Issue Does Not Exist");
    EXPECT_EQ(house.get("issue/createmeta/NO/issuetypes").status, 404);
}

TEST(JiraSite, KnowsProjectTypesStatusesAndPermissions) {
    JiraHouse house;
    EXPECT_EQ(house.get("project/EOSC").text({"id"}), "10050");
    EXPECT_EQ(house.get("project/NO").status, 404);
    EXPECT_EQ(json::elements(house.get("project/EOSC/statuses").body).size(), 2U);
    EXPECT_EQ(json::elements(house.get("status").body).size(), 8U);
    EXPECT_EQ(house.get("status/ready").text({"id"}), "7");
    EXPECT_EQ(house.get("issuetype/10000").text({"name"}), "Epic");
    const Asked mine = house.get("mypermissions?projectKey=EOSC");
    EXPECT_EQ(mine.text({"permissions", "CREATE_ISSUES", "havePermission"}), "true");
    EXPECT_EQ(mine.text({"permissions", "ADMINISTER", "havePermission"}), "false");
    EXPECT_EQ(house.get("index/summary").status, 403);
    house.given_order();
    const Asked meta = house.get("issue/EOSC-1/editmeta");
    EXPECT_FALSE(json::at(meta.body, {"fields", "customfield_10100"}).is_null());
}

}  // namespace
}  // namespace oms::sim
