#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "app/agent.hpp"
#include "app/membership.hpp"
#include "app/meter.hpp"
#include "app/paces.hpp"
#include "app/process.hpp"
#include "app/service.hpp"
#include "app/span_export.hpp"
#include "app/version.hpp"
#include "sync/poll_events.hpp"
#include "sync/synchroniser.hpp"
#include "wake/bell.hpp"
#include "wake/relay.hpp"
#include "web/health.hpp"
#include "web/intake.hpp"
#include "web/operator_api.hpp"

namespace oms::app {

using Turn = std::function<Instant(Instant)>;

/// Rings here, and where there are other processes, there too.
class RelayedBell final : public wake::Bell {
public:
    RelayedBell(wake::ProcessBell& here, wake::Topic topic) : here_{here}, topic_{topic} {}

    /// Before the first ring.
    void also_through(wake::Relay& relay) { relay_ = &relay; }
    void also_by(std::function<void()> ring) { also_ = std::move(ring); }
    void ring() override {
        here_.ring();
        if (relay_ != nullptr) relay_->ring(topic_);
        if (also_) also_();
    }
    bool wait(std::chrono::milliseconds at_most) override { return here_.wait(at_most); }

private:
    wake::ProcessBell& here_;
    wake::Topic topic_;
    wake::Relay* relay_ = nullptr;
    std::function<void()> also_ = {};
};

/// What a process is made of. service.cpp has its beginning, its doors and its end;
/// service_database.cpp what it shares with other processes; service_turns.cpp what runs for ever;
/// service_figures.cpp what it tells Prometheus of itself, service_operators.cpp what it tells people.
struct Service::Impl {
    Impl(Settings given, const ServiceOptions& how, Log to);

    void open_database(const ServiceOptions& how);
    void upgrade_if_allowed();
    void prepare_database();
    void wait_for_database(const ServiceOptions& how);
    [[nodiscard]] std::unique_ptr<http::Server> new_server(http::Handler handler, http::Gate gate)
        const;
    [[nodiscard]] std::unique_ptr<http::Server> waiting_room(const ServiceOptions& options) const;
    void start_membership(const ServiceOptions& options);
    void add_membership(const ServiceOptions& options);
    void start_relay(const ServiceOptions& options);
    void heard(wake::Topic topic);
    void start_web(const ServiceOptions& options);
    void start_operators_pages();
    void start_workers();
    void start_pollers();
    void start_tasks();
    void run(wake::Bell& bell, Turn turn);
    Turn leading(Turn turn);
    void join();
    Instant belong(Instant now);
    void note_trigger();
    Instant hear(Instant now);
    [[nodiscard]] std::size_t connections_for(std::size_t descriptors, std::size_t wanted) const;
    void add_figures(const ServiceOptions& options);
    void add_remote_figures(web::Figures& figures);
    void add_redis_figures(web::Figures& figures) const;
    void add_log_figures(web::Figures& figures) const;
    Agent& new_agent();
    void ring_workers();
    Instant poll_events(sync::PollEvents& poller, Agent& agent, Instant now);
    Instant keep_house(Instant now);
    void end_shadow();
    void follow_shadow(Instant now);
    bool sort_in_words();
    void count_anew(Instant now);
    void follow_clock(Instant now);
    void wake_all(Instant now);
    void stop();

    Settings settings;
    Log log;
    SharedClock clock;
    SystemRandom random;
    const std::string owner = lease_owner();
    sync::SyncSettings sync_settings;
    web::Metrics metrics{version};
    CallRecord calls{call_bell, log};
    Meter meter{metrics};
    trace::Parents parents;
    std::unique_ptr<SpanExport> spans;  // where a collector is told
    std::unique_ptr<store::Database> opened;
    std::unique_ptr<store::Database> database;  // the same, and its commits and errors are counted
    std::unique_ptr<Gates> gates;
    std::optional<sync::Shared> shared;  // from the database's time on
    std::unique_ptr<Paces> paces;
    wake::ProcessBell work_bell{64};  // more workers than that are never woken for one burst
    wake::ProcessBell event_bell;
    RelayedBell work_hints{work_bell, wake::Topic::work};
    RelayedBell event_hints{event_bell, wake::Topic::events};
    wake::ProcessBell jira_bell;
    wake::ProcessBell sweep_bell;
    wake::ProcessBell house_bell;
    wake::ProcessBell call_bell;
    wake::ProcessBell task_bell;  // to be rung when a task was asked for
    wake::ProcessBell inbox_bell;
    wake::ProcessBell quiet_bell;            // nobody rings it but the end
    std::unique_ptr<Membership> membership;  // where others may share the database
    std::unique_ptr<web::Intake> intake;
    std::unique_ptr<web::Inbox> inbox;
    std::unique_ptr<web::Health> health;
    std::unique_ptr<web::OperatorApi> operators;  // where the dashboard is on
    web::Router router;
    std::unique_ptr<http::Server> server;
    std::vector<std::unique_ptr<Agent>> agents;
    std::vector<std::thread> threads;
    std::thread committer;
    std::atomic<bool> stopping{false};
    std::atomic<int> running{0};
    std::atomic<bool> sweep_wanted{false};
    std::atomic<Instant> triggered_at{Instant{}};
    std::optional<std::string> events_heard;  // of the thread that hears
    Alarm next_prune = {};
    Alarm next_shadow_look = {};
    Alarm next_count = {};
    std::mutex clock_mutex;               // guards the next
    std::optional<Duration> clock_ahead;  // of the steady one
    std::atomic<bool> clock_set_back{false};
    bool backlog_told = false;
    std::unique_ptr<wake::Relay> relay;  // last: its thread is gone before what it rings
};

}  // namespace oms::app
