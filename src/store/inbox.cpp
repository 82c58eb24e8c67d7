#include "store/inbox.hpp"

#include "store/migrations.hpp"
#include "store/sql/inbox.hpp"

namespace oms::store {
namespace {

/// 0007_webhook_inbox
constexpr int inbox_step = 7;

}  // namespace

bool has_inbox(Connection& connection) { return has_applied(connection, inbox_step); }

void put_in_inbox(Connection& connection, const std::string& text, int hints, Instant now) {
    connection.run(sql::inbox_put, {now, hints, text});
}

std::optional<InboxRow> take_out_of_inbox(Connection& connection) {
    if (!has_inbox(connection)) return std::nullopt;
    const Rows rows = connection.run(sql::inbox_first, {});
    if (rows.empty()) return std::nullopt;
    connection.run(sql::inbox_remove, {rows[0][0]});
    return InboxRow{
        .text = rows[0][3].text(),
        .hints = static_cast<int>(rows[0][2].integer()),
        .at = rows[0][1].instant()};
}

InboxCounts count_inbox(Connection& connection) {
    if (!has_inbox(connection)) return {};
    const Row row = connection.run(sql::inbox_counts, {}).at(0);
    return {.hints = row[0].integer(), .oldest = row[1].instant_if()};
}

}  // namespace oms::store
