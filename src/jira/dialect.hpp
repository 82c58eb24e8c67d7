#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "domain/jira.hpp"

namespace oms::jira {

/// Which fields a client reads and writes; a dialect needs them to read an issue.
struct FieldIds {
    std::string voucher = {};
    std::string order_reference = {};
    std::string project_name = {};
    std::string epic_link = {};
    std::string epic_name = {};
};

/// A POST that only reads. The path is below the context path.
struct Ask {
    std::string path = {};
    json::object body = {};
};

struct Query {
    std::string jql = {};
    std::string page = {};  ///< what `next_page` said of the page before; "" for the first
    int count = 0;
    std::vector<std::string> fields = {};
    /// Issues that are looked for by their ids: where the index may lag, these are read past it.
    std::vector<IssueId> known = {};
};

/// For `check`: what Jira has, by name and id.
struct Named {
    std::string id = {};
    std::string name = {};
    std::string kind = {};  ///< a field's schema
    /// The id of the one project that has it, as team-managed ones do; "" where all may.
    std::string project_id = {};
};

/// A field of the create screen.
struct CreateField {
    std::string id = {};
    std::string name = {};
    bool required = false;
    bool has_default = false;
    std::vector<Named> options = {};
    std::string kind = {};  ///< its schema, as of `Named`
};

/// A page of Jira's administration, for people.
enum class AdminPage {
    screens,
    permissions,
    workflow,
    people,
    issue_types,
    fields,
    roles,
    account
};

/// A webhook of Jira's administration.
struct Webhook {
    std::string id = {};
    std::string name = {};
    std::string url = {};
    std::vector<std::string> events = {};
    std::string jql = {};
    bool enabled = true;
    bool exclude_body = false;
    /// Whether deliveries are signed, as far as Jira shows it.
    std::optional<bool> has_secret = std::nullopt;
};

/// A webhook that an app registered for itself. It ends by itself unless it is renewed.
struct AppWebhook {
    std::string id = {};
    std::string jql = {};
    std::vector<std::string> events = {};
    std::optional<Instant> expires = std::nullopt;
};

/// What differs between the generations of Jira. Nobody outside this room asks which one it is; a
/// further generation is one more file that overrides what it does differently (docs/jira.md).
class Dialect {
public:
    virtual ~Dialect() = default;

    /// For people: `Data Center 9`.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// `/rest/api/2`
    [[nodiscard]] virtual std::string api_root() const = 0;
    [[nodiscard]] virtual Ask search(const Query& query) const = 0;
    /// The page after this answer, which was to the page `page`; "" where it was the last.
    [[nodiscard]] virtual std::string next_page(const json::value& answer, const std::string& page)
        const = 0;
    /// Issues by id or key out of the database; nothing where only the search has several at once.
    [[nodiscard]] virtual std::optional<Ask> issues_by_ids(
        const std::vector<IssueId>& ids,
        const std::vector<std::string>& fields
    ) const = 0;
    /// Comments with their properties; nothing where the list of an issue's comments has them.
    [[nodiscard]] virtual std::optional<Ask> comments_by_ids(const std::vector<CommentId>& ids
    ) const = 0;
    /// How long an issue that was just made may be missing in every search.
    [[nodiscard]] virtual Duration index_grace() const = 0;

    /// Whether a search may overlook what is there, or show it late, as a matter of course.
    [[nodiscard]] virtual bool overlooks() const = 0;
    /// Whether a token goes along with its owner's name, where one is set. Where it does, passwords
    /// are not taken.
    [[nodiscard]] virtual bool names_token_owner() const = 0;
    /// Whether fields of several lines hold documents, so that it must be known which these are.
    [[nodiscard]] virtual bool has_documents() const = 0;
    /// Whether epics have a link and a name of their own fields.
    [[nodiscard]] virtual bool has_epic_fields() const = 0;
    /// How an issue says under which epic it hangs.
    virtual void set_epic(
        json::object& fields,
        const FieldIds& ids,
        const IssueId& epic,
        const IssueKey& key
    ) const = 0;
    /// Where the fields of the create screen stand, and what they are.
    [[nodiscard]] virtual std::string
    create_fields_path(const std::string& project, const std::string& issue_type_id) const = 0;
    [[nodiscard]] virtual std::vector<CreateField> create_fields(const json::value& answer
    ) const = 0;

    /// Where webhooks are administered, and the page on which people do it.
    [[nodiscard]] virtual std::string webhooks_path() const = 0;
    [[nodiscard]] virtual std::string webhooks_page() const = 0;
    /// Where to click, in the words of this generation, and the page's address below the context
    /// path where it has one that is known.
    [[nodiscard]] virtual std::pair<std::string, std::string>
    admin_page(AdminPage page, const std::string& project) const = 0;
    /// What Jira replaces by the issue's id in a webhook's URL.
    [[nodiscard]] virtual std::string issue_id_variable() const = 0;
    /// Whether deliveries are signed with a secret that is set beside the address.
    [[nodiscard]] virtual bool signs_webhooks() const = 0;
    [[nodiscard]] virtual Webhook webhook(const json::value& value) const = 0;
    /// An empty secret leaves the one that is set.
    [[nodiscard]] virtual json::object webhook_body(const Webhook& webhook, std::string_view secret)
        const = 0;

    /// Where an app registers webhooks for itself, which expire; "" where there is no such thing.
    [[nodiscard]] virtual std::string app_webhooks_path() const = 0;

    [[nodiscard]] virtual JiraUser user(const json::value& value) const = 0;
    /// A text as it goes into a comment's body, or into a field of several lines.
    [[nodiscard]] virtual json::value body_of(const std::string& text) const = 0;
    [[nodiscard]] virtual std::string text_of(const json::value& body) const = 0;
    /// Takes the effect out of a person's text; what was typed stays readable.
    [[nodiscard]] virtual std::string neutralise(std::string_view text) const = 0;
    /// A comment's body, as `text_of` gave it, as a customer can read it.
    [[nodiscard]] virtual std::string to_plain_text(std::string_view body) const = 0;
};

/// Before 9: the create screen as part of a list of all projects. A file each for what is different.
std::unique_ptr<const Dialect> server_8_dialect();
/// REST v2, wiki markup, names and keys of users, Epic Link: the base of the other two.
std::unique_ptr<const Dialect> data_center_9_dialect();
/// 10 and later: another administration of webhooks.
std::unique_ptr<const Dialect> data_center_10_dialect();
/// REST v3, documents (ADF), account ids, `parent`, a search with tokens over an index that lags.
std::unique_ptr<const Dialect> cloud_dialect();

}  // namespace oms::jira
