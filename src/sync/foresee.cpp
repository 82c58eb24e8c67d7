// What would be done, without doing it: for `reconcile --dry-run`, previews and shadow mode.
#include <algorithm>

#include "base/planted.hpp"
#include "store/journal.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "sync/strays.hpp"
#include "sync/synchroniser.hpp"

namespace oms::sync {
namespace {

using jobs::Outcome;
using store::Connection;

/// An adoption, and a recollection after it.
constexpr int foreseen_rounds_max = 4;

/// The order as it will be planned once its project has an issue: in shadow mode no project gets one.
void expect_project(plan::View& view) {
    if (!view.subject.is_order() || view.project_link) return;
    view.project_in_vain = false;
    view.project_link = Link{
        .subject = Subject::of(view.subject.project),
        .issue_key = IssueKey{"(its project's issue)"}};
}

}  // namespace

/// The view as it is once the issue is adopted. Nothing is recorded of it before both sides' texts
/// are read, so that an adoption that breaks in the middle begins anew.
plan::View Synchroniser::adopted(const plan::Plan& plan, plan::View view) {
    const auto& adopt = std::get<plan::AdoptIssue>(plan.steps.front());
    plan::View after = load(view.subject).view;
    after.link = Link{
        .subject = view.subject,
        .issue_id = adopt.issue.id,
        .issue_key = adopt.issue.key,
        .fields_written = adopt.fields_written,
        .linked_at = clock_.now()};
    after.link->base_voucher = adopt.base_voucher;
    // Until the texts of both sides have been compared.
    after.link->synced_at = {};
    after.project = std::move(view.project);
    // One of ours, of which the database has forgotten, is known better than somebody else's.
    after.recollecting = adopt.ours;
    after.adopting = !after.recollecting;
    return after;
}

Result<Examined> Synchroniser::examine(const Subject& subject) {
    remotes_.on_behalf_of = key_of(subject);
    const auto facts = facts_of(shared_, remotes_);
    if (!facts) return Failure{facts.error()};
    const plan::Settings settings = plan_settings();
    Examined examined{.view = load(subject).view};
    std::vector<plan::Step> adoption;
    for (int round = 0; round < foreseen_rounds_max; ++round) {
        if (!examined.view.link) expect_project(examined.view);
        const auto looked =
            look(database_, shared_, remotes_, settings, examined.view, {.aspects = all_aspects});
        if (!looked) return Failure{looked.error()};
        add_strays(database_, examined.view);
        examined.plan = plan::plan_subject(settings, forms_, *facts, examined.view, clock_.now());
        if (adopts(examined.plan)) {
            adoption = examined.plan.steps;
            examined.view = adopted(examined.plan, std::move(examined.view));
        } else if (must_recollect(examined.view, examined.plan)) {
            examined.view = load(subject).view;
            examined.view.recollecting = true;
        } else {
            break;
        }
    }
    auto& steps = examined.plan.steps;
    steps.insert(steps.begin(), adoption.begin(), adoption.end());
    return examined;
}

Outcome Synchroniser::look_in_shadow(const store::Leased& leased, Aspects aspects) {
    auto examined = examine(leased.subject);
    if (!examined) {
        return {.kind = Outcome::Kind::failed, .error = examined.error(), .aspects = aspects};
    }
    std::vector<std::string> would = plan::would_do(examined->plan);
    onlooker_.saw(plan_settings(), std::move(examined->view));
    onlooker_.would(would);
    return {.record = [this, subject = leased.subject, would](Connection& connection) {
        store::owe_look(connection, subject);
        tell_would(connection, subject, would);
    }};
}

/// Only what was not said before: the same look again adds nothing to the story.
void Synchroniser::tell_would(
    Connection& connection,
    const Subject& subject,
    const std::vector<std::string>& would
) {
    const auto before = store::find_sight(connection, subject);
    const auto said = before ? before->would : std::vector<std::string>{};
    const auto tell = [&](const std::string& says) {
        store::add_journal(connection, subject, store::JournalKind::decision, says, clock_.now());
        log_.info("shadow mode", {{"subject", key_of(subject)}, {"says", says}});
    };
    for (const std::string& step : would) {
        if (std::ranges::find(said, step) == said.end()) tell("would " + step);
    }
    if (would.empty() && !said.empty()) tell("would do nothing any more");
}

}  // namespace oms::sync
