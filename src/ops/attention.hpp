#pragma once

#include <string>
#include <vector>

#include "ops/facts.hpp"
#include "ops/wire.hpp"
#include "store/actions.hpp"
#include "store/database.hpp"

namespace oms::ops {

json::object attention_json(const store::Attention& entry);

/// Grouped by cause and remedy: `{"groups", "total", "next", "ended"}`; nothing where the cursor is
/// none. Of each group the first entries (50, and fewer where there are many groups), and from where the others are read.
std::optional<json::object>
attention_page(store::Connection& connection, const Facts& facts, const Page& page);

/// The entries of one group; nothing where the cursor is none.
std::optional<json::object> attention_group_page(
    store::Connection& connection,
    const std::string& cause,
    const std::string& fingerprint,
    const Page& page
);

/// Whose entries are meant, each once, in the order of the entries; no more than `count`.
std::vector<Subject>
subjects_of(store::Connection& connection, const store::AttentionChoice& choice, std::size_t count);

// As store/actions has them, a part at a time: what else is to be written is not held up.

/// How many entries' subjects are looked at as soon as a worker is free.
std::int64_t retry(
    store::Database& database,
    const store::AttentionChoice& choice,
    const std::string& who,
    Instant now
);

/// How many entries are dealt with.
std::int64_t dismiss(
    store::Database& database,
    const store::AttentionChoice& choice,
    const store::Dismissal& dismissal,
    Instant now
);

}  // namespace oms::ops
