#include "sim/jira_index.hpp"

#include <algorithm>

namespace oms::sim {
namespace {

using Candidates = std::optional<std::vector<std::int64_t>>;

template <class Key>
void drop(
    std::unordered_map<Key, std::unordered_set<std::int64_t>>& index,
    const Key& key,
    std::int64_t id
) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    found->second.erase(id);
    if (found->second.empty()) index.erase(found);
}

std::vector<std::string> index_words(const JiraRow& row) {
    std::vector<std::string> keys;
    for (const auto& [field, text] : row.fields) {
        for (const std::string& word : words_of(text))
            keys.push_back(field + " " + word);
    }
    return keys;
}

/// Negative, zero or positive, as the field says.
int compare(const JiraOrder& order, const JiraRow& left, const JiraRow& right) {
    const auto sign = [](const auto& a, const auto& b) { return a < b ? -1 : (b < a ? 1 : 0); };
    const auto field = [&order](const JiraRow& row) {
        const auto found = row.fields.find(order.field);
        return found == row.fields.end() ? std::string{} : found->second;
    };
    switch (order.kind) {
    case JiraTermKind::created: return sign(left.created, right.created);
    case JiraTermKind::updated: return sign(left.updated, right.updated);
    case JiraTermKind::project: return sign(left.project, right.project);
    case JiraTermKind::type: return sign(left.type, right.type);
    case JiraTermKind::status: return sign(left.status, right.status);
    case JiraTermKind::reporter: return sign(left.reporter, right.reporter);
    case JiraTermKind::label: return sign(left.labels, right.labels);
    case JiraTermKind::epic: return sign(left.epic, right.epic);
    case JiraTermKind::text:
    case JiraTermKind::option: return sign(field(left), field(right));
    case JiraTermKind::id: break;
    }
    return sign(key_order(left.key), key_order(right.key));
}

}  // namespace

void JiraIndex::rebuild(const JiraStore& store, Instant now) {
    rows_.clear();
    by_label_.clear();
    by_word_.clear();
    by_epic_.clear();
    by_updated_.clear();
    waiting_.clear();
    for (const auto& [id, issue] : store.issues())
        waiting_.emplace(now, id);
    catch_up(store, now);
}

std::vector<const JiraRow*> JiraIndex::search(
    const JiraQuery& query,
    const JiraStore& store,
    Instant now,
    Random& random,
    const std::set<std::int64_t>& fresh
) {
    catch_up(store, now);
    std::vector<const JiraRow*> found = matching(query.where);
    if (flicker > 0)
        std::erase_if(found, [&](const JiraRow*) { return random.fraction() < flicker; });
    std::erase_if(found, [&](const JiraRow* row) { return fresh.contains(row->id); });
    for (const std::int64_t id : fresh) {
        const JiraIssue* issue = store.find(id);
        if (issue != nullptr && matches(query.where, issue->row)) found.push_back(&issue->row);
    }
    std::vector<JiraOrder> order = query.order;
    if (order.empty()) order.push_back({.kind = JiraTermKind::id, .descending = true});
    std::ranges::stable_sort(found, [&order](const JiraRow* left, const JiraRow* right) {
        for (const JiraOrder& by : order) {
            const int sign = compare(by, *left, *right);
            if (sign != 0) return by.descending ? sign > 0 : sign < 0;
        }
        return false;
    });
    return found;
}

std::vector<const JiraRow*> JiraIndex::matching(const JiraCondition& condition) const {
    std::vector<const JiraRow*> found;
    const auto consider = [&](const JiraRow& row) {
        if (matches(condition, row)) found.push_back(&row);
    };
    auto ids = candidates(condition);
    if (!ids) {
        for (const auto& [id, row] : rows_)
            consider(row);
        return found;
    }
    std::ranges::sort(*ids);
    ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
    for (const std::int64_t id : *ids) {
        const auto row = rows_.find(id);
        if (row != rows_.end()) consider(row->second);
    }
    return found;
}

