// Counts that are kept, on every engine: beside each change, and after everything that brings rows in
// by another way.
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/copy.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/search.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "store/tallies.hpp"
#include "store/views.hpp"
#include "tests/contract/store_contract.hpp"

namespace oms::store {
namespace {

using contract::start;

Subject order(int item) { return Subject::of(OrderId{{12}, {item}}); }

class TalliesContract : public contract::OnEachEngine {
protected:
    template <class F>
    auto in(F work) {
        return store::write(*database_, work);
    }
    void put(int item, LinkState state) {
        database_->write([&](Connection& connection) {
            put_link(
                connection,
                {.subject = order(item), .state = state, .issue_id = IssueId{std::to_string(item)}}
            );
        });
    }
    void see(int item, const std::vector<std::string>& would) {
        database_->write([&](Connection& connection) {
            put_sight(connection, {.subject = order(item), .title = "EGI", .would = would});
        });
    }
    void script(const std::string& sql) {
        database_->write([&](Connection& connection) { connection.run_script(sql); });
    }
    std::string links() {
        const auto counts = in(count_links);
        std::string text;
        for (const LinkState state : {LinkState::before, LinkState::linked, LinkState::orphaned})
            text += fmt::format("{} ", counts.contains(state) ? counts.at(state) : 0);
        return text;
    }
    std::string steps() {
        std::string text = fmt::format("{}/{}", in(count_would), in(count_sights));
        auto counts = in([](Connection& connection) { return would_counts(connection, 10); });
        std::ranges::sort(counts);
        for (const auto& [kind, count] : counts)
            text += fmt::format(" {}={}", kind, count);
        return text;
    }
    void take_back_tallies() {
        while (downgrade(*database_) != "tallies_and_words") {
        }
    }
    void expect_right() {
        for (const TallyDifference& one : in(tally_differences))
            ADD_FAILURE() << one.what << " " << one.name << ": " << one.missing << " missing";
    }
};

TEST_P(TalliesContract, LinksAreCountedByStateAsTheyChange) {
    EXPECT_EQ(links(), "0 0 0 ");
    put(1, LinkState::linked);
    put(2, LinkState::linked);
    put(3, LinkState::before);
    EXPECT_EQ(links(), "1 2 0 ");
    put(2, LinkState::linked);
    put(1, LinkState::orphaned);
    EXPECT_EQ(links(), "1 1 1 ");
    in([](Connection& connection) {
        fold_tallies(connection);
        return 0;
    });
    EXPECT_EQ(links(), "1 1 1 ");
    script("UPDATE link SET state = 'before'");
    EXPECT_EQ(links(), "3 0 0 ");
    script("DELETE FROM link WHERE issue_id <> '1'");
    EXPECT_EQ(links(), "1 0 0 ");
    expect_right();
}

TEST_P(TalliesContract, WhatAShadowWouldDoIsCountedAsItChanges) {
    see(1, {});
    EXPECT_EQ(steps(), "0/1");
    see(2, {"a"});
    see(3, {"a", "b"});
    see(4, {"a"});
    EXPECT_EQ(steps(), R"(3/4 ["a","b"]=1 ["a"]=2)");
    see(2, {"a", "b"});
    see(4, {});
    see(1, {"a"});
    EXPECT_EQ(steps(), R"(3/4 ["a","b"]=2 ["a"]=1)");
    script("DELETE FROM sight WHERE subject = 'order/12/3'");
    EXPECT_EQ(steps(), R"(2/3 ["a","b"]=1 ["a"]=1)");
    expect_right();
    see(1, {});
    in([](Connection& connection) {
        fold_tallies(connection);
        EXPECT_EQ(
            connection.run({"left", "SELECT name FROM tally WHERE what = 'steps'"}, {}).size(), 1U
        );
        return 0;
    });
    EXPECT_EQ(steps(), R"(1/3 ["a","b"]=1)");
    expect_right();
}

TEST_P(TalliesContract, WhatAShadowOwesIsCounted) {
    database_->write([](Connection& connection) {
        for (const int item : {1, 2, 2, 3})
            owe_look(connection, order(item));
    });
    EXPECT_EQ(in(count_shadow).owed, 3);
    in([](Connection& connection) { return take_up_owed(connection, 2, start); });
    EXPECT_EQ(in(count_shadow).owed, 1);
    expect_right();
}

TEST_P(TalliesContract, WhatIsUndoneIsNotCounted) {
    put(1, LinkState::linked);
    EXPECT_THROW(
        database_->write([](Connection& connection) {
            put_link(connection, {.subject = order(2), .issue_id = IssueId{"2"}});
            put_sight(connection, {.subject = order(2), .would = {"a"}});
            throw std::runtime_error{"no"};
        }),
        std::runtime_error
    );
    EXPECT_EQ(links(), "0 1 0 ");
    EXPECT_EQ(steps(), "0/0");
    expect_right();
}

TEST_P(TalliesContract, WhatIsWrongAllTheSameIsFoundAndPutRight) {
    put(1, LinkState::linked);
    see(1, {"a"});
    script(
        "UPDATE tally SET number = number + 5 WHERE what = 'sight' AND process = 0;"
        "DELETE FROM tally WHERE what = 'steps'"
    );
    const auto differences = in(tally_differences);
    ASSERT_EQ(differences.size(), 2U);
    EXPECT_EQ(differences[0].missing + differences[1].missing, -4);
    in([](Connection& connection) {
        mend_tallies(connection);
        return 0;
    });
    EXPECT_EQ(steps(), R"(1/1 ["a"]=1)");
    expect_right();
}

/// Nothing that was there before the step is forgotten.
TEST_P(TalliesContract, TheStepCountsWhatIsThereOnceAndTheWayBackForgetsIt) {
    put(1, LinkState::linked);
    put(2, LinkState::orphaned);
    see(1, {"a"});
    see(2, {});
    in([](Connection& connection) {
        owe_look(connection, order(1));
        return sort_in(connection, 10);
    });
    take_back_tallies();
    EXPECT_EQ(schema_of(*database_).state, SchemaState::one_behind);
    script("UPDATE link SET state = 'orphaned'; DELETE FROM sight WHERE subject = 'order/12/2'");
    EXPECT_EQ(
        upgrade(*database_, start), (std::vector<std::string>{"tallies_and_words", "webhook_inbox"})
    );
    EXPECT_EQ(links(), "0 0 2 ");
    EXPECT_EQ(steps(), R"(1/1 ["a"]=1)");
    EXPECT_EQ(in(count_shadow).owed, 1);
    expect_right();
    const auto found = in([](Connection& connection) {
        return spots_found(connection, seek(connection, "egi"), {}, 10).size();
    });
    EXPECT_EQ(found, 1U);
}

/// What asks for a count or a word gets the same answer, however long it takes.
TEST_P(TalliesContract, AllIsCountedAndFoundOnTheSchemaOfTheVersionBefore) {
    take_back_tallies();
    put(1, LinkState::linked);
    put(2, LinkState::orphaned);
    see(1, {"a"});
    see(2, {});
    const auto expect_counted = [&] {
        EXPECT_EQ(links(), "0 1 1 ");
        EXPECT_EQ(steps(), R"(1/2 ["a"]=1)");
        EXPECT_EQ(in(count_shadow).owed, 1);
        EXPECT_EQ(
            in([](Connection& connection) {
                return spots_found(connection, seek(connection, "egi"), {}, 10).size();
            }),
            2U
        );
    };
    in([](Connection& connection) {
        owe_look(connection, order(1));
        fold_tallies(connection);
        mend_tallies(connection);
        EXPECT_FALSE(has_unsorted(connection));
        return sort_in(connection, 10);
    });
    expect_counted();
    upgrade(*database_, start);
    expect_counted();
    expect_right();
}

/// In its words: it knows none of these tables.
TEST_P(TalliesContract, WhatAProgramOfTheVersionBeforeWritesIsCountedAndFound) {
    script(R"sql(
        INSERT INTO link (subject, project_id, state, issue_id, issue_key, issue_number, base_issue_status,
                          fields_written, not_ours, linked_at, synced_at)
        VALUES ('order/12/1', 12, 'linked', '7', 'EOSC-7', 7, '', '', 0, 0, 0)
        ON CONFLICT (subject) DO UPDATE SET state = excluded.state;
        INSERT INTO sight (subject, project_id, title, customer, email, rows, would, would_count, seen_at,
                           differs)
        VALUES ('order/12/1', 12, 'EGI', 'Ada', '', '[]', '["a"]', 1, 0, 0)
        ON CONFLICT (subject) DO UPDATE SET would = excluded.would, would_count = excluded.would_count;
        UPDATE sight SET found = 'egi ada', would_kind = '["a"]' WHERE subject = 'order/12/1';
        INSERT INTO shadow_look (subject) VALUES ('order/12/1') ON CONFLICT (subject) DO NOTHING)sql"
    );
    EXPECT_EQ(links(), "0 1 0 ");
    EXPECT_EQ(steps(), R"(1/1 ["a"]=1)");
    EXPECT_EQ(in(count_shadow).owed, 1);
    expect_right();
    for (const bool sorted : {false, true}) {
        if (sorted) in([](Connection& connection) { return sort_in(connection, 10); });
        EXPECT_EQ(
            in([](Connection& connection) {
                return spots_found(connection, seek(connection, "ada"), {}, 10).size();
            }),
            1U
        );
    }
}

TEST_P(TalliesContract, ManyWhoCountAtOnceDoNotWaitForEachOtherNorMiscount) {
    if (!made_->shared()) GTEST_SKIP() << "needs a database of several connections";
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            const auto own = made_->open();
            for (int i = 1; i <= 25; ++i) {
                own->write([&](Connection& connection) {
                    const int item = thread * 100 + i;
                    put_sight(connection, {.subject = order(item), .would = {"a"}});
                    put_link(
                        connection,
                        {.subject = order(item), .issue_id = IssueId{std::to_string(item)}}
                    );
                    if (i % 5 == 0) fold_tallies(connection);
                });
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(links(), "0 100 0 ");
    EXPECT_EQ(steps(), R"(100/100 ["a"]=100)");
    expect_right();
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    TalliesContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    [](const auto& one) { return std::string{one.param}; }
);

class CopiedTallies : public testing::TestWithParam<std::pair<const char*, const char*>> {};

/// The target counts and sorts in what is copied into it, once.
TEST_P(CopiedTallies, AreThoseOfTheTarget) {
    for (const char* engine : {GetParam().first, GetParam().second})
        if (const auto why = test::TestDatabase::missing(engine)) GTEST_SKIP() << *why;
    const test::TestDatabase from{GetParam().first};
    const test::TestDatabase to{GetParam().second};
    {
        const auto database = from.open();
        upgrade(*database, start);
        database->write([](Connection& connection) {
            for (int i = 1; i <= 1500; ++i) {
                put_link(connection, {.subject = order(i), .issue_id = IssueId{std::to_string(i)}});
                put_sight(connection, {.subject = order(i), .title = "EGI", .would = {"a"}});
                owe_look(connection, order(i));
            }
            sort_in(connection, 1000);
        });
    }
    copy_database(
        from.place(), to.place(), [](const CopyProgress&) {}, start
    );
    const auto database = to.open();
    database->write([](Connection& connection) {
        EXPECT_TRUE(tally_differences(connection).empty());
        EXPECT_EQ(count_links(connection)[LinkState::linked], 1500);
        EXPECT_EQ(count_shadow(connection).owed, 1500);
        EXPECT_EQ(count_would(connection), 1500);
        while (sort_in(connection, 1000) > 0)
            ;
        EXPECT_EQ(spots_found(connection, seek(connection, "egi"), {}, 2000).size(), 1500U);
    });
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    CopiedTallies,
    testing::Values(
        std::pair{"file", "file"},
        std::pair{"file", "postgres"},
        std::pair{"postgres", "file"}
    ),
    [](const auto& one) { return std::string{one.param.first} + "_to_" + one.param.second; }
);

}  // namespace
}  // namespace oms::store
