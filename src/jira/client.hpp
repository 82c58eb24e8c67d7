#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "domain/jira.hpp"
#include "http/transport.hpp"
#include "jira/dialect.hpp"

namespace oms::jira {

struct Settings {
    std::string url = {};           ///< `https://jira.example.org`, without a slash at its end
    std::string context_path = {};  ///< "" or `/jira`
    std::string username = {};
    Secret password = {};
    Secret token = {};         ///< Data Center: a personal access token, used alone
    std::string project = {};  ///< key
    /// Ids of the fields that we read, "" where not configured.
    std::string voucher_field = {};
    std::string order_reference_field = {};
    std::string project_name_field = {};
    std::string epic_link_field = {};
};

/// What is read of an issue beside its fields.
struct IssueRead {
    bool transitions = false;
    bool property = false;  ///< ours, which bears the marker
    bool comments = false;  ///< all that our account sees, in the order of their ids
};

/// By what an issue that already stands for a subject is known. "" is not looked for.
struct Standing {
    std::string marker = {};
    std::string order_reference = {};
    std::string project_name = {};
};

/// Whether the flags of a service desk's internal notes matter to the caller.
enum class NoteFlags { as_listed, read };

struct IssuePage {
    std::vector<Issue> issues = {};
    bool last = true;
};

/// For `check`: what Jira has, by name and id.
struct Named {
    std::string id = {};
    std::string name = {};
    std::string kind = {};  ///< a field's schema, a status category
};

/// A field of the create screen.
struct CreateField {
    std::string id = {};
    std::string name = {};
    bool required = false;
    bool has_default = false;
    std::vector<Named> options = {};
};

struct ServerInfo {
    std::string deployment = {};
    std::string version = {};
    int major = 0;
    std::string base_url = {};
};

struct Webhook {
    std::string name = {};
    std::string url = {};
    std::vector<std::string> events = {};
    std::string jql = {};
    bool enabled = false;
};

/// Jira's REST API, whatever its generation: what differs is in the dialect. For one thread.
///
/// Errors: `missing` for a 404, which Jira also gives for what our account may not see, and where
/// it does not know us: whoever concludes something from it asks `myself` first. `unauthorized`
/// wherever Jira shows that it does not take us for who we are, whatever the status (contract 2).
/// A server's failure is `not_sent` for a read, `outcome_unknown` for a write.
class Client {
public:
    Client(http::Transport& transport, Settings settings);

    Result<ServerInfo> server_info();
    Result<JiraUser> myself();

    Result<Issue> issue(const IssueId& id, IssueRead read);
    Result<Issue> issue_by_key(const IssueKey& key, IssueRead read);
    /// With status, voucher, labels, and the comments as the search shows them. Absent: not in the
    /// index, which is no proof of anything.
    Result<std::vector<Issue>> issues_by_ids(const std::vector<IssueId>& ids);
    /// Issues of our project that the index has for this subject; lowest id first, those that bear
    /// the marker before those that only name the order.
    Result<std::vector<Issue>> find_standing(const Standing& standing);
    /// Issues of our project updated in the last `minutes`, latest update first: what is updated
    /// between two pages moves to the front and is met again, instead of making others slip
    /// through.
    Result<IssuePage> recently_updated(std::chrono::minutes minutes, int start, int count);
    /// 7 of the newest EOSC-7 that the index has; 0 where there is none.
    Result<std::int64_t> newest_issue_number();

    Result<CreatedIssue> create_issue(const IssueDraft& draft);
    Result<bool> edit_issue(const IssueId& id, const FieldValues& fields);
    Result<bool> delete_issue(const IssueId& id);
    Result<std::vector<Transition>> transitions(const IssueId& id);
    Result<bool> transition(const IssueId& id, const TransitionId& transition);
    Result<bool> set_issue_property(const IssueId& id, const std::string& marker);

    /// All that our account sees, in the order of their ids, with markers where Jira lists
    /// properties. `NoteFlags::read` asks for each comment by itself whether it is an internal note
    /// where Jira does not list them.
    Result<std::vector<Comment>> comments(const IssueId& id, NoteFlags flags);
    Result<Comment> add_comment(const IssueId& id, const CommentDraft& draft);
    /// Sends the visibility again: left out, it would be taken away.
    Result<Comment>
    edit_comment(const IssueId& id, const CommentId& comment, const CommentDraft& draft);

    Result<std::vector<Named>> fields();
    Result<std::vector<Named>> statuses();
    Result<std::vector<Named>> issue_types();
    /// The project's name, where we see it.
    Result<std::string> project();
    Result<std::vector<CreateField>> create_fields(const std::string& issue_type_id);
    /// Names of those of `wanted` permissions that our account lacks in the project.
    Result<std::vector<std::string>> missing_permissions(const std::vector<std::string>& wanted);
    /// What an administrator has registered; `forbidden` where our account is none.
    Result<std::vector<Webhook>> webhooks();

    /// Takes the effect out of a person's text for this dialect; what was typed stays readable.
    [[nodiscard]] std::string neutralise(std::string_view text) const;
    /// A comment's body as a customer can read it.
    [[nodiscard]] std::string to_plain_text(std::string_view body) const;

private:
    Result<json::value> get(const std::string& path);
    Result<json::value>
    send(const std::string& method, const std::string& path, const json::value& body);
    Result<json::value> call(http::Request request, bool write);
    Result<json::value> search(const std::string& jql, int start, int count, bool comments);
    Result<Issue> read_issue(const std::string& id_or_key, IssueRead read);
    [[nodiscard]] std::string fields_to_read(bool comments) const;
    [[nodiscard]] std::vector<Issue> issues_of(const json::value& answer) const;
    [[nodiscard]] std::string api(const std::string& rest) const;
    Result<bool> read_internal_flags(std::vector<Comment>& comments);

    http::Transport& transport_;
    Settings settings_;
    std::unique_ptr<const Dialect> dialect_;
};

}  // namespace oms::jira
