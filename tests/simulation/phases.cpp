#include <algorithm>

#include <fmt/format.h>

#include "store/journal.hpp"
#include "tests/simulation/checkers.hpp"
#include "tests/simulation/world.hpp"

// What is played in the world, and what is looked at in the end.
namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

/// Within one reconcile interval and an hour all must agree: the bound of the promise.
constexpr Duration liveness_after_sweep = 1h;
constexpr Duration liveness = 2h + liveness_after_sweep;
/// Without a sweep: the polls' pace, the longest wait between two attempts, and as much again.
constexpr Duration liveness_by_hints = 70min;
constexpr int steps_max = 200'000;
/// A golden story's act that cannot be done yet is tried again so often, a minute apart.
constexpr int act_again_max = 120;

}  // namespace

void World::forge() {
    const Weather& weather = network_.weather;
    if (weather.webhook_forged > 0 && random_.fraction() < weather.webhook_forged) {
        const auto id = 1 + random_.next() % 30'000;
        const char* secret = random_.next() % 2 == 0 ? "s3cret" : "guessed";
        survive([&] {
            receive(
                {.method = "POST",
                 .url = fmt::format("/api/webhooks/jira?issue_id={}&secret={}", id, secret)}
            );
        });
    }
    if (weather.trigger_forged > 0 && random_.fraction() < weather.trigger_forged) {
        survive([&] { trigger({.method = "POST", .body = "nobody's"}); });
    }
}

/// What befalls the machine and the accounts between two steps.
void World::weather_strikes() {
    const Weather& weather = network_.weather;
    skew();
    forge();
    if (weather.captcha > 0 && captcha_until_ == Instant{} &&
        random_.fraction() < weather.captcha) {
        tell("Jira wants a person to log in");
        people_.jira_do("settings", {{"captcha", "oms"}});
        captcha_until_ = clock_.true_now() + std::chrono::seconds{random_.next() % 1200};
    }
    if (captcha_until_ != Instant{} && clock_.true_now() >= captcha_until_) {
        tell("a person logs in");
        people_.jira_do("settings", {{"log_in", "oms"}});
        captcha_until_ = {};
    }
    if (weather.power_fails > 0 && random_.fraction() < weather.power_fails) {
        disk_->fail_power(1 + random_.next() % 40);
    }
    if (weather.restore == 0) return;
    if (!backup_ && random_.fraction() < 0.1) back_up();
    if (backup_ && random_.fraction() < weather.restore) {
        restore();
        backup_.reset();
    }
}

void World::change_mode() {
    const bool shadow = !settings_.dry_run;
    tell(shadow ? "-- back to shadow mode --" : "-- shadow mode ends --");
    restart({{"OMS_DRY_RUN", shadow ? "1" : "0"}});
}

void World::safety() {
    acts_left_ = options_.acts;
    int steps = 0;
    int change_at = options_.shadow ? options_.acts * 2 / 3 : -1;
    while (acts_left_ > 0 && ++steps < steps_max) {
        if (acts_left_ <= change_at) {
            survive([this] { change_mode(); });
            change_at = acts_left_ / 2;
        }
        if (random_.fraction() < 0.25) people_act();
        weather_strikes();
        // People let some time pass, mostly little.
        const auto pause =
            std::chrono::seconds{random_.next() % (random_.next() % 8 == 0 ? 600 : 5)};
        step(clock_.now() + pause + 1ms);
    }
}

void World::golden() {
    wait(1min);  // who we are, and the first look at both feeds
    for (std::size_t i = 0; i < options_.golden->acts.size(); ++i)
        play(options_.golden->acts[i], i + 1);
}

void World::play(const Act& act, std::size_t number) {
    const int changes = people_.changes();
    const int orders = static_cast<int>(people_.orders().size());
    cost_ = {};
    std::string words;
    for (int i = 0; i < act_again_max && words.empty(); ++i) {
        words = act.run(*this);
        if (words.empty()) wait(1min);
    }
    if (words.empty()) {
        violate(
            "comes to rest",
            fmt::format("act {} of {} could never be done", number, options_.golden->name)
        );
        return;
    }
    tell("* " + words);
    wait(2s);  // triggers and webhooks are on their way
    const Instant until = clock_.now() + 20min;
    while (!is_quiet() && step(until)) {
    }
    const int new_orders = static_cast<int>(people_.orders().size()) - orders;
    if (act.cost_counts) check_cost(words, people_.changes() - changes + new_orders);
}

