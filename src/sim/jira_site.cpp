#include "sim/jira_site.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace oms::sim {
namespace {

struct FieldRow {
    std::string_view name;
    JiraFieldKind kind;
};

using enum JiraFieldKind;

/// In the order of the adapter's variables; ids count up from customfield_10100, but for the two
/// of Jira Software, which are usually older than the rest.
constexpr std::array<FieldRow, 27> marketplace_fields{{
    {"Epic Link", epic_link},
    {"Epic Name", epic_name},
    {"Order reference", text},
    {"CI-Name", text},
    {"CI-Surname", text},
    {"CI-Email", text},
    {"CI-DisplayName", text},
    {"CI-EOSC-UniqueID", text},
    {"CI-Institution", text},
    {"CI-Department", text},
    {"CI-DepartmentalWebPage", text},
    {"CI-SupervisorName", text},
    {"CI-SupervisorProfile", text},
    {"CP-CustomerTypology", select},
    {"CP-ReasonForAccess", area},
    {"CP-UserGroupName", text},
    {"CP-ProjectInformation", area},
    {"SO-ProjectName", text},
    {"CP-ScientificDiscipline", text},
    {"CP-Platforms", text},
    {"CP-INeedAVoucher", select},
    {"CP-VoucherID", text},
    {"SO-1", area},
    {"SO-ServiceOrderTarget", area},
    {"SO-OfferType", select},
    {"CP-CustomerCountry", area},
    {"CP-CollaborationCountry", area},
}};

/// Option ids as in the names of the adapter's variables: NAME_value → id.
struct OptionRow {
    std::string_view field;
    std::string_view variable;
    std::string_view value;
    std::string_view id;
};

constexpr std::array<OptionRow, 9> field_options{{
    {"CP-CustomerTypology", "single_user", "Single user", "10201"},
    {"CP-CustomerTypology", "research", "Representing a research community", "10202"},
    {"CP-CustomerTypology", "private_company", "Representing a private company", "10203"},
    {"CP-CustomerTypology", "project", "Representing a project", "10204"},
    {"CP-INeedAVoucher", "true", "Yes", "10211"},
    {"CP-INeedAVoucher", "false", "No", "10212"},
    {"SO-OfferType", "normal", "Normal", "10221"},
    {"SO-OfferType", "open_access", "Open access", "10222"},
    {"SO-OfferType", "catalog", "Catalog", "10223"},
}};

std::string variable_of(std::string_view field_name) {
    return replace_all(replace_all(std::string{field_name}, "-", "_"), " ", "_");
}

/// In the order of the site's statuses.
constexpr std::array<std::string_view, 8> workflow_variables{
    "TODO",
    "IN_PROGRESS",
    "WAITING_FOR_RESPONSE",
    "APPROVED",
    "REJECTED",
    "CLOSED",
    "READY",
    "ARCHIVED"};

void add_options(const JiraField& field, std::map<std::string, std::string>& variables) {
    for (const OptionRow& row : field_options) {
        const auto option = std::ranges::find(field.options, row.value, &JiraOption::value);
        if (row.field != field.name || option == field.options.end()) continue;
        variables[fmt::format(
            "OMS_JIRA_FIELD_SELECT_VALUES_{}_{}", variable_of(row.field), row.variable
        )] = option->id;
    }
}

std::vector<JiraField> default_fields(JiraEpics epics) {
    std::vector<JiraField> fields{
        {.id = "summary", .name = "Summary", .kind = text},
        {.id = "description", .name = "Description", .kind = area},
        {.id = "labels", .name = "Labels", .kind = labels}};
    const bool parents = epics == JiraEpics::parent;
    if (parents) fields.push_back({.id = "parent", .name = "Parent", .kind = parent});
    for (std::size_t i = 0; i < marketplace_fields.size(); ++i) {
        const FieldRow& row = marketplace_fields.at(i);
        if (parents && row.kind == epic_link) continue;
        JiraField field{
            .id = fmt::format(
                "customfield_{}",
                row.kind == epic_link   ? 10008
                : row.kind == epic_name ? 10009
                                        : 10098 + i
            ),
            .name = std::string{row.name},
            .kind = row.kind};
        for (const OptionRow& option : field_options) {
            if (option.field != row.name) continue;
            field.options.push_back({std::string{option.id}, std::string{option.value}});
        }
        fields.push_back(std::move(field));
    }
    return fields;
}

/// Every field is on the screens, but for the epic's name on orders and its link on epics; where an
/// epic is a parent, nobody sets its name.
JiraIssueType issue_type(const JiraSite& site, std::string id, std::string name, bool epic) {
    JiraIssueType type{.id = std::move(id), .name = std::move(name), .epic = epic};
    const bool parents = site.field_of(parent) != nullptr;
    for (const JiraField& field : site.fields) {
        const bool above = field.kind == epic_link || field.kind == parent;
        const bool elsewhere = epic ? above : field.kind == epic_name;
        if (elsewhere || (parents && field.kind == epic_name)) continue;
        type.screen.insert(field.id);
        if (field.kind == epic_name || field.id == "summary") type.required.insert(field.id);
    }
    return type;
}

std::vector<JiraTransition> default_workflow() {
    return {
        {.id = "11", .name = "Start work", .from = {"1"}, .to = "2"},
        {.id = "21", .name = "Ask the customer", .from = {"2", "4"}, .to = "3"},
        {.id = "22", .name = "Customer answered", .from = {"3"}, .to = "2"},
        {.id = "31", .name = "Approve", .from = {"2", "3"}, .to = "4"},
        {.id = "41", .name = "Deliver", .from = {"2", "4"}, .to = "7"},
        {.id = "51", .name = "Reject", .from = {"1", "2", "3", "4"}, .to = "5"},
        {.id = "61", .name = "Finish", .from = {"5", "7"}, .to = "6"},
        {.id = "62", .name = "Reopen", .from = {"5", "6", "7"}, .to = "2"},
        {.id = "71", .name = "Put away", .from = {"6"}, .to = "8"}};
}

void add_people(JiraSite& site) {
    const auto add = [&site](JiraUser user) {
        user.account_id = account_id_of(user.name);
        site.users.emplace(user.name, user);
    };
    add(
        {.name = std::string{jira_account},
         .key = "JIRAUSER10100",
         .display_name = "OMS adapter",
         .email = "oms@jira.example.org",
         .roles = {"User"},
         .password = "oms-password",
         .tokens = {"oms-token"}}
    );
    add(
        {.name = "anna",
         .key = "JIRAUSER10101",
         .display_name = "Anna Kowalska",
         .email = "anna.kowalska@jira.example.org",
         .roles = {"User", "Staff"},
         .password = "anna-password"}
    );
    add(
        {.name = "piotr",
         .key = "JIRAUSER10102",
         .display_name = "Piotr Zieliński",
         .email = "piotr.zielinski@jira.example.org",
         .email_public = true,
         .roles = {"User", "Staff"},
         .password = "piotr-password"}
    );
    add(
        {.name = "tomas",
         .key = "JIRAUSER10103",
         .display_name = "Tomáš Novák",
         .email = "tomas.novak@provider.example.org",
         .email_visible = false,
         .roles = {"User"},
         .password = "tomas-password"}
    );
    add(
        {.name = "admin",
         .key = "admin",
         .display_name = "Administrator",
         .email = "admin@jira.example.org",
         .administrator = true,
         .roles = {"User", "Staff", "Administrators"},
         .groups = {"jira-administrators"},
         .password = "admin-password",
         .tokens = {"admin-token"}}
    );
}

}  // namespace

