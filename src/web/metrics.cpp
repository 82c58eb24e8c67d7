#include "web/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"

namespace oms::web {
namespace {

const prometheus::Histogram::BucketBoundaries
    seconds_buckets{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

std::string class_of(int status) {
    if (status == 0) return "none";
    return std::to_string(status / 100) + "xx";
}

}  // namespace

struct Metrics::Impl {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& triggers =
        prometheus::BuildCounter()
            .Name("oms_triggers_total")
            .Help("Trigger calls of the marketplace, by result")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& webhooks =
        prometheus::BuildCounter()
            .Name("oms_webhooks_total")
            .Help("Webhook deliveries of Jira, by result")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter()
            .Name("oms_remote_requests_total")
            .Help("Requests to the remotes, by method and class of status")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& request_seconds =
        prometheus::BuildHistogram()
            .Name("oms_remote_request_seconds")
            .Help("How long the remotes took to answer")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& subjects =
        prometheus::BuildGauge()
            .Name("oms_subjects")
            .Help("Projects and orders that are not idle, by state and lane")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& oldest =
        prometheus::BuildGauge()
            .Name("oms_oldest_hint_timestamp_seconds")
            .Help("When the oldest hint that is not done yet came in; 0: none")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& links =
        prometheus::BuildGauge().Name("oms_links").Help("Links, by state").Register(registry);
    prometheus::Family<prometheus::Gauge>& writes =
        prometheus::BuildGauge()
            .Name("oms_writes")
            .Help("Remote writes on record, by state; uncertain ones are being looked for")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& attention = prometheus::BuildGauge()
                                                           .Name("oms_attention")
                                                           .Help("What needs a person")
                                                           .Register(registry);
    prometheus::Family<prometheus::Gauge>& remote_working =
        prometheus::BuildGauge()
            .Name("oms_remote_working")
            .Help("1 where the remote may be asked, 0 while it waits, is throttled or paused")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& info =
        prometheus::BuildGauge().Name("oms_build_info").Help("The version").Register(registry);
};

Metrics::Metrics(const std::string& version) : impl_{std::make_unique<Impl>()} {
    impl_->info.Add({{"version", version}}).Set(1);
}

Metrics::~Metrics() = default;

void Metrics::count_trigger(const std::string& result) {
    impl_->triggers.Add({{"result", result}}).Increment();
}

void Metrics::count_webhook(const std::string& result) {
    impl_->webhooks.Add({{"result", result}}).Increment();
}

void Metrics::count_request(
    const std::string& remote,
    const std::string& method,
    int status,
    double seconds
) {
    impl_->requests.Add({{"remote", remote}, {"method", method}, {"status", class_of(status)}}
    ).Increment();
    impl_->request_seconds.Add({{"remote", remote}}, seconds_buckets).Observe(seconds);
}

std::string Metrics::text(store::Database& database) {
    database.read([&](store::Connection& connection) {
        const auto queue = store::count_queue(connection);
        for (const auto state :
             {store::SubjectState::due,
              store::SubjectState::leased,
              store::SubjectState::waiting,
              store::SubjectState::attention}) {
            for (const Lane lane : {Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
                const auto found = queue.by_state_and_lane.find({state, lane});
                const std::int64_t count =
                    found == queue.by_state_and_lane.end() ? 0 : found->second;
                impl_->subjects
                    .Add(
                        {{"state", std::string{store::to_text(state)}},
                         {"lane", std::string{to_text(lane)}}}
                    )
                    .Set(static_cast<double>(count));
            }
        }
        const auto oldest = queue.oldest_hint.value_or(Instant{});
        impl_->oldest.Add({}).Set(static_cast<double>(oldest.time_since_epoch().count()) / 1e6);
        for (const auto& [state, count] : store::count_links(connection)) {
            impl_->links.Add({{"state", std::string{to_text(state)}}}
            ).Set(static_cast<double>(count));
        }
        for (const auto& [state, count] : store::count_writes(connection)) {
            impl_->writes.Add({{"state", std::string{store::to_text(state)}}}
            ).Set(static_cast<double>(count));
        }
        impl_->attention.Add({}).Set(static_cast<double>(store::count_attention(connection)));
        for (const auto& remote : store::remotes(connection)) {
            impl_->remote_working.Add({{"remote", remote.name}}
            ).Set(remote.state == "working" ? 1 : 0);
        }
    });
    return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

}  // namespace oms::web
