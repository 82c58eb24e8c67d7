#include "ops/attention.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "ops/subjects.hpp"
#include "store/views.hpp"

namespace oms::ops {
namespace {

using store::Connection;

/// Of one group, and of all groups of a page together.
constexpr int entries_shown_max = 50;
constexpr int entries_shown_least = 5;
constexpr int entries_of_page = 400;
constexpr int ended_shown = 20;
/// Entries that one transaction deals with.
constexpr std::size_t entries_at_once = 200;

json::object entry_json(const store::AttentionLine& line) {
    return {
        {"id", line.entry.id},
        {"key", key_of(line.entry.subject)},
        {"title", line.title},
        {"customer", line.customer},
        {"issue_key", text_or_null(line.issue_key)},
        {"since", time_json(line.entry.since)},
        {"last_at", time_json(line.entry.last_at)},
        {"times", line.entry.times},
        {"says", line.entry.says}};
}

json::array entries_json(const std::vector<store::AttentionLine>& lines) {
    json::array entries;
    for (const auto& line : lines)
        entries.push_back(entry_json(line));
    return entries;
}

json::object group_json(Connection& connection, const store::AttentionGroup& group, int count) {
    const auto lines =
        store::attention_in_group(connection, group.cause, group.fingerprint, 0, count);
    const bool more = group.count > static_cast<std::int64_t>(lines.size()) && !lines.empty();
    return {
        {"cause", group.cause},
        {"fingerprint", group.fingerprint},
        {"says", group.says},
        {"remedy", group.remedy},
        {"blocking", group.blocking},
        {"count", group.count},
        {"since", time_json(group.since)},
        {"last_at", time_json(group.last_at)},
        {"runbook", "/ui/help/attention#" + group.cause},
        {"entries", entries_json(lines)},
        {"entries_next",
         more ? json::value(std::to_string(lines.back().entry.id)) : json::value(nullptr)}};
}

json::array ended_json(Connection& connection) {
    json::array list;
    for (const auto& one : store::last_ended_attention(connection, ended_shown)) {
        list.push_back(json::object{
            {"id", one.id},
            {"key", one.key},
            {"cause", one.cause},
            {"says", one.says},
            {"ended_at", time_json(one.ended_at)},
            {"ended_by", one.ended_by}});
    }
    return list;
}

/// `CAUSE:FINGERPRINT`: a cause is a word.
std::optional<std::pair<std::string, std::string>> group_of(const std::string& cursor) {
    if (cursor.empty()) return std::pair{std::string{}, std::string{}};
    const auto colon = cursor.find(':');
    if (colon == std::string::npos) return std::nullopt;
    return std::pair{cursor.substr(0, colon), cursor.substr(colon + 1)};
}

/// The ids of all that are meant: what is done part by part must not meet what comes meanwhile.
std::vector<std::int64_t> ids_of(Connection& connection, const store::AttentionChoice& choice) {
    std::vector<std::int64_t> ids;
    for (const store::Attention& entry : store::chosen_attention(connection, choice))
        ids.push_back(entry.id);
    return ids;
}

/// Does it to all that are meant, part after part; how many `part` said it did.
std::int64_t in_parts(
    store::Database& database,
    const store::AttentionChoice& choice,
    const std::function<int(Connection&, const store::AttentionChoice&)>& part
) {
    const auto ids =
        store::read(database, [&](Connection& connection) { return ids_of(connection, choice); });
    std::int64_t done = 0;
    for (std::size_t at = 0; at < ids.size(); at += entries_at_once) {
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t count = std::min(entries_at_once, ids.size() - at);
        const store::AttentionChoice some{
            .ids = {begin, begin + static_cast<std::ptrdiff_t>(count)}};
        done +=
            store::write(database, [&](Connection& connection) { return part(connection, some); });
    }
    return done;
}

}  // namespace

json::object attention_json(const store::Attention& entry) {
    return {
        {"id", entry.id},
        {"key", key_of(entry.subject)},
        {"cause", entry.cause},
        {"fingerprint", entry.fingerprint},
        {"says", entry.says},
        {"remedy", entry.remedy},
        {"blocking", entry.blocking},
        {"since", time_json(entry.since)},
        {"last_at", time_json(entry.last_at)},
        {"times", entry.times},
        {"runbook", "/ui/help/attention#" + entry.cause}};
}

std::optional<json::object>
attention_page(Connection& connection, const Facts& /*facts*/, const Page& page) {
    const auto after = group_of(page.cursor);
    if (!after) return std::nullopt;
    const auto groups =
        store::attention_groups(connection, after->first, after->second, page.limit);
    json::array shown;
    const int part = entries_of_page / std::max(static_cast<int>(groups.size()), 1);
    const int entries = std::clamp(part, entries_shown_least, entries_shown_max);
    for (const auto& group : groups)
        shown.push_back(group_json(connection, group, entries));
    const bool more = groups.size() == static_cast<std::size_t>(page.limit);
    const std::string next =
        more ? groups.back().cause + ":" + groups.back().fingerprint : std::string{};
    return json::object{
        {"groups", std::move(shown)},
        {"next", text_or_null(next)},
        {"total", store::count_attention(connection)},
        {"ended", ended_json(connection)}};
}

std::optional<json::object> attention_group_page(
    Connection& connection,
    const std::string& cause,
    const std::string& fingerprint,
    const Page& page
) {
    const auto after = cursor_number(page.cursor);
    if (!after) return std::nullopt;
    const auto lines =
        store::attention_in_group(connection, cause, fingerprint, *after, page.limit);
    const bool more = lines.size() == static_cast<std::size_t>(page.limit);
    return list_json(
        entries_json(lines), more ? std::to_string(lines.back().entry.id) : std::string{}
    );
}

std::vector<Subject>
subjects_of(Connection& connection, const store::AttentionChoice& choice, std::size_t count) {
    std::vector<Subject> list;
    std::set<Subject> seen;
    for (const store::Attention& entry : store::chosen_attention(connection, choice)) {
        if (list.size() == count) break;
        if (store::has_subject(entry) && seen.insert(entry.subject).second)
            list.push_back(entry.subject);
    }
    return list;
}

std::int64_t retry(
    store::Database& database,
    const store::AttentionChoice& choice,
    const std::string& who,
    Instant now
) {
    return in_parts(database, choice, [&](Connection& connection, const auto& part) {
        return store::retry(connection, part, who, now);
    });
}

std::int64_t dismiss(
    store::Database& database,
    const store::AttentionChoice& choice,
    const store::Dismissal& dismissal,
    Instant now
) {
    return in_parts(database, choice, [&](Connection& connection, const auto& part) {
        return store::dismiss(connection, part, dismissal, now);
    });
}

}  // namespace oms::ops
