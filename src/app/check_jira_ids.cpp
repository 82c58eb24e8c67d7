#include <algorithm>

#include <fmt/format.h>

#include "app/check_jira.hpp"
#include "app/jira_names.hpp"
#include "base/text.hpp"

// Issue types and statuses: what the settings give by id.
namespace oms::app {
namespace {

using jira::AdminPage;

std::vector<SettingLine>
lines_of(const std::vector<jira::Named>& all, const std::string& variable) {
    std::vector<SettingLine> lines;
    for (const jira::Named& one : all)
        lines.push_back({.name = variable, .value = one.id, .means = one.name});
    return lines;
}

const jira::Named* by_id(const std::vector<jira::Named>& all, const std::string& id) {
    const auto found = std::ranges::find(all, id, &jira::Named::id);
    return found == all.end() ? nullptr : &*found;
}

struct TypeSetting {
    const char* variable;
    std::string id;
    bool order;
    std::string other;  ///< the id of the other one, which this cannot be too
};

void check_type(JiraView& view, const TypeSetting& setting) {
    const auto& types = view.project.issue_types;
    if (const jira::Named* found = by_id(types, setting.id)) {
        return view.findings.ok(
            "types.found", setting.variable, fmt::format("{} is '{}'", setting.id, found->name)
        );
    }
    Finding finding{
        .code = "types.unknown",
        .about = setting.variable,
        .found = fmt::format("the project has no issue type {}", setting.id),
        .cause = fmt::format("{} cannot be created", setting.order ? "orders" : "projects"),
        .remedy = fmt::format(
            "set one of the project's, or add the type to its scheme: {}",
            view.client.admin_page(AdminPage::issue_types)
        )};
    std::vector<jira::Named> free = types;
    std::erase_if(free, [&](const jira::Named& one) { return one.id == setting.other; });
    const Match match = type_named_for(free, setting.order);
    if (match.one != nullptr) {
        finding.set = lines_of({*match.one}, setting.variable);
    } else {
        finding.choices = lines_of(free, setting.variable);
    }
    view.findings.fault(std::move(finding));
}

void check_status(
    JiraView& view,
    const std::vector<jira::Named>& own,
    const std::vector<jira::Named>& all,
    Status status,
    const std::string& id
) {
    const std::string variable = workflow_variable(status);
    if (const jira::Named* found = by_id(own, id))
        return view.findings.ok(
            "statuses.found", variable, fmt::format("{} is '{}'", id, found->name)
        );
    const jira::Named* elsewhere = by_id(all, id);
    Finding finding{
        .code = elsewhere != nullptr ? "statuses.not-in-project" : "statuses.unknown",
        .about = variable,
        .found =
            elsewhere != nullptr
                ? fmt::format(
                      "{} is '{}', which the project's workflow does not have", id, elsewhere->name
                  )
                : fmt::format("Jira has no status {}", id),
        .cause = fmt::format(
            "no order that is {} can be shown in Jira, or come from there", oms::to_text(status)
        ),
        .remedy = fmt::format(
            "set the status that stands for {}, or add one to the workflow: {}",
            oms::to_text(status),
            view.client.admin_page(AdminPage::workflow)
        )};
    const Match match = status_named_for(own, status);
    if (match.one != nullptr) {
        finding.set = lines_of({*match.one}, variable);
    } else {
        finding.choices = lines_of(own, variable);
    }
    view.findings.fault(std::move(finding));
}

/// Statuses that bear the name of another one's, each with what its own name would give.
void check_status_names(JiraView& view, const std::vector<jira::Named>& own) {
    std::vector<SettingLine> lines;
    std::vector<std::string> found;
    for (const auto& [status, id] : view.settings.plan.workflow) {
        const Match wanted = status_named_for(own, status);
        if (wanted.one == nullptr || wanted.one->id == id.value) continue;
        for (const Status other : oms::statuses) {
            const Match match = status_named_for(own, other);
            if (other == status || match.one == nullptr || match.one->id != id.value) continue;
            found.push_back(fmt::format("{} is '{}'", workflow_variable(status), match.one->name));
            lines.push_back(
                {.name = workflow_variable(status),
                 .value = wanted.one->id,
                 .means = wanted.one->name}
            );
        }
    }
    if (lines.empty()) return;
    view.findings.note(
        {.code = "statuses.mixed-up",
         .about = "OMS_JIRA_WF_…",
         .found = join(found, ", "),
         .cause =
             "by their names these stand for other statuses: orders would be told the wrong one",
         .remedy = "where the names are right:",
         .set = std::move(lines)}
    );
}

}  // namespace

void check_types(JiraView& view) {
    const auto& plan = view.settings.plan;
    const auto& types = view.project.issue_types;
    const Match epic = type_named_for(types, false);
    const Match order = type_named_for(types, true);
    const jira::Named* of_projects = by_id(types, plan.project_issue_type_id);
    const jira::Named* of_orders = of_projects != nullptr ? of_projects : order.one;
    const bool orders_are_epics = epic.one != nullptr && epic.one->id == plan.order_issue_type_id &&
                                  epic.one->id != plan.project_issue_type_id;
    if (orders_are_epics && of_orders != nullptr) {
        return view.findings.fault(
            {.code = "types.swapped",
             .about = "OMS_JIRA_ISSUE_TYPE_ID",
             .found = fmt::format(
                 "orders would be {}, and projects {}",
                 view.type_name(plan.order_issue_type_id),
                 view.type_name(plan.project_issue_type_id)
             ),
             .cause = "orders hang under their project's epic, not the other way round",
             .remedy = of_projects != nullptr ? "exchange them:" : "set each to its own:",
             .set =
                 {{.name = "OMS_JIRA_ISSUE_TYPE_ID", .value = of_orders->id},
                  {.name = "OMS_JIRA_PROJECT_ISSUE_TYPE_ID", .value = epic.one->id}}}
        );
    }
    if (plan.order_issue_type_id == plan.project_issue_type_id) {
        Finding finding{
            .code = "types.alike",
            .about = "OMS_JIRA_ISSUE_TYPE_ID",
            .found = "orders and projects have the same issue type " + plan.order_issue_type_id,
            .cause = "orders cannot hang under an issue of their own kind"};
        finding.remedy = "set each to its own:";
        if (order.one != nullptr && epic.one != nullptr) {
            finding.set = lines_of({*order.one}, "OMS_JIRA_ISSUE_TYPE_ID");
            finding.set.push_back(
                {.name = "OMS_JIRA_PROJECT_ISSUE_TYPE_ID",
                 .value = epic.one->id,
                 .means = epic.one->name}
            );
        } else {
            finding.choices = lines_of(types, "OMS_JIRA_ISSUE_TYPE_ID");
        }
        return view.findings.fault(std::move(finding));
    }
    const std::string& orders = plan.order_issue_type_id;
    const std::string& projects = plan.project_issue_type_id;
    check_type(view, {"OMS_JIRA_ISSUE_TYPE_ID", orders, true, projects});
    check_type(view, {"OMS_JIRA_PROJECT_ISSUE_TYPE_ID", projects, false, orders});
}

void check_statuses(JiraView& view) {
    const auto all = view.client.statuses();
    if (!all) return could_not_ask(view, "statuses.hidden", "statuses", all.error());
    auto by_type = view.client.project_statuses();
    std::vector<jira::Named> own = jira::usable_in(view.project.id, *all);
    if (by_type) {
        const auto found = by_type->find(view.settings.plan.order_issue_type_id);
        if (found != by_type->end()) own = found->second;
    }
    view.statuses = own;
    for (const auto& [status, id] : view.settings.plan.workflow)
        check_status(view, own, *all, status, id.value);
    check_status_names(view, own);
}

}  // namespace oms::app
