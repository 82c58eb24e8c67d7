#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/jira_profile.hpp"

/// What an administrator of the simulated Jira would set up: people, fields, screens, workflow.
/// Plain values; changing one at run time is what an administrator at work would do.
namespace oms::sim {

struct JiraUser {
    std::string name = {};        ///< login name
    std::string key = {};         ///< `JIRAUSER10100`: stays when the person is renamed
    std::string account_id = {};  ///< on Cloud in place of both
    std::string display_name = {};
    std::string email = {};
    bool email_visible = true;
    bool email_public = false;   ///< on Cloud it takes more to be seen
    bool administrator = false;  ///< the global permission, not the role
    std::set<std::string> roles = {};
    std::set<std::string> groups = {};
    std::set<std::string> lacks = {};  ///< permission keys that this person does not have
    std::string password = {};
    std::set<std::string> tokens = {};  ///< personal access tokens; on Cloud API tokens
    std::string time_zone = "UTC";
    /// Absolute dates in JQL are read in the person's zone.
    std::chrono::minutes utc_offset = {};
};

enum class JiraFieldKind {
    text,       ///< one line, 255 UTF-16 units
    area,       ///< many lines, the limit of comments
    select,     ///< one of its options
    labels,     ///< the system field
    epic_link,  ///< the key of an epic
    epic_name,  ///< one line, mandatory for epics
    parent,     ///< the system field: an epic, by id or key
};

struct JiraOption {
    std::string id = {};
    std::string value = {};
};

struct JiraField {
    std::string id = {};  ///< `summary`, `customfield_10100`
    std::string name = {};
    JiraFieldKind kind = JiraFieldKind::text;
    std::vector<JiraOption> options = {};
    std::string scope = {};  ///< the key of the one project that has it; "" where all may
    [[nodiscard]] bool custom() const { return id.rfind("customfield_", 0) == 0; }
};

struct JiraIssueType {
    std::string id = {};
    std::string name = {};
    bool epic = false;
    std::set<std::string> screen = {};  ///< ids of the fields that can be set: create and edit
    std::set<std::string> required = {};
    std::string scope = {};                  ///< as of fields
    std::set<std::string> not_on_edit = {};  ///< of the screen, those that only creation shows

    [[nodiscard]] std::set<std::string> edit_screen() const {
        std::set<std::string> shown = screen;
        for (const std::string& field : not_on_edit)
            shown.erase(field);
        return shown;
    }
};

struct JiraStatus {
    std::string id = {};
    std::string name = {};
    std::string category = "indeterminate";  ///< new, indeterminate, done
    std::string scope = {};                  ///< as of fields
    bool elsewhere = false;                  ///< only other projects' workflows have it
};

/// An edge of the workflow.
struct JiraTransition {
    std::string id = {};
    std::string name = {};            ///< not the name of the status that it leads to
    std::set<std::string> from = {};  ///< empty: from any
    std::string to = {};
    std::set<std::string> screen = {};    ///< fields that may be set on the way
    std::set<std::string> required = {};  ///< and those that must be
    std::string role = {};                ///< a condition: only its members see the transition
};

struct JiraProject {
    std::string id = {};
    std::string key = {};
    std::string name = {};
    bool service_desk = false;
    bool archived = false;
    /// `next-gen`: types, fields, statuses and transitions of its own (jira_team_managed.hpp).
    bool team_managed = false;
    std::int64_t last_number = 0;
};

struct JiraSite {
    std::map<std::string, JiraUser> users = {};        ///< by login name
    std::vector<JiraField> fields = {};                ///< system fields first
    std::map<std::string, JiraIssueType> types = {};   ///< by id
    std::vector<JiraStatus> statuses = {};             ///< the first is where issues begin
    std::vector<JiraTransition> transitions = {};      ///< one workflow for all
    std::map<std::string, JiraProject> projects = {};  ///< by key
    std::vector<std::string> roles = {};

    [[nodiscard]] const JiraField* field(std::string_view id) const;
    /// By id, or by name ignoring case, or as `cf[10100]`.
    [[nodiscard]] const JiraField* field_in_jql(std::string_view name) const;
    [[nodiscard]] const JiraField* field_of(JiraFieldKind kind) const;
    [[nodiscard]] const JiraStatus* status(std::string_view id) const;
    /// Anonymous is none.
    [[nodiscard]] const JiraUser* user(const std::string& name) const;
    /// By login name, key or account id.
    [[nodiscard]] const JiraUser* mentioned(const std::string& word) const;
    [[nodiscard]] const JiraProject* project(std::string_view key_or_id) const;

    /// What a project has: what is its own where it is team-managed, else what all share.
    [[nodiscard]] bool has(std::string_view project, const std::string& scope) const;
    [[nodiscard]] std::vector<const JiraIssueType*> types_of(std::string_view project) const;
    [[nodiscard]] std::vector<const JiraStatus*> statuses_of(std::string_view project) const;
    /// The field of that name, or id, on the screen of a type.
    [[nodiscard]] const JiraField* field_on(const JiraIssueType& type, std::string_view name) const;
};

/// The login name of the adapter's own account in every site of this simulator.
inline constexpr std::string_view jira_account = "oms";

struct JiraSiteOptions {
    std::string project_key = "EOSC";
    bool any_transitions =
        false;  ///< besides the graph, one transition from anywhere to each status
    bool service_desk = false;
    JiraEpics epics = JiraEpics::link;
};

/// A project EOSC with order and project issues, the statuses 1 to 8, the 27 fields of the EOSC
/// marketplace by their names, people (anna and piotr staff, tomas a provider who hides his e-mail,
/// admin), and the account `oms` (password `oms-password`, token `oms-token`). Where epics are
/// parents, there is no field Epic Link, and Epic Name stands on no screen.
JiraSite default_site(const JiraSiteOptions& options = {});

/// How a person of that login name is called on Cloud.
std::string account_id_of(std::string_view name);

/// One transition from anywhere to each status, ids `101` and up.
std::vector<JiraTransition> any_transitions(const JiraSite& site);

/// What the adapter must be told to work with this site: OMS_JIRA_* variables. Fields that stand on
/// no screen are left out.
std::map<std::string, std::string> jira_environment(
    const JiraSite& site,
    const JiraProfile& profile,
    const std::string& project_key,
    const std::string& base_url,
    const std::string& context_path
);

}  // namespace oms::sim
