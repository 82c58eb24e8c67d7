#include "app/membership.hpp"

#include <algorithm>

#include "app/version.hpp"
#include "store/subjects.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration turn_interval = 5s;
constexpr Duration clock_interval = 1min;
constexpr Duration word_interval = 10s;
constexpr Duration gone_after = 35s;
constexpr Duration forgotten_after = 24h;
/// By so much machines' clocks may differ before anybody is told.
constexpr Duration clocks_differ = 2s;

}  // namespace

void keep_leases(
    store::Database& database,
    const std::string& owner,
    Duration length,
    Instant now
) {
    const Instant soon = now + length * 2 / 3;
    const bool any = store::read(database, [&](store::Connection& connection) {
        return store::owner_expires(connection, owner + "/", soon);
    });
    if (!any) return;
    database.write([&](store::Connection& connection) {
        store::renew_owner(connection, owner + "/", soon, now + length);
    });
}

Membership::Membership(
    MemberSettings settings,
    store::Database& database,
    SharedClock& clock,
    Log log
)
    : settings_{std::move(settings)},
      database_{database},
      clock_{clock},
      log_{std::move(log)},
      lead_{{.owner = settings_.owner, .length = settings_.lease_length}, database, clock, log_} {}

Instant Membership::turn(Instant now) {
    if (next_look_at_clock_.rings(clock_)) {
        clock_.follow(database_);
        now = clock_.now();
        next_look_at_clock_ = Alarm{clock_, now + clock_interval};
        const auto ahead = clock_.ahead();
        if (ahead && std::chrono::abs(*ahead) > clocks_differ && !clock_told_) {
            clock_told_ = true;
            log_.warning(
                "this machine's clock differs from the database's, whose time rules",
                {{"by", in_words(std::chrono::abs(*ahead))}}
            );
        }
    }
    keep_leases(database_, settings_.owner, settings_.lease_length, now);
    if (next_word_.rings(clock_)) {
        say_that_we_are_here(now);
        next_word_ = Alarm{clock_, now + word_interval};
    }
    if (settings_.workers == 0) return now + turn_interval;
    return std::min(now + turn_interval, lead_.turn(now));
}

void Membership::say_that_we_are_here(Instant now) {
    const store::Process us{
        .owner = settings_.owner,
        .role = settings_.role,
        .version = std::string{version},
        .workers = settings_.workers,
        .says = says_()};
    database_.write([&](store::Connection& connection) {
        store::put_process(connection, us, now);
        store::prune_processes(connection, now - forgotten_after);
    });
}

int Membership::working_processes(Instant now) const {
    const auto all = store::read(database_, store::processes);
    const auto working = std::ranges::count_if(all, [&](const store::Process& process) {
        return process.workers > 0 && process.seen_at > now - gone_after;
    });
    return static_cast<int>(std::max<std::ptrdiff_t>(working, 1));
}

void Membership::leave(Instant now) {
    try {
        if (lead_.ours()) lead_.give_up();
        database_.write([&](store::Connection& connection) {
            store::release_owner(connection, settings_.owner + "/", now);
            store::remove_process(connection, settings_.owner);
        });
    } catch (const store::DatabaseError& error) {
        log_.warning("could not hand over; our leases expire", {{"says", error.what()}});
    }
}

}  // namespace oms::app
