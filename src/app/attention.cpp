#include "app/attention.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

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

std::string words_of_unknown(std::int64_t id) {
    return fmt::format("{} is no open entry: `oms-jira attention list` shows them\n", id);
}

/// The name of the account that this process runs as; its number where it has none.
std::string account_here() {
    const uid_t number = geteuid();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread yet
    const passwd* account = getpwuid(number);
    return account != nullptr ? account->pw_name : fmt::format("user {}", number);
}

/// Who is at the terminal, for the record: `ada (command line)`.
std::string person_here() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread yet
    const char* before_sudo = std::getenv("SUDO_USER");
    const bool by_sudo = before_sudo != nullptr && *before_sudo != '\0';
    return (by_sudo ? std::string{before_sudo} : account_here()) + " (command line)";
}

/// Names each that is no open entry; how many those were.
int tell_unknown(Connection& connection, std::vector<std::int64_t>& ids, std::ostream& error) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const auto unknown = std::erase_if(ids, [&](std::int64_t id) {
        if (store::find_attention(connection, id)) return false;
        error << words_of_unknown(id);
        return true;
    });
    return static_cast<int>(unknown);
}

/// Why nothing is tried again by this choice.
std::string why_none(Connection& connection, const store::AttentionChoice& choice) {
    const auto causes = store::count_attention_by_cause(connection);
    if (causes.empty()) return "Nothing needs a person.";
    if (!choice.cause.empty() && !causes.contains(choice.cause)) {
        std::vector<std::string> names;
        names.reserve(causes.size());
        for (const auto& [cause, count] : causes)
            names.push_back(cause);
        return fmt::format(
            "no open entry has the cause {}; there are: {}",
            in_quotes(choice.cause),
            join(names, ", ")
        );
    }
    return "what it is about is no order or project: there is nothing to try again; dismiss it "
           "when it is dealt with";
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
                "    #{:<6} {:<14} since {}, {}\n",
                entries[j].id,
                whose,
                shown_time(entries[j].since),
                counted(entries[j].times, "time")
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
    store::AttentionChoice known = choice;
    const int unknown = store::read(*database, [&](Connection& connection) {
        return tell_unknown(connection, known.ids, console.error);
    });
    if (unknown > 0 && known.ids.empty()) return exit_faults;
    const int woken = store::write(*database, [&](Connection& connection) {
        return store::retry(connection, known, person_here(), now);
    });
    if (woken == 0) {
        console.error << store::read(*database, [&](Connection& connection) {
            return why_none(connection, known);
        }) << "\n";
        return exit_faults;
    }
    console.out << fmt::format("{} will be tried again at once by the running service\n", woken);
    return unknown == 0 ? exit_ok : exit_faults;
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
    if (dismissed == 0) {
        console.error << words_of_unknown(id);
        return exit_faults;
    }
    console.out << fmt::format("#{} is dismissed\n", id);
    return exit_ok;
}

}  // namespace oms::app
