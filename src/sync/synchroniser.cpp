#include "sync/synchroniser.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "plan/fields.hpp"
#include "plan/known_claims.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"
#include "sync/strays.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;
using jobs::Outcome;
using store::Connection;

/// Create, compare, texts, and once more where something was learnt on the way.
constexpr int passes_max = 6;
constexpr Duration order_age_max = 2s;

Outcome failed(const Error& error, Aspects aspects = no_aspects) {
    return {.kind = Outcome::Kind::failed, .error = error, .aspects = aspects};
}

bool is_taken_up(const plan::View& view) {
    return view.link && view.link->state != LinkState::before;
}

bool bears(const Issue& issue, const std::string& marker) {
    return issue.marker == marker || std::ranges::find(issue.labels, marker) != issue.labels.end();
}

/// After it the order is to be read anew: we changed it ourselves, or its issue took its time to be
/// made, and the marketplace may have given it a status meanwhile, as it does where it deploys by
/// itself.
bool outdates_order(const plan::Plan& plan) {
    return std::ranges::any_of(plan.steps, [](const plan::Step& step) {
        return std::holds_alternative<plan::PatchOrder>(step) ||
               std::holds_alternative<plan::CreateIssue>(step);
    });
}

/// What only says which things of both sides belong together.
bool only_links(const plan::Step& step) {
    return std::holds_alternative<plan::AdoptIssue>(step) ||
           std::holds_alternative<plan::RecordLink>(step) ||
           std::holds_alternative<plan::RecordComment>(step);
}

/// What a plan that did not go through leads to; `aspects` are then still to be looked at.
Outcome outcome_of(const CarriedOut& ended, Aspects aspects) {
    if (ended.error) {
        // What was carried before the failure stays carried; the rest is looked at again.
        return failed(*ended.error, aspects | ended.look);
    }
    if (ended.waiting) return {.kind = Outcome::Kind::waiting, .says = ended.says};
    return {
        .kind = Outcome::Kind::blocked,
        .says = ended.says,
        .aspects = Aspect::marketplace | Aspect::issue};
}

}  // namespace

bool adopts(const plan::Plan& plan) {
    return !plan.steps.empty() && std::holds_alternative<plan::AdoptIssue>(plan.steps.front());
}

Synchroniser::Synchroniser(
    const SyncSettings& settings,
    store::Database& database,
    Shared& shared,
    Remotes& remotes,
    Log log
)
    : settings_{settings},
      database_{database},
      clock_{remotes.clock},
      shared_{shared},
      remotes_{remotes},
      log_{std::move(log)} {
    forms_.neutralise = [&client = remotes.jira_client](std::string_view text) {
        return client.neutralise(text);
    };
    forms_.to_plain_text = [&client = remotes.jira_client](std::string_view text) {
        return client.to_plain_text(text);
    };
}

Synchroniser::Loaded Synchroniser::load(const Subject& subject) {
    return store::read(database_, [&](Connection& connection) {
        Loaded loaded;
        loaded.view.subject = subject;
        loaded.view.link = store::find_link(connection, subject);
        if (subject.is_order()) {
            loaded.view.project_link = store::find_link(connection, Subject::of(subject.project));
            const bool usable =
                loaded.view.project_link && loaded.view.project_link->state != LinkState::before;
            if (!usable) loaded.view.project_link = std::nullopt;
            const auto project = store::find_subject(connection, Subject::of(subject.project));
            loaded.view.project_in_vain =
                !usable && project && project->state == store::SubjectState::idle;
        }
        loaded.view.comment_links = store::comment_links_of(connection, subject);
        const auto& link = loaded.view.link;
        loaded.view.adopting =
            link && link->state != LinkState::before && link->synced_at == Instant{};
        loaded.open_writes = store::open_writes_of(connection, subject);
        return loaded;
    });
}

