#include <fmt/format.h>

#include "app/check_own.hpp"
#include "app/exposed_files.hpp"
#include "base/text.hpp"

namespace oms::app {

void check_settings(
    const Settings& settings,
    const std::vector<Fault>& faults,
    Findings& findings
) {
    for (const Fault& fault : faults) {
        Finding finding{
            .code = "settings.unusable",
            .about = fault.variable,
            .found = fault.says,
            .cause = "nothing is started before this is right",
            .remedy = fault.fix,
            .variables = {fault.variable}};
        if (fault.value) {
            finding.set.push_back(
                {.name = fault.variable,
                 .value = *fault.value,
                 .means = fault.value->empty() ? "unset" : ""}
            );
        }
        findings.fault(std::move(finding));
    }
    for (const Advice& advice : settings.advice) {
        findings.note(
            {.code = advice.code,
             .about = advice.variable,
             .found = advice.says,
             .remedy = advice.fix,
             .variables = {advice.variable}}
        );
    }
    const std::string& internal = settings.plan.internal_role;
    if (!internal.empty() && internal == settings.plan.public_role) {
        const bool is_usual = internal == "User";
        findings.fault(
            {.code = "settings.roles-alike",
             .about = "OMS_JIRA_PUBLIC_ROLE",
             .found = fmt::format("it is {}, as OMS_JIRA_INTERNAL_ROLE is", in_quotes(internal)),
             .cause = "comments that people restrict to the internal role would go to customers",
             .remedy = is_usual
                           ? "name a role of fewer people, or let all of the project read them:"
                           : "name another role, or unset it for the usual one:",
             .set =
                 {is_usual
                      ? SettingLine{"OMS_JIRA_INTERNAL_ROLE", "", "unset: everybody in the project"}
                      : SettingLine{"OMS_JIRA_PUBLIC_ROLE", "", "unset: User"}}}
        );
    }
    if (settings.dry_run) {
        findings.note(
            {.code = "settings.dry-run",
             .about = "OMS_DRY_RUN",
             .found = "nothing is written to either side",
             .cause = "shadow mode: for running beside an older integration",
             .remedy = "when that is over",
             .set = {{.name = "OMS_DRY_RUN", .value = "", .means = "unset"}}}
        );
    }
    if (findings.count(Severity::fault) == 0) findings.ok("settings.usable", "all variables");
}

void check_files(const Settings& settings, Findings& findings) {
    const auto exposed = exposed_files(settings);
    for (const ExposedFile& file : exposed) {
        findings.note(
            {.code = "files.exposed",
             .about = file.path.filename().string(),
             .found = file.says,
             .cause = "it holds secrets, or customers' texts",
             .remedy = file.fix}
        );
    }
    if (exposed.empty()) findings.ok("files.closed", "our files", "for this user alone");
}

}  // namespace oms::app
