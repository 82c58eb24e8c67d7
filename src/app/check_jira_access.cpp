#include <algorithm>

#include <fmt/format.h>

#include "app/check_jira.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

using jira::AdminPage;

void refused(
    const Settings& settings,
    jira::Client& client,
    const Error& error,
    Findings& findings
) {
    const bool token = !settings.jira.token.empty();
    const std::string page = client.admin_page(AdminPage::account);
    if (error.obstacle == Obstacle::captcha) {
        return findings.fault(
            {.code = "jira.captcha",
             .about = "OMS_JIRA_USERNAME",
             .found = error.says,
             .cause = "the password was wrong too often: until a person logs in, the right one is "
                      "refused too",
             .remedy = fmt::format(
                 "log in once as {} at {}{}/login.jsp, with a browser; or use a personal access "
                 "token, "
                 "which no CAPTCHA concerns: {}, and set OMS_JIRA_TOKEN",
                 settings.jira.username,
                 settings.jira.url,
                 settings.jira.context_path,
                 page
             ),
             .variables = {"OMS_JIRA_USERNAME", "OMS_JIRA_PASSWORD", "OMS_JIRA_TOKEN"}}
        );
    }
    if (error.kind != ErrorKind::unauthorized) {
        return findings.fault(
            {.code = "jira.not-working",
             .about = "OMS_JIRA_URL",
             .found = error.says,
             .cause = "Jira answers, and does not say who we are",
             .remedy = "try again later, and look at its log"}
        );
    }
    const bool anonymous = error.obstacle == Obstacle::anonymous;
    findings.fault(
        {.code = anonymous ? "jira.anonymous" : "jira.credentials-refused",
         .about = token ? "OMS_JIRA_TOKEN" : "OMS_JIRA_PASSWORD",
         .found = error.says,
         .cause = anonymous
                      ? "the credentials are taken for none, without a word: they have expired, or "
                        "something before Jira takes them away"
                  : token
                      ? "the token is wrong or expired, or its owner's address is another"
                      : "name or password are wrong, the account is locked, or something before "
                        "Jira takes them away; too many attempts make it demand a CAPTCHA",
         .remedy =
             token
                 ? fmt::format(
                       "make a new token as the adapter's account, at {}, and set OMS_JIRA_TOKEN; "
                       "on Cloud OMS_JIRA_USERNAME is its owner's e-mail address",
                       page
                   )
                 : fmt::format(
                       "try them once at {}{}/login.jsp with a browser, and set OMS_JIRA_USERNAME "
                       "and OMS_JIRA_PASSWORD; or make a token at {}, and set OMS_JIRA_TOKEN",
                       settings.jira.url,
                       settings.jira.context_path,
                       page
                   ),
         .variables =
             token ? std::vector<std::string>{"OMS_JIRA_USERNAME", "OMS_JIRA_TOKEN"}
                   : std::vector<
                         std::string>{"OMS_JIRA_USERNAME", "OMS_JIRA_PASSWORD", "OMS_JIRA_TOKEN"}}
    );
}

/// Where it is known, Jira's name for the project as a choice.
std::vector<SettingLine> project_lines(const std::vector<jira::Named>& projects) {
    constexpr std::size_t shown_max = 20;
    std::vector<SettingLine> lines;
    for (const jira::Named& one : projects) {
        if (lines.size() == shown_max) break;
        lines.push_back({.name = "OMS_JIRA_PROJECT", .value = one.id, .means = one.name});
    }
    return lines;
}

void project_not_seen(JiraView& view, const Error& error) {
    const std::string key = view.settings.jira.project;
    const auto all = view.client.visible_projects();
    const std::string found = fmt::format("{}: {}", key, error.says);
    if (!all || all->empty()) {
        return view.findings.fault(
            {.code = "project.not-visible",
             .about = "OMS_JIRA_PROJECT",
             .found = found,
             .cause = "our account sees no project at all: it lacks the permission Browse Projects",
             .remedy = fmt::format(
                 "grant Browse Projects to {} in the permission scheme of project {}: {}",
                 view.account,
                 key,
                 view.client.admin_page(AdminPage::permissions)
             ),
             .variables = {"OMS_JIRA_PROJECT"}}
        );
    }
    Finding finding{
        .code = "project.unknown",
        .about = "OMS_JIRA_PROJECT",
        .found = found,
        .cause = "there is no project of this key, or our account may not browse it",
        .remedy = fmt::format(
            "set the key of the project, or grant our account Browse Projects in its permission "
            "scheme ({}):",
            view.client.admin_page(AdminPage::permissions)
        )};
    const auto same = std::ranges::find_if(*all, [&](const jira::Named& one) {
        return lower(one.id) == lower(key);
    });
    if (same != all->end()) {
        finding.set = project_lines({*same});
    } else if (all->size() == 1) {
        finding.set = project_lines(*all);
    } else {
        finding.choices = project_lines(*all);
    }
    view.findings.fault(std::move(finding));
}

struct Permission {
    const char* key;
    const char* title;
    const char* without;
};

constexpr Permission needed_permissions[] = {
    {"CREATE_ISSUES", "Create Issues", "no order becomes an issue"},
    {"EDIT_ISSUES",
     "Edit Issues",
     "issues are not labelled, and changed projects not brought up to date"},
    {"TRANSITION_ISSUES", "Transition Issues", "the marketplace's changes of status do not arrive"},
    {"ADD_COMMENTS", "Add Comments", "customers' messages do not arrive"},
    {"EDIT_OWN_COMMENTS", "Edit Own Comments", "edited messages stay as they were"}};

}  // namespace

