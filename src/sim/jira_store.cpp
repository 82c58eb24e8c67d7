#include "sim/jira_store.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::sim {

JiraIssue& JiraStore::add(JiraRow row) {
    row.id = ++last_issue_;
    keys_[row.key] = row.id;
    JiraIssue& issue = issues_[row.id];
    issue.row = std::move(row);
    return issue;
}

void JiraStore::move(JiraIssue& issue, const std::string& project, const std::string& key) {
    issue.row.project = project;
    issue.row.key = key;
    keys_[key] = issue.row.id;
}

void JiraStore::erase(std::int64_t id) {
    issues_.erase(id);
    std::erase_if(keys_, [id](const auto& entry) { return entry.second == id; });
    for (auto& [other, issue] : issues_) {
        if (issue.row.epic == id) issue.row.epic = 0;
    }
}

const JiraIssue* JiraStore::find(std::int64_t id) const {
    const auto found = issues_.find(id);
    return found == issues_.end() ? nullptr : &found->second;
}

const JiraIssue* JiraStore::find(std::string_view id_or_key) const {
    if (const auto id = parse_int(id_or_key)) return find(*id);
    std::string key{id_or_key};
    std::ranges::transform(key, key.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : find(found->second);
}

JiraIssue* JiraStore::find(std::int64_t id) {
    const auto found = issues_.find(id);
    return found == issues_.end() ? nullptr : &found->second;
}

JiraIssue* JiraStore::find(std::string_view id_or_key) {
    const JiraIssue* found = std::as_const(*this).find(id_or_key);
    return found == nullptr ? nullptr : find(found->row.id);
}

JiraComment& JiraStore::add_comment(JiraIssue& issue, JiraComment comment) {
    comment.id = ++last_comment_;
    comment_issues_[comment.id] = issue.row.id;
    return issue.comments.emplace_back(std::move(comment));
}

std::int64_t JiraStore::issue_of_comment(std::int64_t id) const {
    const auto found = comment_issues_.find(id);
    return found == comment_issues_.end() ? 0 : found->second;
}

JiraComment* JiraStore::comment(JiraIssue& issue, std::string_view id) {
    const auto wanted = parse_int(id);
    const auto found = std::ranges::find_if(issue.comments, [&](const JiraComment& comment) {
        return comment.id == wanted;
    });
    return found == issue.comments.end() ? nullptr : &*found;
}

void JiraStore::erase_comment(JiraIssue& issue, std::int64_t id) {
    std::erase_if(issue.comments, [id](const JiraComment& comment) { return comment.id == id; });
}

}  // namespace oms::sim
