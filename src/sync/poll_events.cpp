#include "sync/poll_events.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/known_claims.hpp"
#include "plan/subjects_of.hpp"
#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr int events_per_page = 200;
constexpr int events_per_page_max = 1 << 20;
/// The API takes years 2000 to 2099 only.
constexpr Instant beginning{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};
/// More than so many events at once are history, not news.
constexpr Duration history_age = 1h;
/// Where a time lies further ahead, it is wrong: the cursor does not follow it, or all events up to
/// then would be missed.
constexpr Duration ahead_max = 1h;

bool is_known_to_store(Connection& connection, const Hint& hint) {
    if (hint.aspects != no_aspects) return false;
    const auto link = store::find_link(connection, hint.subject);
    return std::ranges::all_of(hint.claims, [&](const std::string& claim) {
        std::vector<CommentLink> comment_links;
        if (claim.starts_with("m=")) {
            const auto id = parse_int(claim.substr(2, claim.find('#') - 2));
            if (id) comment_links = store::comment_links_of_message(connection, MessageId{*id});
        }
        return plan::is_known(claim, link, comment_links);
    });
}

}  // namespace

PollEvents::PollEvents(
    EventSettings settings,
    store::Database& database,
    Clock& clock,
    Random& random,
    Remotes& remotes,
    Log log
)
    : settings_{settings},
      database_{database},
      clock_{clock},
      random_{random},
      remotes_{remotes},
      log_{log},
      trouble_{std::string{cursor_name}, database, std::move(log)} {}

PollEvents::Memory PollEvents::Memory::read(const std::string& text) {
    Memory memory;
    for (const std::string& line : split(text, '\n')) {
        const auto parts = split(line, ' ');
        if (parts.size() != 3) continue;
        const auto count = parse_int(parts[1]).value_or(1);
        const Instant at{Duration{parse_int(parts[2]).value_or(0)}};
        memory.seen[parts[0]] = {static_cast<int>(count), at};
    }
    return memory;
}

std::string PollEvents::Memory::write() const {
    std::string text;
    for (const auto& [identity, count] : seen) {
        text += fmt::format(
            "{} {} {}\n", identity, count.first, count.second.time_since_epoch().count()
        );
    }
    return text;
}

void PollEvents::Memory::forget_before(Instant at) {
    std::erase_if(seen, [&](const auto& entry) { return entry.second.second < at; });
}

bool PollEvents::take_sweep_wanted() { return std::exchange(sweep_wanted_, false); }

Instant PollEvents::turn(Instant now) {
    hints_ = 0;
    const auto polled = poll();
    if (polled) {
        failures_ = 0;
        trouble_.worked();
        return now + settings_.interval;
    }
    ++failures_;
    trouble_.failed(polled.error(), now);
    log_.debug("events not read", {{"says", polled.error().says}});
    const Duration wait =
        plan::backoff(settings_.retry_base, settings_.retry_max, failures_, random_.fraction());
    const Duration told = polled.error().retry_after.value_or(0ms);
    return clock_.now() + std::min(settings_.interval, std::max(wait, told));
}

Result<bool> PollEvents::poll() {
    const auto [stored, begun_at] = store::read(database_, [](Connection& connection) {
        return std::pair{
            store::find_cursor(connection, std::string{cursor_name}),
            parse_time(store::find_setting(connection, "events_from").value_or(""))};
    });
    store::Cursor cursor;
    Lane lane = Lane::live;
    if (begun_at) begun_at_ = *begun_at;
    if (stored) {
        cursor = *stored;
        cursor.at = std::clamp(cursor.at, beginning, std::max(beginning, clock_.now() + ahead_max));
    } else {
        cursor.at = settings_.sync_from.value_or(beginning);
        begun_at_ = cursor.at;
        lane = Lane::backfill;
        log_.info("reading events from the beginning", {{"from", to_rfc3339(cursor.at)}});
        database_.write([&](Connection& connection) {
            store::put_setting(connection, "events_from", to_rfc3339(begun_at_, 6));
        });
    }
    Memory memory = Memory::read(cursor.memory);
    return poll_pages(cursor, memory, lane);
}

