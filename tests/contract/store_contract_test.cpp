// One suite for every engine of the store: SQLite in memory and on disk, PostgreSQL directly and
// through a pooler in transaction mode.
#include "tests/contract/store_contract.hpp"

#include <future>
#include <map>
#include <thread>

#include "store/attention.hpp"
#include "store/journal.hpp"
#include "store/leader.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/processes.hpp"
#include "store/state.hpp"
#include "store/writes.hpp"

namespace oms::store::contract {
namespace {

/// What only SQLite has.
class SqliteContract : public StoreContract {};

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
    std::vector<std::string> names;
    for (const Migration& known : known_migrations())
        names.emplace_back(known.name);
    for (auto name = names.rbegin(); name != names.rend(); ++name)
        EXPECT_EQ(downgrade(*database_), *name);
    EXPECT_EQ(schema_of(*database_).state, SchemaState::behind);
    EXPECT_EQ(upgrade(*database_, start), names);
    const auto last = std::to_string(names.size());
    const auto next = std::to_string(names.size() + 1);
    const auto later = [&](const std::string& least) {
        database_->write([&](Connection& connection) {
            connection.run_script("DELETE FROM schema_migration WHERE number = " + next);
            connection.run_script(
                "INSERT INTO schema_migration VALUES (" + next + ", 'later', 'x', 0)"
            );
            put_setting(connection, "schema_least", least);
        });
    };
    later(next);
    EXPECT_EQ(schema_of(*database_).state, SchemaState::newer);
    EXPECT_THROW(upgrade(*database_, start), DatabaseError);
    // A rolling upgrade: the later program says that this one may go on.
    later(last);
    EXPECT_EQ(schema_of(*database_).state, SchemaState::ahead);
    EXPECT_TRUE(upgrade(*database_, start).empty());
    EXPECT_THROW(downgrade(*database_), DatabaseError);
}

TEST(Migrations, WhatHasShippedIsNeverChanged) {
    // Remarks for PostgreSQL are no part of it: databases made before there were any stay current.
    test::TestDatabase made{"memory"};
    const auto database = made.open();
    upgrade(*database, start);
    const auto applied = applied_migrations(*database);
    EXPECT_EQ(
        applied.at(0).checksum, "57ff0c7a04423c43fd3f1a2d3020d1bab88633ac36e4d692309fc749d4791383"
    );
}

TEST_P(StoreContract, WritersOfManyThreadsShareCommitsAndLoseNothing) {
    auto shared = made_->open(true);
    std::thread committer{[&] {
        while (shared->commit_waiting(1s)) {
        }
    }};
    if (!made_->shared()) upgrade(*shared, start);
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

TEST_P(StoreContract, OfThoseThatShareACommitTheOneThatFailsIsUndoneAlone) {
    auto shared = made_->open(true);
    std::thread committer{[&] {
        while (shared->commit_waiting(1s)) {
        }
    }};
    if (!made_->shared()) upgrade(*shared, start);
    // What comes meanwhile shares the next commit.
    std::promise<void> all_there;
    const auto wait = all_there.get_future().share();
    shared->write_later([wait](Connection&) { wait.wait(); }, [](const std::exception_ptr&) {});
    std::map<std::string, bool> failed;  // of the committer, until it has ended
    for (const std::string name : {"first", "second", "third"}) {
        shared->write_later(
            [name](Connection& connection) {
                put_setting(connection, name, "x");
                if (name == "second") throw std::runtime_error{"no"};
            },
            [&failed, name](const std::exception_ptr& error) { failed[name] = error != nullptr; }
        );
    }
    all_there.set_value();
    shared->stop();
    committer.join();
    EXPECT_EQ(
        failed, (std::map<std::string, bool>{{"first", false}, {"second", true}, {"third", false}})
    );
    for (const auto& [name, undone] : failed) {
        const auto found = store::read(*shared, [&name = name](Connection& connection) {
            return find_setting(connection, name);
        });
        EXPECT_EQ(found.has_value(), !undone) << name;
    }
}

TEST_P(SqliteContract, AFullDiskIsToldAndTheWorkGoesOnWhenThereIsRoom) {
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

TEST_P(StoreContract, TextsComeBackThoughADatabaseCannotStoreThemAll) {
    const std::string odd = std::string{"a\tb\r\n'\"\\ \xC3\xA9 \xF0\x9F\x8E\x89"};
    database_->write([&](Connection& connection) { put_setting(connection, "odd", odd); });
    EXPECT_EQ(store::read(*database_, [](Connection& c) { return find_setting(c, "odd"); }), odd);
    // NUL and what is no UTF-8 must not be the end of a transaction.
    database_->write([&](Connection& connection) {
        put_setting(connection, "worse", std::string{"a\0b\xFF", 4});
    });
    EXPECT_TRUE(store::read(*database_, [](Connection& c) { return find_setting(c, "worse"); }));
}

TEST_P(StoreContract, OneLeadsAtATimeAndALateOneCannotRecord) {
    const auto take = [&](const char* who, Instant now) {
        return store::write(*database_, [&](Connection& connection) {
            return take_lead(connection, "pollers", who, now, now + 30s);
        });
    };
    const auto first = take("a", start);
    ASSERT_TRUE(first);
    EXPECT_FALSE(take("b", start + 29s));
    EXPECT_EQ(take("a", start + 29s), first);
    const auto second = take("b", start + 60s);
    ASSERT_TRUE(second);
    const auto prove = [&](const char* who, std::int64_t fence) {
        database_->write([&](Connection& connection) {
            prove_lead(connection, "pollers", who, fence);
        });
    };
    EXPECT_NO_THROW(prove("b", *second));
    EXPECT_THROW(prove("a", *first), LeaseLost);
    database_->write([](Connection& connection) { give_up_lead(connection, "pollers", "b"); });
    EXPECT_TRUE(take("a", start + 61s));
    // The clock was set back by hours: whoever led then does not lead for hours.
    EXPECT_TRUE(take("b", start - 2h));
}

TEST_P(StoreContract, ProcessesAreKnownWhileTheySayThatTheyAreThere) {
    const auto put = [&](const char* owner, Instant now) {
        database_->write([&](Connection& connection) {
            put_process(connection, {.owner = owner, .role = "worker", .workers = 8}, now);
        });
    };
    put("a", start);
    put("b", start);
    put("a", start + 1min);
    database_->write([](Connection& connection) { prune_processes(connection, start + 30s); });
    const auto all = store::read(*database_, processes);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].owner, "a");
    EXPECT_EQ(all[0].started_at, start);
    EXPECT_EQ(all[0].seen_at, start + 1min);
}

TEST_P(StoreContract, AThrottlingIsNotOverwrittenByOneWhoWasServedMeanwhile) {
    const auto put = [&](const RemoteState& remote, Instant now) {
        database_->write([&](Connection& connection) { put_remote(connection, remote, now); });
        return store::read(*database_, remotes).at(0).state;
    };
    EXPECT_EQ(
        put({.name = "jira", .state = "throttled", .until = start + 1min}, start), "throttled"
    );
    EXPECT_EQ(put({.name = "jira"}, start + 1s), "throttled");
    EXPECT_EQ(put({.name = "jira"}, start + 1min), "working");
}

TEST_P(SharedContract, WhoeverIsInAnothersWayIsBegunAnew) {
    // Each takes the two in another order, again and again: PostgreSQL ends one of each pair.
    const Subject one = Subject::of(ProjectId{1});
    const Subject two = Subject::of(ProjectId{2});
    const auto hint_both = [&](Database& database, const Subject& first, const Subject& second) {
        for (int i = 0; i < 15; ++i) {
            database.write([&](Connection& connection) {
                add_hint(connection, {.subject = first, .aspects = 1}, start);
                add_hint(connection, {.subject = second, .aspects = 1}, start);
            });
        }
    };
    std::thread beside{[&] { hint_both(*other_, one, two); }};
    hint_both(*database_, two, one);
    beside.join();
    for (const Subject& subject : {one, two}) {
        EXPECT_EQ(
            store::read(
                *database_, [&](Connection& c) { return find_subject(c, subject); }
            )->generation,
            30
        );
    }
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    StoreContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    engine_name
);
INSTANTIATE_TEST_SUITE_P(Engines, SqliteContract, testing::Values("memory", "file"), engine_name);
INSTANTIATE_TEST_SUITE_P(
    Engines,
    SharedContract,
    testing::Values("file", "postgres", "pooled"),
    engine_name
);

}  // namespace
}  // namespace oms::store::contract
