#pragma once

#include <string>
#include <vector>

#include "store/database.hpp"
#include "tests/simulation/people.hpp"

/// One checker for each sentence of the promises, outside the product and with its own history: what
/// people did, what stands on both sides, and what went over the wire.
namespace oms::simulation {

/// Both sides as they stand in the end.
struct Sides {
    json::value market = {};
    json::value jira = {};
};

using Violations = std::vector<std::string>;

/// One project, one epic; one order, one issue; one message, one comment; and back.
void check_nothing_lost_or_doubled(const People& people, const Sides& sides, Violations& found);
/// user_direct never in Jira, restricted comments never at the customer's, visibility kept.
void check_nothing_leaked(const People& people, const Sides& sides, Violations& found);
/// Messages stand in Jira in the order in which they were written.
void check_order_of_messages(const People& people, const Sides& sides, Violations& found);
/// Statuses, vouchers and project fields agree.
void check_converged(const People& people, const Sides& sides, Violations& found);
/// Nothing is stuck but what only a person can mend.
void check_nothing_stuck(store::Database& database, Violations& found);
/// No secret and no customer's text in a log line, a metric or the journal.
void check_silence(const std::string& text, const char* where, Violations& found);

}  // namespace oms::simulation
