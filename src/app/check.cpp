#include "app/check.hpp"

#include <algorithm>

#include "app/check_jira.hpp"
#include "app/check_marketplace.hpp"
#include "app/check_own.hpp"
#include "app/check_report.hpp"
#include "app/check_webhook.hpp"
#include "app/check_write.hpp"
#include "app/reach.hpp"
#include "app/scratch_agent.hpp"
#include "app/service.hpp"

namespace oms::app {
namespace {

void look_at_jira(
    const Settings& settings,
    const CheckOptions& options,
    jira::Client& client,
    const std::string& address,
    Findings& findings
) {
    if (!check_reach(settings, jira_side(settings), findings)) return;
    const auto account = check_jira_access(settings, client, findings);
    if (!account) return;
    if (!options.webhook) {
        JiraView view{
            .settings = settings, .client = client, .findings = findings, .account = *account};
        if (!check_project(view)) return;
        check_permissions(view, options.write);
        check_types(view);
        check_statuses(view);
        check_fields(view);
        check_screens(view);
        check_options(view);
        check_workflow(view);
        check_roles(view);
        if (options.write) check_by_writing(view);
    }
    check_webhook(settings, client, address, options.apply, findings);
}

void look_at_remotes(const Settings& settings, const CheckOptions& options, Findings& findings) {
    ScratchAgent agent{settings};
    std::optional<Oms> oms;
    if (check_reach(settings, marketplace_side(settings), findings))
        oms = check_marketplace(settings, agent.marketplace(), findings);
    if (oms) check_trigger(settings, *oms, findings);
    const std::string address = address_of_this_service(settings, oms);
    look_at_jira(settings, options, agent.jira(), address, findings);
    check_door(settings, address, findings);
}

}  // namespace

std::vector<Finding> run_checks(
    const Settings& settings,
    const std::vector<Fault>& faults,
    const CheckOptions& options,
    const Findings::Told& told
) {
    Findings findings{told};
    check_settings(settings, faults, findings);
    if (!faults.empty()) return findings.all();
    check_files(settings, findings);
    check_database(settings, findings);
    check_redis(settings, findings);
    if (!options.offline) look_at_remotes(settings, options, findings);
    return findings.all();
}

int check(
    const Settings& settings,
    const std::vector<Fault>& faults,
    const CheckOptions& options,
    const Console& console
) {
    // A test order is taken away again, also where we are asked to end.
    if (options.write) block_signals();
    CheckReport report{console.out, Paint::of_output()};
    const auto tell = [&](const Finding& finding) {
        if (console.json) return;
        report.tell(finding);
        console.out.flush();
    };
    const auto findings = run_checks(settings, faults, options, tell);
    if (console.json) {
        console.out << check_json(findings) << "\n";
    } else {
        report.end(findings);
    }
    if (!faults.empty()) return exit_usage;
    const bool faulty = std::ranges::any_of(findings, [](const Finding& one) {
        return one.severity == Severity::fault;
    });
    return faulty ? exit_faults : exit_ok;
}

}  // namespace oms::app
