#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

/// Which Jira is imitated, as a value: one row of a table, whose traits the rest of the simulator
/// reads. Nothing asks for a profile's name. Where each trait was learnt: docs/jira.md.
namespace oms::sim {

/// How people are shown and logged in.
enum class JiraPeople {
    names,     ///< login name and key, e-mail addresses; password or personal access token
    accounts,  ///< accountId, hidden e-mail addresses; address and API token; else nobody, silently
};

enum class JiraSearch {
    by_offset,  ///< /search: startAt, total; fields are shown unless left out
    by_token,   ///< /search/jql: nextPageToken; only the id unless asked for; /search is gone
};

/// How an issue hangs under an epic.
enum class JiraEpics {
    link,    ///< the field Epic Link; epics have an Epic Name
    parent,  ///< the field parent; Epic Name stands on no screen
};

/// The resource where an administrator registers webhooks, and how their URLs name an issue.
enum class JiraHookAdmin {
    webhook_1,   ///< /rest/webhooks/1.0/webhook, `${issue.id}`
    webhooks_2,  ///< /rest/jira-webhook/1.0/webhooks, `{issue.id}`, a configuration
};

/// Where a webhook's secret is taken from; what is elsewhere is ignored without a word.
enum class JiraHookSecret { nowhere, configuration, member };

/// What a POST to transitions says of one that the issue does not offer.
enum class JiraTransitionWords {
    workflow,  ///< the workflow's long sentence; 500 where no workflow has that id
    plain,     ///< 400: Transition id 'n' is not valid for this issue.
};

/// What a comment's event tells of its issue.
enum class JiraCommentEvent {
    without_issue,  ///< nothing: its id is in the comment's link
    stub,           ///< id, key and a few fields
    whole_issue,
};

struct JiraProfile {
    std::string name = "dc-9.12";
    std::vector<int> version = {9, 12, 0};
    std::string version_ends = {};  ///< `-SNAPSHOT`
    int build = 912'000;
    std::string deployment_type = "Server";

    JiraPeople people = JiraPeople::names;
    bool personal_tokens = true;
    std::string no_issue = "Issue Does Not Exist";

    bool documents = false;   ///< /rest/api/3 is there, whose long texts are documents
    bool bulk_reads = false;  ///< /issue/bulkfetch, /comment/list
    JiraSearch search = JiraSearch::by_offset;
    JiraEpics epics = JiraEpics::link;
    JiraTransitionWords transitions = JiraTransitionWords::workflow;
    bool index_summary = true;
    bool permissions_are_asked_for = false;  ///< mypermissions wants `permissions=`
    bool comment_shows_desk = false;         ///< `jsdPublic` in every comment
    bool comment_properties_expand = true;   ///< the setting of that name begins so

    bool create_meta_whole = false;  ///< /issue/createmeta?projectKeys=
    std::string create_meta_types = "values";
    std::string create_meta_fields = "values";
    bool field_keys = false;  ///< `key` beside `fieldId`
    /// Projects of two styles (`simplified`), types on levels, and what only one project has.
    bool project_styles = false;

    JiraHookAdmin hook_admin = JiraHookAdmin::webhook_1;
    JiraHookSecret hook_secret = JiraHookSecret::nowhere;
    bool dynamic_hooks = false;        ///< /rest/api/3/webhook, for apps
    int retries_max = 0;               ///< of a delivery
    bool deliveries_numbered = false;  ///< X-Atlassian-Webhook-Identifier, -Retry, -Flow
    Duration deliveries_spread =
        {};  ///< they leave up to so much later, and so overtake each other
    std::string user_agent = "Atlassian HttpClient 3.0.3 / JIRA-9.12.0 (9120000) / Default";

    JiraCommentEvent comment_event = JiraCommentEvent::without_issue;
    bool comment_event_has_user = true;  ///< of edits and deletions
    bool comment_told_twice = true;      ///< also as jira:issue_updated
    bool issue_event_has_comments = true;
    bool change_has_field_id = false;
    bool end_links_short = false;    ///< of what was deleted, issue.self lacks `/issue`
    bool birth_has_changes = false;  ///< jira:issue_created with a changelog

    Duration index_lag = {};
    double index_flicker = 0;

    friend bool operator==(const JiraProfile&, const JiraProfile&) = default;
};

/// `server-8.4`, `dc-9.12`, `dc-10.3`, `cloud`. For others an error that names those which exist.
Result<JiraProfile> jira_profile(std::string_view name);

/// How the URL of a webhook names what an event is about: `${issue.id}`, `{issue.id}`.
std::string hook_variable(const JiraProfile& profile, std::string_view name);

/// In the order of their age.
std::vector<std::string> jira_profile_names();

}  // namespace oms::sim