/// One write and at most one read of each side per carried change; a new order is registered too.
/// Where nothing is to be carried, one read tells so; one for each time that it is told where Jira
/// tells it twice, and not at once.
void World::check_cost(const std::string& words, int changes) {
    if (options_.plan.fate != Fate::fine || verdict_.restores > 0) return;
    const int reads = std::max(1, changes);
    const bool told_apart =
        options_.jira.comment_told_twice && options_.jira.deliveries_spread > Duration{0};
    // Where search lags as a matter of course, a process asks for the newest issue and the keys behind
    // it before it makes its first.
    const bool lags = options_.jira.search == sim::JiraSearch::by_token;
    const int behind_the_index = lags && made_nothing_yet_ ? 4 : 0;
    if (cost_.jira_reads > reads) made_nothing_yet_ = false;
    const int jira_reads = (changes == 0 && told_apart ? 2 : reads) + behind_the_index;
    const bool cheap = cost_.writes <= changes && cost_.market_reads <= reads;
    if (cheap && cost_.jira_reads <= jira_reads) return;
    violate(
        "cost",
        fmt::format(
            "{}: {} changes cost {} writes, {} reads of the marketplace and {} of Jira",
            words,
            changes,
            cost_.writes,
            cost_.market_reads,
            cost_.jira_reads
        )
    );
}

void World::live() {
    network_.weather = Weather::calm();
    network_.plan = {};
    set_clock(clock_.true_now() - clock_.now());
    hints_lost_ = false;
    if (disk_) disk_->fail_power(0);
    jira_.lag_index(Duration{0});
    jira_.fail_webhooks({});
    people_.market_do(
        "settings",
        {{"event_delay_ms", 0},
         {"same_second", false},
         {"trigger_lose", 0},
         {"trigger_twice", 0},
         {"poison_events", 0},
         {"drop_events", 0}}
    );
    people_.jira_do("settings", {{"log_in", "oms"}});
    tell("-- the weather clears --");
    if (no_sweep_) agree_without_sweep();
    // Where no sweep came of itself, one was asked for by now.
    const Instant until = clock_.now() + (no_sweep_ ? liveness_after_sweep : liveness);
    int steps = 0;
    while (step(until) && ++steps < steps_max) {
    }
    if (steps >= steps_max) violate("comes to rest", "it never does");
}

Sides World::sides() {
    const auto state = [](const http::Response& response) {
        return json::parse(response.body).value_or(json::value(nullptr));
    };
    return {
        .market = state(market_.handle({.method = "GET", .url = "/sim/state"})),
        .jira = state(jira_.handle({.method = "GET", .url = "/sim/state"}))};
}

/// Hints, late or repeated, and polls must suffice: a sweep heals what should not need healing.
void World::agree_without_sweep() {
    wait(liveness_by_hints);
    const Sides sides = this->sides();
    look_into("agrees before any sweep", [&](Violations& found) {
        check_nothing_lost_or_doubled(people_, sides, found);
        check_statuses(people_, sides, found);
    });
    sweep();
}

void World::agree_at_once() {
    if (options_.plan.fate != Fate::fine) return;
    const Sides sides = this->sides();
    look_into("at once where hints arrive", [&](Violations& found) {
        check_nothing_lost_or_doubled(people_, sides, found);
        check_statuses(people_, sides, found);
    });
}

void World::second_sweep() {
    tell("-- a second sweep --");
    const std::uint64_t before = writes_;
    sweep();
    wait(10min);
    if (process_->sweep_running()) violate("second sweep", "it does not end");
    if (writes_ != before)
        violate("second sweep", fmt::format("it made {} writes", writes_ - before));
}

