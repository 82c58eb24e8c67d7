// A database copied into another: each engine into each, cut short at each page, and what is awkward
// in its rows.
#include <set>

#include <gtest/gtest.h>

#include "store/copy.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/state.hpp"
#include "store/tables.hpp"
#include "tests/support/test_database.hpp"

namespace oms::store {
namespace {

const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
const Subject order = Subject::of(OrderId{{12}, {3}});

struct Engines {
    const char* from;
    const char* to;
};

/// Whoever is told this has had enough.
struct CutShort {};

class CopyContract : public testing::TestWithParam<Engines> {
protected:
    void SetUp() override {
        for (const char* engine : {GetParam().from, GetParam().to}) {
            if (const auto why = test::TestDatabase::missing(engine)) GTEST_SKIP() << *why;
        }
        from_.emplace(GetParam().from);
        to_.emplace(GetParam().to);
        const auto database = from_->open();
        upgrade(*database, start);
        database->write([](Connection& connection) {
            for (int i = 0; i < rows_; ++i)
                add_journal(connection, order, JournalKind::look, "ä\"\\\n😀", start);
            put_comment_link(connection, {.subject = order, .message = MessageId{1}});
            put_comment_link(connection, {.subject = order, .comment = CommentId{"Z"}});
            put_comment_link(connection, {.subject = order, .comment = CommentId{"a"}});
            put_comment_link(connection, {.subject = order, .comment = CommentId{"é"}});
            put_setting(connection, "empty", "");
        });
    }
    CopyResult copy(int pages = 1 << 30) {
        return copy_database(
            from_->place(),
            to_->place(),
            [&](const CopyProgress&) {
                if (pages-- == 0) throw CutShort{};
            },
            start
        );
    }

    static constexpr int rows_ = 2500;
    std::optional<test::TestDatabase> from_;
    std::optional<test::TestDatabase> to_;
};

TEST_P(CopyContract, GoesOnWhereItWasCutShortAtWhicheverPage) {
    int cut = 0;
    for (int pages = 0;; ++pages) {
        try {
            const CopyResult result = copy(pages);
            EXPECT_GT(result.rows, rows_);
            EXPECT_GE(result.there_already, cut > 0 ? rows_ : 0);
            break;
        } catch (const CutShort&) {
            ++cut;
            EXPECT_EQ(schema_of(*to_->open()).state, SchemaState::half_copied);
        }
    }
    EXPECT_GT(cut, 5);
    const auto database = to_->open();
    EXPECT_EQ(schema_of(*database).state, SchemaState::current);
    const auto links = store::read(*database, [](Connection& connection) {
        return comment_links_of(connection, order);
    });
    EXPECT_EQ(links.size(), 4U);
    // What is added next has a number of its own.
    database->write([](Connection& connection) {
        add_journal(connection, order, JournalKind::look, "after", start);
    });
}

TEST_P(CopyContract, RefusesATargetThatHoldsAnythingElse) {
    {
        const auto database = to_->open();
        upgrade(*database, start);
        database->write([](Connection& connection) {
            put_link(connection, {.subject = order, .issue_id = IssueId{"7"}});
        });
    }
    EXPECT_THROW(copy(), DatabaseError);
    const auto kept = store::read(*to_->open(), [](Connection& connection) {
        return find_link(connection, order).has_value();
    });
    EXPECT_TRUE(kept);
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    CopyContract,
    testing::Values(
        Engines{"file", "file"},
        Engines{"file", "postgres"},
        Engines{"postgres", "file"},
        Engines{"postgres", "pooled"}
    ),
    [](const auto& one) { return std::string{one.param.from} + "_to_" + one.param.to; }
);

/// A table that a step adds for one engine alone would be forgotten.
TEST(CopiedTables, AreAllThatTheSchemaHasOnPostgres) {
    if (const auto why = test::TestDatabase::missing("postgres")) GTEST_SKIP() << *why;
    const test::TestDatabase made{"postgres"};
    const auto database = made.open();
    upgrade(*database, start);
    constexpr Statement all{"all", R"sql(
        SELECT c.relname, CAST(a.attname AS text)
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
           AND NOT a.attisdropped AND c.relname <> 'schema_migration' AND NOT c.relispartition
    )sql"};
    std::set<std::string> there;
    database->read([&](Connection& connection) {
        for (const Row& row : connection.run(all, {}))
            if (!is_derived(row[0].text())) there.insert(row[0].text() + "." + row[1].text());
    });
    std::set<std::string> copied;
    for (const auto& table : tables_of_schema())
        for (const Column& column : table->columns())
            copied.insert(table->name() + "." + column.name);
    EXPECT_EQ(copied, there);
}

}  // namespace
}  // namespace oms::store
