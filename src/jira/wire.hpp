#pragma once

#include "base/json.hpp"
#include "domain/jira.hpp"
#include "jira/dialect.hpp"

/// JSON as Jira writes it, and our values; ids are strings or integers.
namespace oms::jira::wire {

/// The `id` of an entity; "" where there is none or it is no number: ids go into paths and JQL, and
/// anything else could lead elsewhere.
std::string id_of(const json::value& value);

std::optional<Issue> issue(const Dialect& dialect, const FieldIds& ids, const json::value& value);
std::optional<Comment> comment(const Dialect& dialect, const json::value& value);
/// Whether each comment of a list says by itself if it is an internal note of a service desk.
bool tell_notes(const json::value& comments);
/// Whether the value of a comment's property `sd.public.comment` marks an internal note, or may do so:
/// only what says clearly that it does not is none. Absent: none.
bool marks_internal(const json::value& note);
std::vector<Transition> transitions(const json::value& list);

/// `document`: the field holds several lines in a dialect that has documents.
json::value field_value(const Dialect& dialect, const FieldValue& value, bool document);
json::object comment_body(const Dialect& dialect, const CommentDraft& draft);
/// Our property's value.
json::object property_value(const std::string& marker);

}  // namespace oms::jira::wire
