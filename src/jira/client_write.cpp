#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/client.hpp"
#include "jira/wire.hpp"

// The part of the client that changes something, and asks first what may be changed.
namespace oms::jira {
namespace {

Result<bool> done(const Result<json::value>& answer) {
    if (!answer) return Failure{answer.error()};
    return true;
}

Failure unreadable(std::string_view what) {
    return failure(ErrorKind::outcome_unknown, fmt::format("Jira's {} lacks its id", what));
}

/// Whoever may not see how this Jira is set up goes on without. An answer that cannot be read says
/// nothing of that.
bool is_kept_from_us(const Error& error) {
    return error.kind == ErrorKind::missing || error.kind == ErrorKind::forbidden ||
           (error.kind == ErrorKind::refused && error.status >= 400);
}

/// Nothing was written yet, whatever a reading before it came to.
Error unsent(Error error) {
    if (error.kind == ErrorKind::outcome_unknown) error.kind = ErrorKind::not_sent;
    return error;
}

}  // namespace

Result<json::value>
Client::send(const std::string& method, const std::string& path, const json::value& body) {
    return call(
        {.method = method,
         .url = path,
         .headers = {{"Content-Type", "application/json"}},
         .body = body.is_null() ? "" : json::write(body)},
        Kind::write
    );
}

Result<Site::Fields> Client::learn_fields() {
    const bool configured =
        !settings_.epic_link_field.empty() && !settings_.epic_name_field.empty();
    const bool epics = dialect_->has_epic_fields() && !configured;
    if (!epics && !dialect_->has_documents()) return Site::Fields{};
    if (const auto known = site_.fields()) return *known;
    const auto all = fields();
    if (!all && !is_kept_from_us(all.error())) return Failure{all.error()};
    Site::Fields learnt;
    for (const Named& field : all ? *all : std::vector<Named>{}) {
        if (field.kind.ends_with(":gh-epic-link")) learnt.epic_link = field.id;
        if (field.kind.ends_with(":gh-epic-label")) learnt.epic_name = field.id;
        if (field.kind.ends_with(":textarea")) learnt.documents.insert(field.id);
    }
    learnt.documents.insert({"description", "environment"});
    site_.learn(learnt);
    return learnt;
}

Result<json::object> Client::fields_of(const FieldValues& values) {
    const auto known = learn_fields();
    if (!known) return Failure{known.error()};
    json::object fields;
    for (const auto& [id, value] : values) {
        fields[id] = wire::field_value(*dialect_, value, known->documents.contains(id));
    }
    return fields;
}

/// The fields on a create screen, where that is of interest and could be read.
struct Client::Screen {
    std::set<std::string> ids = {};
    [[nodiscard]] bool has(const std::string& id) const { return ids.contains(id); }
    [[nodiscard]] bool lacks(const std::string& id) const {
        return !id.empty() && !ids.empty() && !ids.contains(id);
    }
};

Result<Client::Screen> Client::screen_of(const std::string& issue_type_id) {
    if (dialect_->has_epic_fields()) return Screen{};
    if (auto known = site_.screen(issue_type_id)) return Screen{std::move(*known)};
    const auto listed = create_fields(issue_type_id);
    if (listed) {
        Screen screen;
        for (const CreateField& field : *listed)
            screen.ids.insert(field.id);
        site_.learn_screen(issue_type_id, screen.ids);
        return screen;
    }
    if (is_kept_from_us(listed.error())) return Screen{};
    return Failure{listed.error()};
}

Result<json::object> Client::create_body(const IssueDraft& draft) {
    const auto screen = screen_of(draft.issue_type_id);
    if (!screen) return Failure{screen.error()};
    auto values = fields_of(draft.fields);
    if (!values) return values;
    json::object fields = std::move(*values);
    const FieldIds ids = field_ids();
    fields["project"] = json::object{{"key", draft.project_key}};
    fields["issuetype"] = json::object{{"id", draft.issue_type_id}};
    // Projects differ: some hang issues under epics as ever, and few name their epics.
    if (screen->lacks(ids.epic_name)) fields.erase(ids.epic_name);
    const bool by_link = screen->lacks("parent") && screen->has(ids.epic_link);
    if (draft.epic && by_link) {
        fields[ids.epic_link] = draft.epic->second.value;
    } else if (draft.epic) {
        dialect_->set_epic(fields, ids, draft.epic->first, draft.epic->second);
    }
    json::object body;
    if (!draft.marker.empty()) {
        fields["labels"] = json::array{json::value(draft.marker)};
        body["properties"] = json::array{
            json::object{{"key", property_key}, {"value", wire::property_value(draft.marker)}}};
    }
    body["fields"] = std::move(fields);
    return body;
}

Result<CreatedIssue> Client::create_issue(const IssueDraft& draft) {
    const auto body = create_body(draft);
    if (!body) return Failure{unsent(body.error())};
    const auto answer = send("POST", api("/issue"), *body);
    if (!answer) {
        if (answer.error().kind == ErrorKind::refused) site_.forget_fields();
        return Failure{answer.error()};
    }
    const CreatedIssue created{
        .id = IssueId{wire::id_of(*answer)},
        .key = IssueKey{json::text_or_empty(json::at(*answer, "key"))}};
    if (created.id.empty() || created.key.empty()) return unreadable("new issue");
    return created;
}

Result<bool>
Client::edit_issue(const IssueId& id, const std::string& issue_type_id, const FieldValues& fields) {
    const auto screen = screen_of(issue_type_id);
    if (!screen) return Failure{unsent(screen.error())};
    auto values = fields_of(fields);
    if (!values) return Failure{unsent(values.error())};
    if (const FieldIds ids = field_ids(); screen->lacks(ids.epic_name))
        values->erase(ids.epic_name);
    if (values->empty()) return true;
    auto answer = send(
        "PUT",
        api("/issue/" + percent_encode(id.value)),
        json::object{{"fields", std::move(*values)}}
    );
    if (!answer && answer.error().kind == ErrorKind::refused) site_.forget_fields();
    return done(answer);
}

Result<bool> Client::delete_issue(const IssueId& id) {
    return done(send("DELETE", api("/issue/" + percent_encode(id.value)), nullptr));
}

Result<std::vector<Transition>> Client::transitions(const IssueId& id) {
    const auto answer = get(api(fmt::format("/issue/{}/transitions", percent_encode(id.value))));
    if (!answer) return Failure{answer.error()};
    auto found = wire::transitions(json::at(*answer, "transitions"));
    const bool told =
        std::ranges::none_of(found, [](const Transition& one) { return one.to.empty(); });
    if (told) return found;
    // Older ones do not say where a transition leads; some are named after that.
    const auto all = statuses();
    if (!all) return Failure{all.error()};
    for (Transition& one : found) {
        const auto named = std::ranges::find(*all, one.name, &Named::name);
        if (one.to.empty() && named != all->end()) one.to = StatusId{named->id};
    }
    return found;
}

Result<bool> Client::transition(const IssueId& id, const TransitionId& transition) {
    json::object body;
    body["transition"] = json::object{{"id", transition.value}};
    return done(
        send("POST", api(fmt::format("/issue/{}/transitions", percent_encode(id.value))), body)
    );
}

Result<bool> Client::set_issue_property(const IssueId& id, const std::string& marker) {
    const std::string path =
        fmt::format("/issue/{}/properties/{}", percent_encode(id.value), property_key);
    return done(send("PUT", api(path), wire::property_value(marker)));
}

Result<Comment> Client::add_comment(const IssueId& id, const CommentDraft& draft) {
    const std::string path = fmt::format("/issue/{}/comment", percent_encode(id.value));
    const auto answer = send("POST", api(path), wire::comment_body(*dialect_, draft));
    if (!answer) return Failure{answer.error()};
    auto comment = wire::comment(*dialect_, *answer);
    if (!comment) return unreadable("new comment");
    return std::move(*comment);
}

Result<Comment>
Client::edit_comment(const IssueId& id, const CommentId& comment, const CommentDraft& draft) {
    const std::string path = fmt::format(
        "/issue/{}/comment/{}", percent_encode(id.value), percent_encode(comment.value)
    );
    const auto answer = send("PUT", api(path), wire::comment_body(*dialect_, draft));
    if (!answer) return Failure{answer.error()};
    auto edited = wire::comment(*dialect_, *answer);
    if (!edited) return unreadable("edited comment");
    return std::move(*edited);
}

}  // namespace oms::jira
