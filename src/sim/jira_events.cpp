#include "sim/jira_events.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
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
        json::object item{
            {"field", change.field}, {"fieldtype", change.custom ? "custom" : "jira"}};
        if (model.profile.change_has_field_id && !change.field_id.empty())
            item["fieldId"] = change.field_id;
        item["from"] = text_or_null(change.from);
        item["fromString"] = text_or_null(change.from_text);
        item["to"] = text_or_null(change.to);
        item["toString"] = text_or_null(change.to_text);
        items.push_back(std::move(item));
    }
    // Only has to differ from the others; the database numbers change groups.
    return {{"id", fmt::format("{}", 30'001 + model.outbox.count())}, {"items", std::move(items)}};
}

/// A JWT (HS256), as an app that shares a secret with Jira is sent.
std::string app_token(const JiraModel& model, const http::Request& delivery) {
    const auto part = [](std::string_view bytes) {
        std::string text = replace_all(base64(bytes), "+", "-");
        text = replace_all(std::move(text), "/", "_");
        return text.substr(0, text.find('='));
    };
    const auto at =
        std::chrono::duration_cast<std::chrono::seconds>(model.now().time_since_epoch());
    const json::value claims = json::object{
        {"iss", "jira"},
        {"iat", at.count()},
        {"exp", at.count() + 180},
        {"qsh", sha256_hex(delivery.url)}};
    const std::string text =
        part(R"({"alg":"HS256","typ":"JWT"})") + "." + part(json::write(claims));
    std::string digest;
    const std::string digits = hmac_sha256_hex(model.settings.app_secret, text);
    for (std::size_t i = 0; i < digits.size(); i += 2)
        digest += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return text + "." + part(digest);
}

bool is_comment_event(const JiraEvent& event) { return event.name.rfind("comment_", 0) == 0; }

json::object issue_of(const JiraModel& model, const JiraEvent& event) {
    JiraIssueView view{.webhook = true};
    if (is_comment_event(event) && model.profile.comment_event == JiraCommentEvent::stub) {
        view.fields =
            JiraFieldChoice{{"summary", "issuetype", "project", "assignee", "priority", "status"}};
    } else if (!model.profile.issue_event_has_comments) {
        view.fields = JiraFieldChoice{{"-comment"}};
    }
    json::object shape = issue_json(model, event.issue->row, event.issue->comments, view);
    if (model.profile.end_links_short && event.name.ends_with("_deleted"))
        shape["self"] = fmt::format("{}/{}", model.api_url(), event.issue->row.id);
    return shape;
}

json::object body_of(const JiraModel& model, const JiraEvent& event) {
    const auto since_epoch = model.now().time_since_epoch();
    json::object body{
        {"timestamp", std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()},
        {"webhookEvent", event.name}};
    const auto comment = [&] {
        return comment_json(model, event.issue->row.id, *event.comment, {});
    };
    if (is_comment_event(event)) {
        const bool user = model.profile.comment_event_has_user && event.name != "comment_created";
        if (user) body["user"] = user_json(model, event.actor->name, {});
        body["comment"] = comment();
        if (model.profile.comment_event != JiraCommentEvent::without_issue)
            body["issue"] = issue_of(model, event);
        return body;
    }
    if (!event.type.empty()) body["issue_event_type_name"] = event.type;
    body["user"] = user_json(model, event.actor->name, nullptr);
    body["issue"] = issue_of(model, event);
    if (!event.changes.empty()) body["changelog"] = changelog_json(model, event.changes);
    if (event.comment != nullptr) body["comment"] = comment();
    return body;
}

/// Jira replaces what it knows and appends who it was.
std::string url_of(const JiraModel& model, const JiraWebhook& webhook, const JiraEvent& event) {
    const JiraRow& row = event.issue->row;
    const JiraProject* project = model.site.project(row.project);
    std::string url = webhook.url;
    // One that was not rewritten for Data Center 10 keeps its dollar: `$10013`.
    const auto put = [&](std::string_view name, std::string_view value) {
        url = replace_all(std::move(url), hook_variable(model.profile, name), value);
    };
    put("issue.id", fmt::format("{}", row.id));
    put("issue.key", row.key);
    put("project.id", project->id);
    put("project.key", project->key);
    if (event.comment != nullptr) put("comment.id", fmt::format("{}", event.comment->id));
    url += url.find('?') == std::string::npos ? '?' : '&';
    if (model.profile.people == JiraPeople::accounts)
        return url + "triggeredByUser=" + percent_encode(event.actor->account_id);
    return url + fmt::format(
                     "user_id={}&user_key={}",
                     percent_encode(event.actor->name),
                     percent_encode(event.actor->key)
                 );
}

bool listens(const JiraModel& model, const JiraWebhook& webhook, const JiraEvent& event) {
    if (!webhook.enabled || !webhook.events.contains(std::string{event.name})) return false;
    if (webhook.expires && *webhook.expires <= model.now()) return false;
    const auto watched = [&webhook](const JiraChange& change) {
        return std::ranges::find(webhook.field_ids, change.field_id) != webhook.field_ids.end();
    };
    const bool filtered = !webhook.field_ids.empty() && event.name == "jira:issue_updated";
    if (filtered && std::ranges::none_of(event.changes, watched)) return false;
    if (trim(webhook.jql).empty()) return true;
    const auto parsed = parse_jql(webhook.jql);
    if (!parsed) return false;
    const auto query = understand(
        *parsed,
        {.site = model.site,
         .store = model.store,
         .now = model.now(),
         .strict = false,
         .people = model.profile.people}
    );
    return query && matches(query->where, event.issue->row);
}

/// An app's webhook proves its sender by a token, an administrator's by a signature of the body.
void sign(const JiraModel& model, const JiraWebhook& webhook, http::Request& delivery) {
    if (webhook.expires) {
        delivery.headers.emplace_back("Authorization", "Bearer " + app_token(model, delivery));
    } else if (!webhook.secret.empty() && model.profile.hook_secret != JiraHookSecret::nowhere) {
        delivery.headers.emplace_back(
            "X-Hub-Signature", "sha256=" + hmac_sha256_hex(webhook.secret, delivery.body)
        );
    }
}

}  // namespace

void emit(JiraModel& model, const JiraEvent& event) {
    std::string body;
    const int api = std::exchange(model.api, 2);
    for (const auto& [id, webhook] : model.webhooks) {
        if (!listens(model, webhook, event)) continue;
        if (body.empty()) body = json::write(body_of(model, event));
        http::Request delivery{
            .method = "POST",
            .url = url_of(model, webhook, event),
            .headers =
                {{"Content-Type", "application/json; charset=UTF-8"},
                 {"User-Agent", model.profile.user_agent}},
            .body = webhook.exclude_body ? "" : body};
        if (model.profile.deliveries_numbered) {
            const std::string number = fmt::format("{} {}", id, model.outbox.count());
            delivery.headers.emplace_back("X-Atlassian-Webhook-Identifier", fingerprint(number));
            delivery.headers.emplace_back("X-Atlassian-Webhook-Flow", "Primary");
        }
        sign(model, webhook, delivery);
        model.outbox.put(delivery, model.now(), model.random);
    }
    model.api = api;
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
    if (!model.profile.comment_told_twice) return;
    told.name = "jira:issue_updated";
    told.type = type;
    // A deleted comment leaves an update that says nothing but that there was one.
    if (name == "comment_deleted") told.comment = nullptr;
    emit(model, told);
}

}  // namespace oms::sim
