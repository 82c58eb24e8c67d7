#include "plan/merge_status.hpp"

#include "base/planted.hpp"

namespace oms::plan {
namespace {

/// No base yet: `created` means that nobody has registered it, so Jira's word is the first one;
/// any other status was somebody's decision and goes to Jira.
StatusStep first_status(Status marketplace, std::optional<Status> jira, const StatusRules& rules) {
    const bool unmapped = !jira.has_value();
    if (jira == marketplace) return {.act = StatusAct::agree};
    if (marketplace != Status::created) {
        return {.act = StatusAct::move_jira, .status = marketplace, .unmapped = unmapped};
    }
    // Where the marketplace drives, nobody has said anything yet: the initial status of an issue
    // is no person's word.
    const bool silent = unmapped || rules.marketplace_driven || rules.not_ours;
    if (silent) return {.act = StatusAct::agree, .unmapped = unmapped};
    return {.act = StatusAct::patch_marketplace, .status = *jira};
}

}  // namespace

std::optional<StatusId> jira_status_of(const Settings& settings, Status status) {
    const auto found = settings.workflow.find(status);
    if (found == settings.workflow.end()) return std::nullopt;
    return found->second;
}

std::optional<Status> status_of(const Settings& settings, const StatusId& id) {
    for (const auto& [status, jira] : settings.workflow) {
        if (jira == id) return status;
    }
    return std::nullopt;
}

StatusStep merge_status(
    const Settings& settings,
    const std::optional<StatusPair>& base,
    const StatusPair& now,
    const StatusRules& rules
) {
    const std::optional<Status> jira = status_of(settings, now.jira);
    if (!base) return first_status(now.marketplace, jira, rules);

    const bool marketplace_moved = now.marketplace != base->marketplace;
    const bool jira_id_changed = now.jira != base->jira;
    // A status without a counterpart has nothing to say to the marketplace.
    const bool jira_moved =
        jira_id_changed && jira.has_value() && !OMS_PLANTED("plan.jira_has_no_say");
    const bool unmapped = jira_id_changed && !jira.has_value();

    if (!marketplace_moved && !jira_id_changed) return {};
    if (jira == now.marketplace) return {.act = StatusAct::agree};
    if (!marketplace_moved && !jira_moved) return {.act = StatusAct::agree, .unmapped = unmapped};

    const bool both = marketplace_moved && jira_moved;
    if (both) OMS_RARE("plan.status_conflict");
    const bool marketplace_wins = both && rules.conflict == StatusConflict::marketplace;
    const bool carry_to_jira =
        (marketplace_moved && !jira_moved) || marketplace_wins || (both && rules.not_ours);
    if (carry_to_jira) {
        // `created` again: not registered, so Jira's word is the first one.
        if (now.marketplace == Status::created) {
            OMS_RARE("plan.created_again");
            return first_status(now.marketplace, jira, rules);
        }
        // Without a counterpart there is nowhere to move the issue.
        if (!jira_status_of(settings, now.marketplace)) return {.act = StatusAct::agree};
        return {
            .act = StatusAct::move_jira,
            .status = now.marketplace,
            .conflict = both,
            .unmapped = unmapped};
    }
    if (rules.not_ours) return {.act = StatusAct::agree};
    // Only Jira moved, or both did: the work is done in Jira, so its word stands.
    return {.act = StatusAct::patch_marketplace, .status = *jira, .conflict = both};
}

}  // namespace oms::plan
