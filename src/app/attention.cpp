#include "app/attention.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/agent.hpp"
#include "app/paces.hpp"
#include "app/shared_clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"

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

bool is_somebodys(const Subject& subject) {
    return subject.is_issue() || subject.project.value > 0;
}

int unknown(std::int64_t id, const Console& console) {
    console.error << fmt::format("{} is no open entry: `oms-jira attention list` shows them\n", id);
    return exit_faults;
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
    // Alike in cause and remedy: told once, with all whom it concerns.
    for (std::size_t i = 0; i < entries.size();) {
        std::size_t end = i;
        while (end < entries.size() && entries[end].cause == entries[i].cause &&
               entries[end].fingerprint == entries[i].fingerprint) {
            ++end;
        }
        console.out << visible(fmt::format(
            "{} ({})\n  {}\n  → {}\n", entries[i].cause, end - i, entries[i].says, entries[i].remedy
        ));
        for (std::size_t j = i; j < end; ++j) {
            const std::string whose =
                is_somebodys(entries[j].subject) ? to_text(entries[j].subject) : "-";
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

int attention_retry(const Settings& settings, const RetryChoice& choice, const Console& console) {
    const auto database = open_existing(settings);
    const Instant now = time_of(*database);
    int woken = 0;
    database->write([&](Connection& connection) {
        woken = 0;
        for (const auto& one : store::open_attention(connection)) {
            const bool named = std::ranges::find(choice.ids, one.id) != choice.ids.end();
            const bool meant =
                choice.all || named || (!choice.cause.empty() && one.cause == choice.cause);
            if (!meant || !is_somebodys(one.subject)) continue;
            store::add_journal(
                connection, one.subject, store::JournalKind::person, "retry asked for", now
            );
            store::add_hint(
                connection,
                {.subject = one.subject,
                 .aspects = all_aspects,
                 .lane = Lane::live,
                 .cause = "the operator's retry"},
                now
            );
            store::wake(connection, one.subject, now);
            ++woken;
        }
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
    const auto entry = store::read(*database, [&](Connection& connection) {
        return store::find_attention(connection, id);
    });
    if (!entry) return unknown(id, console);
    SharedClock clock;
    clock.follow(*database);
    SystemRandom random;
    const Log log{LogLevel::error, LogFormat::text};
    Gates gates{settings, *database, clock, random, log};
    Paces paces{settings, clock, log};
    Agent agent{settings, gates, paces.pace(), clock, std::nullopt};
    const auto found = agent.jira_client().issue_by_key(IssueKey{issue}, {});
    if (!found) {
        console.error << visible(fmt::format("{}: {}\n", issue, found.error().says));
        return exit_faults;
    }
    const Instant now = clock.now();
    std::string taken;
    database->write([&](Connection& connection) {
        const auto other = store::find_link_of_issue(connection, found->id);
        if (other && other->subject != entry->subject) {
            taken = to_text(other->subject);
            return;
        }
        Link link = store::find_link(connection, entry->subject)
                        .value_or(Link{.subject = entry->subject, .linked_at = now});
        link.state = LinkState::linked;
        link.issue_id = found->id;
        link.issue_key = found->key;
        link.base_status = std::nullopt;
        link.base_voucher = std::nullopt;
        store::put_link(connection, link);
        store::end_attention(connection, id, "linked by hand", now);
        store::add_journal(
            connection,
            entry->subject,
            store::JournalKind::person,
            "linked by hand to " + found->key.value,
            now
        );
        store::add_hint(
            connection,
            {.subject = entry->subject, .aspects = all_aspects, .cause = "linked by hand"},
            now
        );
        store::wake(connection, entry->subject, now);
    });
    if (!taken.empty()) {
        console.error << fmt::format("{} stands for {} already\n", issue, taken);
        return exit_faults;
    }
    console.out << fmt::format("{} now stands for {}\n", found->key.value, to_text(entry->subject));
    return exit_ok;
}

int attention_dismiss(const Settings& settings, std::int64_t id, const Console& console) {
    const auto database = open_existing(settings);
    const Instant now = time_of(*database);
    const bool ended = store::write(*database, [&](Connection& connection) {
        const auto entry = store::find_attention(connection, id);
        if (!entry) return false;
        store::add_journal(
            connection,
            entry->subject,
            store::JournalKind::person,
            "dismissed: " + entry->cause,
            now
        );
        return store::end_attention(connection, id, "dismissed", now);
    });
    if (!ended) return unknown(id, console);
    console.out << fmt::format("#{} is dismissed\n", id);
    return exit_ok;
}

}  // namespace oms::app