std::string JiraView::field_name(const std::string& id) const {
    const auto found = std::ranges::find(fields, id, &jira::Named::id);
    return found == fields.end() ? id : fmt::format("{} ({})", found->name, id);
}

std::string JiraView::type_name(const std::string& id) const {
    const auto found = std::ranges::find(project.issue_types, id, &jira::Named::id);
    return found == project.issue_types.end() ? id : in_quotes(found->name);
}

void could_not_ask(JiraView& view, std::string code, std::string about, const Error& error) {
    view.findings.note(
        {.code = std::move(code),
         .about = std::move(about),
         .found = "could not be looked at: " + error.says,
         .cause = "Jira does not show it to our account",
         .remedy = "look at it as an administrator"}
    );
}

std::optional<std::string>
check_jira_access(const Settings& settings, jira::Client& client, Findings& findings) {
    const auto info = client.server_info();
    (void)client.prepare();  // where it does not say, it is taken for what most are
    if (info && jira::is_another(*info, settings.deployment)) {
        findings.fault(
            {.code = "jira.deployment",
             .about = "OMS_JIRA_DEPLOYMENT",
             .found =
                 fmt::format("it says of itself that it is {} {}", info->deployment, info->version),
             .cause =
                 "another one is configured: its REST API is spoken to in a way that it does not "
                 "understand",
             .remedy = "let it be found out:",
             .set = {{.name = "OMS_JIRA_DEPLOYMENT", .value = "auto"}}}
        );
        return std::nullopt;
    }
    findings.ok(
        "jira.version",
        "Jira",
        fmt::format(
            "{}, spoken to as {}",
            info ? info->version : "keeps its version to itself",
            client.generation()
        )
    );
    if (!client.takes_passwords() && settings.jira.token.empty()) {
        findings.fault(
            {.code = "jira.needs-token",
             .about = "OMS_JIRA_TOKEN",
             .found = fmt::format("it is not set, and this is Jira {}", client.generation()),
             .cause = fmt::format("{} takes no passwords", client.generation()),
             .remedy = fmt::format(
                 "make an API token at {}; set OMS_JIRA_TOKEN to it and OMS_JIRA_USERNAME to its "
                 "owner's e-mail address, and unset OMS_JIRA_PASSWORD",
                 client.admin_page(AdminPage::account)
             ),
             .variables = {"OMS_JIRA_TOKEN", "OMS_JIRA_USERNAME", "OMS_JIRA_PASSWORD"}}
        );
        return std::nullopt;
    }
    const auto myself = client.myself();
    if (!myself) {
        refused(settings, client, myself.error(), findings);
        return std::nullopt;
    }
    std::string account = myself->name.empty()
                              ? myself->display_name
                              : fmt::format("{} ({})", myself->display_name, myself->name);
    findings.ok("jira.account", "account", account);
    return account;
}

bool check_project(JiraView& view) {
    auto facts = view.client.project_facts();
    if (!facts) {
        project_not_seen(view, facts.error());
        return false;
    }
    view.project = std::move(*facts);
    const std::string& key = view.settings.jira.project;
    if (view.project.archived) {
        view.findings.fault(
            {.code = "project.archived",
             .about = "OMS_JIRA_PROJECT",
             .found = fmt::format("{} '{}' is archived", key, view.project.name),
             .cause = "nothing can be written to an archived project",
             .remedy = "have an administrator restore it: Administration → Projects → Archived "
                       "projects → Restore; or set another project's key",
             .variables = {"OMS_JIRA_PROJECT"}}
        );
        return true;
    }
    if (!view.project.key.empty() && view.project.key != key) {
        view.findings.note(
            {.code = "project.renamed",
             .about = "OMS_JIRA_PROJECT",
             .found = fmt::format("{} is called {} by now", key, view.project.key),
             .cause = "Jira still finds it by the old key",
             .remedy = "set the new one:",
             .set = {{.name = "OMS_JIRA_PROJECT", .value = view.project.key}}}
        );
        return true;
    }
    view.findings.ok("project.found", "project", fmt::format("{} '{}'", key, view.project.name));
    return true;
}

void check_permissions(JiraView& view, bool delete_too) {
    std::vector<std::string> wanted;
    for (const Permission& one : needed_permissions)
        wanted.emplace_back(one.key);
    if (delete_too) wanted.emplace_back("DELETE_ISSUES");
    const auto missing = view.client.missing_permissions(wanted);
    if (!missing) return could_not_ask(view, "permissions.unknown", "permissions", missing.error());
    const std::string where = view.client.admin_page(jira::AdminPage::permissions);
    for (const Permission& one : needed_permissions) {
        if (std::ranges::find(*missing, one.key) == missing->end()) continue;
        view.findings.fault(
            {.code = "permissions.missing",
             .about = one.title,
             .found = fmt::format("{} lacks {} ({})", view.account, one.title, one.key),
             .cause = std::string{"without it "} + one.without,
             .remedy = fmt::format(
                 "grant {} to {} in the permission scheme of project {}: {}",
                 one.title,
                 view.account,
                 view.settings.jira.project,
                 where
             )}
        );
    }
    if (std::ranges::find(*missing, "DELETE_ISSUES") != missing->end()) {
        view.findings.note(
            {.code = "permissions.delete",
             .about = "Delete Issues",
             .found = "our account lacks Delete Issues (DELETE_ISSUES)",
             .cause = "the adapter never needs it, only --write does, to clean up",
             .remedy =
                 "delete the test issues by hand, or grant it for the time of the test: " + where}
        );
    }
    if (missing->empty())
        view.findings.ok("permissions.granted", "permissions", "all that are needed");
}

}  // namespace oms::app
