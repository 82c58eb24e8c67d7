#include "sync/synchroniser.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/known_claims.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"

namespace oms::sync {
namespace {

using jobs::Outcome;
using store::Connection;

/// Create, compare, texts, and once more where something was learnt on the way.
constexpr int rounds_max = 6;

Outcome failed(const Error& error, Aspects aspects = no_aspects) {
    return {.kind = Outcome::Kind::failed, .error = error, .aspects = aspects};
}

bool makes_issue(const plan::Plan& plan) {
    return std::ranges::any_of(plan.steps, [](const plan::Step& step) {
        return std::holds_alternative<plan::CreateIssue>(step);
    });
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
        }
        loaded.view.comment_links = store::comment_links_of(connection, subject);
        loaded.open_writes = store::open_writes_of(connection, subject);
        return loaded;
    });
}

plan::Settings Synchroniser::plan_settings() const {
    plan::Settings settings = settings_.plan;
    const std::size_t told = shared_.comment_units_max;
    if (told != 0) settings.comment_units_max = std::min(settings.comment_units_max, told);
    return settings;
}

Outcome Synchroniser::work(const store::Leased& leased) {
    if (leased.subject.is_issue()) return follow_issue(leased);
    Loaded loaded = load(leased.subject);
    const plan::Undecided undecided =
        plan::undecided(leased.aspects, leased.claims, loaded.view.link, loaded.view.comment_links);
    Aspects aspects = undecided.aspects;
    Records records{database_, clock_, leased, settings_.lease_length};

    if (!loaded.open_writes.empty() && !settings_.dry_run) {
        if (auto outcome = settle(records, loaded, undecided.sightings, aspects)) return *outcome;
        loaded = load(leased.subject);
        loaded.view.adopting = false;
    }
    for (const IssueId& second : undecided.second_issues) {
        if (!loaded.view.link || settings_.dry_run) break;
        const auto reported = report_second(records, *loaded.view.link, second);
        if (!reported) return failed(reported.error(), aspects);
    }
    if (aspects == no_aspects) return {};

    const auto facts = facts_of(shared_, remotes_);
    if (!facts) return failed(facts.error(), aspects);
    return go_round(
        records,
        *facts,
        std::move(loaded.view),
        {.aspects = aspects, .messages_from = undecided.messages_from}
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
    const bool bears =
        issue->marker == marker || std::ranges::find(issue->labels, marker) != issue->labels.end();
    if (!bears) return false;
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
    for (int round = 0; round < rounds_max; ++round) {
        const plan::Settings settings = plan_settings();
        const auto looked = look(shared_, remotes_, settings, view, wanted);
        if (!looked) return failed(looked.error(), wanted.aspects);

        const plan::Plan plan = plan::plan_subject(settings, forms_, facts, view, clock_.now());
        if (settings_.dry_run) {
            tell_dry(records, plan);
            return {};
        }
        CarryOut carrying{records, shared_, remotes_, settings, log_};
        const CarriedOut ended = carrying.run(plan, view);
        const bool through = !ended.error && !ended.waiting && !ended.blocked;
        if (!through) return outcome_of(ended, wanted.aspects | plan.look_again);
        // Texts that waited for the issue come with it, also where nothing else is left to look at.
        const Aspects texts = wanted.aspects & (Aspect::messages | Aspect::comments);
        const bool come = makes_issue(plan) && texts != no_aspects;
        if (plan.look_again == no_aspects && !come && !ended.plan_again) return {};

        if (!ended.plan_again) wanted.aspects = plan.look_again | texts;
        view = next_view(records.subject(), view);
        if (view.adopting || ended.plan_again) wanted.messages_from = 0;
    }
    return failed(
        {.kind = ErrorKind::not_sent, .says = "both sides keep changing: later"}, wanted.aspects
    );
}

plan::View Synchroniser::next_view(const Subject& subject, const plan::View& before) {
    plan::View view = load(subject).view;
    view.adopting = !before.link && before.standing && !before.standing->empty();
    // What was read a moment ago still holds, but for an issue that others may have worked on.
    if (!view.adopting) view.order = before.order;
    return view;
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
        store::add_hint(connection, hint, clock_.now());
    };
    return outcome;
}

void Synchroniser::tell_dry(Records& records, const plan::Plan& plan) {
    records.record([&](Connection& connection) {
        for (const plan::Step& step : plan.steps) {
            const std::string words = plan::in_words(step);
            if (words.empty()) continue;
            store::add_journal(
                connection,
                records.subject(),
                store::JournalKind::decision,
                "would " + words,
                clock_.now()
            );
            log_.info("dry run", {{"subject", key_of(records.subject())}, {"would", words}});
        }
    });
}

Result<Examined> Synchroniser::examine(const Subject& subject) {
    const auto facts = facts_of(shared_, remotes_);
    if (!facts) return Failure{facts.error()};
    const plan::Settings settings = plan_settings();
    Examined examined;
    examined.view = load(subject).view;
    const auto looked = look(shared_, remotes_, settings, examined.view, {.aspects = all_aspects});
    if (!looked) return Failure{looked.error()};
    examined.plan = plan::plan_subject(settings, forms_, *facts, examined.view, clock_.now());
    return examined;
}

}  // namespace oms::sync
