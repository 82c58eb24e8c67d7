#include "app/reconcile.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "app/agent.hpp"
#include "app/comparison.hpp"
#include "app/paces.hpp"
#include "app/process.hpp"
#include "app/progress.hpp"
#include "app/shared_clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "jobs/worker.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/subjects.hpp"
#include "sync/sweep.hpp"
#include "sync/synchroniser.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

struct Counts {
    std::int64_t compared = 0;
    std::int64_t differed = 0;
    std::int64_t healed = 0;
    std::int64_t failed = 0;
    std::int64_t attention = 0;
};

std::unique_ptr<store::Database> opened(const Settings& settings, SharedClock& clock) {
    auto database = open_existing(settings);
    clock.follow(*database);
    return database;
}

/// A plan that only calls a person mends nothing: an order whose issue is gone.
bool mends(const plan::Plan& plan) {
    const auto calls = [](const plan::Step& step) {
        return std::holds_alternative<plan::RaiseAttention>(step);
    };
    return std::ranges::any_of(plan.steps, plan::writes) || std::ranges::none_of(plan.steps, calls);
}

class Reconcile {
public:
    Reconcile(const Settings& settings, const ReconcileOptions& options, const Console& console)
        : settings_{settings},
          options_{options},
          console_{console},
          log_{LogLevel::error, settings.log_format},
          database_{opened(settings, clock_)},
          gates_{settings, *database_, clock_, random_, log_},
          paces_{settings, clock_, log_},
          agent_{settings, gates_, paces_.pace(), clock_, std::nullopt},
          synchroniser_{sync_settings_, *database_, shared_, agent_.remotes(), log_} {
        sync_settings_.plan = settings.plan;
        sync_settings_.settle = settle_settings(settings);
    }

    int run();

private:
    void dry(const Subject& subject);
    void heal(const Subject& subject);
    void tell_what_needs_a_person(const Subject& subject);
    int end();

    const Settings& settings_;
    ReconcileOptions options_;
    const Console& console_;
    Log log_;
    SharedClock clock_;
    SystemRandom random_;
    std::unique_ptr<store::Database> database_;
    Gates gates_;
    Paces paces_;
    Agent agent_;
    sync::Shared shared_{sync::process_beginning(*database_, clock_.now())};
    sync::SyncSettings sync_settings_;
    sync::Synchroniser synchroniser_;
    Counts counts_;
    json::array differences_;
    json::array persons_;
};

void Reconcile::dry(const Subject& subject) {
    const auto would = would_be_done(synchroniser_, subject);
    ++counts_.compared;
    if (!would) {
        ++counts_.failed;
        console_.error << visible(fmt::format("{}: {}\n", to_text(subject), would.error().says));
        return;
    }
    if (would->empty()) return;
    ++counts_.differed;
    for (const std::string& words : *would) {
        if (console_.json) {
            differences_.push_back(json::object{{"subject", key_of(subject)}, {"would", words}});
        } else {
            console_.out << visible(fmt::format("{:<12} would {}\n", to_text(subject), words));
        }
    }
}

void Reconcile::heal(const Subject& subject) {
    ++counts_.compared;
    const auto before = synchroniser_.examine(subject);
    if (!before) {
        ++counts_.failed;
        console_.error << visible(fmt::format("{}: {}\n", to_text(subject), before.error().says));
        return;
    }
    // Whatever would be written down: also that something is gone, which nobody is to be told.
    const bool differs = std::ranges::any_of(before->plan.steps, [](const plan::Step& step) {
        return plan::writes(step) || !plan::in_words(step).empty();
    });
    if (!differs) return;
    ++counts_.differed;
    const Instant now = clock_.now();
    database_->write([&](Connection& connection) {
        store::add_hint(
            connection,
            {.subject = subject, .aspects = all_aspects, .lane = Lane::sweep, .cause = "reconcile"},
            now
        );
        store::wake(connection, subject, now);
    });
    jobs::Worker worker{
        {.owner = lease_owner() + "/reconcile/", .retry = settings_.retry},
        *database_,
        clock_,
        random_,
        synchroniser_,
        log_};
    // A running service may take it first: then it is healed all the same.
    worker.turn_of(subject, now);
    const auto after = store::read(*database_, [&](Connection& connection) {
        return store::find_subject(connection, subject);
    });
    const bool troubled =
        after && (after->state == store::SubjectState::attention || !after->failure.empty());
    if (!troubled) {
        if (mends(before->plan)) ++counts_.healed;
        return;
    }
    ++counts_.failed;
    console_.error << fmt::format("{}: {}\n", to_text(subject), after->failure_says);
}

void Reconcile::tell_what_needs_a_person(const Subject& subject) {
    const auto needs = needs_a_person(*database_, subject);
    if (needs.empty()) return;
    ++counts_.attention;
    for (const std::string& words : needs) {
        if (console_.json) {
            persons_.push_back(json::object{{"subject", key_of(subject)}, {"says", words}});
        } else {
            console_.out << visible(
                fmt::format("{:<12} needs a person: {}\n", to_text(subject), words)
            );
        }
    }
}

int Reconcile::end() {
    if (console_.json) {
        json::object whole{
            {"compared", counts_.compared},
            {"differed", counts_.differed},
            {"healed", counts_.healed},
            {"failed", counts_.failed},
            {"attention", counts_.attention}};
        whole["differences"] = std::move(differences_);
        whole["needs_a_person"] = std::move(persons_);
        console_.out << json::write(whole) << "\n";
    } else {
        console_.out << fmt::format(
            "{} compared, {} differed, {} healed{}\n",
            counts_.compared,
            counts_.differed,
            counts_.healed,
            counts_.attention == 0
                ? ""
                : fmt::format(
                      ", {} need{} a person", counts_.attention, counts_.attention == 1 ? "s" : ""
                  )
        );
    }
    return counts_.failed == 0 ? exit_ok : exit_faults;
}

int Reconcile::run() {
    const auto all = subjects_to_compare(*database_, agent_.remotes(), options_.project);
    if (!all) {
        console_.error << all.error().says << "\n";
        return exit_faults;
    }
    Progress progress{console_};
    for (const Subject& subject : *all) {
        options_.dry_run || settings_.dry_run ? dry(subject) : heal(subject);
        tell_what_needs_a_person(subject);
        progress.tell(
            {.what = "compared",
             .done = counts_.compared,
             .total = static_cast<std::int64_t>(all->size()),
             .beside = fmt::format("{} differed", counts_.differed)}
        );
    }
    progress.end();
    return end();
}

}  // namespace

int reconcile(const Settings& settings, const ReconcileOptions& options, const Console& console) {
    return Reconcile{settings, options, console}.run();
}

}  // namespace oms::app
