#include "tests/simulation/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "tests/simulation/checkers.hpp"

namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

/// Within one reconcile interval and an hour all must agree: the bound of the promise.
constexpr Duration liveness = 7h;
constexpr int steps_max = 200'000;
constexpr int depth_max = 2;

sim::JiraOptions jira_options() {
    sim::JiraOptions options;
    sim::JiraSite site = sim::default_site({.any_transitions = true});
    site.users.at("oms").roles = {"User", "Staff", "Administrators"};
    sim::JiraProject help = site.projects.at("EOSC");
    help.id = "10900";
    help.key = "HELP";
    help.name = "Helpdesk";
    help.last_number = 5000;
    site.projects.emplace("HELP", help);
    options.site = std::move(site);
    options.settings.base_url = jira_url;
    return options;
}

class World {
public:
    explicit World(const RunOptions& options);
    Verdict run();

private:
    void safety();
    void golden();
    void live();
    void second_sweep();
    void check();

    void start();
    /// Runs `what`; a kill in it ends the process, and a new one is started a little later.
    void survive(const std::function<void()>& what);
    /// One thing that is due happens; where nothing is, the time goes on, but not past `until`.
    bool step(Instant until);
    bool run_a_turn();
    void deliver();
    void people_act();
    void meanwhile();
    void skew();
    [[nodiscard]] Instant next_event(Instant until);
    bool is_quiet();
    void tell(const std::string& line);

    RunOptions options_;
    SeededRandom random_;
    SimClock clock_;
    TrueClock true_clock_{clock_};
    sim::Marketplace market_{true_clock_, random_};
    sim::Jira jira_{true_clock_, random_, jira_options()};
    Network network_{clock_, random_, market_, jira_};
    People people_{random_, market_, jira_};
    std::unique_ptr<store::Database> disk_;
    SeamDatabase database_;
    app::Settings settings_;
    std::vector<std::string> log_lines_;
    Log log_;
    std::unique_ptr<Process> process_;
    std::multimap<Instant, http::Request> webhooks_late_;
    Verdict verdict_;
    int acts_left_ = 0;
    int depth_ = 0;
    std::uint64_t writes_ = 0;
};

app::Settings settings_for(sim::Jira& jira, Instant now) {
    std::map<std::string, app::Environment::Given> given;
    for (const auto& [name, value] : jira.environment())
        given[name] = {value, "simulation"};
    const auto set = [&](const std::string& name, const std::string& value) {
        given[name] = {value, "simulation"};
    };
    set("OMS_JIRA_URL", std::string{jira_url});
    set("OMS_JIRA_WEBHOOK_SECRET", "s3cret");
    set("OMS_JIRA_INTERNAL_ROLE", "Staff");
    set("OMS_MP_URL", std::string{market_url});
    set("OMS_MP_TOKEN", "demo-token");
    set("OMS_ID", "1");
    set("OMS_POLL_INTERVAL", "5m");
    set("OMS_JIRA_POLL_INTERVAL", "5m");
    auto loaded = app::load_settings(app::Environment{given}, app::Needs::remotes, now);
    if (!loaded.faults.empty()) throw std::runtime_error{app::describe(loaded.faults)};
    return std::move(loaded.settings);
}

World::World(const RunOptions& options)
    : options_{options},
      random_{options.seed},
      disk_{store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false)},
      database_{*disk_, network_},
      settings_{settings_for(jira_, clock_.now())},
      log_{LogLevel::info, LogFormat::text, [this](std::string_view line) {
               log_lines_.emplace_back(line);
           }} {
    store::upgrade(*disk_, clock_.now());
    market_.seed_empty();
    people_.market_do(
        "offers",
        {{"name", "Elsewhere"}, {"service", "Other"}, {"category", "Compute"}, {"primary_oms", 2}}
    );
    market_.set_trigger(1, {.url = "http://oms.sim/mp/trigger"});
    jira_.register_webhook(
        "oms", "http://oms.sim/api/webhooks/jira?issue_id=${issue.id}&secret=s3cret"
    );
    people_.is_linked = [this](const Subject& subject) {
        return store::read(*disk_, [&](store::Connection& connection) {
            return store::find_link(connection, subject).has_value();
        });
    };
    network_.meanwhile = [this] { meanwhile(); };
    network_.tell = [this](const std::string& line) { tell("  " + line); };
    network_.observe = [this](const Carried& carried) {
        const bool write =
            carried.method != "GET" && carried.url.find("/search") == std::string::npos;
        if (write) ++writes_;
        const bool to_jira = carried.url.starts_with(jira_url);
        if (to_jira && carried.body.find("hush") != std::string::npos) {
            verdict_.violations.emplace_back("a user_direct message was sent to Jira");
        }
    };
}

