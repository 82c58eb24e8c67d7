#include "plan/plan_subject.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"
#include "plan/first_sight.hpp"
#include "plan/merge_status.hpp"
#include "plan/plan_texts.hpp"

namespace oms::plan {
namespace {

bool is_linked(const View& view) { return view.link && view.link->state == LinkState::linked; }

/// A seed and an older integration leave links whose first comparison is still to come.
bool never_compared(const Link& link) { return link.subject.is_order() && !link.base_status; }

bool order_status_differs(const View& view) {
    if (!view.order || !view.link->base_status) return true;
    return view.order->status != *view.link->base_status;
}

bool issue_status_differs(const View& view) {
    return view.issue && view.issue->status != view.link->base_issue_status;
}

/// What was written when the issue was made: what is there now counts as such, since people may have
/// edited it; but where the project was renamed since then, with its name of then.
FieldValues fields_then(const Settings& settings, const Project& project, const Issue& issue) {
    Project then = project;
    const std::string suffix = fmt::format(" ({})", project.id.value);
    const std::string& name = issue.project_name;
    if (name.ends_with(suffix)) then.name = name.substr(0, name.size() - suffix.size());
    return project_fields(settings, then);
}

void plan_first_issue(const Settings& settings, const View& view, Plan& plan) {
    const bool order = view.subject.is_order();
    if (!view.standing->empty()) {
        const Issue& issue = view.standing->front();
        AdoptIssue adopt{
            .issue = issue,
            .why = "it already stands for this " + std::string{order ? "order" : "project"}};
        if (!order) adopt.fields_written = hashes_of(fields_then(settings, *view.project, issue));
        const std::string marker = marker_of(settings.oms, view.subject);
        adopt.ours =
            issue.marker == marker || std::ranges::find(issue.labels, marker) != issue.labels.end();
        if (order && adopt.ours) {
            const FieldValues made = order_fields(settings, *view.project, *view.order, false);
            adopt.base_voucher = voucher_in(settings, made);
        }
        plan.steps.emplace_back(adopt);
        if (view.standing->size() > 1) {
            plan.steps.emplace_back(RaiseAttention{
                .cause = "duplicate_issue",
                .says = fmt::format(
                    "{} issues stand for it; {} (the oldest) is followed, {} is not",
                    view.standing->size(),
                    issue.key.value,
                    (*view.standing)[1].key.value
                ),
                .remedy = "Look at both in Jira, move what is worth keeping to the followed one, "
                          "and delete or relabel the other.",
                .fingerprint = "duplicate_issue " + (*view.standing)[1].id.value});
        }
        plan.look_again = all_aspects;
        return;
    }
    CreateIssue create{.why = "nothing stands for it in Jira yet"};
    if (order) {
        const bool external = view.order->status == Status::ready;
        create.fields = order_fields(settings, *view.project, *view.order, external);
    } else {
        create.fields = project_fields(settings, *view.project);
    }
    plan.steps.emplace_back(std::move(create));
    if (order) plan.look_again = bits(Aspect::issue);
}

void plan_project_fields(const Settings& settings, const View& view, Link& link, Plan& plan) {
    if (!view.project) return;
    const FieldValues wanted = project_fields(settings, *view.project);
    const auto hashes = hashes_of(wanted);
    if (hashes == link.fields_written) return;
    if (link.fields_written.empty()) {
        // Linked by a seed or by hand: what is there now counts as written, people may have edited.
        link.fields_written = hashes;
        return;
    }
    const FieldValues changed = changed_fields(wanted, link.fields_written);
    plan.steps.emplace_back(EditIssue{
        .fields = changed, .fields_written = hashes, .why = "the project was edited"});
}

void note_status(const View& view, const StatusPair& now, const StatusStep& step, Plan& plan) {
    if (step.unmapped) {
        plan.steps.emplace_back(Note{fmt::format(
            "Jira's status '{}' ({}) has no counterpart in the marketplace: nothing is carried",
            view.issue->status_name,
            view.issue->status.value
        )});
    }
    if (step.conflict) {
        plan.steps.emplace_back(Note{
            .says = fmt::format(
                "conflict: the marketplace went to {}, Jira to '{}'; {} wins",
                to_text(now.marketplace),
                view.issue->status_name,
                step.act == StatusAct::move_jira ? "the marketplace" : "Jira"
            ),
            .conflict = true});
    }
}

void plan_move(const Settings& settings, const Issue& issue, Status status, Plan& plan) {
    const StatusId wanted = jira_status_of(settings, status).value_or(StatusId{});
    MoveIssue move{
        .to = wanted,
        .status = status,
        .why = fmt::format("the marketplace is at {}", to_text(status))};
    for (const Transition& transition : issue.transitions) {
        if (transition.to == wanted) move.transition = transition.id;
    }
    if (!move.transition.empty()) {
        plan.steps.emplace_back(move);
        return;
    }
    plan.steps.emplace_back(RaiseAttention{
        .cause = "no_transition",
        .says = fmt::format(
            "no transition leads from '{}' ({}) to status {} ({})",
            issue.status_name,
            issue.status.value,
            wanted.value,
            to_text(status)
        ),
        .remedy = fmt::format(
            "Move {} to the status for {} by hand, or add such a transition to the workflow, "
            "then retry.",
            issue.key.value,
            to_text(status)
        ),
        .blocking = true});
}

/// The status step: `patch` gets what goes to the marketplace; a base that has only to be brought up
/// to date is changed on `link`.
void plan_status(const Given& given, Link& link, PatchOrder& patch, Plan& plan) {
    const View& view = given.view;
    if (!view.order || !view.issue) return;
    std::optional<StatusPair> base;
    if (link.base_status) {
        base = StatusPair{.marketplace = *link.base_status, .jira = link.base_issue_status};
    }
    const StatusPair now{.marketplace = view.order->status, .jira = view.issue->status};
    const StatusStep step = merge_status(
        given.settings,
        base,
        now,
        {.conflict = given.settings.status_conflict,
         .not_ours = link.not_ours,
         .marketplace_driven = is_marketplace_driven(*view.order)}
    );
    note_status(view, now, step, plan);
    switch (step.act) {
    case StatusAct::nothing: return;
    case StatusAct::agree:
        link.base_status = now.marketplace;
        link.base_issue_status = now.jira;
        return;
    case StatusAct::patch_marketplace:
        patch.status = step.status;
        patch.issue_status = now.jira;
        patch.why = fmt::format("Jira is at '{}'", view.issue->status_name);
        return;
    case StatusAct::move_jira: return plan_move(given.settings, *view.issue, step.status, plan);
    }
}

void plan_voucher(const Settings& settings, const View& view, Link& link, PatchOrder& patch) {
    if (!view.issue || !reads_voucher(settings)) return;
    if (!link.base_voucher) {
        link.base_voucher = view.issue->voucher;
        return;
    }
    // Jira may keep a text without the spaces around it: no change of anybody's.
    if (trim(view.issue->voucher) == trim(*link.base_voucher)) return;
    if (OMS_PLANTED("plan.vouchers_are_ignored")) return;
    if (link.not_ours) {
        link.base_voucher = view.issue->voucher;
        return;
    }
    patch.voucher = view.issue->voucher;
    if (!patch.why.empty()) patch.why += ", and ";
    patch.why += "its voucher was changed in Jira";
}

void plan_issue_facts(const View& view, Link& link, Plan& plan) {
    if (!view.issue) return;
    if (link.state == LinkState::orphaned) {
        link.state = LinkState::linked;
        plan.steps.emplace_back(SolveAttention{"orphaned"});
        plan.steps.emplace_back(Note{"the issue is visible again: the order is followed again"});
        plan.look_again = all_aspects;
    }
    if (view.issue->key != link.issue_key) {
        OMS_RARE("plan.moved");
        // Taken over without a key: nothing moved.
        if (!link.issue_key.empty()) {
            plan.steps.emplace_back(Note{fmt::format(
                "the issue moved: {} is now {}", link.issue_key.value, view.issue->key.value
            )});
        }
        link.issue_key = view.issue->key;
    }
}

void plan_orphan(Link link, Plan& plan) {
    if (link.state == LinkState::orphaned) return;
    OMS_RARE("plan.orphaned");
    link.state = LinkState::orphaned;
    const std::string says = fmt::format(
        "issue {} was deleted, or our account may no longer see it", issue_in_words(link)
    );
    plan.steps.emplace_back(RecordLink{.link = link, .why = says});
    plan.steps.emplace_back(RaiseAttention{
        .cause = "orphaned",
        .says = says,
        .remedy = "Restore it or our account's right to see it; or name another issue with "
                  "`oms-jira attention link ID ISSUE`. It is never made anew by itself."});
}

bool has_work(const View& view) {
    return view.issue || view.order || view.project || view.messages || view.comments ||
           view.marketplace_gone;
}

void plan_marketplace_facts(const View& view, Link& link, Plan& plan, Instant now) {
    if (view.marketplace_gone && !link.gone_at) {
        link.gone_at = now;
        plan.steps.emplace_back(Note{
            "the marketplace no longer has it (or not for us); Jira is left alone"});
    }
    const bool there = view.order || (view.subject.is_project() && view.project);
    if (link.gone_at && there) {
        link.gone_at = std::nullopt;
        OMS_RARE("plan.there_again");
        plan.steps.emplace_back(Note{"the marketplace has it again"});
        // They were not read as long as it was gone.
        plan.look_again |= bits(Aspect::messages);
    }
}

void plan_all_texts(const Given& given, const Link& link, Plan& plan) {
    if (std::ranges::none_of(given.view.comment_links, is_untold)) {
        plan_messages(given, plan);
        if (!link.gone_at) plan_comments(given, plan);
        return;
    }
    const View view = with_first_sight(given, plan);
    const Given told{given.settings, given.forms, given.facts, view};
    plan_messages(told, plan);
    if (!link.gone_at) plan_comments(told, plan);
}

void plan_linked(const Given& given, Plan& plan, Instant now) {
    const View& view = given.view;
    Link link = *view.link;
    if (view.issue_gone) return plan_orphan(link, plan);
    if (link.state == LinkState::orphaned && !view.issue) return;

    plan_issue_facts(view, link, plan);
    plan_marketplace_facts(view, link, plan, now);
    // What is the same on both sides can be told only from both.
    const bool compares = view.adopting || view.recollecting;
    const bool comparable = !compares || (view.messages && view.comments);
    if (comparable) plan_all_texts(given, link, plan);

    PatchOrder patch;
    if (view.subject.is_order()) {
        if (!link.gone_at) plan_voucher(given.settings, view, link, patch);
        plan_status(given, link, patch, plan);
        if (patch.status || patch.voucher) plan.steps.emplace_back(patch);
    } else {
        plan_project_fields(given.settings, view, link, plan);
    }
    if (comparable) link.synced_at = now;
    // Before the writes: their outcomes bring the base further.
    if (has_work(view)) plan.steps.insert(plan.steps.begin(), RecordLink{.link = link});
}

Needs needs_of_unlinked(const View& view) {
    const bool order = view.subject.is_order();
    if (view.marketplace_gone) return {};
    // It waits for its project; but where that leads nowhere, it may be gone itself.
    if (order && !view.project_link) return {.order = view.project_in_vain && !view.order};
    return {.order = order && !view.order, .project = !view.project, .standing = !view.standing};
}

Needs needs_of_project(const View& view, Aspects aspects) {
    const bool project_known = view.project || view.marketplace_gone;
    const bool issue_known = view.issue || view.issue_gone;
    return {
        .project = has(aspects, Aspect::marketplace) && !project_known,
        .issue = has(aspects, Aspect::issue) && !issue_known};
}

Needs needs_of_order(const View& view, Aspects aspects) {
    const bool marketplace = has(aspects, Aspect::marketplace);
    const bool order_known = view.order || view.marketplace_gone;
    const bool issue_known = view.issue || view.issue_gone;
    const bool order_wanted = marketplace || issue_status_differs(view);
    // A status needs both sides: the other one is read where this one has moved.
    const bool order_moved = view.order && order_status_differs(view);
    const bool first = never_compared(*view.link) && marketplace;
    const bool issue_wanted = has(aspects, Aspect::issue) || order_moved || first;
    return {.order = order_wanted && !order_known, .issue = issue_wanted && !issue_known};
}

}  // namespace

Needs needs_of(const View& view, Aspects aspects) {
    const bool linked = view.link && view.link->state != LinkState::before;
    if (!linked) return needs_of_unlinked(view);
    const bool issue_known = view.issue || view.issue_gone;
    if (view.link->state == LinkState::orphaned) {
        return {.issue = has(aspects, Aspect::issue) && !issue_known};
    }
    return view.subject.is_order() ? needs_of_order(view, aspects)
                                   : needs_of_project(view, aspects);
}

Plan plan_subject(
    const Settings& settings,
    const TextForms& forms,
    const Facts& facts,
    const View& view,
    Instant now
) {
    Plan plan;
    if (is_linked(view) || (view.link && view.link->state == LinkState::orphaned)) {
        plan_linked({settings, forms, facts, view}, plan, now);
        return plan;
    }
    if (view.subject.is_order() && !view.project_link && !view.marketplace_gone) {
        plan.steps.emplace_back(WaitForProject{
            "its project has no issue yet; the project goes first"});
        return plan;
    }
    if (view.project_link && view.project_link->state == LinkState::orphaned) {
        plan.steps.emplace_back(RaiseAttention{
            .cause = "project_orphaned",
            .says = fmt::format(
                "its project's issue {} is gone: there is nothing to hang the order under",
                issue_in_words(*view.project_link)
            ),
            .remedy = "Mend the project first (`oms-jira attention list`), then retry.",
            .blocking = true});
        return plan;
    }
    if (view.marketplace_gone) {
        plan.steps.emplace_back(Note{
            "the marketplace has no such thing for us: somebody else's, or deleted"});
        return plan;
    }
    plan_first_issue(settings, view, plan);
    return plan;
}

}  // namespace oms::plan