std::string account_id_of(std::string_view name) {
    const std::string digits = fingerprint(name);
    return fmt::format(
        "712020:{}-{}-4{}-8{}-{}",
        digits.substr(0, 8),
        digits.substr(8, 4),
        digits.substr(12, 3),
        digits.substr(1, 3),
        digits.substr(2, 12)
    );
}

const JiraField* JiraSite::field(std::string_view id) const {
    const auto found =
        std::ranges::find_if(fields, [id](const JiraField& field) { return field.id == id; });
    return found == fields.end() ? nullptr : &*found;
}

const JiraField* JiraSite::field_in_jql(std::string_view name) const {
    const std::string wanted = lower(name);
    for (const JiraField& field : fields) {
        if (field.id == wanted || lower(field.name) == wanted) return &field;
        if (field.custom() && wanted == "cf[" + field.id.substr(12) + "]") return &field;
    }
    return nullptr;
}

const JiraField* JiraSite::field_of(JiraFieldKind kind) const {
    const auto found =
        std::ranges::find_if(fields, [kind](const JiraField& field) { return field.kind == kind; });
    return found == fields.end() ? nullptr : &*found;
}

const JiraStatus* JiraSite::status(std::string_view id) const {
    const auto found =
        std::ranges::find_if(statuses, [id](const JiraStatus& status) { return status.id == id; });
    return found == statuses.end() ? nullptr : &*found;
}

const JiraUser* JiraSite::user(const std::string& name) const {
    const auto found = users.find(name);
    return found == users.end() ? nullptr : &found->second;
}

const JiraUser* JiraSite::mentioned(const std::string& word) const {
    for (const auto& [name, user] : users) {
        if (word == name || word == user.key || word == user.account_id) return &user;
    }
    return nullptr;
}

