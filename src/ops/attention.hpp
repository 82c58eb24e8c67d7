#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ops/facts.hpp"
#include "ops/wire.hpp"
#include "store/attention.hpp"
#include "store/database.hpp"

namespace oms::ops {

json::object attention_json(const store::Attention& entry);

/// Grouped by cause and remedy: `{"groups", "total", "next", "ended"}`; nothing where the cursor is
/// none. Of each group the first 50 entries, and from where the others are read.
std::optional<json::object>
attention_page(store::Connection& connection, const Facts& facts, const Page& page);

/// The entries of one group; nothing where the cursor is none.
std::optional<json::object> attention_group_page(
    store::Connection& connection,
    const std::string& cause,
    const std::string& fingerprint,
    const Page& page
);

/// Which open entries are meant: those named, those of a cause (and fingerprint), or all.
struct AttentionChoice {
    std::vector<std::int64_t> ids = {};
    std::string cause = {};
    std::string fingerprint = {};  ///< "": all of the cause
    bool all = false;
};

/// Whether the entry concerns a subject: others have nothing that could be tried again.
bool is_somebodys(const Subject& subject);

/// Whose entries are meant, each once, in the order of the entries; no more than `count`.
std::vector<Subject>
subjects_of(store::Connection& connection, const AttentionChoice& choice, std::size_t count);

/// Who asks, for the journal: "" where it was not told.
using Who = std::string;

/// Their subjects are looked at as soon as a worker is free; how many entries that were. A part at a
/// time: what is waiting to be written is not held up.
std::int64_t
retry(store::Database& database, const AttentionChoice& choice, const Who& who, Instant now);

/// Ends them without a remedy, for a reason; how many it were.
std::int64_t dismiss(
    store::Database& database,
    const AttentionChoice& choice,
    const Who& who,
    const std::string& reason,
    Instant now
);

/// Somebody wants the subject looked at, whole and at once.
void look_now(store::Connection& connection, const Subject& subject, const Who& who, Instant now);

}  // namespace oms::ops