Result<bool> PollEvents::poll_pages(store::Cursor& cursor, Memory& memory, Lane lane) {
    // The overlap does not reach back before where work was to begin.
    const Duration overlap =
        OMS_PLANTED("poll_events.no_overlap") ? Duration{0} : settings_.overlap;
    Instant from = std::max({beginning, begun_at_ - 1us, cursor.at - overlap - 1us});
    if (lane == Lane::backfill) from = std::max(beginning, cursor.at - 1us);
    int limit = events_per_page;
    // What this poll has met so far; the overlap shows the same events again.
    std::map<std::string, int> counted;
    while (true) {
        const auto shown = page_past_poison(from, limit);
        if (!shown) return Failure{shown.error()};
        take_page(shown->events, memory, counted, cursor, lane);
        if (shown->stepped_over) {
            limit = events_per_page;
            continue;
        }
        if (!shown->full) return true;

        const Instant last = shown->events.empty() ? from : shown->events.back().timestamp - 1us;
        if (last > from) {
            from = last;
            limit = events_per_page;
        } else {
            // A second so full that a page does not get past it.
            limit = std::min(limit * 2, events_per_page_max);
        }
        // The page that follows begins inside the last second: what it repeats counts anew.
        std::erase_if(counted, [&](const auto& entry) {
            const auto seen = memory.seen.find(entry.first);
            return seen != memory.seen.end() && seen->second.second > from;
        });
    }
}

Result<PollEvents::Page> PollEvents::page_past_poison(Instant& from, int limit) {
    auto shown = page(from, limit);
    if (shown) return shown;
    // A server failure: of the whole feed, or of one event that cannot be shown?
    const Error& error = shown.error();
    const bool server = error.kind == ErrorKind::not_sent && error.status >= 500;
    if (!server) return shown;
    auto rest = step_over_poison(from, limit);
    if (!rest) return Failure{rest.error()};
    if (!*rest) return shown;
    return Page{.events = std::move(**rest), .stepped_over = true};
}

void PollEvents::take_page(
    const std::vector<Event>& events,
    Memory& memory,
    std::map<std::string, int>& counted,
    store::Cursor& cursor,
    Lane lane
) {
    std::vector<Hint> hints;
    for (const Event& event : events) {
        std::string identity = plan::identity_of(event);
        if (OMS_PLANTED("poll_events.known_by_name")) {
            Event timeless = event;
            timeless.timestamp = {};
            timeless.changes.clear();
            identity = plan::identity_of(timeless);
        }
        auto& [seen, at] = memory.seen[identity];
        at = event.timestamp;
        if (event.timestamp <= clock_.now() + ahead_max)
            cursor.at = std::max(cursor.at, event.timestamp);
        if (++counted[identity] <= seen) continue;
        if (OMS_PLANTED("poll_events.known_by_name") && seen > 0) continue;
        seen = counted[identity];
        auto hint = plan::hint_of(event);
        if (!hint) continue;
        const bool history = lane == Lane::backfill && clock_.now() - event.timestamp > history_age;
        hint->lane = history ? Lane::backfill : Lane::live;
        hints.push_back(std::move(*hint));
    }
    memory.forget_before(cursor.at - settings_.overlap - 2s);
    cursor.memory = memory.write();
    const Instant now = clock_.now();
    if (OMS_PLANTED("poll_events.cursor_before_hints")) {
        database_.write([&](Connection& connection) {
            store::put_cursor(connection, std::string{cursor_name}, cursor);
        });
    }
    std::vector<Hint> added;
    database_.write([&](Connection& connection) {
        added.clear();
        for (const Hint& hint : hints) {
            if (is_known_to_store(connection, hint)) continue;
            store::add_hint(connection, hint, now);
            added.push_back(hint);
        }
        store::put_cursor(connection, std::string{cursor_name}, cursor);
    });
    tell(added);
}

