#include "sim/jira_profile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

JiraProfile server_8_4() {
    return {
        .name = "server-8.4",
        .version = {8, 4, 3},
        .build = 804'003,
        .personal_tokens = false,
        .create_meta_whole = true,
        .user_agent = "Atlassian HttpClient 1.1.3 / JIRA-8.4.3 (804003) / Default"};
}

JiraProfile data_center_10_3() {
    return {
        .name = "dc-10.3",
        .version = {10, 3, 5},
        .build = 10'030'005,
        .no_issue = "Issue does not exist or you do not have permission to see it.",
        .hook_admin = JiraHookAdmin::webhooks_2,
        .hook_secret = JiraHookSecret::configuration,
        .deliveries_spread = 200ms,
        .user_agent = "Atlassian HttpClient 5.1.1 / JIRA-10.3.5 (10030005) / Default",
        .comment_event = JiraCommentEvent::whole_issue};
}

JiraProfile cloud() {
    return {
        .name = "cloud",
        .version = {1001, 0, 0},
        .version_ends = "-SNAPSHOT",
        .build = 100'286,
        .deployment_type = "Cloud",
        .people = JiraPeople::accounts,
        .personal_tokens = false,
        .no_issue = "Issue does not exist or you do not have permission to see it.",
        .documents = true,
        .bulk_reads = true,
        .search = JiraSearch::by_token,
        .epics = JiraEpics::parent,
        .transitions = JiraTransitionWords::plain,
        .index_summary = false,
        .permissions_are_asked_for = true,
        .comment_shows_desk = true,
        .create_meta_whole = true,
        .create_meta_types = "issueTypes",
        .create_meta_fields = "fields",
        .field_keys = true,
        .project_styles = true,
        .hook_secret = JiraHookSecret::member,
        .dynamic_hooks = true,
        .retries_max = 5,
        .deliveries_numbered = true,
        .deliveries_spread = 200ms,
        .user_agent = "Atlassian Webhook HTTP Client",
        .comment_event = JiraCommentEvent::stub,
        .comment_event_has_user = false,
        .comment_told_twice = false,
        .issue_event_has_comments = false,
        .change_has_field_id = true,
        .end_links_short = true,
        .birth_has_changes = true,
        .index_lag = 500ms,
        .index_flicker = 0.02};
}

const std::vector<JiraProfile>& profiles() {
    static const std::vector<JiraProfile> all{
        server_8_4(), JiraProfile{}, data_center_10_3(), cloud()};
    return all;
}

}  // namespace

Result<JiraProfile> jira_profile(std::string_view name) {
    const auto found = std::ranges::find(profiles(), name, &JiraProfile::name);
    if (found != profiles().end()) return *found;
    return failure(
        ErrorKind::refused,
        fmt::format(
            "{} is no profile of the Jira simulator: it knows {}",
            in_quotes(name),
            join(jira_profile_names(), ", ")
        )
    );
}

std::string hook_variable(const JiraProfile& profile, std::string_view name) {
    const bool dollar = profile.hook_admin == JiraHookAdmin::webhook_1;
    return fmt::format("{}{{{}}}", dollar ? "$" : "", name);
}

std::vector<std::string> jira_profile_names() {
    std::vector<std::string> names;
    for (const JiraProfile& profile : profiles())
        names.push_back(profile.name);
    return names;
}

}  // namespace oms::sim
