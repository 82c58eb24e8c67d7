#include <algorithm>

#include <fmt/format.h>

#include "ops/attention.hpp"
#include "ops/story.hpp"
#include "ops/subjects.hpp"
#include "ops/writes.hpp"
#include "store/views.hpp"

namespace oms::ops {
namespace {

using store::Connection;

constexpr std::size_t timeline_max = 200;

json::value link_json(const std::optional<Link>& link) {
    if (!link) return nullptr;
    const bool synced = link->synced_at > Instant{};
    return json::object{
        {"issue_id", link->issue_id.value},
        {"issue_key", link->issue_key.value},
        {"state", to_text(link->state)},
        {"base_status",
         link->base_status ? json::value(to_text(*link->base_status)) : json::value(nullptr)},
        {"base_issue_status", link->base_issue_status.value},
        {"not_ours", link->not_ours},
        {"gone_at", time_json(link->gone_at)},
        {"linked_at", time_json(link->linked_at)},
        {"synced_at", synced ? time_json(link->synced_at) : json::value(nullptr)}};
}

json::array texts_json(const std::vector<CommentLink>& texts) {
    json::array list;
    for (const CommentLink& text : texts) {
        list.push_back(json::object{
            {"message", text.message ? json::value(text.message->value) : json::value(nullptr)},
            {"comment", text_or_null(text.comment.value)},
            {"part", text.part},
            {"origin", to_text(text.origin)},
            {"state", to_text(text.state)}});
    }
    return list;
}

/// A moment of the time line, before it is put in order.
struct Moment {
    Instant at = {};
    json::object shown = {};
};

Moment moment_of(const store::JournalEntry& entry) {
    return {
        .at = entry.at,
        .shown = {
            {"at", time_json(entry.at)},
            {"kind", entry.kind},
            {"says", entry.says},
            {"took_seconds", nullptr},
            {"remote", nullptr},
            {"method", nullptr},
            {"path", nullptr},
            {"status", nullptr}}};
}

Moment moment_of(const store::RemoteCall& call) {
    const std::string answer = call.status == 0 ? "no answer" : std::to_string(call.status);
    return {
        .at = call.at,
        .shown = {
            {"at", time_json(call.at)},
            {"kind", "call"},
            {"says",
             fmt::format("{} {} → {}", call.method, call.path, answer) +
                 (call.says.empty() ? "" : ": " + call.says)},
            {"took_seconds", seconds(call.took)},
            {"remote", call.remote},
            {"method", call.method},
            {"path", call.path},
            {"status", call.status}}};
}

json::array timeline_json(
    const std::vector<store::JournalEntry>& journal,
    const std::vector<store::RemoteCall>& calls
) {
    std::vector<Moment> moments;
    for (const auto& entry : journal)
        moments.push_back(moment_of(entry));
    // Newest first, as they come: turned round, so that those of one time keep their order.
    for (auto call = calls.rbegin(); call != calls.rend(); ++call)
        moments.push_back(moment_of(*call));
    std::ranges::stable_sort(moments, {}, &Moment::at);
    json::array list;
    const std::size_t skipped =
        moments.size() > timeline_max ? moments.size() - timeline_max : std::size_t{0};
    for (std::size_t i = skipped; i < moments.size(); ++i)
        list.push_back(std::move(moments[i].shown));
    return list;
}

json::array rows_json(const std::optional<store::Sight>& sight) {
    if (!sight) return {};
    const auto rows = json::parse(sight->rows);
    return json::elements(rows ? *rows : json::value{});
}

json::array would_json(const std::optional<store::Sight>& sight) {
    json::array list;
    if (!sight) return list;
    for (const std::string& step : sight->would)
        list.push_back(json::value(step));
    return list;
}

}  // namespace

std::optional<json::object>
story_json(Connection& connection, const Facts& facts, const Subject& subject, Instant now) {
    const Story story = load_story(connection, subject);
    if (!story.row && !story.link) return std::nullopt;
    const auto sight = store::find_sight(connection, subject);
    const store::Listed listed = store::shown(connection, subject);
    json::array attention;
    for (const store::Attention& one : story.attention)
        attention.push_back(attention_json(one));
    json::array writes;
    for (const store::RemoteWrite& one : story.writes)
        writes.push_back(write_json(one));
    const bool page = facts.marketplace_page && !subject.is_issue();
    const bool due = story.row && story.row->state != store::SubjectState::idle;
    return json::object{
        {"subject", subject_json(listed, facts)},
        {"urls",
         json::object{
             {"issue", issue_url(facts, listed.issue_key)},
             {"marketplace", page ? text_or_null(facts.marketplace_page(subject)) : nullptr}}},
        {"link", link_json(story.link)},
        {"seen_at", sight ? time_json(sight->seen_at) : json::value(nullptr)},
        {"fields", rows_json(sight)},
        {"texts", texts_json(story.texts)},
        {"attention", std::move(attention)},
        {"writes", std::move(writes)},
        {"timeline",
         timeline_json(
             story.journal, store::calls_of(connection, subject, static_cast<int>(timeline_max))
         )},
        {"would", would_json(sight)},
        {"state", store::to_text(state_of(story))},
        {"due_at", due ? time_json(story.row->due_at) : json::value(nullptr)},
        {"next", next_of(story, now)}};
}

std::optional<json::object>
journal_page(Connection& connection, const Subject& subject, const Page& page) {
    const auto before = cursor_number(page.cursor);
    if (!before) return std::nullopt;
    const auto entries = store::journal_before(connection, subject, *before, page.limit);
    json::array items;
    for (const auto& entry : entries) {
        json::object shown = moment_of(entry).shown;
        shown["id"] = entry.id;
        items.push_back(std::move(shown));
    }
    const bool more = entries.size() == static_cast<std::size_t>(page.limit);
    return list_json(std::move(items), more ? std::to_string(entries.back().id) : std::string{});
}

}  // namespace oms::ops
