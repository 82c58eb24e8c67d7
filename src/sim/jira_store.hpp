#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

/// The simulated Jira's database: what GET by id or key reads. Search reads JiraIndex.
namespace oms::sim {

struct JiraVisibility {
    std::string type = {};  ///< role, group
    std::string value = {};
};

using JiraProperties = std::map<std::string, json::value>;

struct JiraComment {
    std::int64_t id = 0;
    std::string author = {};  ///< login name
    std::string update_author = {};
    std::string body = {};      ///< what API 2 shows
    json::value document = {};  ///< as it was given, where it was given as a document
    std::optional<JiraVisibility> visibility = std::nullopt;
    JiraProperties properties = {};
    Instant created = {};
    Instant updated = {};
};

/// What the search index copies of an issue.
struct JiraRow {
    std::int64_t id = 0;
    std::string key = {};
    std::string project = {};  ///< key
    std::string type = {};
    std::string status = {};
    std::string reporter = {};  ///< login name
    std::vector<std::string> labels = {};
    /// Field id to text; of selects the option's id. What is not set is not here.
    std::map<std::string, std::string> fields = {};
    /// Of those that were given as documents; `fields` has their text.
    std::map<std::string, json::value> documents = {};
    std::int64_t epic = 0;  ///< the epic's issue id: its key may change
    Instant created = {};
    Instant updated = {};
};

struct JiraIssue {
    JiraRow row = {};
    std::vector<JiraComment> comments = {};
    JiraProperties properties = {};
};

class JiraStore {
public:
    /// Takes the next issue id and keeps the issue under it and its key.
    JiraIssue& add(JiraRow row);
    /// The old key goes on leading to the issue.
    void move(JiraIssue& issue, const std::string& project, const std::string& key);
    void erase(std::int64_t id);

    JiraIssue* find(std::int64_t id);
    [[nodiscard]] const JiraIssue* find(std::int64_t id) const;
    /// By id or by a present or former key.
    JiraIssue* find(std::string_view id_or_key);
    [[nodiscard]] const JiraIssue* find(std::string_view id_or_key) const;

    JiraComment& add_comment(JiraIssue& issue, JiraComment comment);
    /// The issue that a comment was made on, 0 for an unknown one. It may be gone.
    [[nodiscard]] std::int64_t issue_of_comment(std::int64_t id) const;
    /// Nothing where the issue has no such comment.
    static JiraComment* comment(JiraIssue& issue, std::string_view id);
    static void erase_comment(JiraIssue& issue, std::int64_t id);

    [[nodiscard]] const std::map<std::int64_t, JiraIssue>& issues() const { return issues_; }

private:
    std::map<std::int64_t, JiraIssue> issues_;
    std::unordered_map<std::string, std::int64_t> keys_;
    std::unordered_map<std::int64_t, std::int64_t> comment_issues_;
    std::int64_t last_issue_ = 10'000;
    std::int64_t last_comment_ = 20'000;
};

}  // namespace oms::sim
