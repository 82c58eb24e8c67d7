#pragma once

#include "plan/view.hpp"
#include "store/database.hpp"

namespace oms::sync {

/// Adds what is linked of the read texts, but not under this subject: an older adapter told a
/// message's order by its number alone, or put its comment on the project's issue.
void add_strays(store::Database& database, plan::View& view);

}  // namespace oms::sync
