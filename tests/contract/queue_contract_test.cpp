// The queue of subjects on every engine: SQLite in memory and on disk, PostgreSQL directly and through a
// pooler in transaction mode.
#include <future>

#include "store/attention.hpp"
#include "store/writes.hpp"
#include "tests/contract/store_contract.hpp"

namespace oms::store::contract {
namespace {

class QueueContract : public StoreContract {};
class SharedQueueContract : public SharedContract {};

TEST_P(QueueContract, HintsOfOneSubjectCoalesce) {
    hint({.subject = order, .claims = {"s=ready"}}, start);
    hint({.subject = order, .claims = {"s=ready", "m=7"}}, start);
    const auto leased = lease(start);
    ASSERT_TRUE(leased);
    EXPECT_EQ(leased->claims, (std::vector<std::string>{"s=ready", "m=7"}));
    EXPECT_FALSE(lease(start));
}

TEST_P(QueueContract, AClaimIsOneLineWhateverARemoteSays) {
    hint({.subject = order, .claims = {"k=EOSC-7\nm=5", "i=\xFF"}, .cause = "webhook a\nb"}, start);
    EXPECT_EQ(row().claims, (std::vector<std::string>{"k=EOSC-7 m=5", "i=\xEF\xBF\xBD"}));
}

TEST_P(QueueContract, AHintDuringTheWorkMakesItRunOnceMore) {
    hint({.subject = order, .claims = {"m=7"}}, start);
    const auto leased = lease(start);
    hint({.subject = order, .claims = {"m=8"}}, start);
    database_->write([&](Connection& connection) { finish_done(connection, *leased, start); });
    EXPECT_EQ(row().state, SubjectState::due);
    const auto again = lease(start);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->claims, std::vector<std::string>{"m=8"});
    database_->write([&](Connection& connection) { finish_done(connection, *again, start); });
    EXPECT_EQ(row().state, SubjectState::idle);
    EXPECT_EQ(row().generation, row().done_generation);
}

TEST_P(QueueContract, AnExpiredLeaseGivesBackAllThatWasTaken) {
    hint({.subject = order, .aspects = bits(Aspect::issue), .claims = {"m=7"}}, start);
    const auto late = lease(start);
    const auto second = lease(start + 61s);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->aspects, bits(Aspect::issue));
    EXPECT_EQ(second->claims, std::vector<std::string>{"m=7"});
    EXPECT_THROW(
        database_->write([&](Connection& connection) { finish_done(connection, *late, start); }),
        LeaseLost
    );
    EXPECT_THROW(
        database_->write([&](Connection& connection) { renew(connection, *late, start + 2h); }),
        LeaseLost
    );
}

TEST_P(QueueContract, ALeaseThatRunsOutIsSomethingToTake) {
    const auto next = [&] { return store::read(*database_, next_due); };
    EXPECT_FALSE(next());
    hint({.subject = order, .claims = {"m=7"}}, start);
    EXPECT_EQ(next(), start);
    ASSERT_TRUE(lease(start));
    EXPECT_EQ(next(), start + 60s);
}

TEST_P(QueueContract, AttentionIsWokenByAHintAndByTime) {
    hint({.subject = order, .claims = {"m=7"}}, start);
    database_->write([&](Connection& connection) {
        finish_again(
            connection,
            *lease_next(connection, "me", Lane::live, start, 60s),
            {.state = SubjectState::attention, .due_at = start + 1h, .refusals = 3}
        );
    });
    EXPECT_FALSE(lease(start + 1min));
    EXPECT_TRUE(lease(start + 1h));
    database_->write([&](Connection& connection) { release_owner(connection, "me", start); });
    hint({.subject = order, .claims = {"m=8"}}, start + 2min);
    EXPECT_TRUE(lease(start + 2min));
}

