#include "ops/status.hpp"

#include "ops/wire.hpp"
#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/writes.hpp"

namespace oms::ops {
namespace {

constexpr Duration process_is_missing_after = std::chrono::seconds{35};

std::int64_t count_uncertain(store::Connection& connection) {
    std::int64_t count = 0;
    for (const auto& [state, number] : store::count_open_writes(connection))
        count += number;
    return count;
}

}  // namespace

Status load_status(store::Connection& connection) {
    return {
        .queue = store::count_queue(connection),
        .links = store::count_links(connection),
        .uncertain = count_uncertain(connection),
        .attention = store::count_attention(connection),
        .events = store::find_cursor(connection, "events"),
        .issues = store::find_cursor(connection, "jira"),
        .remotes = store::remotes(connection),
        .sweep = store::last_sweep(connection),
        .jira = store::find_jira_site(connection),
        .webhook = store::find_own_webhook(connection),
        .processes = store::processes(connection),
        .leader = store::find_leader(connection, std::string{store::leader_of_pollers})};
}

bool is_missing(const store::Process& process, Instant now) {
    return now - process.seen_at > process_is_missing_after;
}

bool leads(const Status& status, const store::Process& process, Instant now) {
    return status.leader && status.leader->owner == process.owner && status.leader->until > now;
}

json::array processes_json(const Status& status, Instant now) {
    json::array list;
    for (const store::Process& process : status.processes) {
        list.push_back(json::object{
            {"owner", process.owner},
            {"role", process.role},
            {"version", process.version},
            {"workers", process.workers},
            {"leads", leads(status, process, now)},
            {"seen_seconds_ago", seconds(now - process.seen_at)},
            {"says", process.says}});
    }
    return list;
}

}  // namespace oms::ops