void JiraIndex::catch_up(const JiraStore& store, Instant now) {
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
        const std::int64_t id = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        remove(id);
        if (const JiraIssue* issue = store.find(id)) put(issue->row);
    }
}

void JiraIndex::put(const JiraRow& row) {
    rows_[row.id] = row;
    for (const std::string& label : row.labels)
        by_label_[label].insert(row.id);
    for (const std::string& word : index_words(row))
        by_word_[word].insert(row.id);
    if (row.epic != 0) by_epic_[row.epic].insert(row.id);
    by_updated_.emplace(row.updated, row.id);
}

void JiraIndex::remove(std::int64_t id) {
    const auto found = rows_.find(id);
    if (found == rows_.end()) return;
    const JiraRow& row = found->second;
    for (const std::string& label : row.labels)
        drop(by_label_, label, id);
    for (const std::string& word : index_words(row))
        drop(by_word_, word, id);
    drop(by_epic_, row.epic, id);
    by_updated_.erase({row.updated, id});
    rows_.erase(found);
}

Candidates JiraIndex::candidates(const JiraCondition& condition) const {
    switch (condition.kind) {
    case JqlNode::Kind::clause: return candidates_of(condition.term);
    case JqlNode::Kind::negation: return std::nullopt;
    case JqlNode::Kind::all: {
        Candidates fewest;
        for (const JiraCondition& child : condition.children) {
            auto some = candidates(child);
            if (some && (!fewest || some->size() < fewest->size())) fewest = std::move(some);
        }
        return fewest;
    }
    case JqlNode::Kind::any: {
        std::vector<std::int64_t> together;
        for (const JiraCondition& child : condition.children) {
            const auto some = candidates(child);
            if (!some) return std::nullopt;
            together.insert(together.end(), some->begin(), some->end());
        }
        return together;
    }
    }
    return std::nullopt;
}

Candidates JiraIndex::candidates_of(const JiraTerm& term) const {
    if (term.kind == JiraTermKind::text && term.op == JqlOperator::contains)
        return with_words(term);
    std::vector<std::int64_t> ids;
    const bool later = term.op == JqlOperator::at_least || term.op == JqlOperator::more;
    if (term.kind == JiraTermKind::updated && later) {
        for (auto i = by_updated_.lower_bound({term.at, 0}); i != by_updated_.end(); ++i)
            ids.push_back(i->second);
        return ids;
    }
    const auto take = [&ids](const auto& index, const auto& keys) {
        for (const auto& key : keys) {
            const auto found = index.find(key);
            if (found == index.end()) continue;
            ids.insert(ids.end(), found->second.begin(), found->second.end());
        }
        return Candidates{std::move(ids)};
    };
    const bool among = term.op == JqlOperator::equal || term.op == JqlOperator::in;
    if (!among) return std::nullopt;
    if (term.kind == JiraTermKind::label) return take(by_label_, term.values);
    if (term.kind == JiraTermKind::epic) return take(by_epic_, term.ids);
    if (term.kind != JiraTermKind::id) return std::nullopt;
    ids.assign(term.ids.begin(), term.ids.end());
    return ids;
}

Candidates JiraIndex::with_words(const JiraTerm& term) const {
    const Ids* rarest = nullptr;
    for (const JiraPhrase& phrase : term.phrases) {
        for (const std::string& word : phrase) {
            const auto found = by_word_.find(term.field + " " + word);
            if (found == by_word_.end()) return std::vector<std::int64_t>{};
            const bool rarer = rarest == nullptr || found->second.size() < rarest->size();
            if (rarer) rarest = &found->second;
        }
    }
    if (rarest == nullptr) return std::vector<std::int64_t>{};
    return std::vector<std::int64_t>(rarest->begin(), rarest->end());
}

}  // namespace oms::sim
