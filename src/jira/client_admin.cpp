#include "base/text.hpp"
#include "jira/client.hpp"

// The part of the client that administers webhooks, which are outside the REST API proper.
namespace oms::jira {

Result<std::vector<Webhook>> Client::webhooks() {
    const auto answer = get(dialect_->webhooks_path());
    if (!answer) return Failure{answer.error()};
    std::vector<Webhook> hooks;
    for (const auto& element : json::elements(*answer))
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

std::string Client::webhooks_page() const {
    return settings_.url + settings_.context_path + dialect_->webhooks_page();
}

std::string Client::issue_id_variable() const { return dialect_->issue_id_variable(); }

}  // namespace oms::jira
