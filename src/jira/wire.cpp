#include "jira/wire.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::jira::wire {
namespace {

using json::at;
using json::text_or_empty;

/// The marker in our property, wherever a resource puts properties: an object by key (issues), or
/// a list of key and value (comments).
std::string marker_in(const json::value& properties) {
    const auto& by_key = at(properties, {property_key, "marker"});
    if (!by_key.is_null()) return text_or_empty(by_key);
    for (const auto& property : json::elements(properties)) {
        if (text_or_empty(at(property, "key")) != property_key) continue;
        return text_or_empty(at(property, {"value", "marker"}));
    }
    return "";
}

/// Whether a flag says clearly that a customer may read the comment, or is not there. What has another
/// type than it should may mean anything: such a comment is kept back.
bool is_harmless(const json::value& flag, bool harmless) {
    if (flag.is_null()) return true;
    if (const auto* word = flag.if_string()) return lower(*word) == (harmless ? "true" : "false");
    return json::boolean(flag) == harmless;
}

/// Jira Service Management on Data Center marks an internal note by a property.
bool internal_in(const json::value& properties) {
    for (const auto& property : json::elements(properties)) {
        if (text_or_empty(at(property, "key")) != "sd.public.comment") continue;
        return marks_internal(at(property, "value"));
    }
    return marks_internal(at(properties, "sd.public.comment"));
}

Instant time_of(const json::value& value) {
    return parse_time(text_or_empty(value)).value_or(Instant{});
}

/// A custom field as text: a string, a number, a select's value, or a document.
std::string field_text(const Dialect& dialect, const json::value& fields, const std::string& id) {
    if (id.empty()) return "";
    const auto& value = at(fields, id);
    if (!value.is_object()) return text_or_empty(value);
    const auto& option = at(value, "value");
    return option.is_null() ? dialect.text_of(value) : text_or_empty(option);
}

}  // namespace

bool marks_internal(const json::value& note) {
    if (!note.is_object()) return !note.is_null();
    return !is_harmless(at(note, "internal"), false);
}

std::string id_of(const json::value& value) {
    const std::string id = text_or_empty(at(value, "id"));
    const bool number = id.find_first_not_of("0123456789") == std::string::npos;
    return number ? id : "";
}

std::vector<Transition> transitions(const json::value& list) {
    std::vector<Transition> found;
    for (const auto& element : json::elements(list)) {
        const std::string id = text_or_empty(at(element, "id"));
        if (id.empty()) continue;
        found.push_back(
            {.id = TransitionId{id},
             .name = text_or_empty(at(element, "name")),
             .to = StatusId{text_or_empty(at(element, {"to", "id"}))}}
        );
    }
    return found;
}

bool tell_notes(const json::value& comments) {
    return std::ranges::all_of(json::elements(comments), [](const json::value& one) {
        return json::boolean(at(one, "jsdPublic")).has_value();
    });
}

std::optional<Comment> comment(const Dialect& dialect, const json::value& value) {
    const std::string id = id_of(value);
    if (id.empty()) return std::nullopt;
    const auto& properties = at(value, "properties");
    Comment comment{
        .id = CommentId{id},
        .author = dialect.user(at(value, "author")),
        .body = dialect.text_of(at(value, "body")),
        .service_desk_internal =
            !is_harmless(at(value, "jsdPublic"), true) || internal_in(properties),
        .marker = marker_in(properties),
        .created = time_of(at(value, "created")),
        .updated = time_of(at(value, "updated"))};
    const auto& visibility = at(value, "visibility");
    if (!visibility.is_null()) {
        comment.visibility = Visibility{
            .type = text_or_empty(at(visibility, "type")),
            .value = text_or_empty(at(visibility, "value"))};
    }
    return comment;
}

std::optional<Issue> issue(const Dialect& dialect, const FieldIds& ids, const json::value& value) {
    const std::string id = id_of(value);
    if (id.empty()) return std::nullopt;
    const auto& fields = at(value, "fields");
    Issue issue{
        .id = IssueId{id},
        .key = IssueKey{text_or_empty(at(value, "key"))},
        .project_key = text_or_empty(at(fields, {"project", "key"})),
        .issue_type_id = text_or_empty(at(fields, {"issuetype", "id"})),
        .status = StatusId{text_or_empty(at(fields, {"status", "id"}))},
        .status_name = text_or_empty(at(fields, {"status", "name"})),
        .summary = text_or_empty(at(fields, "summary")),
        .marker = marker_in(at(value, "properties")),
        .voucher = field_text(dialect, fields, ids.voucher),
        .order_reference = field_text(dialect, fields, ids.order_reference),
        .project_name = field_text(dialect, fields, ids.project_name),
        .updated = time_of(at(fields, "updated")),
        .in_service_desk =
            text_or_empty(at(fields, {"project", "projectTypeKey"})) == "service_desk",
        .transitions = transitions(at(value, "transitions"))};
    for (const auto& label : json::elements(at(fields, "labels"))) {
        issue.labels.push_back(text_or_empty(label));
    }
    const auto& embedded = at(fields, "comment");
    const auto& list = json::elements(at(embedded, "comments"));
    for (const auto& element : list) {
        if (auto one = comment(dialect, element)) issue.comments.push_back(std::move(*one));
    }
    const auto total = json::integer(at(embedded, "total"));
    issue.comments_whole =
        embedded.is_object() && (!total || *total <= static_cast<std::int64_t>(list.size()));
    return issue;
}

json::value field_value(const Dialect& dialect, const FieldValue& value, bool document) {
    switch (value.kind) {
    case FieldValue::Kind::text:
        return document ? dialect.body_of(value.text) : json::value(value.text);
    case FieldValue::Kind::option: return json::object{{"id", value.text}};
    case FieldValue::Kind::null: break;
    }
    return nullptr;
}

json::object property_value(const std::string& marker) {
    json::object value;
    value["marker"] = marker;
    return value;
}

json::object comment_body(const Dialect& dialect, const CommentDraft& draft) {
    json::object body;
    body["body"] = dialect.body_of(draft.body);
    if (draft.visibility) {
        body["visibility"] =
            json::object{{"type", draft.visibility->type}, {"value", draft.visibility->value}};
    }
    if (!draft.marker.empty()) {
        json::array properties;
        properties.push_back(json::object{
            {"key", property_key}, {"value", property_value(draft.marker)}});
        body["properties"] = std::move(properties);
    }
    return body;
}

}  // namespace oms::jira::wire
