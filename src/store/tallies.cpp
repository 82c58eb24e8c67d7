#include "store/tallies.hpp"

#include "store/migrations.hpp"
#include "store/sql/tallies.hpp"

namespace oms::store {
namespace {

constexpr int folded_at_once = 1000;

/// 0006_tallies_and_words
constexpr int step = 6;

}  // namespace

bool has_tallies(Connection& connection) { return has_applied(connection, step); }

void fold_tallies(Connection& connection) {
    if (!has_tallies(connection)) return;
    for (const Row& row : connection.run(sql::tally_of_processes, {folded_at_once})) {
        connection.run(sql::tally_add, {row[0], row[1], row[3]});
        connection.run(sql::tally_remove, {row[0], row[1], row[2]});
    }
    connection.run(sql::tally_prune, {});
}

std::vector<TallyDifference> tally_differences(Connection& connection) {
    std::vector<TallyDifference> list;
    if (!has_tallies(connection)) return list;
    for (const Row& row : connection.run(sql::tally_differences, {}))
        list.push_back({.what = row[0].text(), .name = row[1].text(), .missing = row[2].integer()});
    return list;
}

void mend_tallies(Connection& connection) {
    for (const TallyDifference& one : tally_differences(connection))
        connection.run(sql::tally_add, {one.what, one.name, one.missing});
}

}  // namespace oms::store
