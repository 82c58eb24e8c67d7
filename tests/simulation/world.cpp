#include "tests/simulation/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/inbox.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/postgres.hpp"
#include "store/sqlite.hpp"
#include "tests/simulation/blank.hpp"

// The world as it is and how it moves; phases.cpp has what is played in it.
namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int depth_max = 2;

sim::JiraOptions jira_options(const sim::JiraProfile& profile) {
    sim::JiraOptions options{.profile = profile};
    sim::JiraSite site = sim::default_site({.any_transitions = true, .epics = profile.epics});
    site.users.at("oms").roles = {"User", "Staff", "Administrators"};
    // One that our account is not in.
    site.roles.emplace_back("Board");
    site.users.at("admin").roles.insert("Board");
    site.users.at("anna").roles.insert("Board");
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

app::Settings
settings_for(sim::Jira& jira, const std::map<std::string, std::string>& overrides, Instant now) {
    std::map<std::string, std::string> values = jira.environment();
    values["OMS_JIRA_URL"] = jira_url;
    values["OMS_JIRA_WEBHOOK_SECRET"] = "s3cret";
    values["OMS_JIRA_INTERNAL_ROLE"] = "Staff";
    values["OMS_MP_URL"] = market_url;
    values["OMS_MP_TOKEN"] = "demo-token";
    values["OMS_ID"] = "1";
    values["OMS_POLL_INTERVAL"] = "5m";
    values["OMS_JIRA_POLL_INTERVAL"] = "5m";
    values["OMS_RECONCILE_INTERVAL"] = "2h";
    for (const auto& [name, value] : overrides)
        values[name] = value;
    std::map<std::string, app::Environment::Given> given;
    for (const auto& [name, value] : values)
        given[name] = {value, "simulation"};
    auto loaded = app::load_settings(app::Environment{given}, app::Needs::remotes, now);
    if (!loaded.faults.empty()) throw std::runtime_error{app::describe(loaded.faults)};
    return std::move(loaded.settings);
}

bool is_write(const Carried& carried) { return writes(carried.method, carried.url); }

/// What is asked at its own pace, whatever changed: the feeds, who we are, and what this Jira is.
bool is_routine(const Carried& carried) {
    return carried.url.find("/events?") != std::string::npos ||
           carried.body.find("updated >=") != std::string::npos ||
           carried.url.ends_with("/myself") || carried.url.ends_with("/oms/1") ||
           carried.url.ends_with("/serverInfo") || carried.url.ends_with("/field") ||
           carried.url.find("/createmeta/") != std::string::npos;
}

}  // namespace

std::string profile_option(const sim::JiraProfile& profile) {
    return profile == sim::JiraProfile{} ? "" : " --jira " + profile.name;
}

