#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "store/connection.hpp"

/// Hints that came many at once: one row holds them until they are sorted to their subjects, see
/// web/inbox.hpp.
namespace oms::store {

/// False on the schema of the version before, where nothing may be put in.
bool has_inbox(Connection& connection);

/// `text` is the caller's own, of `hints` hints.
void put_in_inbox(Connection& connection, const std::string& text, int hints, Instant now);

struct InboxRow {
    std::string text = {};
    int hints = 0;
    Instant at = {};
};
/// The oldest, which is out of it when the transaction ends; nothing where there is none.
std::optional<InboxRow> take_out_of_inbox(Connection& connection);

struct InboxCounts {
    std::int64_t hints = 0;
    std::optional<Instant> oldest = std::nullopt;
};
InboxCounts count_inbox(Connection& connection);

}  // namespace oms::store
