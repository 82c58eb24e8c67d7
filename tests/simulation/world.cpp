#include "tests/simulation/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/postgres.hpp"
#include "store/sqlite.hpp"
#include "tests/simulation/blank.hpp"

// The world as it is; world_steps.cpp has how it moves, phases.cpp what is played in it.
namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

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

}  // namespace oms::simulation
