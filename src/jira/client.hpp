#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "domain/jira.hpp"
#include "http/transport.hpp"
#include "jira/dialect.hpp"
#include "jira/site.hpp"

namespace oms::jira {

struct Settings {
    std::string url = {};           ///< `https://jira.example.org`, without a slash at its end
    std::string context_path = {};  ///< "" or `/jira`
    std::string username = {};
    Secret password = {};
    /// Data Center: a personal access token, used alone. With a user's name: Cloud's API token.
    Secret token = {};
    std::string project = {};  ///< key
    /// Ids of the fields that we read, "" where not configured.
    std::string voucher_field = {};
    std::string order_reference_field = {};
    std::string project_name_field = {};
    std::string epic_link_field = {};
    std::string epic_name_field = {};
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

/// For `check`: the project as it is set up.
struct ProjectFacts {
    std::string id = {};
    std::string key = {};
    std::string name = {};
    bool archived = false;
    std::vector<Named> issue_types = {};  ///< kind `epic` where Jira says that others hang below it
    std::vector<std::string> roles = {};  ///< by name
};

/// Without what only other projects have, as team-managed ones do; what only this one has goes first.
std::vector<Named> usable_in(const std::string& project_id, const std::vector<Named>& all);

/// A transition, and the fields of its screen that have to be filled and have no default.
struct Way {
    Transition transition = {};
    std::vector<Named> required = {};
};

/// Whether the flags of a service desk's internal notes matter to the caller.
enum class NoteFlags { as_listed, read };

struct IssuePage {
    std::vector<Issue> issues = {};
    std::string next = {};  ///< what to ask for the next one with; "": this was the last
};

/// By their ids, which is the order in which they were written.
void sort_comments(std::vector<Comment>& comments);

/// Jira's REST API, whatever its generation: what differs is in the dialect, which `prepare` finds
/// out. For one thread; the site may be shared.
///
/// Errors: `missing` for a 404, which Jira also gives for what our account may not see, and where
/// it does not know us: whoever concludes something from it asks `myself` first. `unauthorized`
/// wherever Jira shows that it does not take us for who we are, whatever the status (contract 2).
/// A server's failure is `not_sent` for a read, `outcome_unknown` for a write.
class Client {
public:
    Client(http::Transport& transport, Settings settings, Site& site);

    /// Finds out which Jira it is, where that is not known or in doubt; to be called before what
    /// depends on it, and does nothing but compare a number where all is known. Fails only where it
    /// cannot be known.
    Result<bool> prepare();
    /// Asked without credentials first: it is for everybody. The site learns it.
    Result<ServerInfo> server_info();
    Result<JiraUser> myself();

    Result<Issue> issue(const IssueId& id, IssueRead read);
    Result<Issue> issue_by_key(const IssueKey& key, IssueRead read);
    /// With status, voucher, labels, and the comments as the search shows them. Absent: not in the
    /// index, which is no proof of anything.
    Result<std::vector<Issue>> issues_by_ids(const std::vector<IssueId>& ids);
    /// EOSC-FIRST to EOSC-LAST as far as there are such, out of the database, with labels but without
    /// markers; none where this Jira cannot read many at once, or does not do so for us.
    Result<std::vector<Issue>> issues_by_numbers(std::int64_t first, std::int64_t last);
    /// Issues of our project that the index has for this subject; lowest id first, those that bear
    /// the marker before those that only name the order.
    Result<std::vector<Issue>> find_standing(const Standing& standing);
    /// Issues of our project updated in the last `minutes`, latest update first: what is updated
    /// between two pages moves to the front and is met again, instead of making others slip
    /// through.
    /// `page`: what the page before said to be the next; "" for the first.
    Result<IssuePage>
    recently_updated(std::chrono::minutes minutes, const std::string& page, int count);
    /// 7 of the newest EOSC-7 that the index has; 0 where there is none.
    Result<std::int64_t> newest_issue_number();

    Result<CreatedIssue> create_issue(const IssueDraft& draft);
    Result<bool>
    edit_issue(const IssueId& id, const std::string& issue_type_id, const FieldValues& fields);
    Result<bool> delete_issue(const IssueId& id);
    Result<std::vector<Transition>> transitions(const IssueId& id);
    Result<bool> transition(const IssueId& id, const TransitionId& transition);
    Result<bool> set_issue_property(const IssueId& id, const std::string& marker);

    /// All that our account sees, in the order of their ids, with markers where Jira lists
    /// properties. `NoteFlags::read` asks for each comment by itself whether it is an internal note
    /// where Jira does not list them.
    Result<std::vector<Comment>> comments(const IssueId& id, NoteFlags flags);
    Result<Comment> comment(const IssueId& id, const CommentId& comment);
    Result<Comment> add_comment(const IssueId& id, const CommentDraft& draft);
    /// Sends the visibility again: left out, it would be taken away.
    Result<Comment>
    edit_comment(const IssueId& id, const CommentId& comment, const CommentDraft& draft);