TEST_P(QueueContract, AHintDuringTheWorkWakesWhatEndsInAttention) {
    // Found by properties: it waited for the slow retry, an hour and more.
    hint({.subject = order, .claims = {"m=7"}}, start);
    const auto leased = lease(start);
    hint({.subject = order, .claims = {"m=8"}}, start + 1s);
    database_->write([&](Connection& connection) {
        finish_again(
            connection,
            *leased,
            {.state = SubjectState::attention, .due_at = start + 1h, .refusals = 3}
        );
    });
    const auto again = lease(start + 2s);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->claims, (std::vector<std::string>{"m=7", "m=8"}));
    EXPECT_EQ(again->refusals, 3);
}

TEST_P(QueueContract, AHintLeavesItsPlaceInTheQueueToWhatIsDue) {
    // Found by properties: one that was hinted again and again went to the end each time.
    hint({.subject = order, .claims = {"m=7"}}, start);
    hint({.subject = Subject::of(ProjectId{1}), .aspects = 1}, start + 1s);
    hint({.subject = order, .claims = {"m=8"}}, start + 2s);
    EXPECT_EQ(lease(start + 3s)->subject, order);
}

TEST_P(QueueContract, WhatWasPutOffByAClockThatWasSetBackIsWoken) {
    const auto put_off = [&](SubjectState state, Instant until) {
        database_->write([&](Connection& connection) {
            const auto leased = lease_one(connection, order, "me", start + 1h);
            finish_again(connection, *leased, {.state = state, .due_at = until, .attempts = 1});
        });
    };
    const auto wake = [&] {
        database_->write([](Connection& connection) {
            wake_later_than(connection, start + 5min, start);
        });
    };
    hint({.subject = order, .claims = {"m=7"}}, start);
    put_off(SubjectState::due, start + 4min);
    wake();
    EXPECT_FALSE(lease(start));

    put_off(SubjectState::due, start + 1h);
    wake();
    EXPECT_TRUE(lease(start));
    database_->write([&](Connection& connection) { release_owner(connection, "me", start); });

    // What needs a person waits for hours by itself.
    put_off(SubjectState::attention, start + 1h);
    wake();
    EXPECT_FALSE(lease(start));
}

TEST_P(QueueContract, LanesGoInTheirOrderUnlessAnotherIsPreferred) {
    hint({.subject = Subject::of(ProjectId{1}), .aspects = 1, .lane = Lane::backfill}, start);
    hint({.subject = Subject::of(ProjectId{2}), .aspects = 1, .lane = Lane::live}, start + 1s);
    const auto preferred = store::write(*database_, [&](Connection& connection) {
        return lease_next(connection, "me", Lane::backfill, start + 2s, 60s);
    });
    EXPECT_EQ(preferred->subject, Subject::of(ProjectId{1}));
    EXPECT_EQ(lease(start + 2s)->subject, Subject::of(ProjectId{2}));
}

TEST_P(QueueContract, AnOwnerRenewsAllThatEndsSoonAndNothingElse) {
    hint({.subject = order, .claims = {"m=7"}}, start);
    ASSERT_TRUE(lease(start));
    const auto expires = [&](const char* owner, Instant before) {
        return store::read(*database_, [&](Connection& connection) {
            return owner_expires(connection, owner, before);
        });
    };
    EXPECT_TRUE(expires("me", start + 61s));
    EXPECT_FALSE(expires("me", start + 60s));
    EXPECT_FALSE(expires("you", start + 61s));
    database_->write([](Connection& connection) {
        renew_owner(connection, "me", start + 61s, start + 5min);
    });
    EXPECT_FALSE(lease(start + 61s));
    EXPECT_EQ(row().lease_until, start + 5min);
}

TEST_P(SharedQueueContract, HintsOfManyProcessesAtOnceLoseNoClaim) {
    const auto hint_from = [](Database& database, int from) {
        for (int i = from; i < from + 50; ++i) {
            database.write([&](Connection& connection) {
                add_hint(
                    connection, {.subject = order, .claims = {"m=" + std::to_string(i)}}, start
                );
            });
        }
    };
    std::thread beside{[&] { hint_from(*other_, 100); }};
    hint_from(*database_, 200);
    beside.join();
    EXPECT_EQ(row().claims.size(), 100U);
    EXPECT_EQ(row().generation, 100);
}

