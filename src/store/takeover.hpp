#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"

/// Taking over, in place, a PostgreSQL database of the Python adapter (its schema `81e0a4381b6c`), and
/// giving it back.
namespace oms::store {

/// Its schema's version where this is a database of the Python adapter, and none of ours yet.
std::optional<std::string> python_adapter_version(Database& database);
/// For people: that it is one, and what to do about it.
std::string describe_python_adapter(const std::string& version);

/// What becomes of a row: `linked`; `later`, since whose it is shows when it is met; `aside`, known but
/// not followed; `left`, as if it were not there.
struct TakenRows {
    std::string what = {};  ///< project, order, message
    std::string verdict = {};
    std::string reason = {};  ///< "" where linked
    std::int64_t count = 0;
};

struct TakenRow {
    std::string what = {};
    std::int64_t row = 0;
    std::string subject = {};
    std::int64_t remote_id = 0;  ///< in the marketplace
    std::int64_t jira_id = 0;
    std::string verdict = {};
    std::string reason = {};
    std::string beside = {};
};

struct Takeover {
    std::vector<TakenRows> counts = {};
    std::vector<TakenRow> not_linked = {};
    std::optional<Instant> events_from = std::nullopt;
    /// What was told as the time of its last event, where that is yet to come: now was taken.
    std::optional<Instant> events_to_come = std::nullopt;

    [[nodiscard]] std::int64_t count(std::string_view what, std::string_view verdict) const;
};

/// All in one transaction: our schema, the links, and its tables moved to the schema
/// `python_adapter`. Throws DatabaseError::unusable with words where it is no such database, its
/// schema is another one, or a right is missing; DatabaseError::busy where somebody works with it.
Takeover take_over(Database& database, Instant now);
/// The same without its last step, and nothing of it stays. The Python adapter may run meanwhile.
Takeover rehearse_takeover(Database& database, Instant now);

struct GivenBack {
    std::int64_t projects = 0;  ///< linked since, and told to its tables
    std::int64_t orders = 0;
    std::int64_t comments = 0;
    std::int64_t open_writes = 0;  ///< whose outcome nobody knows
};

/// Our tables are dropped, its own put back, with what was linked since, in one transaction. Throws
/// DatabaseError::unusable where it was not taken over, or one of our processes works on it.
GivenBack give_back(Database& database, Instant now);

}  // namespace oms::store
