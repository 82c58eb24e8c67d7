#pragma once

#include "domain/ids.hpp"
#include "store/connection.hpp"

/// Shadow mode reads and decides, and carries nothing: so whatever hints were spent on it is owed.
/// See docs/adr/0013-shadow-mode.md.
namespace oms::store {

/// In the transaction of the look: it was looked at in shadow mode, and what came of it is owed.
void owe_look(Connection& connection, const Subject& subject);

/// What is no shadow takes up at most `count` of those owed: they are looked at whole, and carried.
/// How many it was.
int take_up_owed(Connection& connection, int count, Instant now);

bool owes_looks(Connection& connection);

/// In shadow mode: those of which something would be changed, and that nobody looked at since
/// `seen_before`, are looked at again, at most `count` of them: what was owed, the older integration
/// may have done. Not told in their stories. How many it was.
int look_again_at_owed(Connection& connection, Instant seen_before, int count, Instant now);

struct ShadowCounts {
    std::int64_t owed = 0;   ///< subjects that were looked at in shadow mode
    std::int64_t would = 0;  ///< those of which something would be changed
};
ShadowCounts count_shadow(Connection& connection);

}  // namespace oms::store
