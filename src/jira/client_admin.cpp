#include <algorithm>

#include "base/text.hpp"
#include "jira/client.hpp"

// The part of the client that administers webhooks, which are outside the REST API proper.
namespace oms::jira {
namespace {

/// Milliseconds since 1970, or RFC 3339.
std::optional<Instant> time_of(const json::value& value) {
    if (const auto stamp = json::integer(value);
        stamp && *stamp > 0 && *stamp < 253'402'300'799'000)
        return Instant{std::chrono::milliseconds{*stamp}};
    return parse_time(json::text_or_empty(value));
}

}  // namespace

Result<std::vector<Webhook>> Client::webhooks() {
    const auto answer = get(dialect_->webhooks_path());
    if (!answer) return Failure{answer.error()};
    const json::value& listed = answer->is_array() ? *answer : json::at(*answer, "values");
    // Taken for none, a list in another shape would have one made that is there.
    if (!listed.is_array()) return failure(ErrorKind::refused, "Jira's webhooks are not a list");
    std::vector<Webhook> hooks;
    for (const auto& element : json::elements(listed))
        hooks.push_back(dialect_->webhook(element));
    return hooks;
}

Result<Webhook> Client::put_webhook(const Webhook& webhook, const Secret& secret) {
    const json::object body = dialect_->webhook_body(webhook, secret.reveal());
    const std::string path = dialect_->webhooks_path();
    const auto answer = webhook.id.empty()
                            ? send("POST", path, body)
                            : send("PUT", path + "/" + percent_encode(webhook.id), body);
    if (!answer) return Failure{answer.error()};
    return dialect_->webhook(*answer);
}

Result<std::vector<AppWebhook>> Client::app_webhooks() {
    const auto answer = get(api(dialect_->app_webhooks_path() + "?maxResults=100"));
    if (!answer) return Failure{answer.error()};
    std::vector<AppWebhook> hooks;
    for (const auto& element : json::elements(json::at(*answer, "values"))) {
        AppWebhook hook{
            .id = json::text_or_empty(json::at(element, "id")),
            .jql = json::text_or_empty(json::at(element, "jqlFilter")),
            .expires = time_of(json::at(element, "expirationDate"))};
        for (const auto& event : json::elements(json::at(element, "events")))
            hook.events.push_back(json::text_or_empty(event));
        hooks.push_back(std::move(hook));
    }
    return hooks;
}

Result<std::string> Client::add_app_webhook(const Webhook& webhook) {
    const json::object one{
        {"events", json::array(webhook.events.begin(), webhook.events.end())},
        {"jqlFilter", webhook.jql}};
    const auto answer = send(
        "POST",
        api(dialect_->app_webhooks_path()),
        json::object{{"url", webhook.url}, {"webhooks", json::array{one}}}
    );
    if (!answer) return Failure{answer.error()};
    const auto& results = json::elements(json::at(*answer, "webhookRegistrationResult"));
    const json::value result = results.empty() ? json::value(nullptr) : results[0];
    std::string id = json::text_or_empty(json::at(result, "createdWebhookId"));
    if (!id.empty()) return id;
    std::string says;
    for (const auto& error : json::elements(json::at(result, "errors")))
        says += (says.empty() ? "" : "; ") + json::text_or_empty(error);
    return failure(
        ErrorKind::refused, "Jira registers no webhook: " + truncate(one_line(says), 300)
    );
}

Result<AppWebhook> Client::renew_app_webhook(const std::string& id) {
    const auto known = app_webhooks();
    if (!known) return Failure{known.error()};
    const auto found = std::ranges::find(*known, id, &AppWebhook::id);
    if (found == known->end())
        return failure(ErrorKind::missing, "the webhook that was registered is no more");
    json::array ids;
    ids.emplace_back(parse_int(id).value_or(0));
    const auto answer = send(
        "PUT",
        api(dialect_->app_webhooks_path() + "/refresh"),
        json::object{{"webhookIds", std::move(ids)}}
    );
    if (!answer) return Failure{answer.error()};
    AppWebhook renewed = *found;
    renewed.expires = time_of(json::at(*answer, "expirationDate"));
    return renewed;
}

std::string Client::webhooks_page() const {
    return settings_.url + settings_.context_path + dialect_->webhooks_page();
}

std::string Client::issue_id_variable() const { return dialect_->issue_id_variable(); }

}  // namespace oms::jira
