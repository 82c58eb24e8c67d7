#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

std::string offered(const Asked& asked) {
    std::string text;
    for (const json::value& transition : json::elements(json::at(asked.body, "transitions"))) {
        text += json::text_or_empty(json::at(transition, "id")) + ">" +
                json::text_or_empty(json::at(transition, {"to", "id"})) + " ";
    }
    return text;
}

TEST(JiraTransition, IsOfferedAsTheWorkflowSays) {
    JiraHouse house;
    house.given_order();
    EXPECT_EQ(offered(house.get("issue/EOSC-1/transitions")), "11>2 51>5 ");
    EXPECT_EQ(offered(house.get("issue/EOSC-1/transitions?transitionId=51")), "51>5 ");
    EXPECT_EQ(house.post("issue/EOSC-1/transitions", R"({"transition":{"id":"11"}})").status, 204);
    EXPECT_EQ(house.get("issue/EOSC-1").text({"fields", "status", "name"}), "In Progress");
    EXPECT_EQ(offered(house.get("issue/EOSC-1/transitions")), "21>3 31>4 41>7 51>5 ");
}

TEST(JiraTransition, IsRefusedWhereTheStatusDoesNotOfferIt) {
    JiraHouse house;
    house.given_order();
    const Asked refused = house.post("issue/EOSC-1/transitions", R"({"transition":{"id":"61"}})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(
        refused.says().find("workflow operation (Finish) that is not valid for the current state"),
        std::string::npos
    );
    EXPECT_EQ(house.post("issue/EOSC-1/transitions", R"({"transition":{"id":"999"}})").status, 500);
    EXPECT_EQ(
        house.post("issue/EOSC-1/transitions", "{}").says(), "Missing 'transition' identifier"
    );
}

TEST(JiraTransition, LeadsAnywhereWhereTheSiteAllowsIt) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"any_transitions":true})");
    EXPECT_EQ(
        offered(house.get("issue/EOSC-1/transitions")),
        "11>2 51>5 102>2 103>3 104>4 105>5 106>6 107>7 108>8 "
    );
}

TEST(JiraTransition, MayHaveAScreenARequiredFieldAndACondition) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"transitions":[
        {"id":"5","name":"Reject","to":"5","screen":["customfield_10112"],
         "required":["customfield_10112"]},
        {"id":"6","name":"Close","to":"6","role":"Staff"}]})");
    EXPECT_EQ(offered(house.get("issue/EOSC-1/transitions")), "5>5 ");
    EXPECT_EQ(
        house.post("issue/EOSC-1/transitions", R"({"transition":{"id":"5"}})")
            .says("customfield_10112"),
        "CP-ReasonForAccess is required."
    );
    EXPECT_EQ(
        house
            .post(
                "issue/EOSC-1/transitions",
                R"({"transition":{"id":"5"},"fields":{"customfield_10112":"because"},
                    "update":{"comment":[{"add":{"body":"No."}}]}})"
            )
            .status,
        204
    );
    const Asked read = house.get("issue/EOSC-1");
    EXPECT_EQ(read.text({"fields", "customfield_10112"}), "because");
    EXPECT_EQ(read.text({"fields", "comment", "total"}), "1");
}

TEST(JiraTransition, KeepsIdsWhenAStatusIsRenamed) {
    JiraHouse house;
    house.given_order();
    house.jira.rename_status("1", "Do zrobienia");
    const Asked read = house.get("issue/EOSC-1");
    EXPECT_EQ(read.text({"fields", "status", "name"}), "Do zrobienia");
    EXPECT_EQ(read.text({"fields", "status", "id"}), "1");
}

}  // namespace
}  // namespace oms::sim
