#include "web/store_figures.hpp"

#include <algorithm>
#include <array>

#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/processes.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"

namespace oms::web {
namespace {

using namespace std::chrono_literals;
using store::Connection;

/// A process says every ten seconds that it is there.
constexpr Duration process_gone_after = 35s;

double timestamp(Instant at) { return in_seconds(at.time_since_epoch()); }
double age(const std::optional<Instant>& since, Instant now) {
    return since ? std::max(in_seconds(now - *since), 0.0) : 0;
}

void add_queue(Figures& figures, Connection& connection, Instant now) {
    const auto queue = store::count_queue(connection);
    for (const auto state :
         {store::SubjectState::due,
          store::SubjectState::leased,
          store::SubjectState::waiting,
          store::SubjectState::attention}) {
        for (const Lane lane : {Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
            const auto found = queue.by_state_and_lane.find({state, lane});
            const bool none = found == queue.by_state_and_lane.end();
            figures.gauge(
                "oms_jira_subjects",
                "Projects and orders that are not idle, by state and lane",
                none ? 0 : static_cast<double>(found->second),
                {{"state", std::string{to_text(state)}}, {"lane", std::string{to_text(lane)}}}
            );
        }
    }
    figures.gauge(
        "oms_jira_oldest_hint_age_seconds",
        "How long the oldest hint has waited that is not done yet; 0: none waits",
        age(queue.oldest_hint, now)
    );
}

void add_links(Figures& figures, Connection& connection) {
    auto counts = store::count_links(connection);
    for (const LinkState state : {LinkState::before, LinkState::linked, LinkState::orphaned}) {
        figures.gauge(
            "oms_jira_links",
            "Projects and orders on record, by the state of their link",
            static_cast<double>(counts[state]),
            {{"state", std::string{to_text(state)}}}
        );
    }
}

void add_writes(Figures& figures, Connection& connection, Instant now) {
    using enum store::WriteState;
    auto counts = store::count_open_writes(connection);
    for (const auto state : {sent, uncertain}) {
        figures.gauge(
            "oms_jira_open_writes",
            "Remote writes whose outcome is not known yet: under way, or looked for",
            static_cast<double>(counts[state]),
            {{"state", std::string{to_text(state)}}}
        );
    }
    const auto open = store::open_writes(connection, 1);
    const auto oldest = open.empty() ? std::nullopt : std::optional{open.front().sent_at};
    figures.gauge(
        "oms_jira_oldest_uncertain_write_age_seconds",
        "How long the oldest write has waited whose outcome is unknown; 0: none",
        age(oldest, now)
    );
}

void add_attention(Figures& figures, Connection& connection) {
    std::map<std::string, std::int64_t> counts;
    const auto& causes = attention_causes();
    for (const auto& [cause, count] : store::count_attention_by_cause(connection)) {
        const bool known = std::ranges::find(causes, cause) != causes.end();
        counts[known ? cause : "other"] += count;
    }
    for (const std::string& cause : causes) {
        figures.gauge(
            "oms_jira_attention",
            "What needs a person, by cause",
            static_cast<double>(counts[cause]),
            {{"cause", cause}}
        );
    }
}

void add_remotes(Figures& figures, Connection& connection) {
    for (const auto& remote : store::remotes(connection)) {
        figures.gauge(
            "oms_jira_remote_working",
            "1 where the remote works, 0 while it is waited for, throttled or paused",
            remote.state == "working" ? 1 : 0,
            {{"remote", remote.name}}
        );
        figures.gauge(
            "oms_jira_remote_paused",
            "1 while the remote is left alone because it refuses our credentials",
            remote.state == "paused" ? 1 : 0,
            {{"remote", remote.name}}
        );
    }
    for (const auto& [cursor, feed] : {std::pair{"events", "events"}, {"jira", "jira"}}) {
        const auto found = store::find_cursor(connection, cursor);
        if (!found) continue;
        figures.gauge(
            "oms_jira_cursor_timestamp_seconds",
            "Up to when the feed has been read: the latest event, the latest poll of Jira",
            timestamp(found->at),
            {{"feed", feed}}
        );
    }
    if (const auto own = store::find_own_webhook(connection)) {
        figures.gauge(
            "oms_jira_webhook_expiry_timestamp_seconds",
            "When the webhook ends that we registered at Jira ourselves, unless it is renewed",
            timestamp(own->expires)
        );
    }
}

void add_sweep(Figures& figures, Connection& connection) {
    const auto last = store::last_sweep(connection);
    const auto ended = store::last_sweep_end(connection);
    const auto first = parse_time(store::find_setting(connection, "first_start").value_or(""));
    figures.gauge(
        "oms_jira_sweep_ended_timestamp_seconds",
        "When everything was last compared to the end; before that, when the service first began",
        timestamp(ended.value_or(first.value_or(Instant{})))
    );
    figures.gauge(
        "oms_jira_sweep_running",
        "1 while everything is being compared",
        last && !last->ended_at ? 1 : 0
    );
    figures.gauge(
        "oms_jira_sweep_compared",
        "Projects and orders that the running or last sweep has compared so far",
        last ? static_cast<double>(last->compared) : 0
    );
    figures.gauge(
        "oms_jira_sweep_differed",
        "Those of them that differed from what was known",
        last ? static_cast<double>(last->differed) : 0
    );
}

void add_processes(Figures& figures, Connection& connection, Instant now) {
    std::map<std::string, std::int64_t> counts;
    const auto all = store::processes_since(connection, now - process_gone_after);
    for (const store::Process& process : all)
        ++counts[process.role];
    if (all.empty()) return;
    for (const std::string role : {"serve", "web", "worker"}) {
        figures.gauge(
            "oms_jira_processes",
            "Processes that share the database and said a moment ago that they are there",
            static_cast<double>(counts[role]),
            {{"role", role}}
        );
    }
}

}  // namespace

const std::vector<std::string>& attention_causes() {
    static const std::vector<std::string> causes{
        "duplicate_issue",
        "forbidden",
        "missing",
        "no_transition",
        "orphaned",
        "other",
        "poison_event",
        "project_orphaned",
        "refused",
        "restricted_comment",
        "unreadable_message"};
    return causes;
}

void add_store_figures(Figures& figures, store::Database& database, Instant now) {
    Figures read;
    database.read([&](Connection& connection) {
        // PostgreSQL may run it more than once.
        read = figures;
        add_queue(read, connection, now);
        add_links(read, connection);
        add_writes(read, connection, now);
        add_attention(read, connection);
        add_remotes(read, connection);
        add_sweep(read, connection);
        add_processes(read, connection, now);
    });
    figures = std::move(read);
}

}  // namespace oms::web