plan::Settings Synchroniser::plan_settings() const {
    plan::Settings settings = settings_.plan;
    const std::size_t told = shared_.comment_units_max;
    if (told != 0) settings.comment_units_max = std::min(settings.comment_units_max, told);
    const auto facts = shared_.facts();
    if (facts && !facts->epic_name_field.empty())
        settings.field_ids.try_emplace("Epic_Name", facts->epic_name_field);
    return settings;
}

Outcome Synchroniser::work(const store::Leased& leased) {
    remotes_.on_behalf_of = key_of(leased.subject);
    onlooker_.begin(leased.subject);
    Outcome outcome = work_on(leased);
    outcome.only_looked = settings_.dry_run;
    if (!onlooker_.saw_anything()) return outcome;
    outcome.record = [this, record = std::move(outcome.record)](Connection& connection) {
        if (record) record(connection);
        onlooker_.write_down(connection, plan_settings(), clock_.now());
    };
    return outcome;
}

bool Synchroniser::is_old_news(Connection& connection, const store::Leased& leased) {
    // A shadow owes each look to whoever carries again.
    if (settings_.dry_run || leased.subject.is_issue()) return false;
    if (leased.aspects != no_aspects) return false;
    const bool of_texts = std::ranges::any_of(leased.claims, [](const std::string& claim) {
        return claim.starts_with("m=") || claim.starts_with("c=");
    });
    const plan::Undecided left = plan::undecided(
        leased.aspects,
        leased.claims,
        store::find_link(connection, leased.subject),
        of_texts ? store::comment_links_of(connection, leased.subject) : std::vector<CommentLink>{}
    );
    return left.aspects == no_aspects && left.sightings.empty() && left.second_issues.empty();
}

Outcome Synchroniser::work_on(const store::Leased& leased) {
    if (leased.subject.is_issue()) return follow_issue(leased);
    Loaded loaded = load(leased.subject);
    const plan::Undecided undecided =
        plan::undecided(leased.aspects, leased.claims, loaded.view.link, loaded.view.comment_links);
    Aspects aspects = undecided.aspects;
    if (settings_.dry_run) {
        return aspects == no_aspects ? Outcome{} : look_in_shadow(leased, aspects);
    }
    Records records{database_, clock_, leased, settings_.lease_length};

    if (!loaded.open_writes.empty()) {
        if (auto outcome = settle(records, loaded, undecided.sightings, aspects)) return *outcome;
        loaded = load(leased.subject);
    }
    for (const IssueId& second : undecided.second_issues) {
        if (!loaded.view.link) break;
        const auto reported = report_second(records, *loaded.view.link, second);
        if (!reported) return failed(reported.error(), aspects);
    }
    if (aspects == no_aspects) return {};
    // Found and not made by us, and the texts of both sides are still to be compared, whole.
    const bool adopting = loaded.view.adopting;
    if (adopting) aspects = all_aspects;

    const auto facts = facts_of(shared_, remotes_);
    if (!facts) return failed(facts.error(), aspects);
    return go_round(
        records,
        *facts,
        std::move(loaded.view),
        {.aspects = aspects, .messages_from = adopting ? 0 : undecided.messages_from}
    );
}

Result<bool>
Synchroniser::report_second(Records& records, const Link& link, const IssueId& second) {
    const auto issue = remotes_.jira([&](jira::Client& client) {
        return client.issue(second, {.property = true});
    });
    if (!issue && issue.error().kind == ErrorKind::missing) return false;
    if (!issue) return Failure{issue.error()};
    const std::string marker = marker_of(settings_.plan.oms, link.subject);
    if (!bears(*issue, marker)) return false;
    OMS_RARE("synchroniser.second_issue");
    records.record([&](Connection& connection) {
        if (store::find_link_of_issue(connection, second)) return;
        if (store::is_known_duplicate(connection, link.subject, second)) return;
        store::raise_attention(
            connection,
            {.subject = link.subject,
             .cause = "duplicate_issue",
             .fingerprint = store::duplicate_fingerprint(second),
             .says = fmt::format(
                 "{} bears the same marker as {}, which is followed; {} is not",
                 issue->key.value,
                 link.issue_key.value,
                 issue->key.value
             ),
             .remedy = fmt::format(
                 "Look at both in Jira. If {} is a clone, take the label {} off it; if it is the "
                 "better one, `oms-jira attention link ID {}`.",
                 issue->key.value,
                 marker,
                 issue->key.value
             )},
            clock_.now()
        );
    });
    return true;
}