const JiraProject* JiraSite::project(std::string_view key_or_id) const {
    for (const auto& [key, project] : projects) {
        if (key == key_or_id || project.id == key_or_id) return &project;
    }
    return nullptr;
}

bool JiraSite::has(std::string_view project, const std::string& scope) const {
    const JiraProject* one = this->project(project);
    const bool own = one != nullptr && one->team_managed;
    return own ? scope == one->key : scope.empty();
}

std::vector<const JiraIssueType*> JiraSite::types_of(std::string_view project) const {
    std::vector<const JiraIssueType*> all;
    for (const auto& [id, type] : types) {
        if (has(project, type.scope)) all.push_back(&type);
    }
    return all;
}

std::vector<const JiraStatus*> JiraSite::statuses_of(std::string_view project) const {
    std::vector<const JiraStatus*> all;
    for (const JiraStatus& status : statuses) {
        if (has(project, status.scope)) all.push_back(&status);
    }
    return all;
}

const JiraField* JiraSite::field_on(const JiraIssueType& type, std::string_view name) const {
    const auto found = std::ranges::find_if(fields, [&](const JiraField& field) {
        return type.screen.contains(field.id) && (field.name == name || field.id == name);
    });
    return found == fields.end() ? nullptr : &*found;
}

std::vector<JiraTransition> any_transitions(const JiraSite& site) {
    std::vector<JiraTransition> transitions;
    for (const JiraStatus& status : site.statuses) {
        if (!status.scope.empty()) continue;  // a team-managed project has these anyhow
        transitions.push_back(
            {.id = fmt::format("{}", 101 + transitions.size()),
             .name = "Move to " + lower(status.name),
             .to = status.id}
        );
    }
    return transitions;
}

JiraSite default_site(const JiraSiteOptions& options) {
    JiraSite site;
    site.fields = default_fields(options.epics);
    site.types.emplace("10204", issue_type(site, "10204", "Service Order", false));
    site.types.emplace("10000", issue_type(site, "10000", "Epic", true));
    site.statuses = {
        {.id = "1", .name = "To Do", .category = "new"},
        {.id = "2", .name = "In Progress"},
        {.id = "3", .name = "Waiting for response"},
        {.id = "4", .name = "Approved"},
        {.id = "5", .name = "Rejected", .category = "done"},
        {.id = "6", .name = "Closed", .category = "done"},
        {.id = "7", .name = "Ready"},
        {.id = "8", .name = "Archived", .category = "done"}};
    site.transitions = default_workflow();
    if (options.any_transitions) {
        for (JiraTransition& transition : any_transitions(site))
            site.transitions.push_back(std::move(transition));
    }
    site.roles = {"User", "Staff", "Administrators"};
    site.projects.emplace(
        options.project_key,
        JiraProject{
            .id = "10050",
            .key = options.project_key,
            .name = "EOSC service orders",
            .service_desk = options.service_desk}
    );
    add_people(site);
    return site;
}

std::map<std::string, std::string> jira_environment(
    const JiraSite& site,
    const JiraProfile& profile,
    const std::string& project_key,
    const std::string& base_url,
    const std::string& context_path
) {
    std::map<std::string, std::string> variables{
        {"OMS_JIRA_URL", base_url},
        {"OMS_JIRA_CONTEXT_PATH", context_path},
        {"OMS_JIRA_PROJECT", project_key}};
    const auto statuses = site.statuses_of(project_key);
    for (std::size_t i = 0; i < std::min(statuses.size(), workflow_variables.size()); ++i)
        variables[fmt::format("OMS_JIRA_WF_{}", workflow_variables.at(i))] = statuses[i]->id;
    if (const JiraUser* account = site.user(std::string{jira_account})) {
        const bool names = profile.people == JiraPeople::names;
        variables["OMS_JIRA_USERNAME"] = names ? account->name : account->email;
        if (names) variables["OMS_JIRA_PASSWORD"] = account->password;
        if (!names) variables["OMS_JIRA_TOKEN"] = *account->tokens.begin();
    }
    const auto types = site.types_of(project_key);
    for (const JiraIssueType* type : types) {
        variables[type->epic ? "OMS_JIRA_PROJECT_ISSUE_TYPE_ID" : "OMS_JIRA_ISSUE_TYPE_ID"] =
            type->id;
    }
    for (const JiraField& field : site.fields) {
        const bool shown = std::ranges::any_of(types, [&](const JiraIssueType* type) {
            return type->screen.contains(field.id);
        });
        if (!field.custom() || !shown) continue;
        variables["OMS_JIRA_FIELD_" + variable_of(field.name)] = field.id;
        add_options(field, variables);
    }
    return variables;
}

}  // namespace oms::sim
