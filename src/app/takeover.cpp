#include "app/takeover.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/open.hpp"
#include "store/takeover.hpp"

namespace oms::app {
namespace {

/// More of one reason are counted, and listed by --json.
constexpr int listed_max = 20;

const char* meaning_of(const std::string& verdict) {
    if (verdict == "later") return "linked by their ids; whose they are shows when they are met";
    if (verdict == "aside") return "known, and not followed";
    return "not linked";
}

json::object as_json(const store::Takeover& takeover, bool rehearse, double seconds) {
    json::object counts;
    for (const char* what : {"project", "order", "message"}) {
        json::object of;
        for (const char* verdict : {"linked", "later", "aside", "left"})
            of[verdict] = takeover.count(what, verdict);
        counts[what] = of;
    }
    json::array rows;
    for (const auto& row : takeover.not_linked) {
        rows.push_back(json::object{
            {"what", row.what},
            {"row", row.row},
            {"subject", row.subject},
            {"mp_id", row.remote_id},
            {"jira_id", row.jira_id},
            {"verdict", row.verdict},
            {"reason", row.reason},
            {"beside", row.beside}});
    }
    json::object whole{{"rehearsal", rehearse}, {"seconds", seconds}, {"counts", counts}};
    whole["not_linked"] = std::move(rows);
    whole["events_from"] = takeover.events_from ? json::value(to_rfc3339(*takeover.events_from))
                                                : json::value(nullptr);
    return whole;
}

void print_rows(const store::Takeover& takeover, const store::TakenRows& group, std::ostream& out) {
    int listed = 0;
    for (const auto& row : takeover.not_linked) {
        const bool of_group =
            row.what == group.what && row.verdict == group.verdict && row.reason == group.reason;
        if (!of_group) continue;
        if (listed++ == listed_max) break;
        const std::string beside = row.beside.empty() ? "" : fmt::format("({})", row.beside);
        out << visible(fmt::format(
            "    row {:<8} mp_id {:<8} jira_id {:<8} {}\n",
            row.row,
            row.remote_id,
            row.jira_id,
            beside
        ));
    }
    const auto more = group.count - listed_max;
    if (more > 0) out << fmt::format("    and {} more (--json lists all)\n", more);
}

void print(const store::Takeover& takeover, bool rehearse, double seconds, std::ostream& out) {
    out << fmt::format("{:<10}{:>10}{:>10}{:>10}{:>10}\n", "", "linked", "later", "aside", "left");
    for (const char* what : {"project", "order", "message"}) {
        out << fmt::format("{:<10}", what + std::string{"s"});
        for (const char* verdict : {"linked", "later", "aside", "left"})
            out << fmt::format("{:>10}", takeover.count(what, verdict));
        out << "\n";
    }
    for (const auto& group : takeover.counts) {
        if (group.verdict == "linked") continue;
        out << visible(fmt::format(
            "\n{} {}{} {}: {}\n",
            group.count,
            group.what,
            group.count == 1 ? "" : "s",
            meaning_of(group.verdict),
            group.reason
        ));
        print_rows(takeover, group, out);
    }
    if (takeover.events_to_come) {
        out << fmt::format(
            "\nits last event is of {}, which is yet to come: events are read from {} on, less "
            "OMS_EVENT_OVERLAP.\nWhat happened before and was not carried is found by the first "
            "sweep, or `oms-jira reconcile`\n",
            to_rfc3339(*takeover.events_to_come),
            to_rfc3339(*takeover.events_from)
        );
    } else if (takeover.events_from) {
        out << "\nevents are read from " << to_rfc3339(*takeover.events_from) << "\n";
    } else {
        out << "\nno time of a last event: all events are read, or those from OMS_SYNC_FROM on\n";
    }
    if (takeover.count("order", "left") + takeover.count("project", "left") > 0) {
        out << "What is not linked is looked for in Jira by label and order reference when it is "
               "first\n"
               "compared; what is not found is made anew. Mend such rows before, where that would "
               "be "
               "wrong.\n";
    }
    out << fmt::format(
        "{} in {:.1f} s{}\n",
        rehearse ? "rehearsed" : "taken over",
        seconds,
        rehearse ? ": nothing was changed"
                 : "; the Python adapter's tables are in the schema python_adapter"
    );
}

}  // namespace

int take_over(store::Database& database, bool rehearse, const Console& console) {
    const auto begin = std::chrono::steady_clock::now();
    const Instant now = time_of(database);
    store::Takeover takeover;
    try {
        takeover =
            rehearse ? store::rehearse_takeover(database, now) : store::take_over(database, now);
    } catch (const store::DatabaseError& error) {
        if (error.kind() != store::DatabaseError::Kind::busy) throw;
        throw store::DatabaseError{
            error.kind(),
            std::string{error.what()} +
                ": somebody works with the Python adapter's tables; stop it, then try again"};
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (console.json) {
        console.out << json::write(as_json(takeover, rehearse, took.count())) << "\n";
    } else {
        print(takeover, rehearse, took.count(), console.out);
    }
    const bool all = takeover.count("project", "left") + takeover.count("order", "left") +
                         takeover.count("message", "left") ==
                     0;
    return rehearse && !all ? exit_faults : exit_ok;
}

int db_give_back(const Settings& settings, const Console& console) {
    const auto database = store::open(settings.database, store::OpenMode::existing_only, false);
    const auto given = store::give_back(*database, time_of(*database));
    if (console.json) {
        console.out << json::write(json::object{
                           {"projects", given.projects},
                           {"orders", given.orders},
                           {"messages", given.comments},
                           {"open_writes", given.open_writes}})
                    << "\n";
        return exit_ok;
    }
    console.out << fmt::format(
        "given back; told to its tables what was linked since: {}, {}, {}\n",
        counted(given.projects, "project"),
        counted(given.orders, "order"),
        counted(given.comments, "message")
    );
    if (given.open_writes > 0) {
        console.out << fmt::format(
            "{} under way, whose outcome nobody knows now: the Python adapter may do that again\n",
            counted(given.open_writes, "write")
        );
    }
    return exit_ok;
}

}  // namespace oms::app
