#include "ops/subjects.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "store/search.hpp"

namespace oms::ops {
namespace {

using store::Connection;
using store::Listed;
using store::Spot;

/// A page that is filtered looks at no more than so many, and then says where to go on.
constexpr std::size_t looked_at_max = 2000;
constexpr int batch_least = 50;

/// `PROJECT:KEY`.
std::string cursor_of(const Spot& spot) { return std::to_string(spot.project) + ":" + spot.key; }

std::optional<Spot> spot_of(const std::string& cursor) {
    if (cursor.empty()) return Spot{};
    const auto colon = cursor.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto project = parse_int(std::string_view{cursor}.substr(0, colon));
    if (!project) return std::nullopt;
    return Spot{.project = *project, .key = cursor.substr(colon + 1)};
}

bool is_issue_key(const std::string& text) {
    const auto dash = text.rfind('-');
    if (dash == std::string::npos || dash == 0) return false;
    const auto number = parse_int(std::string_view{text}.substr(dash + 1));
    const bool letters = std::ranges::all_of(text.substr(0, dash), [](unsigned char character) {
        return std::isalnum(character) != 0 || character == '_';
    });
    return letters && number && *number > 0;
}

/// How the text is looked for.
struct Search {
    std::optional<Subject> subject = std::nullopt;  ///< it names one
    std::vector<Spot> named = {};                   ///< an issue's
    bool by_text = false;
    store::Sought sought = {};  ///< by text
};

Search search_for(Connection& connection, const std::string& text) {
    Search search;
    if (text.empty()) return search;
    search.subject = parse_subject(text);
    if (!search.subject) search.subject = parse_key(text);
    if (search.subject && search.subject->is_issue()) search.subject = std::nullopt;
    if (search.subject) return search;
    if (is_issue_key(text)) search.named = store::spots_of_issue(connection, text);
    search.by_text = search.named.empty();
    if (search.by_text) search.sought = store::seek(connection, text);
    return search;
}

/// The next spots that may be meant, and no spot that is meant left out.
std::vector<Spot> candidates(
    Connection& connection,
    const SubjectChoice& choice,
    const Search& search,
    const Spot& from,
    int count
) {
    if (search.subject && search.subject->is_order()) {
        const Spot spot{search.subject->project.value, key_of(*search.subject)};
        return spot < from ? std::vector{spot} : std::vector<Spot>{};
    }
    if (search.subject) {
        const std::int64_t project = search.subject->project.value;
        const Spot above = project < Spot{}.project ? Spot{project + 1, ""} : Spot{};
        auto list = store::spots_below(connection, std::min(from, above), count);
        std::erase_if(list, [&](const Spot& spot) { return spot.project != project; });
        return list;
    }
    if (!search.named.empty()) {
        auto list = search.named;
        std::erase_if(list, [&](const Spot& spot) { return !(spot < from); });
        return list;
    }
    if (choice.would) return store::spots_that_would(connection, from, count);
    if (choice.differs) return store::spots_that_differ(connection, from, count);
    if (search.by_text) return store::spots_found(connection, search.sought, from, count);
    if (choice.state && *choice.state != store::SubjectState::idle)
        return store::spots_in_state(connection, *choice.state, from, count);
    return store::spots_below(connection, from, count);
}

bool is_meant(const SubjectChoice& choice, const Search& search, const Listed& listed) {
    if (choice.state && shown_state(listed.state, listed.attention > 0) != *choice.state)
        return false;
    if (choice.would && listed.would == 0) return false;
    if (choice.differs && listed.differs == 0) return false;
    const bool again = search.by_text && (choice.would || choice.differs);
    return !again || store::is_found(search.sought, listed.found);
}

}  // namespace

store::SubjectState shown_state(store::SubjectState state, bool needs_person) {
    const bool at_rest = state == store::SubjectState::idle;
    return at_rest && needs_person ? store::SubjectState::attention : state;
}

json::value issue_url(const Facts& facts, const std::string& issue_key) {
    if (issue_key.empty() || facts.jira_url.empty()) return nullptr;
    return json::value(facts.jira_url + "/browse/" + issue_key);
}

json::object subject_json(const Listed& listed, const Facts& facts) {
    const Subject& subject = listed.subject;
    const bool waits = listed.due_at && listed.state != store::SubjectState::idle;
    return {
        {"key", key_of(subject)},
        {"kind",
         subject.is_order()   ? "order"
         : subject.is_issue() ? "issue"
                              : "project"},
        {"project", subject.project.value},
        {"item", subject.item ? json::value(subject.item->value) : json::value(nullptr)},
        {"title", listed.title},
        {"customer", listed.customer},
        {"email", listed.email},
        {"issue_key", text_or_null(listed.issue_key)},
        {"issue_url", issue_url(facts, listed.issue_key)},
        {"link_state",
         listed.link_state ? json::value(to_text(*listed.link_state)) : json::value(nullptr)},
        {"state", store::to_text(shown_state(listed.state, listed.attention > 0))},
        {"due_at", waits ? time_json(listed.due_at) : json::value(nullptr)},
        {"says", listed.says.empty() ? listed.attention_says : listed.says},
        {"attention", listed.attention},
        {"seen_at", time_json(listed.seen_at)},
        {"would", listed.would}};
}

std::optional<json::object> subjects_page(
    Connection& connection,
    const Facts& facts,
    const SubjectChoice& choice,
    const Page& page
) {
    const auto start = spot_of(page.cursor);
    if (!start) return std::nullopt;
    const Search search = search_for(connection, choice.text);
    Spot from = *start;
    json::array items;
    const auto limit = static_cast<std::size_t>(page.limit);
    const int batch = std::max(page.limit, batch_least);
    for (std::size_t looked_at = 0; items.size() < limit && looked_at < looked_at_max;) {
        const auto spots = candidates(connection, choice, search, from, batch);
        for (const Spot& spot : spots) {
            ++looked_at;
            from = spot;
            const auto subject = parse_key(spot.key);
            if (!subject) continue;
            const Listed listed = store::shown(connection, *subject);
            if (listed.known && is_meant(choice, search, listed))
                items.push_back(subject_json(listed, facts));
            if (items.size() == limit) break;
        }
        const bool ended = spots.size() < static_cast<std::size_t>(batch);
        if (ended && (spots.empty() || from == spots.back()))
            return list_json(std::move(items), "");
    }
    return list_json(std::move(items), cursor_of(from));
}

}  // namespace oms::ops
