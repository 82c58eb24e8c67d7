#pragma once

#include <memory>
#include <string>

#include "base/json.hpp"
#include "domain/jira.hpp"

namespace oms::jira {

/// Which fields a client reads; a dialect needs them to read an issue.
struct FieldIds {
    std::string voucher = {};
    std::string order_reference = {};
    std::string project_name = {};
    std::string epic_link = {};
};

/// What differs between the generations of Jira. One file each; nobody outside this room asks which
/// one it is.
class Dialect {
public:
    virtual ~Dialect() = default;

    /// `/rest/api/2`
    [[nodiscard]] virtual std::string api_root() const = 0;
    /// Path and body of a search by JQL.
    [[nodiscard]] virtual std::string search_path() const = 0;
    [[nodiscard]] virtual json::object search_body(
        const std::string& jql,
        int start,
        int count,
        const std::vector<std::string>& fields
    ) const = 0;
    [[nodiscard]] virtual bool is_last_page(const json::value& answer, int start) const = 0;
    /// How an issue says under which epic it hangs.
    virtual void set_epic(
        json::object& fields,
        const FieldIds& ids,
        const IssueId& epic,
        const IssueKey& key
    ) const = 0;
    /// Where the fields of the create screen stand, and what their list is called.
    [[nodiscard]] virtual std::string
    create_fields_path(const std::string& project, const std::string& issue_type_id) const = 0;
    [[nodiscard]] virtual const json::array& create_fields(const json::value& answer) const = 0;
    /// Where webhooks are administered.
    [[nodiscard]] virtual std::string webhooks_path() const = 0;
    [[nodiscard]] virtual JiraUser user(const json::value& value) const = 0;
    /// A text as it goes into and comes out of a comment's body.
    [[nodiscard]] virtual json::value body_of(const std::string& text) const = 0;
    [[nodiscard]] virtual std::string text_of(const json::value& body) const = 0;
    [[nodiscard]] virtual std::string neutralise(std::string_view text) const = 0;
    [[nodiscard]] virtual std::string to_plain_text(std::string_view body) const = 0;
};

/// Data Center 9: REST v2, wiki markup, names and keys of users, Epic Link.
std::unique_ptr<const Dialect> data_center_dialect();

}  // namespace oms::jira
