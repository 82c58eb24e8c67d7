#include "store/processes.hpp"

#include "store/sql/processes.hpp"

namespace oms::store {

void put_process(Connection& connection, const Process& process, Instant now) {
    connection.run(
        sql::process_put,
        {process.owner, process.role, process.version, process.workers, now, process.says}
    );
}

void remove_process(Connection& connection, const std::string& owner) {
    connection.run(sql::process_remove, {owner});
}

void prune_processes(Connection& connection, Instant not_seen_since) {
    connection.run(sql::process_prune, {not_seen_since});
}

std::vector<Process> processes(Connection& connection) {
    std::vector<Process> list;
    for (const Row& row : connection.run(sql::process_list, {})) {
        list.push_back(
            {.owner = row[0].text(),
             .role = row[1].text(),
             .version = row[2].text(),
             .workers = static_cast<int>(row[3].integer()),
             .started_at = row[4].instant(),
             .seen_at = row[5].instant(),
             .says = row[6].text()}
        );
    }
    return list;
}

std::vector<Process> processes_since(Connection& connection, Instant seen) {
    auto all = processes(connection);
    std::erase_if(all, [&](const Process& process) { return process.seen_at <= seen; });
    return all;
}

}  // namespace oms::store
