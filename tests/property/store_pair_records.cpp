#include <algorithm>
#include <array>

#include <rapidcheck.h>

#include "store/journal.hpp"
#include "store/search.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "store/tallies.hpp"
#include "tests/property/store_pair.hpp"

/// What is kept beside the queue: writes, attention, links, sights, the inbox.
namespace oms::property {

using namespace std::chrono_literals;
using namespace store;

void StorePair::run_on_records(const Command& command) {
    const Subject& subject = subjects[command.which % subjects.size()];
    const std::string key = key_of(subject);
    const std::string cause = command.value % 2 == 0 ? "refused" : "orphaned";
    switch (command.kind) {
    case CommandKind::add_write: {
        const auto id = write([&](Connection& connection) {
            return add_write(connection, {.subject = subject, .marker = "x"}, now_);
        });
        for (const std::int64_t earlier : writes_)
            RC_ASSERT(earlier < id || !model_.writes.contains(earlier));
        writes_.push_back(id);
        model_.writes[id] = {.subject = key};
        return;
    }
    case CommandKind::end_write: {
        if (model_.writes.empty()) return;
        const auto chosen = std::next(
            model_.writes.begin(), static_cast<std::ptrdiff_t>(command.which % model_.writes.size())
        );
        constexpr std::array states{
            WriteState::done,
            WriteState::refused,
            WriteState::not_sent,
            WriteState::uncertain,
            WriteState::uncertain,
            WriteState::settled};
        const WriteState state = states.at(command.value % states.size());
        change([&](Connection& connection) {
            end_write(connection, chosen->first, {.state = state, .result = "r"}, now_);
        });
        chosen->second.state = state;
        chosen->second.ended_at = std::nullopt;
        if (state != WriteState::uncertain) chosen->second.ended_at = now_;
        return;
    }
    case CommandKind::raise: {
        const bool blocking = command.value % 3 == 0;
        change([&](Connection& connection) {
            raise_attention(
                connection, {.subject = subject, .cause = cause, .blocking = blocking}, now_
            );
        });
        for (ModelAttention& entry : model_.attention) {
            if (entry.ended_at || entry.subject != key || entry.cause != cause) continue;
            ++entry.times;
            return;
        }
        model_.attention.push_back({.cause = cause, .subject = key, .blocking = blocking});
        return;
    }
    case CommandKind::solve:
    case CommandKind::unblock: {
        const bool solve = command.kind == CommandKind::solve;
        change([&](Connection& connection) {
            solve ? solve_attention(connection, subject, cause, now_)
                  : unblock(connection, subject, now_);
        });
        for (ModelAttention& entry : model_.attention) {
            if (entry.ended_at || entry.subject != key) continue;
            if (solve ? entry.cause == cause : entry.blocking) entry.ended_at = now_;
        }
        return;
    }
    case CommandKind::dismiss: {
        const auto open = store::read(database(), open_attention);
        const std::int64_t id = open.empty() ? 77 : open[command.which % open.size()].id;
        const bool ended = write([&](Connection& connection) {
            return end_attention(connection, id, "somebody", now_);
        });
        RC_ASSERT(ended == !open.empty());
        if (open.empty()) return;
        const Attention& chosen = open[command.which % open.size()];
        for (ModelAttention& entry : model_.attention) {
            const bool same =
                entry.subject == key_of(chosen.subject) && entry.cause == chosen.cause;
            if (!entry.ended_at && same) entry.ended_at = now_;
        }
        return;
    }
    case CommandKind::put_link: {
        const std::string issue = std::to_string(command.value % 4);
        constexpr std::array states{LinkState::linked, LinkState::orphaned, LinkState::before};
        const LinkState state = states.at(command.value / 4 % states.size());
        const bool taken = std::ranges::any_of(model_.links, [&](const auto& pair) {
            return pair.second == issue && pair.first != key;
        });
        bool refused = false;
        try {
            change([&](Connection& connection) {
                store::put_link(
                    connection,
                    {.subject = subject,
                     .state = state,
                     .issue_id = IssueId{issue},
                     .issue_key = IssueKey{"EOSC-" + issue}}
                );
            });
        } catch (const DatabaseError& error) {
            refused = error.kind() == DatabaseError::Kind::constraint;
        }
        RC_ASSERT(refused == taken);
        if (taken) return;
        model_.links[key] = issue;
        model_.link_states[key] = state;
        return;
    }
    case CommandKind::put_comment_link: {
        const CommentLink link{
            .subject = subject,
            .message = command.value % 4 == 0
                           ? std::nullopt
                           : std::optional{MessageId{static_cast<std::int64_t>(command.value % 4)}},
            .part = static_cast<int>(command.value / 4 % 2),
            .comment = CommentId{command.value % 5 == 0 ? "" : std::to_string(command.value % 5)},
            .message_hash = std::to_string(command.value)};
        change([&](Connection& connection) { store::put_comment_link(connection, link); });
        return model_.put_comment_link(link);
    }
    default: break;
    }
    const Instant older_than = now_ - std::chrono::seconds{command.value};
    const auto pruned =
        write([&](Connection& connection) { return prune(connection, older_than, 1000); });
    const auto size = [&] {
        return model_.journal.size() + model_.writes.size() + model_.attention.size();
    };
    const std::size_t before = size();
    model_.prune(older_than);
    RC_ASSERT(static_cast<std::size_t>(pruned) == before - size());
}

namespace {

/// Names of which some begin alike.
constexpr std::array customers{"Ada Byron", "Adam Ólafsson", "Grace O'Byron", "Grace", "ada"};

}  // namespace

void StorePair::run_on_sights(const Command& command) {
    const Subject& subject = subjects[command.which % subjects.size()];
    const std::string key = key_of(subject);
    switch (command.kind) {
    case CommandKind::put_sight: {
        const std::string customer = customers.at(command.value % customers.size());
        const unsigned step = command.value / 8 % 3;
        std::vector<std::string> would;
        if (step > 0) would.push_back("step " + std::to_string(step));
        change([&](Connection& connection) {
            store::put_sight(
                connection, {.subject = subject, .customer = customer, .would = would}
            );
        });
        model_.customers[key] = customer;
        model_.would.erase(key);
        if (step > 0) model_.would[key] = would.front();
        return;
    }
    case CommandKind::owe_look:
        change([&](Connection& connection) { store::owe_look(connection, subject); });
        model_.owed.insert(key);
        return;
    case CommandKind::take_up_owed: {
        const auto count = static_cast<int>(command.value % 3);
        const int taken = write([&](Connection& connection) {
            return store::take_up_owed(connection, count, now_);
        });
        RC_ASSERT(taken == std::min(count, static_cast<int>(model_.owed.size())));
        for (int i = 0; i < taken; ++i) {
            const auto owed = parse_key(*model_.owed.begin());
            model_.owed.erase(model_.owed.begin());
            model_.hint(
                {.subject = *owed, .aspects = all_aspects, .lane = Lane::backfill, .cause = "owed"},
                now_
            );
        }
        return;
    }
    case CommandKind::sort_in:
        write([&](Connection& connection) {
            return store::sort_in(connection, static_cast<int>(command.value % 4));
        });
        return;
    default: change(store::fold_tallies);
    }
}

void StorePair::run_on_inbox(const Command& command) {
    if (command.kind == CommandKind::put_in_inbox) {
        const store::InboxRow row{
            .text = "hint\n\n" + std::to_string(command.value),
            .hints = static_cast<int>(command.value),
            .at = now_};
        change([&](Connection& connection) {
            store::put_in_inbox(connection, row.text, row.hints, row.at);
        });
        model_.inbox.push_back(row);
        return;
    }
    const auto taken = write(store::take_out_of_inbox);
    RC_ASSERT(taken.has_value() == !model_.inbox.empty());
    if (!taken) return;
    RC_ASSERT(taken->text == model_.inbox.front().text);
    RC_ASSERT(taken->hints == model_.inbox.front().hints);
    RC_ASSERT(taken->at == model_.inbox.front().at);
    model_.inbox.pop_front();
}

}  // namespace oms::property