std::optional<Outcome> Synchroniser::settle(
    Records& records,
    const Loaded& loaded,
    const std::vector<IssueId>& sightings,
    Aspects& aspects
) {
    const plan::Settings settings = plan_settings();
    Settle settler{records, shared_, remotes_, settings, settings_.settle};
    const auto settled =
        settler.run(loaded.open_writes, loaded.view.link, loaded.view.comment_links, sightings);
    // Also where a later one could not be looked for: nobody asks again what this one changed.
    aspects |= settled.look;
    if (settled.error) return failed(*settled.error, aspects);
    if (settled.all) return std::nullopt;
    Outcome outcome = failed({.kind = ErrorKind::outcome_unknown, .says = settled.says}, aspects);
    outcome.not_before = settled.again_at;
    return outcome;
}

Outcome
Synchroniser::go_round(Records& records, const plan::Facts& facts, plan::View view, Wanted wanted) {
    std::vector<plan::Step> adoption;
    Duration order_read_at = clock_.steady();
    for (int round = 0; round < passes_max; ++round) {
        const plan::Settings settings = plan_settings();
        if (!view.order) order_read_at = clock_.steady();
        const auto looked = look(database_, shared_, remotes_, settings, view, wanted);
        if (!looked) settings_.watch->looked(jobs::LookEnd::failed);
        if (!looked) return failed(looked.error(), wanted.aspects);
        add_strays(database_, view);
        onlooker_.saw(settings, view);

        plan::Plan plan = plan::plan_subject(settings, forms_, facts, view, clock_.now());
        const bool differ = std::ranges::any_of(plan.steps, plan::writes);
        settings_.watch->looked(differ ? jobs::LookEnd::differ : jobs::LookEnd::agree);
        if (adopts(plan)) {
            OMS_RARE("synchroniser.adopts");
            adoption = plan.steps;
            view = adopted(plan, std::move(view));
            wanted = {.aspects = all_aspects};
            continue;
        }
        if (must_recollect(view, plan) && !OMS_PLANTED("synchroniser.recollects_nothing")) {
            OMS_RARE("synchroniser.recollects");
            if (wanted.messages_from != 0) view.messages.reset();
            view.recollecting = true;
            wanted = {.aspects = wanted.aspects | Aspect::messages | Aspect::comments};
            continue;
        }
        // The issue, and what is known of its texts, become ours in one transaction.
        plan.steps.insert(plan.steps.begin(), adoption.begin(), adoption.end());
        adoption.clear();
        std::ranges::stable_partition(plan.steps, only_links);
        CarryOut carrying{records, shared_, remotes_, settings, *settings_.watch, log_};
        const CarriedOut ended = carrying.run(plan, view);
        const bool through = !ended.error && !ended.waiting && !ended.blocked;
        if (!through) return outcome_of(ended, wanted.aspects | plan.look_again);
        onlooker_.saw(settings, plan::carried_out(settings, view, plan));
        const bool compared = view.recollecting && view.messages && view.comments;
        if (compared) shared_.remember_recollected(records.subject());
        // Texts that waited for the issue come with it.
        const Aspects texts = wanted.aspects & (Aspect::messages | Aspect::comments);
        const bool first = !is_taken_up(view) && !OMS_PLANTED("synchroniser.early_texts_forgotten");
        if (plan.look_again != no_aspects || (first && texts != no_aspects)) {
            wanted.aspects = plan.look_again | texts;
        } else if (!ended.plan_again) {
            return {};
        }
        // What was read a moment ago still holds, but for what we changed ourselves, and for an issue
        // that others may have worked on.
        const bool stale = outdates_order(plan) || may_have_moved(records.subject(), order_read_at);
        const auto order = stale ? std::nullopt : view.order;
        view = load(records.subject()).view;
        // Nothing to hang them on: the marketplace has no such thing for us.
        if (first && !is_taken_up(view)) {
            OMS_RARE("synchroniser.gone_before_it_was_made");
            return {};
        }
        view.order = order;
        if (ended.plan_again) wanted.messages_from = 0;
    }
    return failed(
        {.kind = ErrorKind::not_sent, .says = "both sides keep changing: later"}, wanted.aspects
    );
}