    Result<std::vector<Named>> fields();
    Result<std::vector<Named>> statuses();
    Result<std::vector<Named>> issue_types();
    /// The project, where we see it.
    Result<Named> project();
    Result<ProjectFacts> project_facts();
    /// Those that we may see, by key and name.
    Result<std::vector<Named>> visible_projects();
    /// The statuses that issues of each type can have in the project, by the type's id.
    Result<std::map<std::string, std::vector<Named>>> project_statuses();
    /// Any issue of this type, in this status where one is given.
    Result<std::optional<Issue>>
    one_issue(const std::string& issue_type_id, const std::optional<StatusId>& status);
    /// Ways out of an issue's status, with the fields that each demands.
    Result<std::vector<Way>> ways(const IssueId& id);
    /// The fields of an issue's edit screen.
    Result<std::vector<CreateField>> edit_fields(const IssueId& id);
    Result<std::vector<CreateField>> create_fields(const std::string& issue_type_id);
    /// Names of those of `wanted` permissions that our account lacks in the project.
    Result<std::vector<std::string>> missing_permissions(const std::vector<std::string>& wanted);
    /// What an administrator has registered; `forbidden` where our account is none.
    Result<std::vector<Webhook>> webhooks();
    /// Registers it, or changes the one whose id it bears.
    Result<Webhook> put_webhook(const Webhook& webhook, const Secret& secret);
    /// Whether an app may register webhooks for itself here.
    [[nodiscard]] bool has_app_webhooks() const { return !dialect_->app_webhooks_path().empty(); }
    /// Those of our account; `forbidden` where it is no app.
    Result<std::vector<AppWebhook>> app_webhooks();
    /// The id of what was made.
    Result<std::string> add_app_webhook(const Webhook& webhook);
    /// Until when it lives now, where Jira says so; `missing` where it is no more.
    Result<AppWebhook> renew_app_webhook(const std::string& id);
    /// The page on which people administer webhooks, as an address.
    [[nodiscard]] std::string webhooks_page() const;
    /// Where to click, with the page's address where it is known.
    [[nodiscard]] std::string admin_page(AdminPage page) const;
    /// What Jira replaces by the issue's id in a webhook's URL.
    [[nodiscard]] std::string issue_id_variable() const;
    [[nodiscard]] bool signs_webhooks() const { return dialect_->signs_webhooks(); }

    /// What epics need where it is not configured, and how long fields of several lines are written:
    /// asked once, where this Jira has such things.
    Result<Site::Fields> learn_fields();
    /// As configured, or as they were learnt.
    [[nodiscard]] FieldIds field_ids() const;
    [[nodiscard]] bool has_epic_fields() const { return dialect_->has_epic_fields(); }
    /// Whether an account's password is a way in; else a token alone.
    [[nodiscard]] bool takes_passwords() const { return !dialect_->names_token_owner(); }
    /// For people: `Data Center 9`.
    [[nodiscard]] std::string_view generation() const { return dialect_->name(); }
    /// Whether a search may overlook what is there, or show it late, as a matter of course.
    [[nodiscard]] bool overlooks() const { return dialect_->overlooks(); }
    /// How long an issue that was just made may be missing in every search.
    [[nodiscard]] Duration index_grace() const;

    /// Takes the effect out of a person's text for this dialect; what was typed stays readable.
    [[nodiscard]] std::string neutralise(std::string_view text) const;
    /// A comment's body as a customer can read it.
    [[nodiscard]] std::string to_plain_text(std::string_view body) const;

private:
    Result<json::value> get(const std::string& path);
    Result<json::value>
    send(const std::string& method, const std::string& path, const json::value& body);
    /// `write`: it may change something; `anonymous`: without credentials.
    enum class Kind { read, write, anonymous };
    Result<json::value> call(http::Request request, Kind kind);
    [[nodiscard]] bool takes_us_for_another(const http::Response& response) const;
    void watch(const Result<http::Response>& response);
    Result<json::value> ask(const Ask& ask);
    Result<json::value> search(Query query, bool comments);
    Result<json::object> fields_of(const FieldValues& values);
    Result<json::object> create_body(const IssueDraft& draft);
    struct Screen;
    Result<Screen> screen_of(const std::string& issue_type_id);
    Result<bool> read_markers(std::vector<Comment>& comments);
    void take_markers(const json::value& answer, std::vector<Comment>& comments) const;
    Result<bool> is_service_desk(const std::string& project_key);
    Result<Issue> read_issue(const std::string& id_or_key, IssueRead read);
    [[nodiscard]] std::string fields_to_read(bool comments) const;
    [[nodiscard]] std::vector<Issue> issues_of(const json::value& answer) const;
    [[nodiscard]] std::string api(const std::string& rest) const;
    Result<bool> read_internal_flags(std::vector<Comment>& comments);

    http::Transport& transport_;
    Settings settings_;
    Site& site_;
    std::shared_ptr<const Dialect> dialect_;
    int edition_ = 0;
};

}  // namespace oms::jira
