#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/adf.hpp"
#include "jira/data_center.hpp"

namespace oms::jira {
namespace {

using namespace std::chrono_literals;
using json::at;
using json::text_or_empty;

constexpr std::size_t ids_per_request = 100;
constexpr std::size_t ids_reconciled_max = 50;

json::array numbers(const auto& ids, std::size_t most) {
    json::array list;
    for (const auto& id : ids) {
        if (const auto number = parse_int(id.value); number && list.size() < most)
            list.emplace_back(*number);
    }
    return list;
}

/// What a project's fields are listed as: `fieldId` here, `key` or `id` in older answers.
CreateField cloud_field(const json::value& element) {
    CreateField field = read_create_field(element);
    if (field.id.empty()) field.id = text_or_empty(at(element, "key"));
    return field;
}

class Cloud final : public DataCenter {
public:
    [[nodiscard]] std::string_view name() const override { return "Cloud"; }
    [[nodiscard]] std::string api_root() const override { return "/rest/api/3"; }

    /// Strict: a member that it does not know is refused.
    [[nodiscard]] Ask search(const Query& query) const override {
        json::array names(query.fields.begin(), query.fields.end());
        json::object body{
            {"jql", query.jql}, {"maxResults", query.count}, {"fields", std::move(names)}};
        if (!query.page.empty()) body["nextPageToken"] = query.page;
        if (!query.known.empty())
            body["reconcileIssues"] = numbers(query.known, ids_reconciled_max);
        return {.path = "/search/jql", .body = std::move(body)};
    }

    [[nodiscard]] std::string next_page(const json::value& answer, const std::string& page)
        const override {
        const bool last = json::boolean(at(answer, "isLast")).value_or(false);
        const std::string next = text_or_empty(at(answer, "nextPageToken"));
        return last || next == page ? "" : next;
    }

    [[nodiscard]] std::optional<Ask> issues_by_ids(
        const std::vector<IssueId>& ids,
        const std::vector<std::string>& fields
    ) const override {
        if (ids.size() > ids_per_request) return std::nullopt;
        json::array names(fields.begin(), fields.end());
        json::array wanted;
        for (const IssueId& id : ids)
            wanted.emplace_back(id.value);
        return Ask{
            .path = "/issue/bulkfetch",
            .body = {{"issueIdsOrKeys", std::move(wanted)}, {"fields", std::move(names)}}};
    }

    [[nodiscard]] std::optional<Ask> comments_by_ids(const std::vector<CommentId>& ids
    ) const override {
        return Ask{
            .path = "/comment/list?expand=properties", .body = {{"ids", numbers(ids, 1000)}}};
    }

    [[nodiscard]] Duration index_grace() const override { return 5min; }
    [[nodiscard]] bool overlooks() const override { return true; }
    [[nodiscard]] bool names_token_owner() const override { return true; }
    [[nodiscard]] bool has_documents() const override { return true; }
    [[nodiscard]] bool has_epic_fields() const override { return false; }

    void set_epic(
        json::object& fields,
        const FieldIds& /*ids*/,
        const IssueId& epic,
        const IssueKey& /*key*/
    ) const override {
        fields["parent"] = json::object{{"id", epic.value}};
    }

    [[nodiscard]] std::vector<CreateField> create_fields(const json::value& answer) const override {
        const auto& listed = json::elements(at(answer, "fields"));
        std::vector<CreateField> fields;
        for (const auto& element : listed.empty() ? json::elements(at(answer, "values")) : listed)
            fields.push_back(cloud_field(element));
        return fields;
    }

    /// Words only where the address differs between kinds of projects.
    [[nodiscard]] std::pair<std::string, std::string>
    admin_page(AdminPage page, const std::string& project) const override {
        switch (page) {
        case AdminPage::screens:
            return {"Project settings → Screens (of a team-managed project: Issue types)", ""};
        case AdminPage::permissions:
            return {
                "Project settings → Permissions (of a team-managed project: Access)",
                DataCenter::admin_page(page, project).second};
        case AdminPage::workflow: return {"Project settings → Workflows", ""};
        case AdminPage::people: return {"Project settings → People (or Access)", ""};
        case AdminPage::issue_types: return {"Project settings → Issue types", ""};
        case AdminPage::fields: return {"Settings → Issues → Fields", ""};
        case AdminPage::roles: return {"Settings → System → Project roles", ""};
        case AdminPage::account:
            return {
                "https://id.atlassian.com/manage-profile/security/api-tokens, as the account's "
                "owner",
                ""};
        }
        return {};
    }

    [[nodiscard]] bool signs_webhooks() const override { return true; }
    [[nodiscard]] Webhook webhook(const json::value& value) const override {
        Webhook webhook = DataCenter::webhook(value);
        const auto& secret = at(value, "isSigned");
        if (!secret.is_null()) webhook.has_secret = json::boolean(secret);
        return webhook;
    }

    [[nodiscard]] std::string app_webhooks_path() const override { return "/webhook"; }

    [[nodiscard]] JiraUser user(const json::value& value) const override {
        return {
            .account = text_or_empty(at(value, "accountId")),
            .display_name = text_or_empty(at(value, "displayName")),
            .email = text_or_empty(at(value, "emailAddress"))};
    }

    [[nodiscard]] json::value body_of(const std::string& text) const override {
        return adf::document(text);
    }
    [[nodiscard]] std::string text_of(const json::value& body) const override {
        return adf::to_plain_text(body);
    }
    /// Nothing in a document's text takes effect.
    [[nodiscard]] std::string neutralise(std::string_view text) const override {
        return std::string{text};
    }
    [[nodiscard]] std::string to_plain_text(std::string_view body) const override {
        return std::string{body};
    }
};

}  // namespace

std::unique_ptr<const Dialect> cloud_dialect() { return std::make_unique<Cloud>(); }

}  // namespace oms::jira