World::World(const RunOptions& options)
    : options_{options},
      random_{options.seed},
      jira_{true_clock_, random_, jira_options(options.jira)},
      log_{LogLevel::info, LogFormat::text, [this](std::string_view line) {
               log_lines_.emplace_back(line);
               // Without the time, which is that of the machine and not of the seed.
               const std::size_t words = log_lines_.back().find(' ') + 1;
               if (options_.keep_story) {
                   verdict_.story.push_back("    log: " + log_lines_.back().substr(words));
               }
           }} {
    network_.plan = options_.plan;
    network_.weather = options_.calm || options_.golden != nullptr
                           ? Weather{}
                           : Weather::of(random_, options_.jira.bulk_reads);
    if (!options_.postgres.empty()) {
        // What a disk loses, and which backup is put back, is the server's affair.
        network_.weather.restore = network_.weather.power_fails = 0;
    }
    const Weather& weather = network_.weather;
    verdict_.weather = in_words(weather);
    network_.bursts = options_.golden == nullptr && random_.fraction() < 0.4;
    if (network_.bursts) verdict_.weather += ", webhooks in bursts";
    clock_steady_ = weather.clock_jump == 0;
    // What only a sweep can heal must not be in the way of the proof that the rest needs none.
    no_sweep_ = options_.golden == nullptr && random_.fraction() < 0.5 && weather.event_lost == 0 &&
                weather.poison_event == 0 && weather.restore == 0 && weather.index_flicker == 0 &&
                !weather.far_jumps;
    if (no_sweep_) overrides_["OMS_RECONCILE_INTERVAL"] = "7d";
    if (options_.shadow) overrides_["OMS_DRY_RUN"] = "1";
    // The Jira poll asks for one Jira project: of an issue that left it, webhooks and the sweep tell.
    // One is lost, too, where it could not be stored.
    const bool webhooks_may_be_lost = weather.webhook_lost > 0 || weather.killed_at_call > 0 ||
                                      weather.killed_at_commit > 0 || weather.disk_full > 0 ||
                                      weather.busy > 0 || weather.power_fails > 0;
    const bool sweep_needed_for_moved = no_sweep_ && webhooks_may_be_lost;
    people_.nothing_vanishes = weather.restore > 0 || sweep_needed_for_moved;
    const bool on_disk =
        options_.postgres.empty() && (options_.on_disk || options_.golden != nullptr ||
                                      weather.restore > 0 || weather.power_fails > 0);
    // Made before any world's disk is there.
    const Disk::Image& blank = blank_image();
    if (on_disk) {
        disk_ = std::make_unique<Disk>(random_);
        disk_->restore(blank);
    }
    prepare_remotes();
    network_.meanwhile = [this] { meanwhile(); };
    network_.tell = [this](const std::string& line) { tell("  " + line); };
    network_.observe = [this](const Carried& carried) { observe(carried); };
    settings_ = settings_for(jira_, overrides_, clock_.now());
    open_database();
}

World::~World() {
    process_.reset();
    database_.reset();
    real_database_.reset();
}

void World::prepare_remotes() {
    const Weather& weather = network_.weather;
    market_.seed_empty();
    people_.market_do(
        "offers",
        {{"name", "Elsewhere"}, {"service", "Other"}, {"category", "Compute"}, {"primary_oms", 2}}
    );
    people_.market_do(
        "settings",
        {{"event_delay_ms", weather.events_late / 1ms},
         {"same_second", weather.same_second},
         {"trigger_lose", weather.trigger_lost},
         {"trigger_twice", weather.trigger_twice}}
    );
    market_.set_trigger(1, {.url = "http://oms.sim/mp/trigger"});
    jira_.register_webhook(
        "oms",
        "http://oms.sim/api/webhooks/jira?issue_id=" +
            sim::hook_variable(options_.jira, "issue.id") + "&secret=s3cret"
    );
    jira_.lag_index(weather.index_lag, weather.index_flicker);
    jira_.fail_webhooks(
        {.lose = weather.webhook_lost,
         .twice = weather.webhook_twice,
         .jitter = weather.webhook_late,
         .shuffle = true}
    );
    people_.is_linked = [this](const Subject& subject) {
        return store::read(*real_database_, [&](store::Connection& connection) {
            return store::find_link(connection, subject).has_value();
        });
    };
}

void World::observe(const Carried& carried) {
    const bool to_jira = carried.url.starts_with(jira_url);
    if (is_write(carried) && settings_.dry_run && !carried.late) {
        violate("a shadow writes nothing", carried.method + " " + carried.url);
    }
    if (is_write(carried)) {
        ++writes_;
        ++cost_.writes;
    } else if (!is_routine(carried)) {
        ++(to_jira ? cost_.jira_reads : cost_.market_reads);
    }
    if (to_jira && carried.body.find("hush") != std::string::npos) {
        violate("nothing leaked", "a user_direct message was sent to Jira");
    }
    for (const char* secret : {"oms-password", "oms-token", "demo-token", "s3cret"}) {
        const bool told = carried.body.find(secret) != std::string::npos ||
                          carried.url.find(secret) != std::string::npos;
        if (told) {
            violate("silence", fmt::format("'{}' was sent in {}", secret, carried.method));
        }
    }
}

