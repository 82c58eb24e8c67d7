#include "app/service_impl.hpp"

namespace oms::app {
void Service::Impl::add_figures(const ServiceOptions& options) {
    metrics.ask([this](web::Figures& figures) { add_log_figures(figures); });
    metrics.ask([this, workers = options.workers](web::Figures& figures) {
        figures.gauge(
            "oms_jira_dry_run",
            "1 where nothing is written to either side (OMS_DRY_RUN)",
            settings.dry_run ? 1 : 0
        );
        figures.gauge(
            "oms_jira_workers",
            "How many subjects this process works on at once",
            workers ? settings.workers : 0
        );
        figures.gauge(
            "oms_jira_leader",
            "1 where this process polls, sweeps and keeps house",
            workers && (!membership || membership->lead().ours()) ? 1 : 0
        );
        figures.gauge(
            "oms_jira_sweep_interval_seconds",
            "How often everything is to be compared (OMS_RECONCILE_INTERVAL)",
            web::in_seconds(settings.reconcile_interval)
        );
        for (const auto& [feed, interval] :
             {std::pair{"events", settings.poll_interval}, {"jira", settings.jira_poll_interval}}) {
            figures.gauge(
                "oms_jira_poll_interval_seconds",
                "How often the feed is to be polled (OMS_POLL_INTERVAL, OMS_JIRA_POLL_INTERVAL)",
                web::in_seconds(interval),
                {{"feed", feed}}
            );
        }
        if (workers) add_remote_figures(figures);
        if (settings.redis) add_redis_figures(figures);
    });
}

void Service::Impl::add_remote_figures(web::Figures& figures) {
    const Instant now = clock.now();
    for (jobs::Gate* gate : {&gates->marketplace, &gates->jira}) {
        for (const auto& [state, spent] : gate->spent(now)) {
            figures.counter(
                "oms_jira_remote_state_seconds_total",
                "How long the remote was in each state, as this process has seen it",
                web::in_seconds(spent),
                {{"remote", gate->remote()}, {"state", state}}
            );
        }
    }
}

void Service::Impl::add_redis_figures(web::Figures& figures) const {
    const auto add = [&](const char* use, const wake::CarrierState& state) {
        figures.gauge(
            "oms_jira_redis_up",
            "1 where this process reaches Redis, by what for; without it all goes on, but later",
            state.working ? 1 : 0,
            {{"use", use}}
        );
    };
    add("rings", relay->state());
    if (const auto pace = paces->state()) add("pace", *pace);
}

void Service::Impl::add_log_figures(web::Figures& figures) const {
    for (const LogLevel level : log_levels) {
        figures.counter(
            "oms_jira_log_lines_total",
            "Events for the log by level, whether or not that level is written",
            static_cast<double>(log.count(level)),
            {{"level", std::string{to_text(level)}}}
        );
    }
    figures.counter(
        "oms_jira_spans_sent_total",
        "Spans that the collector of traces has taken",
        spans ? static_cast<double>(spans->sent()) : 0
    );
    figures.counter(
        "oms_jira_spans_dropped_total",
        "Spans that were lost: too many waited, or the collector did not take them",
        spans ? static_cast<double>(spans->dropped()) : 0
    );
}

}  // namespace oms::app
