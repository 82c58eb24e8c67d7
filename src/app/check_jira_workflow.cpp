#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/check_jira.hpp"
#include "app/jira_names.hpp"
#include "base/text.hpp"

// The ways between statuses, as issues that are there show them; and the roles that restrict comments.
namespace oms::app {
namespace {

using jira::AdminPage;

std::string wire_name(Status status) { return std::string{oms::to_text(status)}; }

/// What can be known of the workflow without writing.
class WorkflowCheck {
public:
    explicit WorkflowCheck(JiraView& view) : view_{view} {}
    void run();

private:
    /// One that is not was told of the statuses.
    [[nodiscard]] bool is_there(const StatusId& id) const {
        return view_.statuses.empty() ||
               std::ranges::find(view_.statuses, id.value, &jira::Named::id) !=
                   view_.statuses.end();
    }
    void look_from(Status from, const Issue& issue);
    void required(const Issue& issue, const jira::Way& way);
    void tell_gaps();

    JiraView& view_;
    std::set<std::string> told_;       ///< transitions whose fields were told
    std::vector<std::string> gaps_;    ///< `registered: no way to ready, closed`
    std::vector<std::string> unseen_;  ///< statuses in which no issue is
    bool open_access_stuck_ = false;
    int seen_ = 0;
};

void WorkflowCheck::required(const Issue& issue, const jira::Way& way) {
    if (way.required.empty() || !told_.insert(way.transition.id.value).second) return;
    std::vector<std::string> names;
    for (const jira::Named& field : way.required)
        names.push_back(fmt::format("'{}' ({})", field.name, field.id));
    view_.findings.fault(
        {.code = "workflow.required-field",
         .about = "workflow",
         .found = fmt::format(
             "the transition '{}' from '{}' demands {}",
             way.transition.name,
             issue.status_name,
             join(names, ", ")
         ),
         .cause = "the adapter moves issues without filling in fields: Jira refuses this way",
         .remedy = fmt::format(
             "in the workflow's transition '{}' take the field validator away, or the field from "
             "its "
             "screen: {}",
             way.transition.name,
             view_.client.admin_page(AdminPage::workflow)
         )}
    );
}

void WorkflowCheck::look_from(Status from, const Issue& issue) {
    const auto ways = view_.client.ways(issue.id);
    if (!ways) return could_not_ask(view_, "workflow.hidden", "workflow", ways.error());
    ++seen_;
    std::vector<std::string> lacking;
    for (const auto& [status, id] : view_.settings.plan.workflow) {
        if (status == from || !is_there(id)) continue;
        const auto way = std::ranges::find_if(*ways, [&](const jira::Way& one) {
            return one.transition.to == id;
        });
        if (way == ways->end()) {
            lacking.push_back(wire_name(status));
        } else {
            required(issue, *way);
        }
    }
    if (lacking.empty()) return;
    const bool ready = std::ranges::find(lacking, wire_name(Status::ready)) != lacking.end();
    open_access_stuck_ = open_access_stuck_ || (from == Status::registered && ready);
    gaps_.push_back(fmt::format(
        "'{}' ({}): none to {}", issue.status_name, wire_name(from), join(lacking, ", ")
    ));
}

void WorkflowCheck::tell_gaps() {
    if (gaps_.empty()) {
        if (seen_ > 0)
            view_.findings.ok("workflow.open", "workflow", "each status is reached from each");
        return;
    }
    view_.findings.note(
        {.code = "workflow.no-way",
         .about = "workflow",
         .found = "transitions from " + join(gaps_, "; from "),
         .cause = open_access_stuck_ ? "an order of an open-access offer is ready when it is first "
                                       "seen, and would wait "
                                       "for a person; several steps are never guessed"
                                     : "where the marketplace changes a status so, the order waits "
                                       "for a person; several "
                                       "steps are never guessed",
         .remedy = fmt::format(
             "where such changes are meant to come from the marketplace, add transitions, most "
             "simply one "
             "from any status to each (Allow all statuses to transition to this one), without a "
             "condition "
             "that our account does not fulfil: {}",
             view_.client.admin_page(AdminPage::workflow)
         )}
    );
}

void WorkflowCheck::run() {
    const auto& plan = view_.settings.plan;
    for (const auto& [status, id] : plan.workflow) {
        if (!is_there(id)) continue;
        const auto issue = view_.client.one_issue(plan.order_issue_type_id, id);
        // A status or type that Jira does not know was told already.
        if (!issue && issue.error().kind == ErrorKind::refused) continue;
        if (!issue) return could_not_ask(view_, "workflow.hidden", "workflow", issue.error());
        if (*issue) {
            look_from(status, **issue);
        } else {
            unseen_.push_back(wire_name(status));
        }
    }
    tell_gaps();
    if (unseen_.empty()) return;
    view_.findings.ok(
        "workflow.unseen",
        "workflow",
        fmt::format(
            "not known from {}: no issue is there (--write goes as far as it can)",
            join(unseen_, ", ")
        )
    );
}

const std::string* role_like(const std::vector<std::string>& roles, const std::string& name) {
    const auto found = std::ranges::find_if(roles, [&](const std::string& role) {
        return plain_name(role) == plain_name(name);
    });
    return found == roles.end() ? nullptr : &*found;
}

}  // namespace

void check_workflow(JiraView& view) { WorkflowCheck{view}.run(); }

void check_roles(JiraView& view) {
    const auto& roles = view.project.roles;
    if (roles.empty()) return;
    const auto& plan = view.settings.plan;
    struct Setting {
        const char* variable;
        std::string role;
        const char* without;
    };
    const Setting settings[] = {
        {"OMS_JIRA_INTERNAL_ROLE",
         plan.internal_role,
         "internal messages become comments restricted to it, which Jira refuses"},
        {"OMS_JIRA_PUBLIC_ROLE",
         plan.public_role,
         "comments restricted to it go to customers: of a role that is not there, none will"}};
    for (const Setting& setting : settings) {
        if (setting.role.empty()) continue;
        if (std::ranges::find(roles, setting.role) != roles.end()) {
            view.findings.ok("comments.role", setting.variable, in_quotes(setting.role));
            continue;
        }
        Finding finding{
            .code = "comments.role-unknown",
            .about = setting.variable,
            .found = fmt::format("the project has no role {}", in_quotes(setting.role)),
            .cause = setting.without,
            .remedy = fmt::format(
                "set one that there is, exactly as it is written, or make it: {}",
                view.client.admin_page(AdminPage::roles)
            )};
        if (const std::string* like = role_like(roles, setting.role)) {
            finding.set = {{.name = setting.variable, .value = *like}};
        } else {
            for (const std::string& role : roles)
                finding.choices.push_back({.name = setting.variable, .value = role});
        }
        // The usual name, which nobody has to have: comments stay inside.
        const bool usual = setting.role == "User" && setting.role == plan.public_role;
        finding.severity = usual ? Severity::note : Severity::fault;
        view.findings.add(std::move(finding));
    }
}

}  // namespace oms::app
