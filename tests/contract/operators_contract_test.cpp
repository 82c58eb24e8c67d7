// What people see and do, on every engine: sights, calls, tasks, sessions.
#include <gtest/gtest.h>

#include "store/calls.hpp"
#include "store/migrations.hpp"
#include "store/sessions.hpp"
#include "store/sights.hpp"
#include "store/tasks.hpp"
#include "tests/support/test_database.hpp"

namespace oms::store {
namespace {

using namespace std::chrono_literals;

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};
const Subject someones = Subject::of(OrderId{{12}, {3}});

class OperatorsContract : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (const auto why = test::TestDatabase::missing(GetParam())) GTEST_SKIP() << *why;
        made_.emplace(GetParam());
        database_ = made_->open();
        upgrade(*database_, noon);
    }
    template <class F>
    auto in(F work) {
        return store::write(*database_, work);
    }

    std::optional<test::TestDatabase> made_;
    std::unique_ptr<Database> database_;
};

TEST_P(OperatorsContract, ASightKeepsWhatALaterLookDidNotRead) {
    const auto found = in([](Connection& connection) {
        put_sight(
            connection,
            {.subject = someones,
             .title = "EGI Cloud",
             .customer = "Ada Byron",
             .email = "ada@example.org",
             .rows = "[1]",
             .would = {"create the issue", "say \"so\""},
             .seen_at = noon}
        );
        put_sight(connection, {.subject = someones, .rows = "[2]", .seen_at = noon + 1s});
        return *find_sight(connection, someones);
    });
    EXPECT_EQ(found.title, "EGI Cloud");
    EXPECT_EQ(found.email, "ada@example.org");
    EXPECT_EQ(found.rows, "[2]");
    EXPECT_TRUE(found.would.empty());
    EXPECT_EQ(found.seen_at, noon + 1s);
}

TEST_P(OperatorsContract, CallsAreReadBackwardsAndTheLatestAreKept) {
    const auto paths = [](const std::vector<RemoteCall>& calls) {
        std::string text;
        for (const RemoteCall& call : calls)
            text += call.path;
        return text;
    };
    in([&](Connection& connection) {
        std::vector<RemoteCall> calls;
        for (const char* path : {"a", "b", "c", "d", "e"}) {
            calls.push_back(
                {.at = noon,
                 .remote = *path == 'c' ? "marketplace" : "jira",
                 .method = "GET",
                 .path = path,
                 .status = 200,
                 .took = 1500us,
                 .subject = *path == 'b' ? key_of(someones) : ""}
            );
        }
        add_calls(connection, calls);
        const auto latest = calls_before(connection, "", 0, 2);
        EXPECT_EQ(paths(latest), "ed");
        EXPECT_EQ(latest[0].took, 1500us);
        EXPECT_EQ(paths(calls_before(connection, "", latest[1].id, 2)), "cb");
        EXPECT_EQ(paths(calls_before(connection, "marketplace", 0, 9)), "c");
        EXPECT_EQ(paths(calls_of(connection, someones, 9)), "b");
        prune_calls(connection, 2);
        EXPECT_EQ(paths(calls_before(connection, "", 0, 9)), "ed");
        return 0;
    });
}

TEST_P(OperatorsContract, ATaskAskedForTwiceIsOneAndHasOneOwnerAtATime) {
    in([&](Connection& connection) {
        const Task asked{
            .kind = TaskKind::dry_sweep, .input = "{}", .asked_by = "Ada", .repeat = "x1"};
        const std::int64_t id = add_task(connection, asked, noon);
        EXPECT_EQ(add_task(connection, asked, noon + 1s), id);
        const auto taken = take_task(connection, "a", noon, noon + 60s);
        EXPECT_TRUE(taken && taken->id == id && taken->state == TaskState::running);
        EXPECT_FALSE(take_task(connection, "b", noon + 30s, noon + 90s));
        EXPECT_TRUE(tell_progress(connection, id, "a", "3 of 7", noon + 80s));
        // Its owner was not heard of.
        EXPECT_TRUE(take_task(connection, "b", noon + 81s, noon + 140s));
        EXPECT_FALSE(tell_progress(connection, id, "a", "4 of 7", noon + 99s));
        EXPECT_FALSE(end_task(connection, id, "a", TaskState::done, "{}", noon + 82s));
        EXPECT_TRUE(end_task(connection, id, "b", TaskState::done, "{\"n\":1}", noon + 83s));
        const auto ended = find_task(connection, id);
        EXPECT_TRUE(ended && ended->state == TaskState::done && ended->result == "{\"n\":1}");
        EXPECT_FALSE(take_task(connection, "c", noon + 300s, noon + 360s));
        prune_tasks(connection, noon + 84s);
        EXPECT_FALSE(find_task(connection, id));
        return 0;
    });
}

TEST_P(OperatorsContract, ASessionEndsByTimeAndByHand) {
    in([&](Connection& connection) {
        for (const char* key : {"k1", "k2"}) {
            add_session(
                connection,
                {.key = key,
                 .role = "operator",
                 .who = "Ada",
                 .started_at = noon,
                 .seen_at = noon,
                 .ends_at = noon + 60s}
            );
        }
        see_session(connection, "k1", noon + 50s, noon + 110s);
        EXPECT_FALSE(find_session(connection, "k2", noon + 61s));
        EXPECT_TRUE(find_session(connection, "k1", noon + 61s));
        end_session(connection, "k1");
        EXPECT_FALSE(find_session(connection, "k1", noon + 61s));
        prune_sessions(connection, noon + 61s);
        EXPECT_FALSE(find_session(connection, "k2", noon));
        return 0;
    });
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    OperatorsContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    [](const auto& one) { return std::string{one.param}; }
);

}  // namespace
}  // namespace oms::store
