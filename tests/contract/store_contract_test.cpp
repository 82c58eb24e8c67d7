// One suite for every engine of the store: today SQLite, in memory and on disk.
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "store/attention.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"

namespace oms::store {
namespace {

using namespace std::chrono_literals;

const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
const Subject order = Subject::of(OrderId{{12}, {3}});

class StoreContract : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (std::string{GetParam()} == "file") {
            std::string folder =
                (std::filesystem::temp_directory_path() / "oms-store-XXXXXX").string();
            ASSERT_NE(mkdtemp(folder.data()), nullptr);
            folder_ = folder;
        }
        database_ = open_sqlite(file(), OpenMode::create_if_missing, false);
        upgrade(*database_, start);
    }
    void TearDown() override {
        database_.reset();
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }
    [[nodiscard]] std::filesystem::path file() const {
        return folder_.empty() ? std::filesystem::path{":memory:"} : folder_ / "x.db";
    }
    void hint(const Hint& given, Instant now) {
        database_->write([&](Connection& connection) { add_hint(connection, given, now); });
    }
    std::optional<Leased> lease(Instant now) {
        return store::write(*database_, [&](Connection& connection) {
            return lease_next(connection, "me", Lane::live, now, 60s);
        });
    }
    SubjectRow row() {
        return *store::read(*database_, [](Connection& connection) {
            return find_subject(connection, order);
        });
    }

    std::filesystem::path folder_;
    std::unique_ptr<Database> database_;
};

TEST_P(StoreContract, HintsOfOneSubjectCoalesce) {
    hint({.subject = order, .claims = {"s=ready"}}, start);
    hint({.subject = order, .claims = {"s=ready", "m=7"}}, start);
    const auto leased = lease(start);
    ASSERT_TRUE(leased);
    EXPECT_EQ(leased->claims, (std::vector<std::string>{"s=ready", "m=7"}));
    EXPECT_FALSE(lease(start));
}

TEST_P(StoreContract, AClaimIsOneLineWhateverARemoteSays) {
    hint({.subject = order, .claims = {"k=EOSC-7\nm=5", "i=\xFF"}, .cause = "webhook a\nb"}, start);
    EXPECT_EQ(row().claims, (std::vector<std::string>{"k=EOSC-7 m=5", "i=\xEF\xBF\xBD"}));
}

