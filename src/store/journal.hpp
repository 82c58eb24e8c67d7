#pragma once

#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "store/connection.hpp"

namespace oms::store {

/// What a line of a subject's story is about.
enum class JournalKind { hint, look, decision, write, failure, person };

std::string_view to_text(JournalKind kind);

struct JournalEntry {
    std::int64_t id = 0;
    Subject subject = {};
    Instant at = {};
    std::string kind = {};
    std::string says = {};
};

/// `says` is for people and never holds a secret or a customer's text.
void add_journal(
    Connection& connection,
    const Subject& subject,
    JournalKind kind,
    const std::string& says,
    Instant now
);
/// The latest `count`, oldest of them first.
std::vector<JournalEntry> journal_of(Connection& connection, const Subject& subject, int count);
/// Of all subjects, those after `id`, oldest first.
std::vector<JournalEntry> journal_after(Connection& connection, std::int64_t id, int count);
std::int64_t last_journal_id(Connection& connection);
/// By whatever clock was there then; 1970 where there is none.
Instant last_journal_time(Connection& connection);

/// Deletes at most `count` of each kind of record that ended before `older_than`; how many it was.
std::int64_t prune(Connection& connection, Instant older_than, int count);

}  // namespace oms::store
