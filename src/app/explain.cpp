#include "app/explain.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "app/paint.hpp"
#include "base/json.hpp"
#include "base/planted.hpp"
#include "base/text.hpp"
#include "ops/story.hpp"
#include "plan/fields.hpp"
#include "store/database.hpp"

namespace oms::app {
namespace {

ops::Story load(store::Database& database, const Subject& subject) {
    return store::read(database, [&](store::Connection& connection) {
        return ops::load_story(connection, subject);
    });
}

std::string in_short(const CommentLink& link) {
    const std::string message = link.message ? std::to_string(link.message->value) : "-";
    const std::string comment = link.comment.empty() ? "-" : link.comment.value;
    const bool from_jira = link.origin == Origin::jira;
    return fmt::format(
        "message {} {} comment {} ({})",
        message,
        from_jira ? "←" : "→",
        comment,
        to_text(link.state)
    );
}

void print_link(
    const Settings& settings,
    const ops::Story& story,
    const Subject& subject,
    std::ostream& out
) {
    if (!story.link) {
        out << "  no issue stands for it yet\n";
        return;
    }
    const Link& link = *story.link;
    out << fmt::format("  {:<12}{} ({})\n", "issue", issue_in_words(link), to_text(link.state));
    if (!settings.jira.url.empty() && !link.issue_key.empty()) {
        out << fmt::format(
            "  {:<12}{}{}/browse/{}\n",
            "",
            settings.jira.url,
            settings.jira.context_path,
            link.issue_key.value
        );
    }
    if (subject.is_order()) {
        std::string status =
            link.base_status ? std::string{to_text(*link.base_status)} : "not compared yet";
        if (!link.base_issue_status.empty())
            status += fmt::format(" (Jira status id {})", link.base_issue_status.value);
        out << fmt::format("  {:<12}{}\n", "agreed on", status);
        out << fmt::format(
            "  {:<12}{}\n",
            "customer's",
            plan::order_reference(settings.plan, {subject.project, *subject.item})
        );
    }
    if (link.not_ours) out << "  another OMS's order: its Jira status is not carried back\n";
    if (link.gone_at)
        out << "  the marketplace no longer has it, since " << shown_time(*link.gone_at) << "\n";
    out << fmt::format(
        "  {:<12}{}\n",
        "last look",
        link.synced_at == Instant{} ? "none that saw both sides yet" : shown_time(link.synced_at)
    );
    for (const CommentLink& text : story.texts)
        out << "  " << in_short(text) << "\n";
}

Tone tone_of(store::WriteState state) {
    switch (state) {
    case store::WriteState::done:
    case store::WriteState::settled: return Tone::good;
    case store::WriteState::refused: return Tone::bad;
    case store::WriteState::sent:
    case store::WriteState::not_sent:
    case store::WriteState::uncertain: return Tone::careful;
    }
    return Tone::plain;
}

void print_writes(const ops::Story& story, const Paint& paint, std::ostream& out) {
    auto oldest_first = story.writes;
    std::ranges::reverse(oldest_first);
    for (const auto& write : oldest_first) {
        print(
            out,
            paint,
            {{Tone::quiet, "  " + shown_time(write.sent_at)},
             {Tone::plain, fmt::format("  {:<13} ", to_text(write.kind))},
             {tone_of(write.state), fmt::format("{:<9} ", to_text(write.state))},
             {Tone::plain, write.cause + (write.result.empty() ? "" : " → " + write.result)}}
        );
        if (!write.says.empty())
            print(out, paint, {{Tone::plain, fmt::format("{:>21}  {}", "", write.says)}});
    }
}

void print_text(
    const Settings& settings,
    const ops::Story& story,
    const Subject& subject,
    Instant now,
    std::ostream& out
) {
    const Paint paint = Paint::of_output();
    const auto heading = [&](const std::string& text) {
        out << "\n";
        print(out, paint, {{Tone::strong, text}});
    };
    const std::string kind = subject.is_order() ? "Order " : "Project ";
    print(out, paint, {{Tone::strong, kind + to_text(subject)}});
    std::ostringstream link;
    print_link(settings, story, subject, link);
    out << visible(link.str());
    if (!story.attention.empty()) heading("Needs a person");
    for (const auto& one : story.attention) {
        print(
            out,
            paint,
            {{Tone::bad, fmt::format("  #{} {}", one.id, one.cause)},
             {Tone::plain, ": " + one.says}}
        );
        print(out, paint, {{Tone::plain, "      → " + one.remedy}});
    }
    if (!story.would.empty()) heading("Shadow mode: it would");
    for (const std::string& step : story.would)
        print(out, paint, {{Tone::plain, "  " + step}});
    if (!story.writes.empty()) heading("Writes");
    print_writes(story, paint, out);
    if (!story.journal.empty()) heading("What happened");
    for (const auto& entry : story.journal) {
        const Tone tone = entry.kind == "failure" ? Tone::bad : Tone::plain;
        print(
            out,
            paint,
            {{Tone::quiet, "  " + shown_time(entry.at)},
             {tone, fmt::format("  {:<9} ", entry.kind)},
             {Tone::plain, entry.says}}
        );
    }
    heading("Next");
    print(out, paint, {{Tone::plain, "  " + ops::next_of(story, now)}});
}

json::object link_as_json(const Link& link) {
    json::object shown;
    shown["issue_id"] = link.issue_id.value;
    shown["issue_key"] = link.issue_key.value;
    shown["state"] = to_text(link.state);
    if (link.base_status) shown["base_status"] = to_text(*link.base_status);
    if (OMS_PLANTED("explain.says_what_is_hoped")) shown["base_status"] = "ready";
    shown["base_issue_status"] = link.base_issue_status.value;
    shown["not_ours"] = link.not_ours;
    shown["gone"] = link.gone_at.has_value();
    return shown;
}

json::object text_as_json(const CommentLink& text) {
    json::object shown;
    if (text.message) shown["message"] = text.message->value;
    if (!text.comment.empty()) shown["comment"] = text.comment.value;
    shown["part"] = text.part;
    shown["origin"] = to_text(text.origin);
    shown["state"] = to_text(text.state);
    return shown;
}

json::object write_as_json(const store::RemoteWrite& write) {
    return {
        {"at", to_rfc3339(write.sent_at, 3)},
        {"kind", to_text(write.kind)},
        {"state", to_text(write.state)},
        {"cause", write.cause},
        {"result", write.result},
        {"says", write.says}};
}

json::value as_json(const ops::Story& story, const Subject& subject, Instant now) {
    json::object whole;
    whole["subject"] = key_of(subject);
    if (story.link) whole["link"] = link_as_json(*story.link);
    json::array texts;
    for (const CommentLink& text : story.texts)
        texts.push_back(text_as_json(text));
    whole["texts"] = std::move(texts);
    json::array attention;
    for (const auto& one : story.attention) {
        attention.push_back(json::object{
            {"id", one.id}, {"cause", one.cause}, {"says", one.says}, {"remedy", one.remedy}});
    }
    whole["attention"] = std::move(attention);
    json::array journal;
    for (const auto& entry : story.journal) {
        journal.push_back(json::object{
            {"at", to_rfc3339(entry.at, 3)}, {"kind", entry.kind}, {"says", entry.says}});
    }
    whole["journal"] = std::move(journal);
    json::array writes;
    for (const auto& write : story.writes)
        writes.push_back(write_as_json(write));
    whole["writes"] = std::move(writes);
    json::array would;
    for (const std::string& step : story.would)
        would.push_back(json::value(step));
    whole["would"] = std::move(would);
    whole["state"] = story.row ? to_text(ops::state_of(story)) : "unknown";
    whole["next"] = ops::next_of(story, now);
    return whole;
}

}  // namespace

int explain(const Settings& settings, const Subject& subject, const Console& console) {
    const auto database = open_existing(settings);
    const ops::Story story = load(*database, subject);
    const Instant now = time_of(*database);
    if (console.json) {
        console.out << json::write(as_json(story, subject, now)) << "\n";
    } else {
        print_text(settings, story, subject, now, console.out);
    }
    return story.row || story.link ? exit_ok : exit_faults;
}

json::value explained(store::Database& database, const Subject& subject, Instant now) {
    return as_json(load(database, subject), subject, now);
}

}  // namespace oms::app
