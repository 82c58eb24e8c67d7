#include "app/status.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/paint.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "ops/status.hpp"
#include "store/database.hpp"

namespace oms::app {
namespace {

/// `host:pid`, of an owner's name.
std::string place_of(const store::Process& process) {
    const auto parts = split(process.owner, ':');
    return parts.size() < 2 ? process.owner : parts[0] + ":" + parts[1];
}

using Line = std::function<void(std::string_view, const std::string&, Tone)>;

void print_processes(const ops::Status& shot, Instant now, const Line& line) {
    const auto there = std::ranges::count_if(shot.processes, [&](const store::Process& process) {
        return !ops::is_missing(process, now);
    });
    const auto missing = static_cast<std::ptrdiff_t>(shot.processes.size()) - there;
    line(
        "processes",
        fmt::format("{}{}", there, missing > 0 ? fmt::format(", {} not heard of", missing) : ""),
        missing > 0 ? Tone::careful : Tone::plain
    );
    for (const store::Process& process : shot.processes) {
        std::string text = fmt::format("{} {}", process.role, place_of(process));
        if (process.workers > 0) text += ", " + counted(process.workers, "worker");
        if (ops::leads(shot, process, now)) text += ", leads";
        if (ops::is_missing(process, now))
            text += fmt::format(", not heard of for {}", in_words(now - process.seen_at));
        if (!process.says.empty()) text += ": " + process.says;
        const bool well = process.says.empty() && !ops::is_missing(process, now);
        line("", text, well ? Tone::plain : Tone::careful);
    }
}

Tone tone_of(const store::RemoteState& remote) {
    if (remote.state == "working") return remote.says.empty() ? Tone::good : Tone::bad;
    return remote.state == "paused" ? Tone::bad : Tone::careful;
}

void print_text(const ops::Status& shot, Instant now, std::ostream& out) {
    const Paint paint = Paint::of_output();
    const auto line = [&](std::string_view name, const std::string& value, Tone tone) {
        print(out, paint, {{Tone::quiet, fmt::format("{:<16}", name)}, {tone, value}});
    };
    const auto& queue = shot.queue;
    if (shot.in_shadow) {
        line(
            "mode",
            fmt::format(
                "shadow: nothing is written to either side; {} looked at, {} would be changed",
                shot.shadow.owed,
                shot.shadow.would
            ),
            Tone::careful
        );
    }
    line(
        "queue",
        fmt::format(
            "{} due, {} being worked on, {} waiting for their project, {} held up until a person "
            "acts",
            queue.in(store::SubjectState::due),
            queue.in(store::SubjectState::leased),
            queue.in(store::SubjectState::waiting),
            queue.in(store::SubjectState::attention)
        ),
        Tone::plain
    );
    line(
        "lag",
        queue.oldest_hint ? in_words(now - *queue.oldest_hint) + " (oldest hint not done)" : "none",
        Tone::plain
    );
    std::string links;
    for (const auto& [state, count] : shot.links) {
        links += fmt::format("{}{} {}", links.empty() ? "" : ", ", count, to_text(state));
    }
    line("links", links.empty() ? "none yet" : links, Tone::plain);
    line(
        "uncertain",
        fmt::format("{} whose outcome is being looked for", counted(shot.uncertain, "write")),
        shot.uncertain == 0 ? Tone::plain : Tone::careful
    );
    line(
        "attention",
        shot.attention == 0 ? "nothing needs a person"
                            : fmt::format(
                                  "{} {} a person: oms-jira attention list",
                                  shot.attention,
                                  shot.attention == 1 ? "needs" : "need"
                              ),
        shot.attention == 0 ? Tone::plain : Tone::bad
    );
    line("events read to", shot.events ? shown_time(shot.events->at) : "not begun", Tone::plain);
    line("issues polled", shot.issues ? shown_time(shot.issues->at) : "not begun", Tone::plain);
    for (const auto& remote : shot.remotes) {
        std::string text = remote.state;
        if (remote.until > now) text += " until " + shown_time(remote.until);
        if (!remote.says.empty()) text += ": " + remote.says;
        if (remote.name == "jira" && shot.jira)
            text += fmt::format(" ({} {})", shot.jira->dialect, shot.jira->version);
        line(remote.name, text, tone_of(remote));
    }
    if (shot.webhook) {
        line(
            "webhook",
            fmt::format(
                "our own at Jira, lives until {}{}{}",
                shown_time(shot.webhook->expires),
                shot.webhook->says.empty() ? "" : ": ",
                shot.webhook->says
            ),
            shot.webhook->says.empty() ? Tone::plain : Tone::bad
        );
    }
    if (!shot.processes.empty()) print_processes(shot, now, line);
    if (!shot.sweep) return line("sweep", "none yet", Tone::plain);
    const auto& sweep = *shot.sweep;
    const std::string when = sweep.ended_at
                                 ? "ended " + shown_time(*sweep.ended_at)
                                 : "running, at the " + sweep.phase + " " + sweep.position;
    line(
        "sweep",
        fmt::format("{}: {} compared, {} differed", when, sweep.compared, sweep.differed),
        Tone::plain
    );
}

void print_json(const ops::Status& shot, Instant now, std::ostream& out) {
    json::object queue;
    for (const auto state :
         {store::SubjectState::due,
          store::SubjectState::leased,
          store::SubjectState::waiting,
          store::SubjectState::attention}) {
        queue[store::to_text(state)] = shot.queue.in(state);
    }
    json::object links;
    for (const auto& [state, count] : shot.links)
        links[to_text(state)] = count;
    json::object remotes;
    for (const auto& remote : shot.remotes) {
        json::object one{{"state", remote.state}, {"says", remote.says}};
        if (remote.name == "jira" && shot.jira) {
            one["generation"] = shot.jira->dialect;
            one["version"] = shot.jira->version;
        }
        remotes[remote.name] = std::move(one);
    }
    json::object whole;
    whole["shadow"] = json::object{
        {"on", shot.in_shadow}, {"looked_at", shot.shadow.owed}, {"would", shot.shadow.would}};
    whole["queue"] = std::move(queue);
    whole["links"] = std::move(links);
    whole["remotes"] = std::move(remotes);
    if (shot.webhook) {
        whole["own_webhook"] = json::object{
            {"id", shot.webhook->id},
            {"expires", to_rfc3339(shot.webhook->expires)},
            {"says", shot.webhook->says}};
    }
    whole["processes"] = ops::processes_json(shot, now);
    whole["uncertain"] = shot.uncertain;
    whole["attention"] = shot.attention;
    const auto lag = shot.queue.oldest_hint ? now - *shot.queue.oldest_hint : Duration{0};
    whole["lag_seconds"] = static_cast<double>(lag.count()) / 1e6;
    whole["events_read_to"] =
        shot.events ? json::value(to_rfc3339(shot.events->at)) : json::value(nullptr);
    if (shot.sweep) {
        whole["sweep"] = json::object{
            {"phase", shot.sweep->phase},
            {"running", !shot.sweep->ended_at.has_value()},
            {"compared", shot.sweep->compared},
            {"differed", shot.sweep->differed}};
    }
    out << json::write(whole) << "\n";
}

void tell(const Settings& settings, store::Database& database, const Console& console) {
    ops::Status shot = store::read(database, ops::load_status);
    shot.in_shadow = settings.dry_run;
    const Instant now = time_of(database);
    if (console.json) return print_json(shot, now, console.out);
    print_text(shot, now, console.out);
}

/// Where the database does not answer: says so in place of what it would tell, and goes on.
void tell_or_say(const Settings& settings, store::Database& database, const Console& console) {
    try {
        tell(settings, database, console);
    } catch (const store::DatabaseError& error) {
        if (console.json) {
            console.out << json::write(json::object{{"failure", one_line(error.what())}}) << "\n";
            return;
        }
        print(
            console.out,
            Paint::of_output(),
            {{Tone::bad, "no answer       "}, {Tone::plain, one_line(error.what())}}
        );
    }
}

/// Until it is interrupted: on a terminal in the same place, else one after the other.
void watch(
    const Settings& settings,
    store::Database& database,
    std::chrono::milliseconds every,
    const Console& console
) {
    const bool terminal = isatty(STDOUT_FILENO) == 1 && !console.json;
    while (console.out) {
        std::ostringstream text;
        tell_or_say(settings, database, {.out = text, .json = console.json});
        if (terminal) {
            const Paint paint = Paint::of_output();
            const std::string about = fmt::format(
                "every {}, at {}; Ctrl-C ends it", in_words(every), shown_time(SystemClock{}.now())
            );
            // From the top, each line to its end, and nothing of before below.
            console.out << "\x1b[H" << paint(Tone::quiet, about) << "\x1b[K\n"
                        << replace_all(text.str(), "\n", "\x1b[K\n") << "\x1b[J" << std::flush;
        } else {
            console.out << text.str() << (console.json ? "" : "\n") << std::flush;
        }
        std::this_thread::sleep_for(every);
    }
}

}  // namespace

int status(const Settings& settings, const StatusOptions& options, const Console& console) {
    const auto database = open_existing(settings);
    if (options.watch_every) {
        watch(settings, *database, *options.watch_every, console);
    } else {
        tell(settings, *database, console);
    }
    return exit_ok;
}

}  // namespace oms::app
