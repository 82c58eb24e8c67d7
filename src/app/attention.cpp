#include "app/attention.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "app/agent.hpp"
#include "app/link_by_hand.hpp"
#include "app/paces.hpp"
#include "app/paint.hpp"
#include "app/shared_clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "store/attention.hpp"

namespace oms::app {
namespace {

using store::Connection;

void print_json(const std::vector<store::Attention>& entries, std::ostream& out) {
    json::array list;
    for (const auto& one : entries) {
        list.push_back(json::object{
            {"id", one.id},
            {"subject", key_of(one.subject)},
            {"cause", one.cause},
            {"says", one.says},
            {"remedy", one.remedy},
            {"blocking", one.blocking},
            {"since", to_rfc3339(one.since)},
            {"times", one.times}});
    }
    out << json::write(list) << "\n";
}

int unknown(std::int64_t id, const Console& console) {
    console.error << fmt::format("{} is no open entry: `oms-jira attention list` shows them\n", id);
    return exit_faults;
}

/// Who is at the terminal, for the record.
std::string person_here() {
    for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
        const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread yet
        if (value != nullptr && *value != '\0') return value;
    }
    return "";
}

}  // namespace

int attention_list(const Settings& settings, const Console& console) {
    const auto database = open_existing(settings);
    const auto entries = store::read(*database, store::open_attention);
    if (console.json) {
        print_json(entries, console.out);
        return exit_ok;
    }
    if (entries.empty()) {
        console.out << "Nothing needs a person.\n";
        return exit_ok;
    }
    const Paint paint = Paint::of_output();
    // Alike in cause and remedy: told once, with all whom it concerns.
    for (std::size_t i = 0; i < entries.size();) {
        std::size_t end = i;
        while (end < entries.size() && entries[end].cause == entries[i].cause &&
               entries[end].fingerprint == entries[i].fingerprint) {
            ++end;
        }
        print(
            console.out,
            paint,
            {{Tone::bad, entries[i].cause}, {Tone::strong, fmt::format(" ({})", end - i)}}
        );
        print(console.out, paint, {{Tone::plain, "  " + entries[i].says}});
        print(console.out, paint, {{Tone::good, "  → "}, {Tone::plain, entries[i].remedy}});
        for (std::size_t j = i; j < end; ++j) {
            const std::string whose =
                store::has_subject(entries[j]) ? to_text(entries[j].subject) : "-";
            console.out << fmt::format(
                "    #{:<6} {:<14} since {}, {} times\n",
                entries[j].id,
                whose,
                shown_time(entries[j].since),
                entries[j].times
            );
        }
        i = end;
    }
    console.out << "What each cause means, and what to do: docs/attention.md\n";
    return exit_ok;
}

int attention_retry(
    const Settings& settings,
    const store::AttentionChoice& choice,
    const Console& console
) {
    const auto database = open_existing(settings);
    const Instant now = time_of(*database);
    const int woken = store::write(*database, [&](Connection& connection) {
        return store::retry(connection, choice, person_here(), now);
    });
    console.out << fmt::format("{} will be tried again at once by the running service\n", woken);
    return woken > 0 ? exit_ok : exit_faults;
}

int attention_link(
    const Settings& settings,
    std::int64_t id,
    const std::string& issue,
    const Console& console
) {
    const auto database = open_existing(settings);
    SharedClock clock;
    clock.follow(*database);
    SystemRandom random;
    const Log log{LogLevel::error, LogFormat::text};
    Gates gates{settings, *database, clock, random, log};
    Paces paces{settings, clock, log};
    Agent agent{settings, gates, paces.pace(), clock, std::nullopt};
    const auto linked = link_by_hand(
        *database,
        agent.remotes(),
        {.attention = id, .issue = IssueKey{issue}, .who = person_here()}
    );
    if (!linked) {
        console.error << visible(linked.error().says) << "\n";
        return exit_faults;
    }
    console.out << *linked << "\n";
    return exit_ok;
}

int attention_dismiss(
    const Settings& settings,
    std::int64_t id,
    const std::string& reason,
    const Console& console
) {
    const auto database = open_existing(settings);
    const Instant now = time_of(*database);
    const int dismissed = store::write(*database, [&](Connection& connection) {
        return store::dismiss(
            connection, {.ids = {id}}, {.who = person_here(), .reason = reason}, now
        );
    });
    if (dismissed == 0) return unknown(id, console);
    console.out << fmt::format("#{} is dismissed\n", id);
    return exit_ok;
}

}  // namespace oms::app
