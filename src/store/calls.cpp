#include "store/calls.hpp"

#include "store/rows.hpp"
#include "store/sql/operators.hpp"

namespace oms::store {

std::vector<RemoteCall> calls_in(const Rows& rows) {
    std::vector<RemoteCall> list;
    list.reserve(rows.size());
    for (const Row& row : rows) {
        list.push_back(
            {.id = row[0].integer(),
             .at = row[1].instant(),
             .remote = row[2].text(),
             .method = row[3].text(),
             .path = row[4].text(),
             .status = static_cast<int>(row[5].integer()),
             .took = Duration{row[6].integer()},
             .sent = row[7].integer(),
             .received = row[8].integer(),
             .subject = row[9].text(),
             .says = row[10].text()}
        );
    }
    return list;
}

void add_calls(Connection& connection, const std::vector<RemoteCall>& calls) {
    for (const RemoteCall& call : calls) {
        connection.run(
            sql::call_add,
            {call.at,
             call.remote,
             call.method,
             call.path,
             call.status,
             call.took.count(),
             call.sent,
             call.received,
             call.subject,
             call.says}
        );
    }
}

std::vector<RemoteCall>
calls_before(Connection& connection, const std::string& remote, std::int64_t id, int count) {
    return calls_in(connection.run(sql::calls_before, {remote, id, count}));
}

std::vector<RemoteCall> calls_of(Connection& connection, const Subject& subject, int count) {
    return calls_in(connection.run(sql::calls_of, {key_of(subject), count}));
}

void prune_calls(Connection& connection, std::int64_t count) {
    connection.run(sql::calls_prune, {count});
}

}  // namespace oms::store
