#include "tests/property/store_pair.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "store/migrations.hpp"
#include "store/sights.hpp"
#include "store/sqlite.hpp"
#include "store/state.hpp"

namespace oms::property {

using namespace std::chrono_literals;
using namespace store;

StorePair::StorePair(bool in_memory) {
    if (!in_memory) {
        std::string folder =
            (std::filesystem::temp_directory_path() / "oms-property-XXXXXX").string();
        RC_ASSERT(mkdtemp(folder.data()) != nullptr);
        folder_ = folder;
    }
    open();
    upgrade(*first_, now_);
}

StorePair::~StorePair() {
    first_.reset();
    second_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

void StorePair::open() {
    const auto file = folder_.empty() ? std::filesystem::path{":memory:"} : folder_ / "x.db";
    first_ = open_sqlite(file, OpenMode::create_if_missing, false);
    if (!folder_.empty()) second_ = open_sqlite(file, OpenMode::create_if_missing, false);
}

Hint StorePair::hint_of(const Command& command) {
    Hint hint{
        .subject = subjects[command.which % subjects.size()],
        .aspects = static_cast<Aspects>(command.value % 3 == 0 ? command.value / 3 % 16 : 0),
        .lane = static_cast<Lane>(command.value % 4),
        .cause = "test"};
    if (command.value % 3 != 0) hint.claims.push_back(fmt::format("m={}", command.value % 7));
    if (command.value % 5 == 0) hint.claims.emplace_back("s=ready");
    // Now and then so many that they do not fit.
    if (command.value == 63) hint.claims.push_back("c=1#" + std::string(claims_bytes_max, 'f'));
    return hint;
}

void StorePair::take(const std::optional<Leased>& leased, const std::string& owner, Instant until) {
    RC_ASSERT(leased.has_value());
    const std::string key = key_of(leased->subject);
    model_.lease(key, owner, until);
    const ModelSubject& subject = model_.subjects.at(key);
    RC_ASSERT(leased->aspects == subject.taken);
    RC_ASSERT(leased->claims == subject.taken_claims);
    RC_ASSERT(leased->attempts == subject.attempts);
    RC_ASSERT(leased->refusals == subject.refusals);
    RC_ASSERT(leased->lane == subject.lane);
    RC_ASSERT(leased->hinted_at == subject.hinted_at);
    RC_ASSERT(leased->until == until);
    for (const Leased& earlier : leases_)
        RC_ASSERT(earlier.subject != leased->subject || earlier.fence < leased->fence);
    leases_.push_back(*leased);
}

template <class F>
bool StorePair::with_lease(const Leased& leased, F work) {
    const bool held = model_.holds(leased);
    bool lost = false;
    try {
        change([&](Connection& connection) {
            put_setting(connection, "last", "of a late worker");
            work(connection);
        });
    } catch (const LeaseLost&) {
        lost = true;
    }
    RC_ASSERT(lost != held);
    const auto left = store::read(database(), [](Connection& connection) {
        return find_setting(connection, "last");
    });
    RC_ASSERT(left.has_value() == held);
    change([](Connection& connection) { connection.run({"t", "DELETE FROM setting"}, {}); });
    return held;
}

void StorePair::run_on_leases(const Command& command) {
    const std::string owner = command.second ? "b" : "a";
    if (command.kind == CommandKind::lease) {
        const auto lane = static_cast<Lane>(command.value % 4);
        model_.release_expired(now_);
        const auto candidates = model_.next(lane, now_);
        const auto leased = write([&](Connection& connection) {
            return lease_next(connection, owner, lane, now_, 60s);
        });
        if (candidates.empty()) {
            RC_ASSERT(!leased.has_value());
            return;
        }
        RC_ASSERT(leased.has_value());
        RC_ASSERT(candidates.contains(key_of(leased->subject)));
        return take(leased, owner, now_ + 60s);
    }
    if (command.kind == CommandKind::lease_one) {
        const Subject& subject = subjects[command.which % subjects.size()];
        const auto known = model_.subjects.find(key_of(subject));
        const bool free = known != model_.subjects.end() &&
                          known->second.state != SubjectState::leased &&
                          known->second.state != SubjectState::idle;
        const auto leased = write([&](Connection& connection) {
            return lease_one(connection, subject, owner, now_ + 60s);
        });
        RC_ASSERT(leased.has_value() == free);
        if (leased) take(leased, owner, now_ + 60s);
        return;
    }
    if (leases_.empty()) return;
    // The latest more often than old ones.
    const std::size_t back = command.which % 3 == 0 ? command.which % leases_.size() : 0;
    const Leased leased = leases_[leases_.size() - 1 - back];
    const std::string key = key_of(leased.subject);
    switch (command.kind) {
    case CommandKind::renew:
        if (with_lease(leased, [&](auto& connection) { renew(connection, leased, now_ + 60s); }))
            model_.subjects.at(key).until = now_ + 60s;
        return;
    case CommandKind::prove:
        with_lease(leased, [&](auto& connection) { prove(connection, leased); });
        return;
    case CommandKind::done:
        if (with_lease(leased, [&](auto& connection) { finish_done(connection, leased, now_); }))
            model_.finish_done(key, now_);
        return;
    default: break;
    }
    constexpr std::array states{
        SubjectState::due, SubjectState::due, SubjectState::waiting, SubjectState::attention};
    const Again again{
        .state = states.at(command.value % states.size()),
        .due_at = now_ + std::chrono::seconds{command.value},
        .attempts = static_cast<int>(command.value % 3),
        .refusals = static_cast<int>(command.value % 5),
        .failure = "refused",
        .says = "no",
        .aspects = static_cast<Aspects>(leased.aspects | (command.value % 16))};
    if (with_lease(leased, [&](auto& connection) { finish_again(connection, leased, again); }))
        model_.finish_again(key, again);
}

void StorePair::run_on_queue(const Command& command) {
    const Subject& subject = subjects[command.which % subjects.size()];
    const std::string key = key_of(subject);
    const bool known = model_.subjects.contains(key);
    switch (command.kind) {
    case CommandKind::hint:
        change([&](Connection& connection) { add_hint(connection, hint_of(command), now_); });
        return model_.hint(hint_of(command), now_);
    case CommandKind::release_owner:
        change([&](Connection& connection) { release_owner(connection, "b", now_); });
        for (auto& [name, row] : model_.subjects) {
            if (row.state == SubjectState::leased && row.owner == "b") row.give_back(now_);
        }
        return;
    case CommandKind::wake:
        change([&](Connection& connection) { wake(connection, subject, now_); });
        if (known && model_.subjects[key].state != SubjectState::idle &&
            model_.subjects[key].state != SubjectState::leased) {
            ModelSubject& row = model_.subjects[key];
            row.state = SubjectState::due;
            row.due_at = now_;
            row.refusals = 0;
            row.lane = Lane::live;
        }
        return;
    case CommandKind::wake_orders:
        change([&](Connection& connection) { wake_orders_of(connection, {1}, now_); });
        for (auto& [name, row] : model_.subjects) {
            const bool of_it = name == "project/1" || name.starts_with("order/1/");
            if (!of_it || row.state != SubjectState::waiting) continue;
            row.state = SubjectState::due;
            row.due_at = now_;
        }
        return;
    case CommandKind::wake_attention:
        change([&](Connection& connection) { wake_all_in_attention(connection, now_); });
        for (auto& [name, row] : model_.subjects) {
            if (row.state != SubjectState::attention) continue;
            row.state = SubjectState::due;
            row.due_at = now_;
            row.refusals = 0;
        }
        return;
    default:
        change([](Connection& connection) { prune_issues(connection, 10); });
        std::erase_if(model_.subjects, [](const auto& pair) {
            return pair.first.starts_with("issue/") && pair.second.state == SubjectState::idle;
        });
        // Its fences begin anew; a lease of before must not be taken for one of after.
        std::erase_if(leases_, [&](const Leased& leased) {
            return !model_.subjects.contains(key_of(leased.subject));
        });
    }
}

void StorePair::run(const Command& command) {
    now_ += std::chrono::seconds{command.later};
    use_second_ = command.second;
    switch (command.kind) {
    case CommandKind::lease:
    case CommandKind::lease_one:
    case CommandKind::renew:
    case CommandKind::prove:
    case CommandKind::done:
    case CommandKind::again: return run_on_leases(command);
    case CommandKind::hint:
    case CommandKind::release_owner:
    case CommandKind::wake:
    case CommandKind::wake_orders:
    case CommandKind::wake_attention:
    case CommandKind::prune_issues: return run_on_queue(command);
    case CommandKind::put_sight:
    case CommandKind::owe_look:
    case CommandKind::take_up_owed:
    case CommandKind::sort_in:
    case CommandKind::fold_tallies: return run_on_sights(command);
    case CommandKind::put_in_inbox:
    case CommandKind::take_out_of_inbox: return run_on_inbox(command);
    case CommandKind::reopen:
        if (folder_.empty()) return;
        first_.reset();
        second_.reset();
        return open();
    case CommandKind::failed_work:
        try {
            change([&](Connection& connection) {
                add_hint(connection, hint_of(command), now_);
                add_write(connection, {.subject = subjects[0]}, now_);
                store::put_sight(connection, {.subject = subjects[0], .would = {"step"}});
                store::put_link(connection, {.subject = subjects[0]});
                store::put_in_inbox(connection, "hint", 1, now_);
                throw std::runtime_error{"no"};
            });
        } catch (const std::runtime_error&) {
            return;
        }
        RC_FAIL("it did not throw");
        return;
    default: return run_on_records(command);
    }
}

void StorePair::nothing_is_lost() {
    std::map<std::string, Aspects> wanted;
    for (const auto& [key, row] : model_.subjects) {
        Aspects aspects = row.dirty | row.taken;
        for (const auto& claims : {row.claims, row.taken_claims}) {
            for (const std::string& claim : claims)
                aspects |= bits(aspect_of(claim));
        }
        if (row.state != SubjectState::idle) wanted[key] = aspects;
    }
    now_ += 24h;
    std::map<std::string, Aspects> taken;
    while (true) {
        const auto leased = write([&](Connection& connection) {
            return lease_next(connection, "last", Lane::live, now_, 60s);
        });
        if (!leased) break;
        Aspects aspects = leased->aspects;
        for (const std::string& claim : leased->claims)
            aspects |= bits(aspect_of(claim));
        taken[key_of(leased->subject)] = aspects;
        change([&](Connection& connection) { finish_done(connection, *leased, now_); });
    }
    RC_ASSERT(taken == wanted);
}

}  // namespace oms::property
