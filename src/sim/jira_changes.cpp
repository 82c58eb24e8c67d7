#include "sim/jira_changes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_comments.hpp"
#include "sim/jira_events.hpp"
#include "sim/jira_fields.hpp"

namespace oms::sim {
namespace {

JiraOutcome<JiraRow>
new_row(const JiraModel& model, const JiraUser& actor, const json::value& body) {
    const json::value& given = json::at(body, {"fields", "project"});
    const std::string key = json::text_or_empty(json::at(given, "key"));
    const std::string id = json::text_or_empty(json::at(given, "id"));
    const JiraProject* project = model.site.project(id.empty() ? key : id);
    if (project == nullptr || !may(&actor, "BROWSE_PROJECTS"))
        return refused_field("project", "valid project is required");
    if (!may(&actor, "CREATE_ISSUES"))
        return refused(400, "You do not have permission to create issues in this project.");
    if (project->archived) return refused(400, "The project is archived.");

    const json::value& type = json::at(body, {"fields", "issuetype"});
    const std::string type_id = json::text_or_empty(json::at(type, "id"));
    const std::string type_name = json::text_or_empty(json::at(type, "name"));
    for (const JiraIssueType* known : model.site.types_of(project->key)) {
        if (known->id != type_id && (!type_id.empty() || known->name != type_name)) continue;
        return JiraRow{
            .project = project->key,
            .type = known->id,
            .status = model.site.statuses_of(project->key).front()->id,
            .reporter = actor.name,
            .created = model.now(),
            .updated = model.now()};
    }
    return refused_field("issuetype", "valid issue type is required");
}

/// Jira tells all missing fields together.
JiraDone
check_required(const JiraModel& model, const std::set<std::string>& required, const JiraRow& row) {
    JiraRefusal refusal;
    for (const std::string& id : required) {
        if (row.fields.contains(id)) continue;
        const JiraField* field = model.site.field(id);
        if (field == nullptr || (id == "labels" && !row.labels.empty())) continue;
        if (field->kind == JiraFieldKind::epic_link && row.epic != 0) continue;
        refusal.errors[id] = id == "summary" ? "You must specify a summary of the issue."
                                             : field->name + " is required.";
    }
    if (refusal.errors.empty()) return std::monostate{};
    return JiraRefused{std::move(refusal)};
}

void tell_status(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    std::vector<JiraChange> changes,
    const std::vector<json::value>& comments
) {
    touch(model, issue);
    const JiraComment* comment = nullptr;
    for (const json::value& body : comments)
        comment = &write_comment(model, actor, issue, body);
    JiraEvent event{.issue = &issue, .actor = &actor, .comment = comment};
    if (comment != nullptr) {
        event.name = "comment_created";
        emit(model, event);
    }
    event.name = "jira:issue_updated";
    event.type = "issue_generic";
    event.changes = std::move(changes);
    emit(model, event);
}

JiraChange status_change(const JiraModel& model, const std::string& from, const std::string& to) {
    return {
        .field = "status",
        .field_id = "status",
        .from = from,
        .from_text = model.site.status(from)->name,
        .to = to,
        .to_text = model.site.status(to)->name};
}

}  // namespace

JiraOutcome<JiraIssue*>
create_issue(JiraModel& model, const JiraUser& actor, const json::value& body) {
    auto row = new_row(model, actor, body);
    if (!row) return JiraRefused{row.error()};
    const JiraIssueType& type = model.site.types.at(row->type);
    const auto edit = read_edit(model, body, type.screen, *row);
    if (!edit) return JiraRefused{edit.error()};
    if (const std::string fault = property_fault(body); !fault.empty()) return refused(400, fault);
    if (auto checked = check_comments(model, actor, edit->comments); !checked)
        return JiraRefused{checked.error()};

    auto changes = apply(model, *edit, *row);
    if (auto checked = check_required(model, type.required, *row); !checked)
        return JiraRefused{checked.error()};

    JiraProject& project = model.site.projects.at(row->project);
    row->key = fmt::format("{}-{}", project.key, ++project.last_number);
    JiraIssue& issue = model.store.add(std::move(*row));
    take_properties(body, issue.properties);
    model.index.changed(issue.row.id, model.now());
    for (const json::value& comment : edit->comments)
        write_comment(model, actor, issue, comment);
    if (!model.profile.birth_has_changes) changes.clear();
    emit(
        model,
        {.name = "jira:issue_created",
         .type = "issue_created",
         .issue = &issue,
         .actor = &actor,
         .changes = std::move(changes)}
    );
    return &issue;
}

JiraDone
edit_issue(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const json::value& body) {
    const JiraIssueType& type = model.site.types.at(issue.row.type);
    const bool editable =
        may(&actor, "EDIT_ISSUES") && !model.site.project(issue.row.project)->archived;
    const auto edit =
        read_edit(model, body, editable ? type.edit_screen() : std::set<std::string>{}, issue.row);
    if (!edit) return JiraRefused{edit.error()};
    if (auto checked = check_comments(model, actor, edit->comments); !checked) return checked;
    JiraRow after = issue.row;
    auto changes = apply(model, *edit, after);
    if (auto checked = check_required(model, type.required, after); !checked) return checked;

    for (const json::value& property : json::elements(json::at(body, "properties")))
        issue.properties[json::text_or_empty(json::at(property, "key"))] =
            json::at(property, "value");
    if (!changes.empty()) {
        issue.row = std::move(after);
        touch(model, issue);
        emit(
            model,
            {.name = "jira:issue_updated",
             .type = "issue_updated",
             .issue = &issue,
             .actor = &actor,
             .changes = std::move(changes)}
        );
    }
    for (const json::value& comment : edit->comments) {
        if (auto added = add_comment(model, actor, issue, comment); !added)
            return JiraRefused{added.error()};
    }
    return std::monostate{};
}

void delete_issue(JiraModel& model, const JiraUser& actor, JiraIssue& issue) {
    const std::int64_t id = issue.row.id;
    emit(model, {.name = "jira:issue_deleted", .issue = &issue, .actor = &actor});
    model.store.erase(id);
    model.index.changed(id, model.now());
}

std::vector<const JiraTransition*>
transitions_of(const JiraModel& model, const JiraUser* viewer, const JiraRow& row) {
    std::vector<const JiraTransition*> open;
    if (!may(viewer, "TRANSITION_ISSUES")) return open;
    for (const JiraTransition& transition : model.site.transitions) {
        if (!transition.from.empty() && !transition.from.contains(row.status)) continue;
        if (transition.from.empty() && transition.to == row.status) continue;
        if (!transition.role.empty() && !viewer->roles.contains(transition.role)) continue;
        if (!model.site.has(row.project, model.site.status(transition.to)->scope)) continue;
        open.push_back(&transition);
    }
    return open;
}

JiraDone transition_issue(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    const json::value& body
) {
    const std::string id = json::text_or_empty(json::at(body, {"transition", "id"}));
    if (id.empty()) return refused(400, "Missing 'transition' identifier");
    const auto& all = model.site.transitions;
    const auto known = std::ranges::find_if(all, [&](const JiraTransition& transition) {
        return transition.id == id;
    });
    const auto open = transitions_of(model, &actor, issue.row);
    const bool offered = known != all.end() && std::ranges::find(open, &*known) != open.end();
    if (!offered && model.profile.transitions == JiraTransitionWords::plain)
        return refused(400, fmt::format("Transition id '{}' is not valid for this issue.", id));
    // Data Center stumbles over an id that no workflow has.
    if (known == all.end()) return refused(500, "Internal server error");
    if (!offered) {
        return refused(
            400,
            fmt::format(
                "It seems that you have tried to perform a workflow operation ({}) that is not "
                "valid for the current state of this issue ({}). The likely cause is that somebody "
                "has changed the issue recently, please look at the issue history for details.",
                known->name,
                issue.row.key
            )
        );
    }
    const auto edit = read_edit(model, body, known->screen, issue.row);
    if (!edit) return JiraRefused{edit.error()};
    if (auto checked = check_comments(model, actor, edit->comments); !checked) return checked;
    JiraRow after = issue.row;
    auto changes = apply(model, *edit, after);
    if (auto checked = check_required(model, known->required, after); !checked) return checked;

    changes.push_back(status_change(model, after.status, known->to));
    after.status = known->to;
    issue.row = std::move(after);
    tell_status(model, actor, issue, std::move(changes), edit->comments);
    return std::monostate{};
}

JiraDone
set_status(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const std::string& status) {
    if (model.site.status(status) == nullptr)
        return refused(400, fmt::format("There is no status '{}'.", status));
    if (issue.row.status == status) return std::monostate{};
    const JiraChange change = status_change(model, issue.row.status, status);
    issue.row.status = status;
    tell_status(model, actor, issue, {change}, {});
    return std::monostate{};
}

void move_issue(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    const std::string& project
) {
    auto& projects = model.site.projects;
    if (!projects.contains(project)) {
        projects[project] = {
            .id = fmt::format("{}", 10'050 + projects.size()), .key = project, .name = project};
    }
    JiraProject& target = projects.at(project);
    const JiraProject& source = projects.at(issue.row.project);
    const std::string old_key = issue.row.key;
    const std::string key = fmt::format("{}-{}", target.key, ++target.last_number);
    std::vector<JiraChange> changes{
        {.field = "project",
         .field_id = "project",
         .from = source.id,
         .from_text = source.name,
         .to = target.id,
         .to_text = target.name},
        {.field = "Key", .from_text = old_key, .to_text = key}};
    model.store.move(issue, target.key, key);
    touch(model, issue);
    emit(
        model,
        {.name = "jira:issue_updated",
         .type = "issue_moved",
         .issue = &issue,
         .actor = &actor,
         .changes = std::move(changes)}
    );
}

}  // namespace oms::sim
