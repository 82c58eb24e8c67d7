#include "sim/jira_match.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::sim {
namespace {

const std::string& text_of(const JiraTerm& term, const JiraRow& row) {
    static const std::string none;
    switch (term.kind) {
    case JiraTermKind::project: return row.project;
    case JiraTermKind::type: return row.type;
    case JiraTermKind::status: return row.status;
    case JiraTermKind::reporter: return row.reporter;
    case JiraTermKind::text:
    case JiraTermKind::option: {
        const auto found = row.fields.find(term.field);
        return found == row.fields.end() ? none : found->second;
    }
    case JiraTermKind::label:
    case JiraTermKind::id:
    case JiraTermKind::created:
    case JiraTermKind::updated:
    case JiraTermKind::epic: break;
    }
    return none;
}

bool has_value(const JiraTerm& term, const JiraRow& row) {
    if (term.kind == JiraTermKind::label) return !row.labels.empty();
    if (term.kind == JiraTermKind::id) return true;
    if (term.kind == JiraTermKind::epic) return row.epic != 0;
    return !text_of(term, row).empty();
}

bool is_among(const JiraTerm& term, const JiraRow& row) {
    if (term.kind == JiraTermKind::id) return term.ids.contains(row.id);
    if (term.kind == JiraTermKind::epic) return term.ids.contains(row.epic);
    if (term.kind == JiraTermKind::label) {
        return std::ranges::any_of(row.labels, [&](const std::string& label) {
            return term.values.contains(label);
        });
    }
    return term.values.contains(text_of(term, row));
}

bool contains_all(const JiraTerm& term, const JiraRow& row) {
    const std::vector<std::string> words = words_of(text_of(term, row));
    return !term.phrases.empty() &&
           std::ranges::all_of(term.phrases, [&](const JiraPhrase& phrase) {
               return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) !=
                      words.end();
           });
}

bool satisfies(const JiraTerm& term, const JiraRow& row) {
    const Instant at = std::chrono::floor<std::chrono::seconds>(
        term.kind == JiraTermKind::created ? row.created : row.updated
    );
    switch (term.op) {
    case JqlOperator::equal:
    case JqlOperator::in: return is_among(term, row);
    // What has no value is not found by `!=` either.
    case JqlOperator::not_equal:
    case JqlOperator::not_in: return has_value(term, row) && !is_among(term, row);
    case JqlOperator::contains: return contains_all(term, row);
    case JqlOperator::contains_not: return has_value(term, row) && !contains_all(term, row);
    case JqlOperator::empty: return !has_value(term, row);
    case JqlOperator::not_empty: return has_value(term, row);
    case JqlOperator::at_least: return at >= term.at;
    case JqlOperator::at_most: return at <= term.at;
    case JqlOperator::more: return at > term.at;
    case JqlOperator::less: return at < term.at;
    }
    return false;
}

}  // namespace

bool matches(const JiraCondition& condition, const JiraRow& row) {
    const auto holds = [&row](const JiraCondition& child) { return matches(child, row); };
    switch (condition.kind) {
    case JqlNode::Kind::all: return std::ranges::all_of(condition.children, holds);
    case JqlNode::Kind::any: return std::ranges::any_of(condition.children, holds);
    case JqlNode::Kind::negation: return !matches(condition.children.front(), row);
    case JqlNode::Kind::clause: return satisfies(condition.term, row);
    }
    return false;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & '\x80') != 0;
        if (digit || letter) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(lower(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(lower(word));
    return words;
}

std::pair<std::string_view, std::int64_t> key_order(std::string_view key) {
    const auto dash = key.rfind('-');
    if (dash == std::string_view::npos) return {key, 0};
    return {key.substr(0, dash), parse_int(key.substr(dash + 1)).value_or(0)};
}

}  // namespace oms::sim
