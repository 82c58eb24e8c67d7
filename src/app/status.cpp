#include "app/status.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

#include <fmt/format.h>

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

void print_processes(
    const ops::Status& shot,
    Instant now,
    const std::function<void(std::string_view, const std::string&)>& line
) {
    const auto there = std::ranges::count_if(shot.processes, [&](const store::Process& process) {
        return !ops::is_missing(process, now);
    });
    const auto missing = static_cast<std::ptrdiff_t>(shot.processes.size()) - there;
    line(
        "processes",
        fmt::format("{}{}", there, missing > 0 ? fmt::format(", {} not heard of", missing) : "")
    );
    for (const store::Process& process : shot.processes) {
        std::string text = fmt::format("{} {}", process.role, place_of(process));
        if (process.workers > 0) text += fmt::format(", {} workers", process.workers);
        if (ops::leads(shot, process, now)) text += ", leads";
        if (ops::is_missing(process, now))
            text += fmt::format(", not heard of for {}", in_words(now - process.seen_at));
        if (!process.says.empty()) text += ": " + process.says;
        line("", text);
    }
}

void print_text(const ops::Status& shot, Instant now, std::ostream& out) {
    const auto line = [&](std::string_view name, const std::string& value) {
        out << fmt::format("{:<16}{}\n", name, value);
    };
    const auto& queue = shot.queue;
    if (shot.in_shadow) {
        line(
            "mode",
            fmt::format(
                "shadow: nothing is written to either side; {} looked at, {} would be changed",
                shot.shadow.owed,
                shot.shadow.would
            )
        );
    }
    line(
        "queue",
        fmt::format(
            "{} due, {} being worked on, {} waiting for their project, {} in attention",
            queue.in(store::SubjectState::due),
            queue.in(store::SubjectState::leased),
            queue.in(store::SubjectState::waiting),
            queue.in(store::SubjectState::attention)
        )
    );
    line(
        "lag",
        queue.oldest_hint ? in_words(now - *queue.oldest_hint) + " (oldest hint not done)" : "none"
    );
    std::string links;
    for (const auto& [state, count] : shot.links) {
        links += fmt::format("{}{} {}", links.empty() ? "" : ", ", count, to_text(state));
    }
    line("links", links.empty() ? "none yet" : links);
    line("uncertain", fmt::format("{} writes whose outcome is being looked for", shot.uncertain));
    line(
        "attention",
        shot.attention == 0
            ? "nothing needs a person"
            : fmt::format("{} need a person: oms-jira attention list", shot.attention)
    );
    line("events read to", shot.events ? shown_time(shot.events->at) : "not begun");
    line("issues polled", shot.issues ? shown_time(shot.issues->at) : "not begun");
    for (const auto& remote : shot.remotes) {
        std::string text = remote.state;
        if (remote.until > now) text += " until " + shown_time(remote.until);
        if (!remote.says.empty()) text += ": " + remote.says;
        if (remote.name == "jira" && shot.jira)
            text += fmt::format(" ({} {})", shot.jira->dialect, shot.jira->version);
        line(remote.name, text);
    }
    if (shot.webhook) {
        line(
            "webhook",
            fmt::format(
                "our own at Jira, lives until {}{}{}",
                shown_time(shot.webhook->expires),
                shot.webhook->says.empty() ? "" : ": ",
                shot.webhook->says
            )
        );
    }
    if (!shot.processes.empty()) print_processes(shot, now, line);
    if (!shot.sweep) return line("sweep", "none yet");
    const auto& sweep = *shot.sweep;
    const std::string when = sweep.ended_at
                                 ? "ended " + shown_time(*sweep.ended_at)
                                 : "running, at the " + sweep.phase + " " + sweep.position;
    line(
        "sweep", fmt::format("{}: {} compared, {} differed", when, sweep.compared, sweep.differed)
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

}  // namespace

int status(const Settings& settings, const Console& console) {
    const auto database = open_existing(settings);
    ops::Status shot = store::read(*database, ops::load_status);
    shot.in_shadow = settings.dry_run;
    const Instant now = time_of(*database);
    if (console.json) {
        print_json(shot, now, console.out);
    } else {
        std::ostringstream text;
        print_text(shot, now, text);
        console.out << visible(text.str());
    }
    return exit_ok;
}

}  // namespace oms::app
