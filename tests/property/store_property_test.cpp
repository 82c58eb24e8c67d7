// Random work on the store beside a model of it in plain containers: in memory, and in a file that
// two databases have open and that is opened anew in between.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/journal.hpp"
#include "store/migrations.hpp"
#include "store/search.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "store/sqlite.hpp"
#include "store/state.hpp"
#include "store/tallies.hpp"
#include "tests/property/store_model.hpp"

namespace oms::property {
namespace {

using namespace std::chrono_literals;
using namespace store;

enum class Kind {
    hint,
    lease,
    lease_one,
    renew,
    prove,
    done,
    again,
    release_owner,
    wake,
    wake_orders,
    wake_attention,
    prune_issues,
    add_write,
    end_write,
    raise,
    solve,
    unblock,
    dismiss,
    put_link,
    put_comment_link,
    put_sight,
    owe_look,
    take_up_owed,
    sort_in,
    fold_tallies,
    put_in_inbox,
    take_out_of_inbox,
    prune,
    reopen,
    failed_work,
};

constexpr std::array kind_names{
    "hint",
    "lease",
    "lease_one",
    "renew",
    "prove",
    "done",
    "again",
    "release_owner",
    "wake",
    "wake_orders",
    "wake_attention",
    "prune_issues",
    "add_write",
    "end_write",
    "raise",
    "solve",
    "unblock",
    "dismiss",
    "put_link",
    "put_comment_link",
    "put_sight",
    "owe_look",
    "take_up_owed",
    "sort_in",
    "fold_tallies",
    "put_in_inbox",
    "take_out_of_inbox",
    "prune",
    "reopen",
    "failed_work"};

struct Command {
    Kind kind = Kind::hint;
    unsigned which = 0;   ///< subject, lease, write…
    unsigned value = 0;   ///< what with it
    unsigned later = 0;   ///< seconds that pass before
    bool second = false;  ///< through the second database
};

void showValue(const Command& command, std::ostream& out) {
    out << kind_names.at(static_cast<std::size_t>(command.kind)) << " " << command.which << " "
        << command.value << " +" << command.later << "s" << (command.second ? " second" : "");
}

template <class Number>
rc::Gen<Number> whole_range(Number first, Number end) {
    return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(first, end));
}

rc::Gen<std::vector<Command>> any_commands() {
    const auto kind = rc::gen::weightedOneOf<int>(
        {{3, rc::gen::just(static_cast<int>(Kind::hint))},
         {4, whole_range(static_cast<int>(Kind::lease), static_cast<int>(Kind::again) + 1)},
         {3, rc::gen::just(static_cast<int>(Kind::lease))},
         {3, whole_range(static_cast<int>(Kind::release_owner), static_cast<int>(Kind::add_write))},
         {5, whole_range(static_cast<int>(Kind::add_write), static_cast<int>(Kind::prune))},
         {2, whole_range(static_cast<int>(Kind::put_link), static_cast<int>(kind_names.size()))}}
    );
    const auto command = rc::gen::map(
        rc::gen::tuple(
            kind,
            whole_range(0U, 24U),
            whole_range(0U, 64U),
            rc::gen::element(0U, 0U, 1U, 20U, 61U),
            rc::gen::arbitrary<bool>()
        ),
        [](const auto& drawn) {
            return Command{
                .kind = static_cast<Kind>(std::get<0>(drawn)),
                .which = std::get<1>(drawn),
                .value = std::get<2>(drawn),
                .later = std::get<3>(drawn),
                .second = std::get<4>(drawn)};
        }
    );
    return rc::gen::resize(60, rc::gen::container<std::vector<Command>>(command));
}

const std::vector<Subject> subjects{
    Subject::of(ProjectId{1}),
    Subject::of(OrderId{{1}, {1}}),
    Subject::of(OrderId{{1}, {2}}),
    Subject::of(OrderId{{12}, {1}}),
    Subject::of(IssueId{"7"})};

/// The store and its model, side by side.
class Pair {
public:
    explicit Pair(bool in_memory) {
        if (!in_memory) {
            std::string folder =
                (std::filesystem::temp_directory_path() / "oms-property-XXXXXX").string();
            RC_ASSERT(mkdtemp(folder.data()) != nullptr);
            folder_ = folder;
        }
        open();
        upgrade(*first_, now_);
    }
    Pair(const Pair&) = delete;
    Pair(Pair&&) = delete;
    Pair& operator=(const Pair&) = delete;
    Pair& operator=(Pair&&) = delete;
    ~Pair() {
        first_.reset();
        second_.reset();
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }

