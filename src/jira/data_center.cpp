#include "jira/data_center.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/wiki.hpp"

namespace oms::jira {
namespace {

using json::at;
using json::text_or_empty;

/// Pages overlap: an issue that is deleted meanwhile makes those behind it move up.
constexpr int issues_shown_twice = 5;

int start_of(const std::string& page) { return static_cast<int>(parse_int(page).value_or(0)); }

}  // namespace

Ask DataCenter::search(const Query& query) const {
    json::array names(query.fields.begin(), query.fields.end());
    return {
        .path = "/search",
        .body = {
            {"jql", query.jql},
            {"startAt", start_of(query.page)},
            {"maxResults", query.count},
            {"fields", std::move(names)}}};
}

std::string DataCenter::next_page(const json::value& answer, const std::string& page) const {
    const int found = static_cast<int>(json::elements(at(answer, "issues")).size());
    const auto total = json::integer(at(answer, "total"));
    const int start = start_of(page);
    if (found == 0 || (total && start + found >= *total)) return "";
    return std::to_string(start + std::max(1, found - issues_shown_twice));
}

std::optional<Ask> DataCenter::issues_by_ids(
    const std::vector<IssueId>& /*ids*/,
    const std::vector<std::string>& /*fields*/
) const {
    return std::nullopt;
}

std::optional<Ask> DataCenter::comments_by_ids(const std::vector<CommentId>& /*ids*/) const {
    return std::nullopt;
}

void DataCenter::set_epic(
    json::object& fields,
    const FieldIds& ids,
    const IssueId& /*epic*/,
    const IssueKey& key
) const {
    if (!ids.epic_link.empty()) fields[ids.epic_link] = key.value;
}

std::string
DataCenter::create_fields_path(const std::string& project, const std::string& issue_type_id) const {
    return fmt::format(
        "/issue/createmeta/{}/issuetypes/{}?maxResults=200",
        percent_encode(project),
        percent_encode(issue_type_id)
    );
}

std::vector<CreateField> DataCenter::create_fields(const json::value& answer) const {
    std::vector<CreateField> fields;
    for (const auto& element : json::elements(at(answer, "values")))
        fields.push_back(read_create_field(element));
    return fields;
}

std::string DataCenter::webhooks_path() const { return "/rest/webhooks/1.0/webhook"; }

std::string DataCenter::webhooks_page() const { return "/plugins/servlet/webhooks"; }

Webhook DataCenter::webhook(const json::value& value) const {
    // It has no id: this is the end of its address.
    const std::string self = text_or_empty(at(value, "self"));
    return {
        .id = self.substr(self.rfind('/') + 1),
        .name = text_or_empty(at(value, "name")),
        .url = text_or_empty(at(value, "url")),
        .events = texts_of(at(value, "events")),
        .jql = text_or_empty(at(value, {"filters", "issue-related-events-section"})),
        .enabled = json::boolean(at(value, "enabled")).value_or(true),
        .exclude_body = json::boolean(at(value, "excludeBody")).value_or(false)};
}

json::object DataCenter::webhook_body(const Webhook& webhook, std::string_view secret) const {
    json::object body{
        {"name", webhook.name},
        {"url", webhook.url},
        {"events", event_names(webhook)},
        {"filters", json::object{{"issue-related-events-section", webhook.jql}}},
        {"excludeBody", webhook.exclude_body},
        {"enabled", webhook.enabled}};
    if (!secret.empty()) body["secret"] = secret;
    return body;
}

JiraUser DataCenter::user(const json::value& value) const {
    const std::string name = text_or_empty(at(value, "name"));
    const std::string key = text_or_empty(at(value, "key"));
    return {
        .account = key.empty() ? name : key,
        .name = name,
        .display_name = text_or_empty(at(value, "displayName")),
        .email = text_or_empty(at(value, "emailAddress"))};
}

json::value DataCenter::body_of(const std::string& text) const { return json::value(text); }

std::string DataCenter::text_of(const json::value& body) const { return text_or_empty(body); }

std::string DataCenter::neutralise(std::string_view text) const { return wiki::neutralise(text); }

std::string DataCenter::to_plain_text(std::string_view body) const {
    return wiki::to_plain_text(body);
}

std::pair<std::string, std::string>
DataCenter::admin_page(AdminPage page, const std::string& project) const {
    const auto config = [&](const char* name) {
        return fmt::format("/plugins/servlet/project-config/{}/{}", percent_encode(project), name);
    };
    switch (page) {
    case AdminPage::screens: return {"Project settings → Screens", config("screens")};
    case AdminPage::permissions: return {"Project settings → Permissions", config("permissions")};
    case AdminPage::workflow: return {"Project settings → Workflows", config("workflows")};
    case AdminPage::people: return {"Project settings → Users and roles", config("roles")};
    case AdminPage::issue_types: return {"Project settings → Issue types", config("issuetypes")};
    case AdminPage::fields:
        return {"Administration → Issues → Custom fields", "/secure/admin/ViewCustomFields.jspa"};
    case AdminPage::roles:
        return {"Administration → System → Project roles", "/secure/project/ViewProjectRoles.jspa"};
    case AdminPage::account:
        return {"Profile → Personal Access Tokens", "/secure/ViewProfile.jspa"};
    }
    return {};
}

CreateField read_create_field(const json::value& element) {
    CreateField field{
        .id = text_or_empty(at(element, "fieldId")),
        .name = text_or_empty(at(element, "name")),
        .required = json::boolean(at(element, "required")).value_or(false),
        .has_default = json::boolean(at(element, "hasDefaultValue")).value_or(false)};
    const auto& schema = at(element, "schema");
    field.kind = text_or_empty(at(schema, "custom"));
    if (field.kind.empty()) field.kind = text_or_empty(at(schema, "type"));
    for (const auto& option : json::elements(at(element, "allowedValues"))) {
        const std::string value = text_or_empty(at(option, "value"));
        field.options.push_back(
            {.id = text_or_empty(at(option, "id")),
             .name = value.empty() ? text_or_empty(at(option, "name")) : value}
        );
    }
    return field;
}

json::array event_names(const Webhook& webhook) {
    return json::array(webhook.events.begin(), webhook.events.end());
}

std::vector<std::string> texts_of(const json::value& list) {
    std::vector<std::string> texts;
    for (const auto& element : json::elements(list))
        texts.push_back(text_or_empty(element));
    return texts;
}

std::unique_ptr<const Dialect> data_center_9_dialect() { return std::make_unique<DataCenter>(); }

}  // namespace oms::jira
