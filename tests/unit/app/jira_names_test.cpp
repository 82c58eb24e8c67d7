#include "app/jira_names.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/variables.hpp"

namespace oms::app {
namespace {

using jira::Named;

TEST(JiraNames, MatchWhateverTheirCaseAndMarks) {
    const std::vector<Named> all{
        {.id = "1", .name = "cp voucher id"},
        {.id = "2", .name = "SO-1"},
        {.id = "3", .name = "Typ"}};
    EXPECT_EQ(named_like(all, "CP-VoucherID").one->id, "1");
    EXPECT_EQ(named_like(all, "so_1").one->id, "2");
    EXPECT_EQ(named_like(all, "SO-11").one, nullptr);
    EXPECT_EQ(named_like(all, "Týp").one, nullptr) << "other letters are other names";
}

TEST(JiraNames, PreferTheVeryNameAndTellOfSeveral) {
    const std::vector<Named> all{
        {.id = "1", .name = "ready"},
        {.id = "2", .name = "Ready"},
        {.id = "3", .name = "READY"},
        {.id = "4", .name = "Closed"},
        {.id = "5", .name = "Closed"}};
    const Match ready = named_like(all, "Ready");
    EXPECT_EQ(ready.one->id, "2");
    EXPECT_FALSE(ready.ambiguous);
    EXPECT_TRUE(named_like(all, "Closed").ambiguous);
    EXPECT_TRUE(named_like(all, "rEADY").ambiguous);
}

TEST(JiraNames, TellStatusesByTheirUsualNames) {
    const std::vector<Named> all{
        {.id = "1", .name = "Open"},
        {.id = "3", .name = "Waiting for customer"},
        {.id = "6", .name = "Done"}};
    EXPECT_EQ(status_named_for(all, Status::registered).one->id, "1");
    EXPECT_EQ(status_named_for(all, Status::waiting_for_response).one->id, "3");
    EXPECT_EQ(status_named_for(all, Status::closed).one->id, "6");
    EXPECT_EQ(status_named_for(all, Status::ready).one, nullptr);
    EXPECT_EQ(status_named_for(all, Status::created).one, nullptr);
}

TEST(JiraNames, TakeForEpicsWhatStandsAbove) {
    const std::vector<Named> cloud{
        {.id = "1", .name = "Epic"}, {.id = "2", .name = "Initiative", .kind = "epic"}};
    EXPECT_EQ(type_named_for(cloud, false).one->id, "2");
    const std::vector<Named> older{{.id = "1", .name = "epic"}};
    EXPECT_EQ(type_named_for(older, false).one->id, "1");
    EXPECT_EQ(type_named_for(cloud, true).one, nullptr);
}

TEST(JiraNames, LeadToVariablesThatThereAre) {
    const auto known = [](const std::string& name) {
        return std::ranges::find(variables(), name, &Variable::name) != variables().end();
    };
    for (const KnownField& field : known_fields())
        EXPECT_TRUE(known(field_variable(field.name))) << field.name;
    for (const KnownOption& option : known_options())
        EXPECT_TRUE(known(option_variable(option))) << option.value;
    for (const Status status : statuses) {
        const bool mapped = status != Status::created;
        EXPECT_EQ(known(workflow_variable(status)), mapped);
    }
}

}  // namespace
}  // namespace oms::app