void World::tell(const std::string& line) {
    for (const char character : line)
        verdict_.trace = (verdict_.trace ^ static_cast<unsigned char>(character)) * 1099511628211U;
    if (options_.keep_story) {
        verdict_.story.push_back(to_rfc3339(clock_.now(), 3).substr(11) + " " + line);
    }
}

void World::start() {
    while (!process_) {
        try {
            process_ = std::make_unique<Process>(
                settings_, Surroundings{database_, clock_, random_, network_, log_}
            );
        } catch (const Killed&) {
            ++verdict_.kills;
        } catch (const store::DatabaseError&) {
            clock_.advance(1s);
        }
    }
    tell("the adapter starts");
}

void World::survive(const std::function<void()>& what) {
    try {
        what();
    } catch (const Killed&) {
        if (depth_ > 0) throw;  // the whole process is dead: let it fall from the outermost turn
        ++verdict_.kills;
        process_.reset();
        tell("the adapter is killed");
        clock_.advance(std::chrono::milliseconds{random_.next() % 20'000});
        start();
    }
}

bool World::run_a_turn() {
    std::vector<std::size_t> due;
    auto& turns = process_->turns();
    for (std::size_t i = 0; i < turns.size(); ++i) {
        if (!turns[i].busy && turns[i].next <= clock_.now()) due.push_back(i);
    }
    if (due.empty()) return false;
    // By index: nothing is added while a process lives.
    Process::Turn& turn = turns[due[random_.next() % due.size()]];
    turn.busy = true;
    // Rung while it runs, it is due again afterwards.
    const Instant never = Instant::max();
    turn.next = never;
    Instant next{};
    try {
        next = turn.run(clock_.now());
    } catch (const std::exception&) {
        next = clock_.now() + 1s;
    }
    turn.busy = false;
    turn.next = std::min(turn.next, next);
    return true;
}

void World::deliver() {
    network_.deliver_late();
    for (const http::Request& trigger : market_.take_outgoing()) {
        if (network_.weather.trigger_lost > 0 && random_.fraction() < network_.weather.trigger_lost)
            continue;
        tell("trigger");
        http::Request local = trigger;
        local.url = "/mp/trigger";
        process_->receive(local);
    }
    for (const http::Request& webhook : jira_.take_outgoing()) {
        http::Request local = webhook;
        local.url = webhook.url.substr(webhook.url.find("/api/"));
        tell("webhook " + local.url.substr(0, local.url.find("secret")));
        const int status = process_->receive(local);
        if (status != 204) tell(fmt::format("  answered {}", status));
    }
}

void World::people_act() {
    if (acts_left_ <= 0) return;
    --acts_left_;
    const std::string words = people_.act();
    if (!words.empty()) tell("* " + words);
}

void World::meanwhile() {
    if (depth_ >= depth_max || !process_) return;
    ++depth_;
    try {
        switch (random_.next() % 4) {
        case 0: people_act(); break;
        case 1: deliver(); break;
        default: run_a_turn(); break;
        }
    } catch (const Killed&) {
        --depth_;
        throw;
    }
    --depth_;
}

void World::skew() {
    if (network_.weather.clock_jump == 0 || random_.fraction() > network_.weather.clock_jump)
        return;
    const auto by = std::chrono::seconds{static_cast<std::int64_t>(random_.next() % 240) - 120};
    clock_.skew(by);
    tell(fmt::format("the clock jumps by {} s", by.count()));
}

Instant World::next_event(Instant until) {
    Instant next = until;
    for (const auto& turn : process_->turns())
        next = std::min(next, turn.next);
    // The remotes live in the true time.
    const Duration skew = clock_.now() - clock_.true_now();
    if (const auto late = network_.next_late()) next = std::min(next, *late + skew);
    if (const auto webhook = jira_.next_outgoing_at()) next = std::min(next, *webhook + skew);
    return next;
}

bool World::step(Instant until) {
    survive([this] { deliver(); });
    bool ran = false;
    survive([&] { ran = run_a_turn(); });
    if (ran) return true;
    const Instant next = next_event(until);
    if (next <= clock_.now()) {
        clock_.advance(1ms);
        return clock_.now() < until;
    }
    clock_.advance(next - clock_.now());
    return clock_.now() < until;
}

void World::safety() {
    acts_left_ = options_.acts;
    int steps = 0;
    while (acts_left_ > 0 && ++steps < steps_max) {
        if (random_.fraction() < 0.25) people_act();
        skew();
        if (random_.fraction() < network_.weather.webhook_forged) {
            const auto id = 1 + random_.next() % 30'000;
            survive([&] {
                process_->receive(
                    {.method = "POST",
                     .url = fmt::format("/api/webhooks/jira?issue_id={}&secret=s3cret", id)}
                );
            });
        }
        // People let some time pass, mostly little.
        const auto pause =
            std::chrono::seconds{random_.next() % (random_.next() % 8 == 0 ? 600 : 5)};
        step(clock_.now() + pause + 1ms);
    }
}

void World::golden() {
    for (const auto& act : options_.golden) {
        tell("* " + act(people_));
        const Instant until = clock_.now() + 20min;
        while (!is_quiet() && step(until)) {
        }
    }
}

bool World::is_quiet() {
    bool quiet = true;
    for (const auto& turn : process_->turns())
        quiet = quiet && turn.next > clock_.now();
    const auto outgoing = jira_.next_outgoing_at();
    return quiet && !outgoing && !network_.next_late();
}

void World::live() {
    network_.weather = Weather::calm();
    network_.plan = {};
    clock_.unskew();
    jira_.lag_index(Duration{0});
    jira_.fail_webhooks({});
    people_.market_do("settings", {{"event_delay_ms", 0}, {"same_second", false}});
    for (const char* login : {"oms"})
        people_.jira_do("settings", {{"log_in", login}});
    tell("-- the weather clears --");
    const Instant until = clock_.now() + liveness;
    int steps = 0;
    while (step(until) && ++steps < steps_max) {
    }
    if (steps >= steps_max) verdict_.violations.emplace_back("it never comes to rest");
}

void World::second_sweep() {
    tell("-- a second sweep --");
    const std::uint64_t before = writes_;
    survive([this] { process_->begin_sweep(); });
    const Instant until = clock_.now() + 10min;
    while (step(until)) {
    }
    if (process_->sweep_running())
        verdict_.violations.emplace_back("the second sweep does not end");
    if (writes_ != before) {
        verdict_.violations.push_back(fmt::format("a second sweep made {} writes", writes_ - before)
        );
    }
}

void World::check() {
    const auto state = [](const http::Response& response) {
        return json::parse(response.body).value_or(json::value(nullptr));
    };
    const Sides sides{
        .market = state(market_.handle({.method = "GET", .url = "/sim/state"})),
        .jira = state(jira_.handle({.method = "GET", .url = "/sim/state"}))};
    Violations& found = verdict_.violations;
    check_nothing_lost_or_doubled(people_, sides, found);
    check_nothing_leaked(people_, sides, found);
    check_order_of_messages(people_, sides, found);
    check_converged(people_, sides, found);
    check_nothing_stuck(*disk_, found);
    for (const std::string& line : log_lines_)
        check_silence(line, "a log line", found);
    check_silence(process_->metrics(), "the metrics", found);
    disk_->read([&](store::Connection& connection) {
        for (const auto& entry : store::journal_after(connection, 0, 100'000))
            check_silence(entry.says, "the journal", found);
    });
}

Verdict World::run() {
    network_.plan = options_.plan;
    network_.weather = options_.calm ? Weather{} : Weather::of(random_);
    const Weather& weather = network_.weather;
    verdict_.weather = in_words(weather);
    jira_.lag_index(weather.index_lag, weather.index_flicker);
    jira_.fail_webhooks(
        {.lose = weather.webhook_lost,
         .twice = weather.webhook_twice,
         .jitter = weather.webhook_late,
         .shuffle = true}
    );
    if (weather.events_late > Duration{0} || weather.same_second) {
        people_.market_do(
            "settings",
            {{"event_delay_ms", weather.events_late / 1ms}, {"same_second", weather.same_second}}
        );
    }
    start();
    if (options_.golden.empty()) {
        safety();
    } else {
        golden();
    }
    verdict_.calls = network_.calls;
    verdict_.commits = network_.commits;
    live();
    second_sweep();
    check();
    verdict_.changes = people_.changes();
    return std::move(verdict_);
}

}  // namespace

Verdict run_seed(const RunOptions& options) { return World{options}.run(); }

}  // namespace oms::simulation