void World::check() {
    const Sides sides = this->sides();
    look_into("nothing lost, nothing doubled", [&](Violations& found) {
        check_nothing_lost_or_doubled(people_, sides, found);
    });
    look_into("nothing echoed", [&](Violations& found) {
        check_nothing_echoed(people_, sides, found);
    });
    look_into("nothing leaked", [&](Violations& found) {
        check_nothing_leaked(people_, sides, found);
    });
    look_into("texts read as typed", [&](Violations& found) {
        check_texts(people_, sides, found);
    });
    look_into("order of messages", [&](Violations& found) {
        check_order_of_messages(people_, sides, found);
    });
    look_into("converged", [&](Violations& found) {
        check_statuses(people_, sides, found);
        check_projects(people_, sides, found);
        if (options_.golden != nullptr) check_whose_word(people_, sides, found);
    });
    look_into("nothing stuck", [&](Violations& found) {
        check_nothing_stuck(people_, *real_database_, found);
    });
    look_into("counts are right", [&](Violations& found) { check_counts(*real_database_, found); });
    look_into("explain is true", [&](Violations& found) {
        check_explained(
            people_, sides, *real_database_, clock_.now(), verdict_.restores > 0, found
        );
    });
    look_into("no false alarm", [&](Violations& found) {
        check_no_false_alarm(people_, *real_database_, found);
        // Others' turns within a call take their time: now and then that is longer than a lease.
        const auto lost = std::ranges::count_if(log_lines_, [](const std::string& line) {
            return line.find("lease lost") != std::string::npos;
        });
        if (clock_steady_ && lost > 3) {
            found.push_back(fmt::format("{} leases were lost, though no clock jumped", lost));
        }
    });
    look_into("silence", [&](Violations& found) { check_silence_everywhere(found); });
}

/// What the checker finds is told with its name.
void World::look_into(
    const std::string& checker,
    const std::function<void(Violations&)>& check_it
) {
    Violations found;
    check_it(found);
    for (std::string& one : found)
        violate(checker, std::move(one));
}

void World::check_silence_everywhere(Violations& found) {
    for (const std::string& line : log_lines_)
        check_silence(line, "a log line", found);
    check_silence(process_->metrics(), "the metrics", found);
    real_database_->read([&](store::Connection& connection) {
        for (const auto& entry : store::journal_after(connection, 0, 100'000))
            check_silence(entry.says, "the journal", found);
    });
    check_kept(found);
}

/// What is kept for people: what a look saw, the calls to the remotes, and what was asked for.
void World::check_kept(Violations& found) {
    process_->write_calls_down(*real_database_);
    constexpr store::Statement kept{"kept_for_people", R"sql(
        SELECT 'a sight', rows || would || title || customer FROM sight
        UNION ALL
        SELECT 'a remote call', path || says || subject FROM remote_call
        UNION ALL
        SELECT 'a task', input || progress || result FROM task
    )sql"};
    std::size_t sights = 0;
    real_database_->read([&](store::Connection& connection) {
        for (const store::Row& row : connection.run(kept, {})) {
            if (row[0].text() == "a sight") ++sights;
            check_silence(row[1].text(), row[0].text().c_str(), found);
            for (const auto& order : people_.orders()) {
                if (!order.voucher || order.voucher->empty()) continue;
                if (row[1].text().find(*order.voucher) == std::string::npos) continue;
                found.push_back(fmt::format("a voucher stands in {}", row[0].text()));
            }
        }
    });
    const auto due = std::ranges::count_if(people_.projects(), [&](ProjectId project) {
        return !people_.was_deleted(project);
    });
    if (static_cast<std::ptrdiff_t>(sights) < due && verdict_.restores == 0)
        found.push_back(fmt::format("{} sights are kept", sights));
}

Verdict World::run() {
    try {
        play();
    } catch (const store::DatabaseError& error) {
        violate("the database opens again", error.what());
    }
    return std::move(verdict_);
}

void World::play() {
    start();
    if (options_.golden != nullptr) {
        golden();
    } else {
        safety();
    }
    if (settings_.dry_run) change_mode();
    verdict_.calls = network_.calls;
    verdict_.commits = network_.commits;
    verdict_.struck = network_.struck;
    live();
    second_sweep();
    check();
    verdict_.changes = people_.changes();
}

Verdict run_seed(const RunOptions& options) { return World{options}.run(); }

}  // namespace oms::simulation