/// Whoever called the trigger learns what became of it: the hints' turns belong to its trace.
void PollEvents::tell(const std::vector<Hint>& added) {
    hints_ += static_cast<std::int64_t>(added.size());
    const bool called = settings_.parents != nullptr && remotes_.tracer != nullptr &&
                        remotes_.tracer->has_foreign_parent();
    for (const Hint& hint : added) {
        const std::string subject = key_of(hint.subject);
        log_.debug("hint", {{"subject", subject}, {"cause", hint.cause}});
        if (called) settings_.parents->remember(subject, *remotes_.tracer->current());
    }
}

Result<PollEvents::Page> PollEvents::page(Instant from, int limit) {
    auto shown = remotes_.marketplace([&](marketplace::Client& client) {
        return client.events(from, limit);
    });
    if (!shown) return Failure{shown.error()};
    if (shown->unreadable > 0) {
        log_.warning("events without a time were left out", {{"count", shown->unreadable}});
    }
    return Page{.events = std::move(shown->elements), .full = shown->count >= limit};
}

/// False for a server failure; an Error for any other trouble.
Result<bool> PollEvents::answers(Instant from, int limit) {
    // Past the gate: a poison event's failures must not make the marketplace look ill.
    const auto events = remotes_.marketplace_client.events(from, limit);
    if (events) return true;
    if (events.error().status >= 500) return false;
    return Failure{events.error()};
}

Result<Instant> PollEvents::end_of_poison(Instant from, int limit) {
    const Instant now = clock_.now();
    Instant low = from;
    Instant high = from;
    for (Duration step = 1s; high <= now; step *= 2) {
        low = high;
        high = std::min(now + 1s, high + step);
        const auto clear = answers(high, limit);
        if (!clear) return Failure{clear.error()};
        if (*clear) break;
    }
    while (high - low > 1us) {
        const Instant middle = low + (high - low) / 2;
        const auto clear = answers(middle, limit);
        if (!clear) return Failure{clear.error()};
        (*clear ? high : low) = middle;
    }
    return high;
}

Result<std::optional<std::vector<Event>>> PollEvents::step_over_poison(Instant& from, int limit) {
    const Instant now = clock_.now();
    const auto well = answers(now + 1s, 1);
    if (!well) return Failure{well.error()};
    if (!*well) return std::optional<std::vector<Event>>{};
    // How many events can be shown before it.
    int good = 0;
    int bad = limit;
    while (bad - good > 1) {
        const int middle = good + (bad - good) / 2;
        const auto shown = answers(from, middle);
        if (!shown) return Failure{shown.error()};
        (*shown ? good : bad) = middle;
    }
    std::vector<Event> events;
    if (good > 0) {
        auto shown = page(from, good);
        if (!shown) return Failure{shown.error()};
        events = std::move(shown->events);
    }
    // A page of one more holds it, from wherever before it the page begins.
    const auto past = end_of_poison(from, good + 1);
    if (!past) return Failure{past.error()};
    OMS_RARE("poll_events.poison");
    log_.error("an event that the marketplace cannot show", {{"at", to_rfc3339(*past, 6)}});
    database_.write([&](Connection& connection) {
        store::raise_attention(
            connection,
            {.subject = {},
             .cause = "poison_event",
             .fingerprint = "poison_event",
             .says = fmt::format(
                 "the marketplace answers 500 for the event at {}: it was stepped over",
                 in_utc(*past)
             ),
             .remedy = "Tell the marketplace's team: its event has no entity any more. A sweep "
                       "compares what it may have hidden; dismiss this when it has run."},
            now
        );
    });
    sweep_wanted_ = true;
    from = *past;
    return std::optional{std::move(events)};
}

}  // namespace oms::sync