void World::tell(const std::string& line) {
    for (const char character : line)
        verdict_.trace = (verdict_.trace ^ static_cast<unsigned char>(character)) * 1099511628211U;
    if (options_.keep_story) {
        verdict_.story.push_back(to_rfc3339(clock_.now(), 3).substr(11) + " " + line);
    }
}

void World::open_database() {
    if (!options_.postgres.empty()) {
        real_database_ = store::open_postgres(Secret{options_.postgres}, false);
        real_database_->write([](store::Connection& connection) {
            connection.run_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        });
    } else if (disk_) {
        real_database_ =
            store::open_sqlite("oms-jira.db", store::OpenMode::create_if_missing, false);
    } else {
        with_blank_memory([this] {
            real_database_ =
                store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
        });
    }
    store::upgrade(*real_database_, clock_.now());
    database_ = std::make_unique<SeamDatabase>(*real_database_, network_);
    if (disk_) database_->power_failed = [this] { return disk_->power_failed(); };
}

void World::start() {
    // Only weather passes: a database that stays as it is ends the story.
    constexpr int tries = 100;
    for (int tried = 1; !process_; ++tried) {
        try {
            process_ = std::make_unique<Process>(
                settings_, Surroundings{*database_, clock_, random_, network_, log_}
            );
        } catch (const Killed&) {
            revive();
        } catch (const store::DatabaseError&) {
            if (tried >= tries) throw;
            clock_.advance(1s);
        }
    }
    made_nothing_yet_ = true;
    tell("the adapter starts");
}

void World::stop() {
    process_.reset();
    if (!disk_) return;
    database_.reset();
    real_database_.reset();
    disk_->process_died();
    open_database();
}

void World::restart(const std::map<std::string, std::string>& settings) {
    stop();
    for (const auto& [name, value] : settings)
        overrides_[name] = value;
    settings_ = settings_for(jira_, overrides_, clock_.now());
    start();
}

void World::back_up() {
    if (disk_) backup_ = disk_->image();
    tell("the database is backed up");
}

void World::restore() {
    process_.reset();
    database_.reset();
    real_database_.reset();
    disk_->restore(backup_.value_or(Disk::Image{}));
    // It takes its time, and by then Jira's index has what was made before. Where that lags as a matter
    // of course, it may take no longer than what is still on its way.
    const bool lags = options_.jira.search == sim::JiraSearch::by_token;
    const int minutes = lags && random_.fraction() < 0.5 ? 0 : 5;
    while (const auto next = network_.next_late()) {
        clock_.advance(std::max(*next - clock_.true_now(), Duration{0}));
        network_.deliver_late();
    }
    for (int minute = 0; minute < minutes; ++minute) {
        clock_.advance(1min);
        network_.deliver_late();
    }
    ++verdict_.restores;
    tell(backup_ ? "an earlier database is put back" : "an empty database is put in its place");
    open_database();
    start();
}

bool World::sweep() {
    bool begun = false;
    survive([&] {
        try {
            process_->begin_sweep();
            begun = true;
        } catch (const store::DatabaseError&) {
            tell("the operator is told that the database does not work");
        }
    });
    return begun;
}

void World::lose_hints(bool lost) { hints_lost_ = lost; }

void World::begin_bursts() {
    network_.bursts = true;
    process_->use_inbox();
}

void World::during_next_write(const std::function<std::string()>& act) {
    network_.during_next_write = [this, act] {
        tell("* meanwhile " + act());
        deliver();
    };
}

void World::wait(Duration time) {
    const Instant until = clock_.now() + time;
    while (step(until)) {
    }
}

