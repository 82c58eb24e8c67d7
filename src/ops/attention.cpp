#include "ops/attention.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "ops/subjects.hpp"
#include "store/journal.hpp"
#include "store/subjects.hpp"
#include "store/views.hpp"

namespace oms::ops {
namespace {

using store::Connection;

constexpr int entries_shown = 50;
constexpr int ended_shown = 20;
/// Entries that one transaction deals with.
constexpr int entries_at_once = 200;

std::string by(const Who& who) { return who.empty() ? "" : " by " + who; }

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

json::object group_json(Connection& connection, const store::AttentionGroup& group) {
    const auto lines =
        store::attention_in_group(connection, group.cause, group.fingerprint, 0, entries_shown);
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
        {"runbook", "runbook#" + group.cause},
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

/// The next that are meant, after entry `after`; moves that on. Empty: there are no more.
std::vector<store::Attention>
next_part(Connection& connection, const AttentionChoice& choice, std::int64_t& after, int count) {
    std::vector<store::Attention> part;
    if (!choice.ids.empty()) {
        for (const std::int64_t id : choice.ids) {
            if (id <= after) continue;
            after = id;
            if (auto found = store::find_attention(connection, id)) part.push_back(*found);
            if (part.size() == static_cast<std::size_t>(count)) break;
        }
        return part;
    }
    if (choice.cause.empty() && !choice.all) return part;
    if (!choice.fingerprint.empty()) {
        for (auto& line : store::attention_in_group(
                 connection, choice.cause, choice.fingerprint, after, count
             )) {
            after = line.entry.id;
            part.push_back(std::move(line.entry));
        }
        return part;
    }
    part = store::attention_after(connection, choice.all ? "" : choice.cause, after, count);
    if (!part.empty()) after = part.back().id;
    return part;
}

/// Ids in their order, each once.
AttentionChoice in_order(AttentionChoice choice) {
    std::ranges::sort(choice.ids);
    choice.ids.erase(std::ranges::unique(choice.ids).begin(), choice.ids.end());
    return choice;
}

/// Does it to all that are meant, part after part; how many `one` said it did.
std::int64_t for_all(
    store::Database& database,
    const AttentionChoice& given,
    const std::function<bool(Connection&, const store::Attention&)>& one
) {
    const AttentionChoice choice = in_order(given);
    std::int64_t done = 0;
    std::int64_t after = 0;
    while (true) {
        const auto [count, next, ended] = store::write(database, [&](Connection& connection) {
            std::int64_t last = after;
            const auto part = next_part(connection, choice, last, entries_at_once);
            std::int64_t number = 0;
            for (const store::Attention& entry : part)
                if (one(connection, entry)) ++number;
            return std::tuple{number, last, part.size() < entries_at_once};
        });
        done += count;
        after = next;
        if (ended) return done;
    }
}

}  // namespace

bool is_somebodys(const Subject& subject) {
    return subject.is_issue() || subject.project.value > 0;
}

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
        {"runbook", "runbook#" + entry.cause}};
}

std::optional<json::object>
attention_page(Connection& connection, const Facts& /*facts*/, const Page& page) {
    const auto after = group_of(page.cursor);
    if (!after) return std::nullopt;
    const auto groups =
        store::attention_groups(connection, after->first, after->second, page.limit);
    json::array shown;
    for (const auto& group : groups)
        shown.push_back(group_json(connection, group));
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
subjects_of(Connection& connection, const AttentionChoice& given, std::size_t count) {
    const AttentionChoice choice = in_order(given);
    std::vector<Subject> list;
    std::set<Subject> seen;
    std::int64_t after = 0;
    while (list.size() < count) {
        const auto part = next_part(connection, choice, after, entries_at_once);
        for (const store::Attention& entry : part) {
            const bool news = is_somebodys(entry.subject) && seen.insert(entry.subject).second;
            if (news && list.size() < count) list.push_back(entry.subject);
        }
        if (part.size() < entries_at_once) break;
    }
    return list;
}

void look_now(Connection& connection, const Subject& subject, const Who& who, Instant now) {
    store::add_journal(
        connection, subject, store::JournalKind::person, "a look asked for" + by(who), now
    );
    store::add_hint(
        connection,
        {.subject = subject,
         .aspects = all_aspects,
         .lane = Lane::live,
         .cause = "the operator's wish"},
        now
    );
    store::wake(connection, subject, now);
}

std::int64_t
retry(store::Database& database, const AttentionChoice& choice, const Who& who, Instant now) {
    return for_all(database, choice, [&](Connection& connection, const store::Attention& entry) {
        if (!is_somebodys(entry.subject)) return false;
        store::add_journal(
            connection, entry.subject, store::JournalKind::person, "retry asked for" + by(who), now
        );
        store::add_hint(
            connection,
            {.subject = entry.subject,
             .aspects = all_aspects,
             .lane = Lane::live,
             .cause = "the operator's retry"},
            now
        );
        store::wake(connection, entry.subject, now);
        return true;
    });
}

std::int64_t dismiss(
    store::Database& database,
    const AttentionChoice& choice,
    const Who& who,
    const std::string& reason,
    Instant now
) {
    const std::string why = reason.empty() ? "" : ": " + reason;
    return for_all(database, choice, [&](Connection& connection, const store::Attention& entry) {
        store::add_journal(
            connection,
            entry.subject,
            store::JournalKind::person,
            fmt::format("dismissed{}: {}{}", by(who), entry.cause, why),
            now
        );
        return store::end_attention(connection, entry.id, "dismissed" + by(who) + why, now);
    });
}

}  // namespace oms::ops
