#include "sim/jira_comments.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_changes.hpp"
#include "sim/jira_document.hpp"
#include "sim/jira_events.hpp"
#include "sim/jira_fields.hpp"

namespace oms::sim {
namespace {

/// A property's value may be any JSON of up to this many characters.
constexpr std::size_t property_units_max = 32'768;

JiraDone check_comment(const JiraModel& model, const JiraUser& actor, const json::value& body) {
    const auto text = read_long_text(model, json::at(body, "body"));
    if (!text && model.api >= 3) return refused_field("comment", text.error());
    if (!text || trim(text->wiki).empty())
        return refused_field("comment", "Comment body can not be empty!");
    const std::size_t limit = model.settings.comment_units_max;
    if (limit != 0 && utf16_length(text->wiki) > limit)
        return refused_field("comment", too_long(limit));
    if (const std::string fault = property_fault(body); !fault.empty()) return refused(400, fault);

    const json::value& visibility = json::at(body, "visibility");
    if (visibility.is_null()) return std::monostate{};
    const std::string name = json::text_or_empty(json::at(visibility, "value"));
    const bool group = json::text_or_empty(json::at(visibility, "type")) == "group";
    const auto& roles = model.site.roles;
    if (!group && std::ranges::find(roles, name) == roles.end())
        return refused_field(
            "commentLevel", fmt::format("Role with name '{}' does not exist.", name)
        );
    if (!(group ? actor.groups : actor.roles).contains(name)) {
        return refused_field(
            "commentLevel",
            fmt::format(
                "You are currently not a member of the {}: {}.",
                group ? "group" : "project role",
                name
            )
        );
    }
    return std::monostate{};
}

std::optional<JiraVisibility> visibility_of(const json::value& body) {
    const json::value& visibility = json::at(body, "visibility");
    if (visibility.is_null()) return std::nullopt;
    return JiraVisibility{
        .type = json::text(json::at(visibility, "type")).value_or("role"),
        .value = json::text_or_empty(json::at(visibility, "value"))};
}

/// Whoever a comment mentions is told, whichever form it came in.
void notify(JiraModel& model, const JiraIssue& issue, const JiraComment& comment) {
    const bool markup = comment.document.is_null();
    for (const std::string& word :
         markup ? mentions_in(comment.body) : mentions_of(comment.document)) {
        const JiraUser* user = model.site.mentioned(word);
        if (user != nullptr) model.mentions.push_back({issue.row.id, comment.id, user->name});
    }
}

JiraDone check_room(const JiraModel& model, const JiraIssue& issue) {
    const std::int64_t limit = model.settings.comments_max;
    if (limit == 0 || static_cast<std::int64_t>(issue.comments.size()) < limit)
        return std::monostate{};
    return refused(
        413, fmt::format("The per-issue limit of {} has been breached for comments.", limit)
    );
}

}  // namespace

void touch(JiraModel& model, JiraIssue& issue) {
    issue.row.updated = model.now();
    model.index.changed(issue.row.id, model.now());
}

void take_properties(const json::value& body, JiraProperties& properties) {
    for (const json::value& property : json::elements(json::at(body, "properties")))
        properties[json::text_or_empty(json::at(property, "key"))] = json::at(property, "value");
}

std::string property_fault(const json::value& body) {
    for (const json::value& property : json::elements(json::at(body, "properties"))) {
        const std::string key = json::text_or_empty(json::at(property, "key"));
        if (key.empty() || key.size() > 255) return "The property key is invalid.";
        if (json::write(json::at(property, "value")).size() > property_units_max)
            return "The property value is too long.";
    }
    return "";
}

/// Comments that came along in `update.comment`, checked before anything is written.
JiraDone check_comments(
    const JiraModel& model,
    const JiraUser& actor,
    const std::vector<json::value>& bodies
) {
    for (const json::value& body : bodies) {
        if (auto checked = check_comment(model, actor, body); !checked) return checked;
    }
    return std::monostate{};
}

JiraComment&
write_comment(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const json::value& body) {
    auto text = read_long_text(model, json::at(body, "body"));
    JiraComment& comment = model.store.add_comment(
        issue,
        {.author = actor.name,
         .update_author = actor.name,
         .body = std::move(text->wiki),
         .document = std::move(text->document),
         .visibility = visibility_of(body),
         .created = model.now(),
         .updated = model.now()}
    );
    take_properties(body, comment.properties);
    notify(model, issue, comment);
    touch(model, issue);
    return comment;
}

JiraOutcome<JiraComment*>
add_comment(JiraModel& model, const JiraUser& actor, JiraIssue& issue, const json::value& body) {
    if (!may(&actor, "ADD_COMMENTS")) {
        return refused_field(
            "comment",
            fmt::format(
                "{}, you do not have the permission to comment on this issue.", actor.display_name
            )
        );
    }
    if (auto checked = check_room(model, issue); !checked) return JiraRefused{checked.error()};
    if (auto checked = check_comment(model, actor, body); !checked)
        return JiraRefused{checked.error()};
    JiraComment& comment = write_comment(model, actor, issue, body);
    emit_comment(
        model,
        "comment_created",
        "issue_commented",
        {.issue = &issue, .actor = &actor, .comment = &comment}
    );
    return &comment;
}

JiraDone edit_comment(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    JiraComment& comment,
    const json::value& body
) {
    const bool own = comment.author == actor.name;
    const bool allowed = may(&actor, own ? "EDIT_OWN_COMMENTS" : "EDIT_ALL_COMMENTS") &&
                         (own || actor.roles.contains("Staff"));
    if (!allowed) {
        return refused(
            400,
            fmt::format(
                "{}, you do not have the permission to edit this comment.", actor.display_name
            )
        );
    }
    if (auto checked = check_comment(model, actor, body); !checked) return checked;
    auto text = read_long_text(model, json::at(body, "body"));
    comment.body = std::move(text->wiki);
    comment.document = std::move(text->document);
    comment.visibility = visibility_of(body);
    comment.update_author = actor.name;
    comment.updated = model.now();
    take_properties(body, comment.properties);
    notify(model, issue, comment);
    touch(model, issue);
    emit_comment(
        model,
        "comment_updated",
        "issue_comment_edited",
        {.issue = &issue, .actor = &actor, .comment = &comment}
    );
    return std::monostate{};
}

void delete_comment(
    JiraModel& model,
    const JiraUser& actor,
    JiraIssue& issue,
    const JiraComment& comment
) {
    const JiraComment gone = comment;
    JiraStore::erase_comment(issue, gone.id);
    touch(model, issue);
    emit_comment(
        model,
        "comment_deleted",
        "issue_comment_deleted",
        {.issue = &issue, .actor = &actor, .comment = &gone}
    );
}

}  // namespace oms::sim
