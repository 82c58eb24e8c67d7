#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "plan/fields.hpp"
#include "sync/settle.hpp"

/// Whether an issue was made, though the answer never came.
namespace oms::sync {
namespace {

using store::Connection;
using store::RemoteWrite;

/// How many keys after the highest known one are read, and how many holes end the search: numbers
/// are given in order, but an issue may have been deleted.
constexpr int keys_probed_max = 60;
constexpr int keys_index_may_lack = 30;
constexpr int key_holes_max = 5;

}  // namespace

bool Settle::bears_marker(const Issue& issue, const std::string& marker) const {
    return issue.marker == marker || std::ranges::find(issue.labels, marker) != issue.labels.end();
}

Result<std::optional<Issue>>
Settle::find_created(const RemoteWrite& write, const std::vector<IssueId>& sightings) {
    for (const IssueId& id : sightings) {
        auto issue = remotes_.jira([&](jira::Client& client) {
            return client.issue(id, {.property = true});
        });
        if (!issue && issue.error().kind != ErrorKind::missing) return Failure{issue.error()};
        if (issue && bears_marker(*issue, write.marker)) {
            OMS_RARE("settle.create_seen_in_a_webhook");
            return std::optional<Issue>{*issue};
        }
    }
    auto found = remotes_.jira([&](jira::Client& client) {
        return client.find_standing({.marker = write.marker});
    });
    if (!found) return Failure{found.error()};
    if (!found->empty()) return std::optional<Issue>{found->front()};
    if (OMS_PLANTED("settle.index_is_trusted")) return std::optional<Issue>{};
    return probe_keys(write);
}

Result<std::optional<Issue>> Settle::probe_keys(const RemoteWrite& write) {
    const auto newest =
        remotes_.jira([](jira::Client& client) { return client.newest_issue_number(); });
    const bool refused = !newest && newest.error().kind == ErrorKind::refused;
    if (!newest && !refused) return Failure{newest.error()};
    // From where we knew before it was sent; but of a busy project only what its index may lack.
    std::int64_t number = write.floor;
    if (newest) number = std::max(number, *newest - keys_index_may_lack);
    number = std::max<std::int64_t>(number, 0);
    int holes = 0;
    for (int probed = 0; probed < keys_probed_max && holes < key_holes_max; ++probed) {
        const IssueKey key{fmt::format("{}-{}", settings_.jira_project, ++number)};
        auto issue = remotes_.jira([&](jira::Client& client) {
            return client.issue_by_key(key, {.property = true});
        });
        if (!issue && issue.error().kind != ErrorKind::missing) return Failure{issue.error()};
        holes = issue || (newest && number <= *newest) ? 0 : holes + 1;
        if (issue && bears_marker(*issue, write.marker)) {
            OMS_RARE("settle.create_found_by_its_key");
            return std::optional<Issue>{*issue};
        }
    }
    return std::optional<Issue>{};
}

Result<Settle::Found>
Settle::settle_create(const RemoteWrite& write, const std::vector<IssueId>& sightings) {
    auto issue = find_created(write, sightings);
    if (OMS_PLANTED("settle.create_not_looked_for")) issue = std::optional<Issue>{};
    if (!issue) return Failure{issue.error()};
    if (*issue) {
        OMS_RARE("settle.create_happened");
        const std::string says =
            fmt::format("it happened: {} bears the marker", (*issue)->key.value);
        end(write, (*issue)->key.value, says, [&](Connection& connection) {
            if (store::find_link_of_issue(connection, (*issue)->id)) return;
            Link link{
                .subject = records_.subject(),
                .issue_id = (*issue)->id,
                .issue_key = (*issue)->key,
                .linked_at = write.sent_at,
                .synced_at = records_.now()};
            // What we wrote then, as in carry_out: it may have changed since.
            const bool order = link.subject.is_order();
            if (!order) link.fields_written = plan::parse_written(write.target);
            if (order && plan::reads_voucher(settings_)) link.base_voucher = write.target;
            store::put_link(connection, link);
            if (link.subject.is_project()) {
                store::wake_orders_of(connection, link.subject.project, records_.now());
            }
        });
        return Found{.settled = true, .look = Aspect::marketplace | Aspect::issue};
    }
    if (on_its_way_) return Found{};
    OMS_RARE("settle.create_did_not_happen");
    end(write, "", "it did not happen: neither the index nor the next keys have it", {});
    return Found{.settled = true, .look = bits(Aspect::marketplace)};
}

}  // namespace oms::sync
