#pragma once

#include "base/clock.hpp"
#include "store/database.hpp"
#include "web/figures.hpp"

namespace oms::web {

/// What the database knows of queue, links, writes, attention, remotes, feeds and sweeps: the same
/// whichever process is asked. One snapshot; reads only. Throws store::DatabaseError.
void add_store_figures(Figures& figures, store::Database& database, Instant now);

/// The causes of attention, which are the values of a label. A cause that is none of them counts as
/// `other`.
const std::vector<std::string>& attention_causes();

}  // namespace oms::web
