#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.hpp"

/// Counts that are kept, not counted: links by state, what was seen, what a shadow would do and owes.
/// Triggers keep them in the transaction of each change, see migrations/0006_tallies_and_words.hpp.
namespace oms::store {

/// False on the schema of the version before: then what is asked for is counted, which takes longer,
/// and what is to be kept is not.
bool has_tallies(Connection& connection);

/// Adds up what the processes of a PostgreSQL have counted each for itself, as far as none of them is
/// at it. What is read stays the same.
void fold_tallies(Connection& connection);

struct TallyDifference {
    std::string what = {};
    std::string name = {};
    std::int64_t missing = 0;  ///< below 0: too many
};
/// None, unless somebody changed rows where the triggers did not see it. Counts everything.
std::vector<TallyDifference> tally_differences(Connection& connection);
/// Counts everything, and puts right what differs.
void mend_tallies(Connection& connection);

}  // namespace oms::store