TEST_P(StoreContract, AHintDuringTheWorkMakesItRunOnceMore) {
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

TEST_P(StoreContract, AnExpiredLeaseGivesBackAllThatWasTaken) {
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

TEST_P(StoreContract, ALeaseThatRunsOutIsSomethingToTake) {
    const auto next = [&] { return store::read(*database_, next_due); };
    EXPECT_FALSE(next());
    hint({.subject = order, .claims = {"m=7"}}, start);
    EXPECT_EQ(next(), start);
    ASSERT_TRUE(lease(start));
    EXPECT_EQ(next(), start + 60s);
}

TEST_P(StoreContract, AttentionIsWokenByAHintAndByTime) {
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

TEST_P(StoreContract, AHintDuringTheWorkWakesWhatEndsInAttention) {
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

TEST_P(StoreContract, AHintLeavesItsPlaceInTheQueueToWhatIsDue) {
    // Found by properties: one that was hinted again and again went to the end each time.
    hint({.subject = order, .claims = {"m=7"}}, start);
    hint({.subject = Subject::of(ProjectId{1}), .aspects = 1}, start + 1s);
    hint({.subject = order, .claims = {"m=8"}}, start + 2s);
    EXPECT_EQ(lease(start + 3s)->subject, order);
}

TEST_P(StoreContract, WhatWasPutOffByAClockThatWasSetBackIsWoken) {
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

TEST_P(StoreContract, LanesGoInTheirOrderUnlessAnotherIsPreferred) {
    hint({.subject = Subject::of(ProjectId{1}), .aspects = 1, .lane = Lane::backfill}, start);
    hint({.subject = Subject::of(ProjectId{2}), .aspects = 1, .lane = Lane::live}, start + 1s);
    const auto preferred = store::write(*database_, [&](Connection& connection) {
        return lease_next(connection, "me", Lane::backfill, start + 2s, 60s);
    });
    EXPECT_EQ(preferred->subject, Subject::of(ProjectId{1}));
    EXPECT_EQ(lease(start + 2s)->subject, Subject::of(ProjectId{2}));
}

TEST_P(StoreContract, AFailedWorkLeavesNothingAndDoesNotTakeItsNeighboursAlong) {
    EXPECT_THROW(
        database_->write([&](Connection& connection) {
            put_setting(connection, "a", "1");
            throw std::runtime_error{"no"};
        }),
        std::runtime_error
    );
    EXPECT_FALSE(store::read(*database_, [](Connection& connection) {
        return find_setting(connection, "a");
    }));
}

TEST_P(StoreContract, LinksAndTextsComeBackAsTheyWereStored) {
    const Link link{
        .subject = order,
        .issue_id = IssueId{"10001"},
        .issue_key = IssueKey{"EOSC-7"},
        .base_status = Status::ready,
        .base_issue_status = StatusId{"7"},
        .base_voucher = "",
        .fields_written = {{"summary", "abc"}},
        .not_ours = true,
        .linked_at = start,
        .synced_at = start};
    const CommentLink text{
        .subject = order,
        .message = MessageId{7},
        .comment = CommentId{"20001"},
        .message_hash = "m",
        .comment_hash = "c"};
    database_->write([&](Connection& connection) {
        put_link(connection, link);
        put_link(connection, link);
        put_comment_link(connection, text);
        put_comment_link(connection, text);
    });
    database_->read([&](Connection& connection) {
        const auto found = find_link_of_issue(connection, IssueId{"10001"});
        ASSERT_TRUE(found);
        EXPECT_EQ(found->subject, order);
        EXPECT_EQ(found->base_voucher, "");
        EXPECT_EQ(found->fields_written, link.fields_written);
        EXPECT_TRUE(found->not_ours);
        EXPECT_EQ(highest_issue_number(connection, "EOSC"), 7);
        EXPECT_EQ(comment_links_of(connection, order), std::vector<CommentLink>{text});
    });
    EXPECT_THROW(
        database_->write([&](Connection& connection) {
            Link other = link;
            other.subject = Subject::of(ProjectId{1});
            put_link(connection, other);
        }),
        DatabaseError
    );
}

TEST_P(StoreContract, AWriteIsOpenUntilItsOutcomeIsKnown) {
    std::int64_t id = 0;
    database_->write([&](Connection& connection) {
        id = add_write(
            connection, {.subject = order, .kind = WriteKind::add_comment, .marker = "x"}, start
        );
    });
    const auto open = [&] {
        return store::read(*database_, [](Connection& connection) {
            return open_writes_of(connection, order).size();
        });
    };
    EXPECT_EQ(open(), 1U);
    database_->write([&](Connection& connection) {
        end_write(connection, id, {.state = WriteState::uncertain}, start);
    });
    EXPECT_EQ(open(), 1U);
    database_->write([&](Connection& connection) {
        end_write(connection, id, {.state = WriteState::done, .result = "7"}, start);
    });
    EXPECT_EQ(open(), 0U);
}

TEST_P(StoreContract, TheSchemaGoesUpAndDownAndRefusesWhatIsNewer) {
    EXPECT_EQ(schema_of(*database_).state, SchemaState::current);
    EXPECT_EQ(downgrade(*database_), "initial");
    EXPECT_EQ(schema_of(*database_).state, SchemaState::behind);
    EXPECT_EQ(upgrade(*database_, start), std::vector<std::string>{"initial"});
    database_->write([](Connection& connection) {
        connection.run_script("INSERT INTO schema_migration VALUES (2, 'later', 'x', 0)");
    });
    EXPECT_EQ(schema_of(*database_).state, SchemaState::newer);
    EXPECT_THROW(upgrade(*database_, start), DatabaseError);
}

TEST_P(StoreContract, WritersOfManyThreadsShareCommitsAndLoseNothing) {
    auto shared = open_sqlite(
        folder_.empty() ? ":memory:" : (folder_ / "threads.db").string(),
        OpenMode::create_if_missing,
        true
    );
    std::thread committer{[&] {
        while (shared->commit_waiting(1s)) {
        }
    }};
    upgrade(*shared, start);
    std::vector<std::thread> writers;
    writers.reserve(8);
    for (int writer = 0; writer < 8; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < 50; ++i) {
                shared->write([&](Connection& connection) {
                    put_setting(connection, std::to_string(writer) + "/" + std::to_string(i), "x");
                });
            }
        });
    }
    for (std::thread& writer : writers)
        writer.join();
    const auto last = store::read(*shared, [](Connection& connection) {
        return find_setting(connection, "7/49");
    });
    shared->stop();
    committer.join();
    EXPECT_EQ(last, "x");
}

TEST_P(StoreContract, AFullDiskIsToldAndTheWorkGoesOnWhenThereIsRoom) {
    // A limit on the pages is the disk that is full, as far as the engine can tell.
    const auto limit = [&](const char* pages) {
        const Statement statement{"limit", pages};
        database_->write([&](Connection& connection) { connection.run(statement, {}); });
    };
    limit("PRAGMA max_page_count = 60");
    const auto fill = [&] {
        for (int i = 0; i < 10'000; ++i) {
            database_->write([&](Connection& connection) {
                put_setting(connection, "full/" + std::to_string(i), std::string(1000, 'x'));
            });
        }
    };
    try {
        fill();
        FAIL() << "the limit was not met";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::full);
    }
    limit("PRAGMA max_page_count = 1000000");
    hint({.subject = order, .claims = {"m=7"}}, start);
    EXPECT_TRUE(lease(start));
    EXPECT_TRUE(store::read(*database_, [](Connection& connection) {
        return find_setting(connection, "full/0");
    }));
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values("memory", "file"));

}  // namespace
}  // namespace oms::store
