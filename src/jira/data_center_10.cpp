#include "jira/data_center.hpp"

namespace oms::jira {
namespace {

using json::at;
using json::text_or_empty;

/// Data Center 10 and 11: webhooks were made anew.
class DataCenter10 final : public DataCenter {
public:
    [[nodiscard]] std::string_view name() const override { return "Data Center 10"; }

    [[nodiscard]] std::string webhooks_path() const override {
        return "/rest/jira-webhook/1.0/webhooks";
    }

    [[nodiscard]] std::string issue_id_variable() const override { return "{issue.id}"; }

    [[nodiscard]] bool signs_webhooks() const override { return true; }
    [[nodiscard]] Webhook webhook(const json::value& value) const override {
        const auto& configuration = at(value, "configuration");
        // The secret itself may be shown, starred out, or left out.
        const auto& secret = at(configuration, "SECRET");
        return {
            .id = text_or_empty(at(value, "id")),
            .name = text_or_empty(at(value, "name")),
            .url = text_or_empty(at(value, "url")),
            .events = texts_of(at(value, "events")),
            .jql = text_or_empty(at(configuration, "FILTERS")),
            .enabled = json::boolean(at(value, "active")).value_or(true),
            .exclude_body = text_or_empty(at(configuration, "EXCLUDE_BODY")) == "true",
            .has_secret =
                secret.is_null() ? std::nullopt : std::optional{!text_or_empty(secret).empty()}};
    }

    [[nodiscard]] json::object webhook_body(const Webhook& webhook, std::string_view secret)
        const override {
        // At the top a secret is ignored without a word, and nothing is signed.
        json::object configuration{
            {"EXCLUDE_BODY", webhook.exclude_body ? "true" : "false"}, {"FILTERS", webhook.jql}};
        if (!secret.empty()) configuration["SECRET"] = secret;
        return {
            {"name", webhook.name},
            {"url", webhook.url},
            {"events", event_names(webhook)},
            {"active", webhook.enabled},
            {"configuration", std::move(configuration)}};
    }
};

}  // namespace

std::unique_ptr<const Dialect> data_center_10_dialect() { return std::make_unique<DataCenter10>(); }

}  // namespace oms::jira