/// What is as old as a slow Jira makes it, or was heard to have changed, is read again before anything
/// is said to the marketplace.
bool Synchroniser::may_have_moved(const Subject& subject, Duration order_read_at) {
    if (clock_.steady() - order_read_at > order_age_max) return true;
    const auto row = store::read(database_, [&](Connection& connection) {
        return store::find_subject(connection, subject);
    });
    return row && std::ranges::any_of(row->claims, [](const std::string& claim) {
               return claim.starts_with("s=");
           });
}

bool Synchroniser::must_recollect(const plan::View& view, const plan::Plan& plan) {
    const bool whole = view.adopting || view.recollecting || !view.link ||
                       !shared_.is_older_than_we(view.link->linked_at) ||
                       shared_.recollected(view.subject);
    if (whole) return false;
    const auto message_predates = [&](MessageId id) {
        return view.messages && std::ranges::any_of(*view.messages, [&](const Message& message) {
                   return message.id == id && shared_.may_predate_us(message.created_at);
               });
    };
    const auto comment_predates = [&](const CommentId& id) {
        return view.comments && std::ranges::any_of(*view.comments, [&](const Comment& comment) {
                   return comment.id == id && shared_.may_predate_us(comment.created);
               });
    };
    return std::ranges::any_of(plan.steps, [&](const plan::Step& step) {
        const auto* add = std::get_if<plan::AddComment>(&step);
        if (add != nullptr) return message_predates(add->message);
        const auto* post = std::get_if<plan::PostMessage>(&step);
        return post != nullptr && comment_predates(post->comment);
    });
}

Outcome Synchroniser::follow_issue(const store::Leased& leased) {
    const auto link = store::read(database_, [&](Connection& connection) {
        return store::find_link_of_issue(connection, leased.subject.issue);
    });
    std::optional<Subject> whose;
    std::string says = "the issue stands for nothing of ours";
    if (link) {
        whose = link->subject;
    } else {
        const auto issue = remotes_.jira([&](jira::Client& client) {
            return client.issue(leased.subject.issue, {.property = true});
        });
        const bool gone = !issue && issue.error().kind == ErrorKind::missing;
        if (!issue && !gone) return failed(issue.error());
        if (issue) {
            whose = parse_marker(settings_.plan.oms, issue->marker);
            for (const std::string& label : issue->labels) {
                if (!whose) whose = parse_marker(settings_.plan.oms, label);
            }
            if (!whose && settings_.dry_run)
                whose = plan::subject_by_reference(settings_.plan, *issue);
        }
    }
    Outcome outcome;
    outcome.record = [this, leased, whose, says](Connection& connection) {
        if (!whose) {
            store::add_journal(
                connection, leased.subject, store::JournalKind::decision, says, clock_.now()
            );
            return;
        }
        Hint hint{
            .subject = *whose,
            .aspects = leased.aspects,
            .claims = leased.claims,
            .lane = leased.lane,
            .cause = "webhook for issue " + leased.subject.issue.value};
        hint.claims.push_back("n=" + leased.subject.issue.value);
        if (settings_.dry_run) hint.aspects = all_aspects;
        store::add_hint(connection, hint, clock_.now());
    };
    return outcome;
}

}  // namespace oms::sync
