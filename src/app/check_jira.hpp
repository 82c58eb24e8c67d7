#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/finding.hpp"
#include "app/settings.hpp"
#include "jira/client.hpp"

/// What is looked at in Jira, each by itself; nothing is written.
namespace oms::app {

/// What the checks have learnt of this Jira so far, for those that follow.
struct JiraView {
    const Settings& settings;
    jira::Client& client;
    Findings& findings;

    std::string account = {};
    jira::ProjectFacts project = {};
    std::vector<jira::Named> fields = {};
    /// Of orders, in this project; empty where they are not shown.
    std::vector<jira::Named> statuses = {};
    /// The create screens, where they could be read.
    std::optional<std::vector<jira::CreateField>> order_screen = std::nullopt;
    std::optional<std::vector<jira::CreateField>> project_screen = std::nullopt;

    /// What stands in place of a name where none is known: the id.
    [[nodiscard]] std::string field_name(const std::string& id) const;
    [[nodiscard]] std::string type_name(const std::string& id) const;
};

/// Whether Jira takes us for who we are, and what it is: our account's name. Nothing: no more can be
/// asked.
std::optional<std::string>
check_jira_access(const Settings& settings, jira::Client& client, Findings& findings);
/// False where the project is not seen.
bool check_project(JiraView& view);
void check_permissions(JiraView& view, bool delete_too);
void check_types(JiraView& view);
void check_statuses(JiraView& view);
/// Those by name and kind.
void check_fields(JiraView& view);
/// What is sent, against the create screens.
void check_screens(JiraView& view);
void check_options(JiraView& view);
/// Every way between mapped statuses, from issues that are there.
void check_workflow(JiraView& view);
void check_roles(JiraView& view);

/// The reason in the words of a check that could not be made.
void could_not_ask(JiraView& view, std::string code, std::string about, const Error& error);

}  // namespace oms::app
