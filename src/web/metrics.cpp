#include "web/metrics.hpp"

#include <prometheus/text_serializer.h>

#include "web/metrics_impl.hpp"
#include "web/store_figures.hpp"

namespace oms::web {
namespace {

using Kind = store::DatabaseError::Kind;

std::string_view word_of(Kind kind) {
    switch (kind) {
    case Kind::unusable: return "unusable";
    case Kind::busy: return "busy";
    case Kind::conflict: return "conflict";
    case Kind::full: return "full";
    case Kind::broken: return "broken";
    case Kind::constraint: return "constraint";
    case Kind::programming: return "programming";
    }
    return "";
}

std::string class_of(int status) {
    if (status == 0) return "none";
    return std::to_string(status / 100) + "xx";
}

std::string_view direction_of(store::WriteKind kind) {
    switch (kind) {
    case store::WriteKind::create_issue:
    case store::WriteKind::edit_issue:
    case store::WriteKind::transition:
    case store::WriteKind::add_comment:
    case store::WriteKind::edit_comment: return "to_jira";
    case store::WriteKind::patch_order:
    case store::WriteKind::post_message:
    case store::WriteKind::edit_message: break;
    }
    return "to_marketplace";
}

prometheus::MetricFamily as_family(const Figures::Family& figures) {
    prometheus::MetricFamily family;
    family.name = figures.name;
    family.help = figures.help;
    family.type = figures.counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    for (const Figures::Sample& sample : figures.samples) {
        prometheus::ClientMetric metric;
        for (const auto& [name, value] : sample.labels)
            metric.label.push_back({name, value});
        metric.counter.value = sample.value;
        metric.gauge.value = sample.value;
        family.metric.push_back(std::move(metric));
    }
    return family;
}

}  // namespace

Metrics::Metrics(const std::string& version) : impl_{std::make_unique<Impl>()} {
    prometheus::BuildGauge()
        .Name("oms_jira_build_info")
        .Help("Always 1, with the version")
        .Register(impl_->registry)
        .Add({{"version", version}})
        .Set(1);
    for (const std::string remote : {"marketplace", "jira"})
        impl_->request_seconds.Add({{"remote", remote}}, request_buckets);
    using enum store::WriteKind;
    using enum store::WriteState;
    for (const auto kind :
         {create_issue,
          edit_issue,
          transition,
          add_comment,
          edit_comment,
          patch_order,
          post_message,
          edit_message}) {
        const std::string word{to_text(kind)};
        for (const auto state : {done, refused, not_sent, uncertain}) {
            impl_->writes[{kind, state}] =
                &impl_->write_family.Add({{"kind", word}, {"state", std::string{to_text(state)}}});
        }
        impl_->carried[kind] = &impl_->carried_family.Add(
            {{"direction", std::string{direction_of(kind)}}, {"kind", word}}
        );
    }
}

Metrics::~Metrics() = default;

void Metrics::count_trigger(std::string_view result) { impl_->triggers[result].Increment(); }

void Metrics::count_webhook(std::string_view result) { impl_->webhooks[result].Increment(); }

void Metrics::count_credential_failure(std::string_view door) {
    impl_->credential_failures[door].Increment();
}

void Metrics::observe_intake(Duration took) { impl_->intake.Observe(in_seconds(took)); }

void Metrics::count_hints(std::string_view source, std::int64_t count) {
    if (count > 0) impl_->hints[source].Increment(static_cast<double>(count));
}

void Metrics::count_poll(std::string_view feed, bool worked, Instant now) {
    (worked ? impl_->polls_read : impl_->polls_failed)[feed].Increment();
    if (!worked) return;
    prometheus::Gauge& last = feed == "jira" ? impl_->last_jira_poll : impl_->last_events_poll;
    last.Set(in_seconds(now.time_since_epoch()));
}

void Metrics::count_turn(std::string_view outcome, Duration took) {
    impl_->turns[outcome].Increment();
    impl_->turn_seconds.Observe(in_seconds(took));
}

void Metrics::count_turn_failure(ErrorKind why) { impl_->turn_failures[word_of(why)].Increment(); }

void Metrics::count_retry() { impl_->retries.Increment(); }

void Metrics::count_lease_lost() { impl_->leases_lost.Increment(); }

void Metrics::count_look(std::string_view outcome) { impl_->looks[outcome].Increment(); }

void Metrics::count_conflict() { impl_->conflicts.Increment(); }

void Metrics::count_write(store::WriteKind kind, store::WriteState state) {
    const auto found = impl_->writes.find({kind, state});
    if (found != impl_->writes.end()) found->second->Increment();
}

void Metrics::count_carried(store::WriteKind kind, Duration since_hint) {
    impl_->carried.at(kind)->Increment();
    const bool to_jira = direction_of(kind) == "to_jira";
    (to_jira ? impl_->to_jira_seconds : impl_->to_marketplace_seconds)
        .Observe(in_seconds(since_hint));
}

void Metrics::count_request(
    const std::string& remote,
    const std::string& method,
    int status,
    double took
) {
    impl_->requests.Add({{"remote", remote}, {"method", method}, {"status", class_of(status)}}
    ).Increment();
    impl_->request_seconds.Add({{"remote", remote}}, request_buckets).Observe(took);
}

void Metrics::set_rate_limit_remaining(const std::string& remote, double requests) {
    impl_->rate_limit.Add({{"remote", remote}}).Set(requests);
}

void Metrics::observe_commit(Duration took) { impl_->commits.Observe(in_seconds(took)); }

void Metrics::count_database_error(Kind kind) { impl_->database_errors[word_of(kind)].Increment(); }

void Metrics::ask(std::function<void(Figures&)> add) {
    const std::scoped_lock lock{impl_->asked_mutex};
    impl_->asked.push_back(std::move(add));
}

std::string Metrics::text(store::Database& database, Instant now) {
    Figures figures;
    bool up = true;
    try {
        add_store_figures(figures, database, now);
        up = !database.only_reads();
    } catch (const store::DatabaseError&) {
        up = false;
    }
    figures.gauge(
        "oms_jira_database_up",
        "1 where the database could be read just now, and is not for reading only; 0: what stands "
        "in it may be "
        "missing here",
        up ? 1 : 0
    );
    {
        const std::scoped_lock lock{impl_->asked_mutex};
        for (const auto& add : impl_->asked)
            add(figures);
    }
    add_process_figures(figures);
    std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
    for (const Figures::Family& family : figures.families())
        families.push_back(as_family(family));
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace oms::web