TEST_P(SharedQueueContract, NoTwoProcessesLeaseOneSubject) {
    constexpr int subjects = 60;
    for (int i = 1; i <= subjects; ++i)
        hint({.subject = Subject::of(ProjectId{i}), .aspects = 1}, start);
    const auto lease_all = [&](Database& database, std::vector<std::string>& keys) {
        while (true) {
            const auto leased = store::write(database, [&](Connection& connection) {
                return lease_next(connection, "me", Lane::live, start, 60s);
            });
            if (!leased) return;
            keys.push_back(key_of(leased->subject));
        }
    };
    std::vector<std::string> here;
    std::vector<std::string> there;
    std::thread beside{[&] { lease_all(*other_, there); }};
    lease_all(*database_, here);
    beside.join();
    here.insert(here.end(), there.begin(), there.end());
    std::ranges::sort(here);
    EXPECT_EQ(std::ranges::unique(here).size(), 0U);
    // One that the other held in that moment was passed over: it is there for the next turn.
    EXPECT_LE(here.size(), subjects);
    lease_all(*database_, here);
    EXPECT_EQ(here.size(), subjects);
}

TEST_P(QueueContract, TheNextOnesAreLookedAtUpToTheFirstThatIsNotPlain) {
    const auto subject = [](std::int64_t item) { return Subject::of(OrderId{{12}, {item}}); };
    for (std::int64_t item = 1; item <= 6; ++item)
        hint({.subject = subject(item), .claims = {"m=7"}}, start + 1s * item);
    hint({.subject = subject(7), .claims = {"m=7"}, .lane = Lane::poll}, start);
    const auto seen = [&](std::size_t count) {
        return store::write(*database_, [&](Connection& connection) {
            std::vector<std::int64_t> items;
            for (const Leased& one : look_at_next(connection, Lane::live, start + 1min, count))
                items.push_back(one.subject.item->value);
            return items;
        });
    };
    using Items = std::vector<std::int64_t>;
    EXPECT_EQ(seen(2), (Items{1, 2}));
    EXPECT_EQ(seen(100), (Items{1, 2, 3, 4, 5, 6})) << "one lane at a time";

    database_->write([&](Connection& connection) {
        raise_attention(connection, {.subject = subject(5), .blocking = true}, start);
    });
    EXPECT_EQ(seen(100), (Items{1, 2, 3, 4}));
    const auto id = store::write(*database_, [&](Connection& connection) {
        return add_write(connection, {.subject = subject(4)}, start);
    });
    EXPECT_EQ(seen(100), (Items{1, 2, 3}));
    database_->write([&](Connection& connection) {
        const auto leased = lease_one(connection, subject(3), "me", start + 1h);
        finish_again(
            connection,
            *leased,
            {.state = SubjectState::due, .due_at = start + 3s, .attempts = 1, .aspects = 1}
        );
    });
    EXPECT_EQ(seen(100), (Items{1, 2}));

    database_->write([&](Connection& connection) {
        for (const std::int64_t item : {1, 2})
            settle_unleased(connection, subject(item), start);
    });
    EXPECT_EQ(seen(100), Items{});
    EXPECT_EQ(lease(start + 1min)->subject, subject(3));
    database_->write([&](Connection& connection) {
        end_write(connection, id, {.state = WriteState::done}, start);
    });
    EXPECT_EQ(seen(100), Items{4});
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    QueueContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    engine_name
);
INSTANTIATE_TEST_SUITE_P(
    Engines,
    SharedQueueContract,
    testing::Values("file", "postgres", "pooled"),
    engine_name
);

}  // namespace
}  // namespace oms::store::contract
