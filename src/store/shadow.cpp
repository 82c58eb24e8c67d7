#include "store/shadow.hpp"

#include "store/sql/shadow.hpp"
#include "store/subjects.hpp"
#include "store/tallies.hpp"

namespace oms::store {

void owe_look(Connection& connection, const Subject& subject) {
    connection.run(sql::shadow_add, {key_of(subject)});
}

int take_up_owed(Connection& connection, int count, Instant now) {
    int taken = 0;
    for (const Row& row : connection.run(sql::shadow_next, {count})) {
        const std::string key = row[0].text();
        if (const auto subject = parse_key(key)) {
            // For one that a shadow has in hand still, this makes it due once more.
            add_hint(
                connection,
                {.subject = *subject,
                 .aspects = all_aspects,
                 .lane = Lane::backfill,
                 .cause = "shadow mode has ended: compared again, and carried"},
                now
            );
        }
        connection.run(sql::shadow_remove, {key});
        ++taken;
    }
    return taken;
}

bool owes_looks(Connection& connection) { return !connection.run(sql::shadow_next, {1}).empty(); }

int look_again_at_owed(Connection& connection, Instant seen_before, int count, Instant now) {
    connection.run(sql::shadow_look_again, {all_aspects, seen_before, count, now});
    return static_cast<int>(connection.changed());
}

ShadowCounts count_shadow(Connection& connection) {
    const Statement& counts_of =
        has_tallies(connection) ? sql::shadow_counts : sql::shadow_counts_counted;
    const Row row = connection.run(counts_of, {}).at(0);
    return {.owed = row[0].integer(), .would = row[1].integer()};
}

}  // namespace oms::store
