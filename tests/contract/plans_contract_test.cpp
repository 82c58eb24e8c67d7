// What the pages ask SQLite for is answered by an index, or by a table that does not grow with the
// number of orders: each statement's plan is read as it runs.
#include <deque>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/attention.hpp"
#include "ops/now.hpp"
#include "ops/remotes.hpp"
#include "ops/shadow.hpp"
#include "ops/story.hpp"
#include "ops/subjects.hpp"
#include "ops/sweeps.hpp"
#include "ops/writes.hpp"
#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/search.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "tests/support/test_database.hpp"

namespace oms::ops {
namespace {

using store::Connection;
using store::Row;
using store::Rows;
using store::Statement;
using store::Value;

const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};

/// Runs each statement, and keeps what SQLite goes through from end to end for it.
class Explained final : public Connection {
public:
    explicit Explained(Connection& inner) : inner_{inner} {}

    Rows run(const Statement& statement, std::span<const Value> parameters) override {
        std::string& text = texts_[statement.sql];
        if (text.empty()) text = "EXPLAIN QUERY PLAN " + std::string{statement.sql};
        for (const Row& row : inner_.run({statement.name, text}, parameters)) {
            const std::string step = row[3].text();
            if (step.starts_with("SCAN "))
                scans_.insert(fmt::format("{}: {}", statement.name, step));
        }
        return inner_.run(statement, parameters);
    }
    [[nodiscard]] std::int64_t changed() const override { return inner_.changed(); }
    void run_script(std::string_view sql) override { inner_.run_script(sql); }

    [[nodiscard]] std::size_t statements() const { return texts_.size(); }
    [[nodiscard]] const std::set<std::string>& scans() const { return scans_; }

private:
    Connection& inner_;
    // A statement is known by the place of its text.
    std::map<std::string_view, std::string> texts_ = {};
    std::set<std::string> scans_ = {};
};

/// Values of the statement itself; indexes that have only what is being done; tables with a row for each
/// process or remote; and what is gone through up to a limit.
bool is_bounded(const std::string& scan) {
    static const std::set<std::string> of_whatever{
        "CONSTANT ROW",
        "CONSTANT ROWS",
        "USING INDEX subject_due",
        "USING INDEX subject_leased",
        "USING INDEX subject_hinted",
        "USING INDEX remote_write_open",
        "USING INDEX sqlite_autoindex_process_1",
        "USING INDEX sqlite_autoindex_remote_1"};
    static const std::set<std::string> to_a_limit{
        "attention_groups: SCAN g",
        "calls_since: SCAN c",
        "calls_since: SCAN remote_call",
        "inbox_counts: SCAN webhook_inbox",
        "spots_in_blocks: SCAN block",
        "spots_in_blocks: SCAN number",
        "spots_unsorted: SCAN u",
        "spots_unsorted: SCAN sight_unsorted USING COVERING INDEX "
        "sqlite_autoindex_sight_unsorted_1",
        "subject_shown: SCAN k",
        "sweep_before: SCAN sweep",
        "sweep_last: SCAN sweep",
        "unsorted_beyond: SCAN sight_unsorted"};
    return to_a_limit.contains(scan) ||
           std::ranges::any_of(of_whatever, [&](const auto& end) { return scan.ends_with(end); });
}

void ask_for_all_pages(Connection& connection) {
    const Facts facts{.version = "1", .oms = 1};
    Now now{facts};
    now.read(connection, start);
    const Subject order = Subject::of(OrderId{{12}, {3}});
    for (const SubjectChoice& choice : std::vector<SubjectChoice>{
             {},
             {.text = "ada byron"},
             {.text = "egi", .state = store::SubjectState::idle},
             {.text = "12/3"},
             {.text = "12"},
             {.text = "EOSC-7"},
             {.state = store::SubjectState::due},
             {.state = store::SubjectState::attention},
             {.would = true},
             {.differs = true}}) {
        EXPECT_TRUE(subjects_page(connection, facts, choice, {}));
        EXPECT_TRUE(subjects_page(connection, facts, choice, {.cursor = "12:order/12/9"}));
    }
    EXPECT_TRUE(story_json(connection, facts, order, start));
    shadow_json(connection, facts);
    EXPECT_TRUE(attention_page(connection, facts, {}));
    EXPECT_TRUE(uncertain_page(connection, {}));
    EXPECT_TRUE(sweeps_json(connection, facts, {}));
    remotes_page(connection, facts, start);
    // What /metrics asks for beside that.
    store::count_attention_by_cause(connection);
    store::open_writes(connection, 1);
    store::last_sweep_end(connection);
    store::processes_since(connection, start);
}

void fill(Connection& connection) {
    for (int i = 1; i <= 300; ++i) {
        const Subject order = Subject::of(OrderId{{i / 10}, {i % 10 + 1}});
        store::add_hint(connection, {.subject = order, .aspects = all_aspects}, start);
        if (i % 20 != 0) store::settle_unleased(connection, order, start);
        store::put_link(
            connection,
            {.subject = order,
             .issue_id = IssueId{std::to_string(i)},
             .issue_key = IssueKey{fmt::format("EOSC-{}", i)}}
        );
        store::put_sight(
            connection,
            {.subject = order,
             .title = "EGI Cloud",
             .customer = "Ada Byron",
             .rows = "[]",
             .would = i % 9 == 0 ? std::vector<std::string>{"a"} : std::vector<std::string>{}}
        );
        if (i % 50 == 0)
            store::raise_attention(connection, {.subject = order, .cause = "refused"}, start);
    }
    store::sort_in(connection, 250);
}

TEST(Plans, OfThePagesGoThroughNothingThatGrowsWithTheNumberOfOrders) {
    const test::TestDatabase made{"memory"};
    const auto database = made.open();
    store::upgrade(*database, start);
    database->write(fill);
    database->read([](Connection& connection) {
        Explained explained{connection};
        ask_for_all_pages(explained);
        EXPECT_GT(explained.statements(), 40U);
        for (const std::string& scan : explained.scans())
            EXPECT_TRUE(is_bounded(scan)) << scan;
    });
}

// It once went through all subjects, and whoever else wrote waited for it.
TEST(Plans, OfPruningIssuesGoThroughThoseOfIssuesAlone) {
    const test::TestDatabase made{"memory"};
    const auto database = made.open();
    store::upgrade(*database, start);
    database->write([](Connection& connection) {
        Explained explained{connection};
        store::prune_issues(explained, 10);
        EXPECT_TRUE(explained.scans().empty()) << *explained.scans().begin();
    });
}

}  // namespace
}  // namespace oms::ops
