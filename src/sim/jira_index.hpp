#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/random.hpp"
#include "sim/jira_match.hpp"

/// What search answers from: copies of the rows, made some time after the rows changed.
namespace oms::sim {

class JiraIndex {
public:
    /// How long a change stays unseen. Zero: it is in the index when the request ends.
    Duration lag = {};
    /// The chance that a search overlooks a row that it would find (one that flickers).
    double flicker = 0;

    /// The issue was created, changed or deleted just now.
    void changed(std::int64_t id, Instant now) { waiting_.emplace(now + lag, id); }

    /// Copies all rows at once, as a foreground re-index does.
    void rebuild(const JiraStore& store, Instant now);

    /// All rows that satisfy the query, in its order (newest key first where it has none). Issues of
    /// `fresh` are looked up in the database.
    std::vector<const JiraRow*> search(
        const JiraQuery& query,
        const JiraStore& store,
        Instant now,
        Random& random,
        const std::set<std::int64_t>& fresh = {}
    );

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
    using Ids = std::unordered_set<std::int64_t>;

    void catch_up(const JiraStore& store, Instant now);
    void put(const JiraRow& row);
    void remove(std::int64_t id);
    [[nodiscard]] std::vector<const JiraRow*> matching(const JiraCondition& condition) const;
    /// A superset of what can match, or nothing where only reading all of them would tell.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> candidates(const JiraCondition& condition
    ) const;
    [[nodiscard]] std::optional<std::vector<std::int64_t>> candidates_of(const JiraTerm& term
    ) const;
    [[nodiscard]] std::optional<std::vector<std::int64_t>> with_words(const JiraTerm& term) const;

    std::map<std::int64_t, JiraRow> rows_;
    std::multimap<Instant, std::int64_t> waiting_;  ///< by the time when it will be seen
    std::unordered_map<std::string, Ids> by_label_;
    std::unordered_map<std::string, Ids> by_word_;  ///< `customfield_10100 word`
    std::unordered_map<std::int64_t, Ids> by_epic_;
    std::set<std::pair<Instant, std::int64_t>> by_updated_;
};

}  // namespace oms::sim