    void run(const Command& command);
    void compare();
    /// When all leases have ended and all time has passed, every hint is there to be taken.
    void nothing_is_lost();

private:
    void open() {
        const auto file = folder_.empty() ? std::filesystem::path{":memory:"} : folder_ / "x.db";
        first_ = open_sqlite(file, OpenMode::create_if_missing, false);
        if (!folder_.empty()) second_ = open_sqlite(file, OpenMode::create_if_missing, false);
    }
    Database& database() { return second_ && use_second_ ? *second_ : *first_; }
    template <class F>
    auto write(F work) {
        return store::write(database(), work);
    }
    template <class F>
    void change(F work) {
        database().write(work);
    }

    static Hint hint_of(const Command& command);
    void run_on_leases(const Command& command);
    void run_on_queue(const Command& command);
    void run_on_records(const Command& command);
    void run_on_sights(const Command& command);
    void run_on_inbox(const Command& command);
    void take(const std::optional<Leased>& leased, const std::string& owner, Instant until);
    /// Does it where the lease is still held, and expects LeaseLost where it is not.
    template <class F>
    bool with_lease(const Leased& leased, F work);
    void compare_subjects(Connection& connection);
    void compare_records(Connection& connection);
    void compare_counts(Connection& connection);

    std::filesystem::path folder_;
    std::unique_ptr<Database> first_;
    std::unique_ptr<Database> second_;
    bool use_second_ = false;
    StoreModel model_;
    std::vector<Leased> leases_;  ///< all that were ever given out
    std::vector<std::int64_t> writes_;
    Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
};

Hint Pair::hint_of(const Command& command) {
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

void Pair::take(const std::optional<Leased>& leased, const std::string& owner, Instant until) {
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
bool Pair::with_lease(const Leased& leased, F work) {
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

void Pair::run_on_leases(const Command& command) {
    const std::string owner = command.second ? "b" : "a";
    if (command.kind == Kind::lease) {
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
    if (command.kind == Kind::lease_one) {
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
    case Kind::renew:
        if (with_lease(leased, [&](auto& connection) { renew(connection, leased, now_ + 60s); }))
            model_.subjects.at(key).until = now_ + 60s;
        return;
    case Kind::prove:
        with_lease(leased, [&](auto& connection) { prove(connection, leased); });
        return;
    case Kind::done:
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

void Pair::run_on_queue(const Command& command) {
    const Subject& subject = subjects[command.which % subjects.size()];
    const std::string key = key_of(subject);
    const bool known = model_.subjects.contains(key);
    switch (command.kind) {
    case Kind::hint:
        change([&](Connection& connection) { add_hint(connection, hint_of(command), now_); });
        return model_.hint(hint_of(command), now_);
    case Kind::release_owner:
        change([&](Connection& connection) { release_owner(connection, "b", now_); });
        for (auto& [name, row] : model_.subjects) {
            if (row.state == SubjectState::leased && row.owner == "b") row.give_back(now_);
        }
        return;
    case Kind::wake:
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
    case Kind::wake_orders:
        change([&](Connection& connection) { wake_orders_of(connection, {1}, now_); });
        for (auto& [name, row] : model_.subjects) {
            const bool of_it = name == "project/1" || name.starts_with("order/1/");
            if (!of_it || row.state != SubjectState::waiting) continue;
            row.state = SubjectState::due;
            row.due_at = now_;
        }
        return;
    case Kind::wake_attention:
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

void Pair::run_on_records(const Command& command) {
    const Subject& subject = subjects[command.which % subjects.size()];
    const std::string key = key_of(subject);
    const std::string cause = command.value % 2 == 0 ? "refused" : "orphaned";
    switch (command.kind) {
    case Kind::add_write: {
        const auto id = write([&](Connection& connection) {
            return add_write(connection, {.subject = subject, .marker = "x"}, now_);
        });
        for (const std::int64_t earlier : writes_)
            RC_ASSERT(earlier < id || !model_.writes.contains(earlier));
        writes_.push_back(id);
        model_.writes[id] = {.subject = key};
        return;
    }
    case Kind::end_write: {
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
    case Kind::raise: {
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
    case Kind::solve:
    case Kind::unblock: {
        const bool solve = command.kind == Kind::solve;
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
    case Kind::dismiss: {
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
    case Kind::put_link: {
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
    case Kind::put_comment_link: {
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

/// Names of which some begin alike.
constexpr std::array customers{"Ada Byron", "Adam Ólafsson", "Grace O'Byron", "Grace", "ada"};

void Pair::run_on_sights(const Command& command) {
    const Subject& subject = subjects[command.which % subjects.size()];
    const std::string key = key_of(subject);
    switch (command.kind) {
    case Kind::put_sight: {
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
    case Kind::owe_look:
        change([&](Connection& connection) { store::owe_look(connection, subject); });
        model_.owed.insert(key);
        return;
    case Kind::take_up_owed: {
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
    case Kind::sort_in:
        write([&](Connection& connection) {
            return store::sort_in(connection, static_cast<int>(command.value % 4));
        });
        return;
    default: change(store::fold_tallies);
    }
}

void Pair::run_on_inbox(const Command& command) {
    if (command.kind == Kind::put_in_inbox) {
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

void Pair::run(const Command& command) {
    now_ += std::chrono::seconds{command.later};
    use_second_ = command.second;
    switch (command.kind) {
    case Kind::lease:
    case Kind::lease_one:
    case Kind::renew:
    case Kind::prove:
    case Kind::done:
    case Kind::again: return run_on_leases(command);
    case Kind::hint:
    case Kind::release_owner:
    case Kind::wake:
    case Kind::wake_orders:
    case Kind::wake_attention:
    case Kind::prune_issues: return run_on_queue(command);
    case Kind::put_sight:
    case Kind::owe_look:
    case Kind::take_up_owed:
    case Kind::sort_in:
    case Kind::fold_tallies: return run_on_sights(command);
    case Kind::put_in_inbox:
    case Kind::take_out_of_inbox: return run_on_inbox(command);
    case Kind::reopen:
        if (folder_.empty()) return;
        first_.reset();
        second_.reset();
        return open();
    case Kind::failed_work:
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

void Pair::compare_subjects(Connection& connection) {
    for (const Subject& subject : subjects) {
        const auto found = find_subject(connection, subject);
        const std::string key = key_of(subject);
        RC_ASSERT(found.has_value() == model_.subjects.contains(key));
        if (!found) continue;
        const ModelSubject& row = model_.subjects.at(key);
        RC_ASSERT(to_text(found->state) == to_text(row.state));
        RC_ASSERT(found->dirty == (row.dirty | row.taken));
        std::vector<std::string> claims = row.taken_claims;
        claims.insert(claims.end(), row.claims.begin(), row.claims.end());
        RC_ASSERT(found->claims == claims);
        RC_ASSERT(found->generation == row.hints);
        RC_ASSERT(found->done_generation == row.hints_done);
        RC_ASSERT(found->lane == row.lane);
        RC_ASSERT(found->due_at == row.due_at);
        RC_ASSERT(found->hinted_at == row.hinted_at);
        RC_ASSERT(found->attempts == row.attempts);
        RC_ASSERT(found->refusals == row.refusals);
        RC_ASSERT(found->lease_owner == row.owner);
        if (row.state == SubjectState::leased) RC_ASSERT(found->lease_until == row.until);
        // A hint that is not done yet is never forgotten.
        if (row.state == SubjectState::idle) RC_ASSERT(row.hints == row.hints_done);
    }
    const QueueCounts counts = count_queue(connection);
    for (const SubjectState state :
         {SubjectState::leased, SubjectState::waiting, SubjectState::attention})
        RC_ASSERT(counts.in(state) == model_.count(state));
    std::int64_t in_inbox = 0;
    for (const store::InboxRow& row : model_.inbox)
        in_inbox += row.hints;
    RC_ASSERT(counts.in(SubjectState::due) == model_.count(SubjectState::due) + in_inbox);
    if (!model_.inbox.empty()) RC_ASSERT(counts.oldest_hint.value() <= model_.inbox.front().at);
    RC_ASSERT(next_due(connection) == model_.next_due());
    const auto idle = model_.count(SubjectState::idle);
    RC_ASSERT(
        busy_subjects(connection, 100).size() ==
        model_.subjects.size() - static_cast<std::size_t>(idle)
    );
    std::set<std::string> owners;
    for (const auto& [key, row] : model_.subjects) {
        if (row.state == SubjectState::leased) owners.insert(row.owner);
    }
    const auto found = lease_owners(connection);
    RC_ASSERT(std::set<std::string>(found.begin(), found.end()) == owners);
}

void Pair::compare_records(Connection& connection) {
    std::vector<std::int64_t> open;
    std::map<WriteState, std::int64_t> counts;
    for (const auto& [id, row] : model_.writes) {
        ++counts[row.state];
        if (!row.ended_at) open.push_back(id);
    }
    std::vector<std::int64_t> found;
    for (const RemoteWrite& row : open_writes(connection, 1000))
        found.push_back(row.id);
    RC_ASSERT(found == open);
    RC_ASSERT(count_writes(connection) == counts);
    std::size_t of_subjects = 0;
    for (const Subject& subject : subjects) {
        const auto rows = open_writes_of(connection, subject);
        of_subjects += rows.size();
        for (const RemoteWrite& row : rows)
            RC_ASSERT(model_.writes.at(row.id).subject == key_of(subject));
        for (const RemoteWrite& row : rows)
            RC_ASSERT(!row.ended_at.has_value());
    }
    RC_ASSERT(of_subjects == open.size());

    std::multiset<std::string> raised;
    for (const ModelAttention& entry : model_.attention) {
        if (entry.ended_at) continue;
        raised.insert(
            fmt::format("{} {} {} {}", entry.subject, entry.cause, entry.times, entry.blocking)
        );
    }
    std::multiset<std::string> listed;
    for (const Attention& entry : open_attention(connection)) {
        listed.insert(fmt::format(
            "{} {} {} {}", key_of(entry.subject), entry.cause, entry.times, entry.blocking
        ));
    }
    RC_ASSERT(listed == raised);
    RC_ASSERT(count_attention(connection) == static_cast<std::int64_t>(raised.size()));
    RC_ASSERT(journal_after(connection, 0, 10'000).size() == model_.journal.size());

    for (const Subject& subject : subjects) {
        const auto link = find_link(connection, subject);
        const auto known = model_.links.find(key_of(subject));
        RC_ASSERT(link.has_value() == (known != model_.links.end()));
        if (link) RC_ASSERT(link->issue_id.value == known->second);
        auto texts = comment_links_of(connection, subject);
        std::vector<CommentLink> wanted;
        for (const CommentLink& text : model_.comment_links) {
            if (text.subject == subject) wanted.push_back(text);
        }
        RC_ASSERT(std::ranges::is_permutation(texts, wanted));
    }
}

void Pair::compare_counts(Connection& connection) {
    std::map<LinkState, std::int64_t> links{
        {LinkState::before, 0}, {LinkState::linked, 0}, {LinkState::orphaned, 0}};
    for (const auto& [key, state] : model_.link_states)
        ++links[state];
    RC_ASSERT(count_links(connection) == links);
    std::map<std::string, std::int64_t> steps;
    for (const auto& [key, step] : model_.would)
        ++steps["[\"" + step + "\"]"];
    std::map<std::string, std::int64_t> counted;
    for (const auto& [kind, count] : would_counts(connection, 100))
        counted[kind] = count;
    RC_ASSERT(counted == steps);
    RC_ASSERT(count_sights(connection) == static_cast<std::int64_t>(model_.customers.size()));
    RC_ASSERT(count_would(connection) == static_cast<std::int64_t>(model_.would.size()));
    RC_ASSERT(count_shadow(connection).owed == static_cast<std::int64_t>(model_.owed.size()));
    RC_ASSERT(tally_differences(connection).empty());

    const auto found = [&](const char* typed) {
        std::set<std::string> keys;
        for (const Spot& spot : spots_found(connection, seek(connection, typed), {}, 2))
            keys.insert(spot.key);
        return keys.size();
    };
    const auto seen = [&](auto is_meant) {
        return std::min<std::size_t>(
            2, static_cast<std::size_t>(std::ranges::count_if(model_.customers, is_meant))
        );
    };
    RC_ASSERT(found("grace") == seen([](const auto& one) { return one.second.starts_with("G"); }));
    RC_ASSERT(found("Ada") == seen([](const auto& one) {
                  return one.second.starts_with("A") || one.second.starts_with("a");
              }));
    RC_ASSERT(found("o'by") == seen([](const auto& one) { return one.second == "Grace O'Byron"; }));
    RC_ASSERT(found("Ólaf adam") == seen([](const auto& one) {
                  return one.second.starts_with("Adam");
              }));
}

void Pair::compare() {
    for (const bool second : {false, true}) {
        use_second_ = second;
        database().read([&](Connection& connection) {
            compare_subjects(connection);
            compare_records(connection);
            compare_counts(connection);
        });
    }
}

void Pair::nothing_is_lost() {
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

void play(bool in_memory) {
    const auto commands = *any_commands();
    Pair pair{in_memory};
    for (const Command& command : commands) {
        pair.run(command);
        pair.compare();
    }
    pair.nothing_is_lost();
}

RC_GTEST_PROP(Store, InMemoryDoesWhatItsModelDoes, ()) { play(true); }

RC_GTEST_PROP(Store, OfTwoConnectionsAndOpenedAnewDoesWhatItsModelDoes, ()) { play(false); }

}  // namespace
}  // namespace oms::property
