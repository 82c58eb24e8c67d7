#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/dialect.hpp"
#include "jira/wiki.hpp"

namespace oms::jira {
namespace {

class DataCenter final : public Dialect {
public:
    [[nodiscard]] std::string api_root() const override { return "/rest/api/2"; }

    [[nodiscard]] std::string search_path() const override { return "/search"; }

    [[nodiscard]] json::object search_body(
        const std::string& jql,
        int start,
        int count,
        const std::vector<std::string>& fields
    ) const override {
        json::array names;
        for (const std::string& field : fields)
            names.emplace_back(field);
        return {
            {"jql", jql}, {"startAt", start}, {"maxResults", count}, {"fields", std::move(names)}};
    }

    [[nodiscard]] bool is_last_page(const json::value& answer, int start) const override {
        const auto found = json::elements(json::at(answer, "issues")).size();
        const auto total = json::integer(json::at(answer, "total"));
        return found == 0 || (total && start + static_cast<int>(found) >= *total);
    }

    void set_epic(
        json::object& fields,
        const FieldIds& ids,
        const IssueId& /*epic*/,
        const IssueKey& key
    ) const override {
        if (!ids.epic_link.empty()) fields[ids.epic_link] = key.value;
    }

    [[nodiscard]] std::string create_fields_path(
        const std::string& project,
        const std::string& issue_type_id
    ) const override {
        return fmt::format(
            "/issue/createmeta/{}/issuetypes/{}?maxResults=200",
            percent_encode(project),
            percent_encode(issue_type_id)
        );
    }

    [[nodiscard]] const json::array& create_fields(const json::value& answer) const override {
        return json::elements(json::at(answer, "values"));
    }

    [[nodiscard]] std::string webhooks_path() const override {
        return "/rest/webhooks/1.0/webhook";
    }

    [[nodiscard]] JiraUser user(const json::value& value) const override {
        const std::string name = json::text_or_empty(json::at(value, "name"));
        const std::string key = json::text_or_empty(json::at(value, "key"));
        return {
            .account = key.empty() ? name : key,
            .name = name,
            .display_name = json::text_or_empty(json::at(value, "displayName")),
            .email = json::text_or_empty(json::at(value, "emailAddress"))};
    }

    [[nodiscard]] json::value body_of(const std::string& text) const override {
        return json::value(text);
    }

    [[nodiscard]] std::string text_of(const json::value& body) const override {
        return json::text_or_empty(body);
    }

    [[nodiscard]] std::string neutralise(std::string_view text) const override {
        return wiki::neutralise(text);
    }

    [[nodiscard]] std::string to_plain_text(std::string_view body) const override {
        return wiki::to_plain_text(body);
    }
};

}  // namespace

std::unique_ptr<const Dialect> data_center_dialect() { return std::make_unique<DataCenter>(); }

}  // namespace oms::jira
