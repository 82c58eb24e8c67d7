#include "sync/carry_out.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"

namespace oms::sync {
namespace {

using store::Connection;
using store::WriteKind;
using store::WriteState;

/// Shorter than any lease: a process that was stopped meanwhile does not send what another may have
/// taken over by then.
constexpr Duration leaves_within = std::chrono::seconds{20};

/// 5xx, or a connection that broke: the request is not running any more. A time-out proves nothing.
store::WriteOutcome outcome_of(const Error& error) {
    switch (error.kind) {
    case ErrorKind::not_sent:
    case ErrorKind::throttled:
    case ErrorKind::unauthorized:
        return {.state = WriteState::not_sent, .says = error.says, .answered = true};
    case ErrorKind::refused:
    case ErrorKind::forbidden:
    case ErrorKind::missing:
        return {.state = WriteState::refused, .says = error.says, .answered = true};
    case ErrorKind::outcome_unknown:
    case ErrorKind::shutdown: break;
    }
    if (OMS_PLANTED("carry_out.unknown_is_taken_for_not_sent")) {
        return {.state = WriteState::not_sent, .says = error.says};
    }
    return {.state = WriteState::uncertain, .says = error.says, .answered = error.status != 0};
}

/// Steps that must not overtake one another.
enum class Group { issue, to_jira_text, to_marketplace_text, order };

Group group_of(const plan::Step& step) {
    const bool comment = std::holds_alternative<plan::AddComment>(step) ||
                         std::holds_alternative<plan::EditComment>(step);
    if (comment) return Group::to_jira_text;
    const bool message = std::holds_alternative<plan::PostMessage>(step) ||
                         std::holds_alternative<plan::EditMessage>(step);
    if (message) return Group::to_marketplace_text;
    return std::holds_alternative<plan::PatchOrder>(step) ? Group::order : Group::issue;
}

/// About this one entity; anything else is trouble with the remote as a whole.
bool is_refusal(const Error& error) {
    return error.kind == ErrorKind::refused || error.kind == ErrorKind::forbidden ||
           error.kind == ErrorKind::missing;
}

/// What a refusal makes doubtful: a 404 may mean that the other side's entity is gone.
Aspects doubts(Group group) {
    switch (group) {
    case Group::issue:
    case Group::to_jira_text: return bits(Aspect::issue);
    case Group::to_marketplace_text:
    case Group::order: break;
    }
    return bits(Aspect::marketplace);
}

}  // namespace

CarriedOut CarryOut::run(const plan::Plan& plan, const plan::View& view) {
    ended_ = {};
    carry_out(plan, view);
    if (!pending_.empty()) record([](Connection&) {});
    return ended_;
}

void CarryOut::carry_out(const plan::Plan& plan, const plan::View& view) {
    // A refusal is about its own kind of step: a comment that Jira refuses holds up the comments
    // after it, whose order is kept, but neither status nor what staff wrote.
    std::set<Group> refused;
    for (const plan::Step& step : plan.steps) {
        if (!plan::writes(step)) {
            pending_.push_back(&step);
            continue;
        }
        if (refused.contains(group_of(step))) continue;
        words_ = plan::in_words(step);
        const auto result = write_step(step, view);
        if (result) {
            log_.info("carried", {{"subject", key_of(records_.subject())}, {"step", words_}});
            continue;
        }
        if (tolerate(step, result.error(), view)) continue;
        if (ended_.plan_again) return;
        if (!ended_.error || !is_refusal(result.error())) ended_.error = result.error();
        if (!is_refusal(result.error())) return;
        if (result.error().kind == ErrorKind::missing) ended_.look |= doubts(group_of(step));
        OMS_RARE("carry_out.refused");
        refused.insert(group_of(step));
    }
}

void CarryOut::record(const store::Work& work) {
    records_.record([&](Connection& connection) {
        for (const plan::Step* step : pending_)
            record_step(connection, *step);
        work(connection);
    });
    const bool conflict = std::ranges::any_of(pending_, [](const plan::Step* step) {
        const auto* note = std::get_if<plan::Note>(step);
        return note != nullptr && note->conflict;
    });
    pending_.clear();
    if (conflict) watch_.conflicted();
}

/// Failures that lead to something else than a failure: an order of another OMS, and a limit that
/// Jira told us, which changes the plan. True where the next step may follow.
bool CarryOut::tolerate(const plan::Step& step, const Error& error, const plan::View& view) {
    const auto* patched = std::get_if<plan::PatchOrder>(&step);
    if (patched != nullptr && error.kind == ErrorKind::forbidden) {
        OMS_RARE("carry_out.not_ours");
        mark_not_ours(*patched, view);
        return true;
    }
    ended_.plan_again = group_of(step) == Group::to_jira_text && learn_limit(error);
    return false;
}

Result<std::string> CarryOut::perform(const Write& write) {
    const bool to_jira = write.row.kind != WriteKind::patch_order &&
                         write.row.kind != WriteKind::post_message &&
                         write.row.kind != WriteKind::edit_message;
    jobs::Gate& gate = to_jira ? remotes_.jira_gate : remotes_.marketplace_gate;
    if (auto closed = gate.closed(records_.now())) return Failure{*closed};

    if (OMS_PLANTED("carry_out.sent_before_it_is_recorded")) {
        const auto early = write.call();
        if (!early) return early;
        record([&](Connection& connection) { write.then(connection, *early); });
        return early;
    }
    std::int64_t id = 0;
    const Duration written_at = remotes_.clock.steady();
    record([&](Connection& connection) {
        store::RemoteWrite row = write.row;
        row.subject = records_.subject();
        if (write.prepare) write.prepare(connection, row);
        id = store::add_write(connection, row, records_.now());
    });

    const Duration sent_at = remotes_.clock.steady();
    remotes_.write_not_after = written_at + leaves_within;
    auto made = write.call();
    remotes_.write_not_after.reset();

    if (made) {
        watch_.wrote(write.row.kind, WriteState::done);
        watch_.carried(write.row.kind, since_hint());
    } else {
        watch_.wrote(write.row.kind, outcome_of(made.error()).state);
        shared_.remember_uncertain(id, sent_at);
        end_failed(id, made.error());
        return made;
    }
    record([&](Connection& connection) {
        store::end_write(
            connection, id, {.state = WriteState::done, .result = *made}, records_.now()
        );
        write.then(connection, *made);
        store::add_journal(
            connection,
            records_.subject(),
            store::JournalKind::write,
            words_ + (made->empty() ? "" : " → " + *made),
            records_.now()
        );
    });
    return made;
}

Duration CarryOut::since_hint() const {
    const Instant hinted_at = records_.leased().hinted_at;
    if (hinted_at == Instant{}) return {};
    return std::max<Duration>(records_.now() - hinted_at, Duration{0});
}

void CarryOut::end_failed(std::int64_t id, const Error& error) {
    record([&](Connection& connection) {
        store::end_write(connection, id, outcome_of(error), records_.now());
    });
    if (outcome_of(error).state != WriteState::uncertain) shared_.forget_uncertain(id);
}

Result<std::string> CarryOut::write_step(const plan::Step& step, const plan::View& view) {
    if (const auto* create_step = std::get_if<plan::CreateIssue>(&step))
        return create(*create_step, view);
    if (const auto* edit_step = std::get_if<plan::EditIssue>(&step)) return edit(*edit_step, view);
    if (const auto* move_step = std::get_if<plan::MoveIssue>(&step)) return move(*move_step, view);
    if (const auto* patch_step = std::get_if<plan::PatchOrder>(&step))
        return patch(*patch_step, view);
    if (const auto* add = std::get_if<plan::AddComment>(&step)) return add_comment(*add, view);
    if (const auto* edited = std::get_if<plan::EditComment>(&step))
        return edit_comment(*edited, view);
    if (const auto* posted = std::get_if<plan::PostMessage>(&step)) return post(*posted, view);
    if (const auto* message = std::get_if<plan::EditMessage>(&step)) return edit_message(*message);
    return std::string{};
}

void CarryOut::adopt(Connection& connection, const plan::AdoptIssue& step) {
    Link link = records_.new_link(step.issue.id, step.issue.key);
    link.fields_written = step.fields_written;
    link.base_voucher = step.base_voucher;
    link.synced_at = {};
    store::put_link(connection, link);
    if (records_.subject().is_project()) {
        store::wake_orders_of(connection, records_.subject().project, records_.now());
    }
}

void CarryOut::wait_for_project(Connection& connection) {
    const Subject project = Subject::of(records_.subject().project);
    const auto row = store::find_subject(connection, project);
    const bool known = row && row->state != store::SubjectState::idle;
    if (known) return;
    store::add_hint(
        connection,
        {.subject = project,
         .aspects = Aspect::marketplace | Aspect::messages,
         .lane = records_.leased().lane,
         .cause = "one of its orders waits for it"},
        records_.now()
    );
}

void CarryOut::record_step(Connection& connection, const plan::Step& step) {
    const Instant now = records_.now();
    if (const auto* adopted = std::get_if<plan::AdoptIssue>(&step)) {
        adopt(connection, *adopted);
    } else if (const auto* link = std::get_if<plan::RecordLink>(&step)) {
        store::put_link(connection, link->link);
    } else if (const auto* comment = std::get_if<plan::RecordComment>(&step)) {
        store::put_comment_link(connection, comment->link);
    } else if (const auto* raise = std::get_if<plan::RaiseAttention>(&step)) {
        const store::Attention attention{
            .subject = records_.subject(),
            .cause = raise->cause,
            .fingerprint = raise->fingerprint.empty() ? raise->cause : raise->fingerprint,
            .says = raise->says,
            .remedy = raise->remedy,
            .blocking = raise->blocking};
        const bool dismissed = raise->blocking && store::is_dismissed(connection, attention);
        if (!dismissed) store::raise_attention(connection, attention, now);
        if (raise->blocking) {
            ended_.blocked = true;
            ended_.says = raise->says;
        }
    } else if (const auto* solve = std::get_if<plan::SolveAttention>(&step)) {
        store::solve_attention(connection, records_.subject(), solve->cause, now);
    } else if (const auto* wait = std::get_if<plan::WaitForProject>(&step)) {
        OMS_RARE("carry_out.waits_for_its_project");
        ended_.waiting = true;
        ended_.says = wait->why;
        wait_for_project(connection);
    }
    const std::string words = plan::in_words(step);
    if (words.empty()) return;
    store::add_journal(connection, records_.subject(), store::JournalKind::decision, words, now);
}

}  // namespace oms::sync
