#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_json.hpp"

/// The administration of webhooks, in its three forms: an administrator's up to Data Center 9 and on
/// Cloud, an administrator's from Data Center 10 on, and those that an app registers for itself.
namespace oms::sim {
namespace {

constexpr std::chrono::days dynamic_hooks_live{30};
constexpr std::size_t dynamic_hooks_max = 5;

json::object
webhook_json(const JiraModel& model, const JiraCall& call, const JiraWebhook& webhook) {
    return {
        {"name", webhook.name},
        {"url", webhook.url},
        {"excludeBody", webhook.exclude_body},
        {"filters", {{"issue-related-events-section", webhook.jql}}},
        {"events", json::array(webhook.events.begin(), webhook.events.end())},
        {"enabled", webhook.enabled},
        {"self",
         fmt::format(
             "{}{}/rest/webhooks/1.0/webhook/{}",
             model.settings.base_url,
             model.settings.context_path,
             webhook.id
         )},
        {"lastUpdatedUser", webhook.updated_by},
        {"lastUpdatedDisplayName", webhook.updated_by},
        {"lastUpdated", webhook.updated.time_since_epoch().count() / 1000},
        {"lastUpdatedShort", jira_time(webhook.updated, call.viewer)}};
}

std::int64_t milliseconds_of(Instant at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

std::string_view word_of(bool value) { return value ? "true" : "false"; }

/// Data Center 10 keeps the rest in a configuration, as words, and shows no secret.
json::object configured_json(const JiraWebhook& webhook) {
    json::object configuration{{"EXCLUDE_BODY", word_of(webhook.exclude_body)}};
    if (!webhook.jql.empty()) configuration["FILTERS"] = webhook.jql;
    if (!webhook.secret.empty()) configuration["SECRET"] = "********";
    return {
        {"id", webhook.id},
        {"name", webhook.name},
        {"createdDate", milliseconds_of(webhook.updated)},
        {"updatedDate", milliseconds_of(webhook.updated)},
        {"events", json::array(webhook.events.begin(), webhook.events.end())},
        {"configuration", std::move(configuration)},
        {"url", webhook.url},
        {"active", webhook.enabled},
        {"scopeType", "global"},
        {"sslVerificationRequired", true}};
}

void take_words(const json::value& list, std::set<std::string>& into) {
    if (!list.is_array()) return;
    into.clear();
    for (std::string& word : words_in(list))
        into.insert(std::move(word));
}

void take_text(const json::value& value, std::string& into) {
    into = json::text(value).value_or(std::move(into));
}

JiraWebhook read_webhook(const JiraModel& model, const JiraCall& call, JiraWebhook webhook) {
    const json::value& body = call.body;
    take_text(json::at(body, "name"), webhook.name);
    take_text(json::at(body, "url"), webhook.url);
    take_words(json::at(body, "events"), webhook.events);
    const auto flag = [](const json::value& value, bool& into) {
        into = json::boolean(value).value_or(into);
    };
    if (model.profile.hook_admin == JiraHookAdmin::webhooks_2) {
        const json::value& configuration = json::at(body, "configuration");
        take_text(json::at(configuration, "FILTERS"), webhook.jql);
        const std::string whole = json::text_or_empty(json::at(configuration, "EXCLUDE_BODY"));
        if (!whole.empty()) webhook.exclude_body = whole == "true";
        flag(json::at(body, "active"), webhook.enabled);
    } else {
        take_text(json::at(body, {"filters", "issue-related-events-section"}), webhook.jql);
        flag(json::at(body, "excludeBody"), webhook.exclude_body);
        flag(json::at(body, "enabled"), webhook.enabled);
    }
    if (model.profile.hook_secret == JiraHookSecret::configuration)
        take_text(json::at(body, {"configuration", "SECRET"}), webhook.secret);
    if (model.profile.hook_secret == JiraHookSecret::member)
        take_text(json::at(body, "secret"), webhook.secret);
    webhook.updated = model.now();
    webhook.updated_by = call.viewer->name;
    return webhook;
}

json::object shown(const JiraModel& model, const JiraCall& call, const JiraWebhook& webhook) {
    return model.profile.hook_admin == JiraHookAdmin::webhooks_2
               ? configured_json(webhook)
               : webhook_json(model, call, webhook);
}

http::Response webhooks(JiraModel& model, const JiraCall& call) {
    if (!is_administrator(call))
        return jira_error(403, "You are not permitted to manage webhooks.");
    if (call.method == "GET") {
        json::array list;
        for (const auto& [id, webhook] : model.webhooks) {
            if (!webhook.expires) list.push_back(shown(model, call, webhook));
        }
        return jira_answer(200, list);
    }
    JiraWebhook webhook = read_webhook(model, call, {});
    if (webhook.name.empty() || webhook.url.empty())
        return jira_error(400, "A webhook needs a name and a URL.");
    webhook.id = ++model.last_webhook;
    model.webhooks[webhook.id] = webhook;
    return jira_answer(201, shown(model, call, webhook));
}

http::Response one_webhook(JiraModel& model, const JiraCall& call) {
    if (!is_administrator(call))
        return jira_error(403, "You are not permitted to manage webhooks.");
    const auto found = model.webhooks.find(parse_int(call.path[0]).value_or(0));
    if (found == model.webhooks.end() || found->second.expires)
        return jira_error(404, "There is no such webhook.");
    if (call.method == "DELETE") {
        model.webhooks.erase(found);
        return jira_no_content();
    }
    if (call.method == "PUT") found->second = read_webhook(model, call, found->second);
    return jira_answer(200, shown(model, call, found->second));
}

/// Our account is no app but where a setting makes it one.
bool is_app(const JiraModel& model, const JiraCall& call) {
    return call.viewer != nullptr && call.viewer->name == jira_account &&
           model.settings.account_is_app;
}

http::Response no_app() { return jira_error(403, "The caller is not a Connect or OAuth 2.0 app."); }

bool is_own(const JiraCall& call, const JiraWebhook& webhook) {
    return webhook.expires && webhook.updated_by == call.viewer->name;
}

std::string fault_of(const JiraWebhook& webhook) {
    static const std::set<std::string> known{
        "jira:issue_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "comment_created",
        "comment_updated",
        "comment_deleted",
        "issue_property_set",
        "issue_property_deleted"};
    if (webhook.events.empty()) return "At least one event must be given.";
    if (!std::ranges::includes(known, webhook.events))
        return "One or more events are not supported for dynamic webhooks.";
    if (trim(webhook.jql).empty()) return "A JQL filter must be given.";
    if (!parse_jql(webhook.jql)) return "The JQL filter is not valid.";
    return "";
}

http::Response register_dynamic(JiraModel& model, const JiraCall& call) {
    if (!is_app(model, call)) return no_app();
    const std::string url = json::text_or_empty(json::at(call.body, "url"));
    if (url.empty()) return jira_error(400, "The url is missing.");
    json::array results;
    for (const json::value& given : json::elements(json::at(call.body, "webhooks"))) {
        JiraWebhook webhook{
            .name = "dynamic",
            .url = url,
            .jql = json::text_or_empty(json::at(given, "jqlFilter")),
            .expires = model.now() + dynamic_hooks_live,
            .field_ids = words_in(json::at(given, "fieldIdsFilter")),
            .updated_by = call.viewer->name,
            .updated = model.now()};
        take_words(json::at(given, "events"), webhook.events);
        const auto own = std::ranges::count_if(model.webhooks, [&](const auto& entry) {
            return is_own(call, entry.second);
        });
        std::string fault = fault_of(webhook);
        if (static_cast<std::size_t>(own) >= dynamic_hooks_max)
            fault = "The limit of 5 webhooks per user has been reached.";
        if (!fault.empty()) {
            results.push_back(json::object{{"errors", json::array{fault}}});
            continue;
        }
        webhook.id = ++model.last_webhook;
        results.push_back(json::object{{"createdWebhookId", webhook.id}});
        model.webhooks[webhook.id] = std::move(webhook);
    }
    return jira_answer(200, json::object{{"webhookRegistrationResult", std::move(results)}});
}

http::Response list_dynamic(JiraModel& model, const JiraCall& call) {
    if (!is_app(model, call)) return no_app();
    json::array list;
    for (const auto& [id, webhook] : model.webhooks) {
        if (!is_own(call, webhook) || *webhook.expires <= model.now()) continue;
        json::object shape{
            {"id", id},
            {"url", webhook.url},
            {"jqlFilter", webhook.jql},
            {"events", json::array(webhook.events.begin(), webhook.events.end())},
            {"expirationDate", milliseconds_of(*webhook.expires)}};
        if (!webhook.field_ids.empty()) {
            shape["fieldIdsFilter"] =
                json::array(webhook.field_ids.begin(), webhook.field_ids.end());
        }
        list.push_back(std::move(shape));
    }
    const auto start = parse_int(call.parameter("startAt")).value_or(0);
    const auto size = parse_int(call.parameter("maxResults")).value_or(100);
    const auto total = static_cast<std::int64_t>(list.size());
    return jira_answer(
        200,
        json::object{
            {"maxResults", size},
            {"startAt", start},
            {"total", total},
            {"isLast", start + size >= total},
            {"values", part_of(list, start, size)}}
    );
}

/// Those of `webhookIds` that are the caller's; ids of others are ignored.
template <class Act>
void for_each_own(JiraModel& model, const JiraCall& call, const Act& act) {
    for (const json::value& id : json::elements(json::at(call.body, "webhookIds"))) {
        const auto found = model.webhooks.find(json::integer(id).value_or(0));
        if (found != model.webhooks.end() && is_own(call, found->second)) act(found);
    }
}

http::Response refresh_dynamic(JiraModel& model, const JiraCall& call) {
    if (!is_app(model, call)) return no_app();
    const Instant until = model.now() + dynamic_hooks_live;
    for_each_own(model, call, [&](const auto& found) {
        if (*found->second.expires > model.now()) found->second.expires = until;
    });
    return jira_answer(200, json::object{{"expirationDate", milliseconds_of(until)}});
}

http::Response delete_dynamic(JiraModel& model, const JiraCall& call) {
    if (!is_app(model, call)) return no_app();
    if (json::elements(json::at(call.body, "webhookIds")).empty())
        return jira_error(400, "The list of webhook IDs is missing.");
    for_each_own(model, call, [&](const auto& found) { model.webhooks.erase(found); });
    return {.status = 202};
}

bool old_admin(const JiraProfile& profile) {
    return profile.hook_admin == JiraHookAdmin::webhook_1;
}
bool new_admin(const JiraProfile& profile) {
    return profile.hook_admin == JiraHookAdmin::webhooks_2;
}
bool dynamic(const JiraProfile& profile) { return profile.dynamic_hooks; }

}  // namespace

const std::vector<JiraRoute>& webhook_routes() {
    static const std::vector<JiraRoute> routes{
        {"GET", "webhooks/1.0/webhook", webhooks, old_admin},
        {"POST", "webhooks/1.0/webhook", webhooks, old_admin},
        {"GET", "webhooks/1.0/webhook/*", one_webhook, old_admin},
        {"PUT", "webhooks/1.0/webhook/*", one_webhook, old_admin},
        {"DELETE", "webhooks/1.0/webhook/*", one_webhook, old_admin},
        {"GET", "jira-webhook/1.0/webhooks", webhooks, new_admin},
        {"POST", "jira-webhook/1.0/webhooks", webhooks, new_admin},
        {"GET", "jira-webhook/1.0/webhooks/*", one_webhook, new_admin},
        {"PUT", "jira-webhook/1.0/webhooks/*", one_webhook, new_admin},
        {"DELETE", "jira-webhook/1.0/webhooks/*", one_webhook, new_admin},
        {"GET", "api/2/webhook", list_dynamic, dynamic},
        {"POST", "api/2/webhook", register_dynamic, dynamic},
        {"DELETE", "api/2/webhook", delete_dynamic, dynamic},
        {"PUT", "api/2/webhook/refresh", refresh_dynamic, dynamic},
    };
    return routes;
}

}  // namespace oms::sim
