#include "sim/jira_events.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_json.hpp"

namespace oms::sim {
namespace {

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::value(text);
}

json::object changelog_json(const JiraModel& model, const std::vector<JiraChange>& changes) {
    json::array items;
    for (const JiraChange& change : changes) {
        items.push_back(json::object{
            {"field", change.field},
            {"fieldtype", change.custom ? "custom" : "jira"},
            {"from", text_or_null(change.from)},
            {"fromString", text_or_null(change.from_text)},
            {"to", text_or_null(change.to)},
            {"toString", text_or_null(change.to_text)}});
    }
    // Only has to differ from the others; the database numbers change groups.
    return {{"id", fmt::format("{}", 30'001 + model.outbox.count())}, {"items", std::move(items)}};
}

bool is_comment_event(const JiraEvent& event) { return event.name.rfind("comment_", 0) == 0; }

json::object body_of(const JiraModel& model, const JiraEvent& event) {
    const auto since_epoch = model.now().time_since_epoch();
    json::object body{
        {"timestamp", std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()},
        {"webhookEvent", event.name}};
    const auto comment = [&] {
        return comment_json(model, event.issue->row.id, *event.comment, {});
    };
    if (is_comment_event(event)) {
        if (event.name != "comment_created") body["user"] = user_json(model, event.actor->name, {});
        body["comment"] = comment();
        return body;
    }
    if (!event.type.empty()) body["issue_event_type_name"] = event.type;
    body["user"] = user_json(model, event.actor->name, nullptr);
    body["issue"] =
        issue_json(model, event.issue->row, event.issue->comments, JiraIssueView{.webhook = true});
    if (!event.changes.empty()) body["changelog"] = changelog_json(model, event.changes);
    if (event.comment != nullptr) body["comment"] = comment();
    return body;
}

/// Jira replaces what it knows and appends who it was.
std::string url_of(const JiraModel& model, const JiraWebhook& webhook, const JiraEvent& event) {
    const JiraRow& row = event.issue->row;
    const JiraProject* project = model.site.project(row.project);
    std::string url = webhook.url;
    url = replace_all(std::move(url), "${issue.id}", fmt::format("{}", row.id));
    url = replace_all(std::move(url), "${issue.key}", row.key);
    url = replace_all(std::move(url), "${project.id}", project->id);
    url = replace_all(std::move(url), "${project.key}", project->key);
    if (event.comment != nullptr)
        url = replace_all(std::move(url), "${comment.id}", fmt::format("{}", event.comment->id));
    url += url.find('?') == std::string::npos ? '?' : '&';
    return url + fmt::format(
                     "user_id={}&user_key={}",
                     percent_encode(event.actor->name),
                     percent_encode(event.actor->key)
                 );
}

bool listens(const JiraModel& model, const JiraWebhook& webhook, const JiraEvent& event) {
    if (!webhook.enabled || !webhook.events.contains(std::string{event.name})) return false;
    if (trim(webhook.jql).empty()) return true;
    const auto parsed = parse_jql(webhook.jql);
    if (!parsed) return false;
    const auto query = understand(
        *parsed, {.site = model.site, .store = model.store, .now = model.now(), .strict = false}
    );
    return query && matches(query->where, event.issue->row);
}

}  // namespace

void emit(JiraModel& model, const JiraEvent& event) {
    std::string body;
    for (const auto& [id, webhook] : model.webhooks) {
        if (!listens(model, webhook, event)) continue;
        if (body.empty()) body = json::write(body_of(model, event));
        const http::Request delivery{
            .method = "POST",
            .url = url_of(model, webhook, event),
            .headers =
                {{"Content-Type", "application/json; charset=UTF-8"},
                 {"User-Agent", "Atlassian HttpClient 3.0.3 / JIRA-9.12.0 (9120000) / Default"}},
            .body = webhook.exclude_body ? "" : body};
        model.outbox.put(delivery, model.now(), model.random);
    }
}

void emit_comment(
    JiraModel& model,
    std::string_view name,
    std::string_view type,
    const JiraEvent& event
) {
    JiraEvent told = event;
    told.name = name;
    told.type = {};
    told.changes = {};
    emit(model, told);
    told.name = "jira:issue_updated";
    told.type = type;
    // A deleted comment leaves an update that says nothing but that there was one.
    if (name == "comment_deleted") told.comment = nullptr;
    emit(model, told);
}

}  // namespace oms::sim
