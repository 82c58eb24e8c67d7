#include "app/reference.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "app/settings.hpp"
#include "app/variables.hpp"

namespace oms::app {
namespace {

template <class Use>
void for_each_note(Use use) {
    for (const VariableGroup& group : variable_groups()) {
        for (const VariableNote& note : group.notes)
            use(note);
    }
}

TEST(Reference, TellsOfEachVariableOnce) {
    const std::string page = configuration_page();
    for (const Variable& variable : variables()) {
        const std::string heading = "\n### " + variable.name + "\n";
        const std::string line = "\n- `" + variable.name + "`: ";
        int times = 0;
        for (const std::string& where : {heading, line}) {
            for (auto at = page.find(where); at != std::string::npos; at = page.find(where, at + 1))
                ++times;
        }
        EXPECT_EQ(times, 1) << variable.name;
    }
}

TEST(Reference, NamesNoVariableThatIsNone) {
    for_each_note([](const VariableNote& note) {
        EXPECT_TRUE(std::ranges::any_of(variables(), [&](const Variable& variable) {
            return variable.name == note.name;
        })) << note.name;
    });
}

TEST(Reference, HasExamplesThatAreTaken) {
    Environment environment;
    for_each_note([&](const VariableNote& note) {
        EXPECT_FALSE(note.example.empty()) << note.name;
        environment.set(std::string{note.name}, std::string{note.example}, "test");
    });
    const Loaded loaded = load_settings(environment, Needs::remotes, {});
    EXPECT_TRUE(loaded.faults.empty()) << describe(loaded.faults);
    for (const Advice& advice : loaded.settings.advice)
        ADD_FAILURE() << advice.variable << ": " << advice.says;
}

TEST(Reference, CallsNeededWhatNothingStartsWithout) {
    std::set<std::string> needed{"OMS_JIRA_USERNAME"};  // or a token: told in words
    for_each_note([&](const VariableNote& note) {
        if (note.needed) needed.insert(std::string{note.name});
    });
    std::set<std::string> missed;
    for (const Fault& fault : load_settings({}, Needs::remotes, {}).faults)
        missed.insert(fault.variable);
    EXPECT_EQ(needed, missed);
}

}  // namespace
}  // namespace oms::app
