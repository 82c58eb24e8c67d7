#pragma once

#include <string>
#include <vector>

#include "store/database.hpp"
#include "tests/simulation/sides.hpp"

/// One checker for each sentence of the promises, outside the product and with its own history: what
/// people did, what stands on both sides, and what went over the wire.
namespace oms::simulation {

using Violations = std::vector<std::string>;

/// One project, one epic; one order, one issue; one message, one comment; and back.
void check_nothing_lost_or_doubled(const People& people, const Sides& sides, Violations& found);
/// What came from one side does not come back to it.
void check_nothing_echoed(const People& people, const Sides& sides, Violations& found);
/// user_direct never in Jira, restricted comments never at the customer's, visibility kept.
void check_nothing_leaked(const People& people, const Sides& sides, Violations& found);
/// What customers wrote reads in Jira as they wrote it, and none of it is markup.
void check_texts(const People& people, const Sides& sides, Violations& found);
/// Messages stand in Jira in the order in which they were written.
void check_order_of_messages(const People& people, const Sides& sides, Violations& found);
/// Statuses and vouchers agree.
void check_statuses(const People& people, const Sides& sides, Violations& found);
/// A status stands because a person set it last, there or here. Only where people and adapter do not
/// act at once: neither remote can refuse a change that comes too late.
void check_whose_word(const People& people, const Sides& sides, Violations& found);
/// Epics are named as their projects; only a sweep tells of a project that was renamed.
void check_projects(const People& people, const Sides& sides, Violations& found);
/// Nothing is stuck but what only a person can mend.
void check_nothing_stuck(const People& people, store::Database& database, Violations& found);
/// Nobody was told that an issue is gone which nobody deleted.
void check_no_false_alarm(const People& people, store::Database& database, Violations& found);
/// What is counted as it changes is as many as are there.
void check_counts(store::Database& database, Violations& found);
/// What `explain` says of every project and order is so. `restored`: of what a database that was
/// put back has forgotten, it need not know who did it.
void check_explained(
    const People& people,
    const Sides& sides,
    store::Database& database,
    Instant now,
    bool restored,
    Violations& found
);
/// No secret and no customer's text in a log line, a metric, a page or the journal.
void check_silence(const std::string& text, const char* where, Violations& found);

}  // namespace oms::simulation
