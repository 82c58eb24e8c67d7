#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "sim/jira_model.hpp"

/// The shapes in which the REST API and webhooks show things, as the profile has them.
namespace oms::sim {

/// `2019-06-04T00:15:17.234+0000`, in the viewer's zone.
std::string jira_time(Instant at, const JiraUser* viewer);

/// Which fields an answer shall have: `*all,-comment`, `summary,status`.
class JiraFieldChoice {
public:
    /// Nothing asked for: all.
    explicit JiraFieldChoice(const std::vector<std::string>& asked = {});
    [[nodiscard]] bool wants(const std::string& field) const;

private:
    bool all_ = true;
    std::set<std::string> in_;
    std::set<std::string> out_;
};

json::object user_json(const JiraModel& model, const std::string& name, const JiraUser* viewer);
json::object status_json(const JiraModel& model, const JiraStatus& status);
json::object type_json(const JiraModel& model, const JiraIssueType& type);
/// As in lists of types, which tell whose it is.
json::object listed_type_json(const JiraModel& model, const JiraIssueType& type);
/// `scope`, where only one project has it.
void add_scope(const JiraModel& model, const std::string& scope, json::object& shape);
json::object project_json(const JiraModel& model, const JiraProject& project);
json::object field_json(const JiraModel& model, const JiraField& field);
/// A field in create and edit metadata.
json::object
field_meta_json(const JiraModel& model, const JiraIssueType& type, const JiraField& field);
json::array properties_json(const JiraProperties& properties);

struct JiraCommentView {
    const JiraUser* viewer = nullptr;
    bool properties = false;
};
json::object comment_json(
    const JiraModel& model,
    std::int64_t issue,
    const JiraComment& comment,
    JiraCommentView view
);

/// With the comments that the viewer sees; none given: without any.
struct JiraIssueView {
    const JiraUser* viewer = nullptr;
    JiraFieldChoice fields = JiraFieldChoice{};
    bool webhook = false;  ///< those hide no comment
};
json::object issue_json(
    const JiraModel& model,
    const JiraRow& row,
    const std::vector<JiraComment>& comments,
    const JiraIssueView& view
);

json::object transition_json(
    const JiraModel& model,
    const JiraTransition& transition,
    const JiraRow& row,
    bool fields
);

}  // namespace oms::sim
