// Random work on the store beside a model of it in plain containers: in memory, and in a file that
// two databases have open and that is opened anew in between.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/property/store_pair.hpp"

namespace oms::property {
namespace {

/// Each act asserts its own outcome, and the comparison that both hold the same (store_pair*.cpp).
void play(bool in_memory) {
    const auto commands = *any_commands();
    StorePair pair{in_memory};
    for (const Command& command : commands) {
        pair.run(command);
        pair.compare();
    }
    pair.nothing_is_lost();
}

RC_GTEST_PROP(Store, InMemoryDoesWhatItsModelDoes, ()) { play(true); }

RC_GTEST_PROP(Store, OfTwoConnectionsAndOpenedAnewDoesWhatItsModelDoes, ()) { play(false); }

}  // namespace
}  // namespace oms::property
