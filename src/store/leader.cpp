#include "store/leader.hpp"

#include "store/sql/processes.hpp"
#include "store/subjects.hpp"

namespace oms::store {

std::optional<std::int64_t> take_lead(
    Connection& connection,
    const std::string& name,
    const std::string& owner,
    Instant now,
    Instant until
) {
    const Instant never_reached = now + 2 * (until - now);
    const Rows rows = connection.run(sql::leader_take, {name, owner, now, until, never_reached});
    if (rows.empty()) return std::nullopt;
    return rows[0][0].integer();
}

void prove_lead(
    Connection& connection,
    const std::string& name,
    const std::string& owner,
    std::int64_t fence
) {
    if (connection.run(sql::leader_prove, {name, owner, fence}).empty()) throw LeaseLost{name};
}

void give_up_lead(Connection& connection, const std::string& name, const std::string& owner) {
    connection.run(sql::leader_give_up, {name, owner});
}

std::optional<Leader> find_leader(Connection& connection, const std::string& name) {
    const Rows rows = connection.run(sql::leader_find, {name});
    if (rows.empty()) return std::nullopt;
    return Leader{
        .owner = rows[0][0].text(), .until = rows[0][1].instant(), .fence = rows[0][2].integer()};
}

}  // namespace oms::store
