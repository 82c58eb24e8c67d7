#include "store/journal.hpp"

#include <algorithm>

#include "store/rows.hpp"
#include "store/sql/journal.hpp"

namespace oms::store {

std::vector<JournalEntry> journal_entries_in(const Rows& rows) {
    std::vector<JournalEntry> list;
    list.reserve(rows.size());
    for (const Row& row : rows) {
        list.push_back(
            {.id = row[0].integer(),
             .subject = parse_key(row[1].text()).value_or(Subject{}),
             .at = row[2].instant(),
             .kind = row[3].text(),
             .says = row[4].text()}
        );
    }
    return list;
}

std::string_view to_text(JournalKind kind) {
    switch (kind) {
    case JournalKind::hint: return "hint";
    case JournalKind::look: return "look";
    case JournalKind::decision: return "decision";
    case JournalKind::write: return "write";
    case JournalKind::failure: return "failure";
    case JournalKind::person: return "person";
    }
    return "";
}

void add_journal(
    Connection& connection,
    const Subject& subject,
    JournalKind kind,
    const std::string& says,
    Instant now
) {
    connection.run(sql::journal_add, {key_of(subject), now, to_text(kind), says});
}

std::vector<JournalEntry> journal_of(Connection& connection, const Subject& subject, int count) {
    auto list = journal_entries_in(connection.run(sql::journal_of, {key_of(subject), count}));
    std::ranges::reverse(list);
    return list;
}

std::vector<JournalEntry> journal_after(Connection& connection, std::int64_t id, int count) {
    return journal_entries_in(connection.run(sql::journal_after, {id, count}));
}

std::int64_t last_journal_id(Connection& connection) {
    return connection.run(sql::journal_last, {})[0][0].integer();
}

Instant last_journal_time(Connection& connection) {
    return connection.run(sql::journal_last_time, {})[0][0].instant();
}

std::int64_t prune(Connection& connection, Instant older_than, int count) {
    std::int64_t pruned = 0;
    for (const Statement& statement :
         {sql::journal_prune, sql::write_prune, sql::attention_prune}) {
        connection.run(statement, {older_than, count});
        pruned += connection.changed();
    }
    return pruned;
}

}  // namespace oms::store
