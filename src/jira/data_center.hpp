#pragma once

#include "jira/dialect.hpp"

namespace oms::jira {

/// Data Center 9, and what the other generations have in common with it.
class DataCenter : public Dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "Data Center 9"; }
    [[nodiscard]] std::string api_root() const override { return "/rest/api/2"; }
    [[nodiscard]] Ask search(const Query& query) const override;
    [[nodiscard]] std::string next_page(const json::value& answer, const std::string& page)
        const override;
    [[nodiscard]] std::optional<Ask> issues_by_ids(
        const std::vector<IssueId>& ids,
        const std::vector<std::string>& fields
    ) const override;
    [[nodiscard]] std::optional<Ask> comments_by_ids(const std::vector<CommentId>& ids
    ) const override;
    [[nodiscard]] Duration index_grace() const override { return std::chrono::seconds{60}; }
    [[nodiscard]] bool overlooks() const override { return false; }
    [[nodiscard]] bool names_token_owner() const override { return false; }
    [[nodiscard]] bool has_documents() const override { return false; }
    [[nodiscard]] bool has_epic_fields() const override { return true; }
    void set_epic(
        json::object& fields,
        const FieldIds& ids,
        const IssueId& epic,
        const IssueKey& key
    ) const override;
    [[nodiscard]] std::string
    create_fields_path(const std::string& project, const std::string& issue_type_id) const override;
    [[nodiscard]] std::vector<CreateField> create_fields(const json::value& answer) const override;
    [[nodiscard]] std::string webhooks_path() const override;
    [[nodiscard]] std::string webhooks_page() const override;
    [[nodiscard]] std::pair<std::string, std::string>
    admin_page(AdminPage page, const std::string& project) const override;
    [[nodiscard]] std::string issue_id_variable() const override { return "${issue.id}"; }
    [[nodiscard]] bool signs_webhooks() const override { return false; }
    [[nodiscard]] Webhook webhook(const json::value& value) const override;
    [[nodiscard]] json::object webhook_body(const Webhook& webhook, std::string_view secret)
        const override;
    [[nodiscard]] std::string app_webhooks_path() const override { return ""; }
    [[nodiscard]] JiraUser user(const json::value& value) const override;
    [[nodiscard]] json::value body_of(const std::string& text) const override;
    [[nodiscard]] std::string text_of(const json::value& body) const override;
    [[nodiscard]] std::string neutralise(std::string_view text) const override;
    [[nodiscard]] std::string to_plain_text(std::string_view body) const override;
};

/// A field of the create screen in the shape that all paginated lists have.
CreateField read_create_field(const json::value& element);

/// What the administrations of webhooks have in common.
json::array event_names(const Webhook& webhook);
std::vector<std::string> texts_of(const json::value& list);

}  // namespace oms::jira
