#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "web/metrics.hpp"

/// The families that metrics.cpp counts in, and nobody else.
namespace oms::web {

using Buckets = prometheus::Histogram::BucketBoundaries;

inline const Buckets
    commit_buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
inline const Buckets request_buckets{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
inline const Buckets turn_buckets{0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
inline const Buckets
    carried_buckets{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400};

/// With underscores, as labels' values are written here: `outcome_unknown`.
inline std::string word_of(ErrorKind kind) {
    std::string word = to_string(kind);
    std::ranges::replace(word, ' ', '_');
    return word;
}

/// Counters of one family that differ in one label, each there from the start, at 0: a first failure
/// is then seen as an increase.
class Counters {
public:
    Counters(
        prometheus::Registry& registry,
        const std::string& name,
        const std::string& help,
        std::string label,
        const std::vector<std::string>& values
    )
        : family_{prometheus::BuildCounter().Name(name).Help(help).Register(registry)},
          label_{std::move(label)} {
        for (const std::string& value : values)
            counters_.emplace(value, &family_.Add({{label_, value}}));
    }

    prometheus::Counter& operator[](std::string_view value) {
        const auto found = counters_.find(value);
        if (found != counters_.end()) return *found->second;
        return family_.Add({{label_, std::string{value}}});
    }

private:
    prometheus::Family<prometheus::Counter>& family_;
    std::string label_;
    std::map<std::string, prometheus::Counter*, std::less<>> counters_;  ///< not changed any more
};

inline prometheus::Counter&
counter(prometheus::Registry& registry, const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

inline prometheus::Family<prometheus::Histogram>&
histograms(prometheus::Registry& registry, const std::string& name, const std::string& help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

inline std::vector<std::string> error_words() {
    std::vector<std::string> words;
    for (const ErrorKind kind :
         {ErrorKind::not_sent,
          ErrorKind::outcome_unknown,
          ErrorKind::throttled,
          ErrorKind::unauthorized,
          ErrorKind::refused,
          ErrorKind::forbidden,
          ErrorKind::missing,
          ErrorKind::shutdown})
        words.push_back(word_of(kind));
    return words;
}

struct Metrics::Impl {
    prometheus::Registry registry;

    Counters triggers{
        registry,
        "oms_jira_triggers_total",
        "Trigger calls of the marketplace, by result",
        "result",
        {"accepted", "unauthorized", "throttled"}};
    Counters webhooks{
        registry,
        "oms_jira_webhooks_total",
        "Webhook deliveries of Jira, by result",
        "result",
        {"accepted",
         "ignored_unreadable",
         "ignored_event",
         "ignored_no_issue",
         "ignored_foreign",
         "unauthorized",
         "throttled",
         "not_configured",
         "not_stored"}};
    Counters credential_failures{
        registry,
        "oms_jira_credential_failures_total",
        "Calls with a wrong or missing credential, by door",
        "door",
        {"trigger", "webhook"}};
    prometheus::Histogram& intake =
        histograms(
            registry,
            "oms_jira_intake_commit_seconds",
            "From a webhook's arrival until its hint is durable and it is answered"
        )
            .Add({}, commit_buckets);
    Counters hints{
        registry,
        "oms_jira_hints_total",
        "Hints that made a project or an order worth a look, by where they came from",
        "source",
        {"webhook", "events", "jira_poll", "sweep"}};
    Counters polls_read{
        registry,
        "oms_jira_polls_total",
        "Polls of the marketplace's events and of Jira's updated issues that came to their end",
        "feed",
        {"events", "jira"}};
    Counters polls_failed{
        registry,
        "oms_jira_poll_failures_total",
        "Polls that did not come to their end, and are tried again",
        "feed",
        {"events", "jira"}};
    prometheus::Family<prometheus::Gauge>& last_poll =
        prometheus::BuildGauge()
            .Name("oms_jira_last_poll_timestamp_seconds")
            .Help("When this process last polled to the end; 0: not since it began")
            .Register(registry);
    prometheus::Gauge& last_events_poll = last_poll.Add({{"feed", "events"}});
    prometheus::Gauge& last_jira_poll = last_poll.Add({{"feed", "jira"}});

    Counters turns{
        registry,
        "oms_jira_turns_total",
        "Turns of a project or an order at a worker, by how they ended",
        "outcome",
        {"done", "waiting", "blocked", "failed", "lost", "error"}};
    prometheus::Histogram& turn_seconds =
        histograms(registry, "oms_jira_turn_duration_seconds", "How long a turn took")
            .Add({}, turn_buckets);
    Counters turn_failures{
        registry,
        "oms_jira_turn_failures_total",
        "Turns that failed, by the class of the failure",
        "kind",
        error_words()};
    prometheus::Counter& retries =
        counter(registry, "oms_jira_retries_total", "Turns that try again what failed before");
    prometheus::Counter& leases_lost = counter(
        registry,
        "oms_jira_leases_lost_total",
        "Turns whose subject had passed to another worker meanwhile"
    );
    Counters looks{
        registry,
        "oms_jira_looks_total",
        "Looks at both sides, by what was found",
        "outcome",
        {"agree", "differ", "failed"}};
    prometheus::Counter& conflicts = counter(
        registry,
        "oms_jira_conflicts_total",
        "Orders whose status both sides had moved, differently"
    );
    prometheus::Family<prometheus::Counter>& write_family =
        prometheus::BuildCounter()
            .Name("oms_jira_writes_total")
            .Help("Writes to the remotes, by kind and by what became of them")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& carried_family =
        prometheus::BuildCounter()
            .Name("oms_jira_changes_carried_total")
            .Help("Changes that a remote has taken, by direction and kind")
            .Register(registry);
    std::map<std::pair<store::WriteKind, store::WriteState>, prometheus::Counter*> writes;
    std::map<store::WriteKind, prometheus::Counter*> carried;
    prometheus::Family<prometheus::Histogram>& carried_family_seconds = histograms(
        registry,
        "oms_jira_hint_to_carried_seconds",
        "From the hint of a change until the other side has taken it"
    );
    prometheus::Histogram& to_jira_seconds =
        carried_family_seconds.Add({{"direction", "to_jira"}}, carried_buckets);
    prometheus::Histogram& to_marketplace_seconds =
        carried_family_seconds.Add({{"direction", "to_marketplace"}}, carried_buckets);

    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter()
            .Name("oms_jira_remote_requests_total")
            .Help("Requests to the remotes, by method and class of status; none: no answer")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& request_seconds = histograms(
        registry,
        "oms_jira_remote_request_duration_seconds",
        "How long the remotes took to answer"
    );
    prometheus::Family<prometheus::Gauge>& rate_limit =
        prometheus::BuildGauge()
            .Name("oms_jira_remote_rate_limit_remaining")
            .Help("Requests that the remote said it would still take, where it says so")
            .Register(registry);

    prometheus::Histogram& commits =
        histograms(
            registry,
            "oms_jira_database_commit_seconds",
            "How long a transaction that writes took until it was durable"
        )
            .Add({}, commit_buckets);
    Counters database_errors{
        registry,
        "oms_jira_database_errors_total",
        "What the database could not do, by class",
        "kind",
        {"unusable", "busy", "conflict", "full", "broken", "constraint", "programming"}};

    std::mutex asked_mutex;  // guards the next
    std::vector<std::function<void(Figures&)>> asked;
};

}  // namespace oms::web