/// After a kill: the process is gone, and where the power failed, what the disk had not synced.
void World::revive() {
    ++verdict_.kills;
    process_.reset();
    if (disk_) {
        const bool power = disk_->power_failed();
        database_.reset();
        real_database_.reset();
        if (power) {
            ++verdict_.power_failures;
            disk_->power_on();
        } else {
            disk_->process_died();
        }
        open_database();
        tell(power ? "the power fails" : "the adapter is killed");
    } else {
        tell("the adapter is killed");
    }
    clock_.advance(std::chrono::milliseconds{random_.next() % 20'000});
}

void World::survive(const std::function<void()>& what) {
    try {
        what();
    } catch (const Killed&) {
        if (depth_ > 0) throw;  // the whole process is dead: let it fall from the outermost turn
        revive();
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
    } catch (const std::exception& error) {
        tell("a turn of " + turn.name + " broke: " + error.what());
        next = clock_.now() + 1s;
    }
    turn.busy = false;
    turn.next = std::min(turn.next, next);
    return true;
}

/// What was acknowledged is durable: an answer of success while the commit failed is a lie.
void World::receive(const http::Request& request) {
    const int failed_before = network_.commits_failed;
    const auto check = [&](int status) {
        if (status / 100 == 2 && network_.commits_failed != failed_before) {
            violate(
                "acknowledged is stored",
                fmt::format("a webhook was answered {}, though nothing was stored", status)
            );
        }
        if (status != 204 && status != 0) tell(fmt::format("  answered {}", status));
    };
    try {
        check(process_->receive(request));
    } catch (const Killed&) {
        check(process_->answered());
        throw;
    }
}

void World::trigger(const http::Request& request) {
    http::Request local = request;
    local.url = "/mp/trigger";
    process_->receive(local);
}

void World::deliver() {
    network_.deliver_late();
    for (const http::Request& request : market_.take_outgoing()) {
        if (hints_lost_) continue;
        tell("trigger");
        trigger(request);
    }
    for (const http::Request& webhook : jira_.take_outgoing()) {
        if (hints_lost_) continue;
        http::Request local = webhook;
        local.url = webhook.url.substr(webhook.url.find("/api/"));
        tell("webhook " + local.url.substr(0, local.url.find("secret")));
        receive(local);
        jira_.delivered(webhook, process_->answered());
    }
}

void World::people_act() {
    if (acts_left_ <= 0) return;
    --acts_left_;
    const Weather& weather = network_.weather;
    if (weather.poison_event > 0 && random_.fraction() < weather.poison_event) {
        people_.market_do("settings", {{"poison_events", 1}});
    }
    if (weather.event_lost > 0 && random_.fraction() < weather.event_lost) {
        people_.market_do("settings", {{"drop_events", 1}});
    }
    const std::string words = people_.act();
    if (!words.empty()) tell("* " + words);
}

void World::meanwhile() {
    if (depth_ >= depth_max || !process_) return;
    ++depth_;
    if (!network_.weather.far_jumps) skew();
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

void World::set_clock(Duration by) {
    clock_.skew(by);
    // The adapter sleeps by the time that only goes forward.
    for (auto& turn : process_->turns()) {
        if (turn.next != Instant::max()) turn.next += by;
    }
    if (by < Duration{0}) process_->clock_was_set_back();
}

void World::skew() {
    if (network_.weather.clock_jump == 0 || random_.fraction() > network_.weather.clock_jump)
        return;
    const std::int64_t most = network_.weather.far_jumps ? 3 * 3600 : 120;
    const auto by = std::chrono::seconds{
        static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(2 * most)) - most};
    set_clock(by);
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

bool World::is_quiet() {
    bool quiet = true;
    for (const auto& turn : process_->turns())
        quiet = quiet && turn.next > clock_.now();
    const auto outgoing = jira_.next_outgoing_at();
    const bool sorted = store::read(*real_database_, store::count_inbox).hints == 0;
    return quiet && sorted && !outgoing && !network_.next_late();
}

}  // namespace oms::simulation
