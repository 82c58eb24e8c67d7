// What people see and do, on every engine: sights, calls, tasks, sessions.
#include <gtest/gtest.h>

#include "store/actions.hpp"
#include "store/calls.hpp"
#include "store/journal.hpp"
#include "store/migrations.hpp"
#include "store/sessions.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "store/subjects.hpp"
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

void raise_three(Connection& connection) {
    const auto raise = [&](const Subject& subject, const char* cause, const char* fingerprint) {
        raise_attention(
            connection,
            {.subject = subject, .cause = cause, .fingerprint = fingerprint, .says = "no"},
            noon
        );
    };
    raise(someones, "refused", "field A");
    raise(Subject::of(ProjectId{12}), "refused", "field B");
    raise({}, "poison_event", "poison_event");
}

TEST_P(OperatorsContract, ARetryWakesThoseOfOneCauseAndTellsWhoAsked) {
    const int woken = in([](Connection& connection) {
        raise_three(connection);
        return retry(connection, {.cause = "refused", .fingerprint = "field A"}, "Ada", noon + 1s);
    });
    EXPECT_EQ(woken, 1);
    const auto row = in([](Connection& connection) { return find_subject(connection, someones); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->state, SubjectState::due);
    EXPECT_EQ(row->dirty, all_aspects);
    const auto story =
        in([](Connection& connection) { return journal_of(connection, someones, 9); });
    EXPECT_EQ(story.at(0).kind, "person");
    EXPECT_EQ(story.at(0).says, "retry asked for by Ada");
    EXPECT_EQ(
        in([](Connection& connection) { return retry(connection, {.all = true}, "", noon + 2s); }),
        2
    ) << "what is about nobody cannot be tried again";
}

TEST_P(OperatorsContract, ADismissalKeepsWhoAndWhy) {
    const int dismissed = in([](Connection& connection) {
        raise_three(connection);
        return dismiss(
            connection, {.cause = "refused"}, {.who = "Ada", .reason = "mended\nby hand"}, noon
        );
    });
    EXPECT_EQ(dismissed, 2);
    EXPECT_EQ(in(count_attention), 1);
    const auto story =
        in([](Connection& connection) { return journal_of(connection, someones, 9); });
    ASSERT_EQ(story.size(), 1U);
    EXPECT_EQ(story[0].says, "refused dismissed by Ada: mended by hand");
    EXPECT_EQ(
        in([](Connection& connection) { return dismiss(connection, {.ids = {999}}, {}, noon); }), 0
    );
}

TEST_P(OperatorsContract, WhatWasDismissedIsKnownUntilSomethingNewIsHeard) {
    const Attention refused{
        .subject = someones, .cause = "refused", .fingerprint = "f", .says = "no"};
    const auto known = [&](const Attention& attention) {
        return in([&](Connection& connection) { return is_dismissed(connection, attention); });
    };
    const auto hint = [&](Lane lane, const std::string& cause) {
        database_->write([&](Connection& connection) {
            add_hint(
                connection,
                {.subject = someones, .aspects = all_aspects, .lane = lane, .cause = cause},
                noon + 2s
            );
        });
    };
    database_->write([&](Connection& connection) { raise_attention(connection, refused, noon); });
    EXPECT_FALSE(known(refused));
    database_->write([](Connection& connection) {
        dismiss(connection, {.all = true}, {.who = "Ada"}, noon + 1s);
    });
    hint(Lane::sweep, "sweep");
    hint(Lane::sweep, "reconcile");
    EXPECT_TRUE(known(refused));
    EXPECT_FALSE(known({.subject = someones, .cause = "refused", .fingerprint = "another"}));
    EXPECT_FALSE(known({.subject = someones, .cause = "forbidden", .fingerprint = "f"}));
    hint(Lane::poll, "Jira poll");
    EXPECT_FALSE(known(refused));
}

TEST_P(OperatorsContract, ALookAskedForComesFirst) {
    in([](Connection& connection) {
        add_hint(connection, {.subject = someones, .lane = Lane::backfill, .cause = "old"}, noon);
        look_now(connection, someones, "Ada", noon + 1s);
        return 0;
    });
    const auto row = in([](Connection& connection) { return *find_subject(connection, someones); });
    EXPECT_EQ(row.lane, Lane::live);
    EXPECT_EQ(row.dirty, all_aspects);
}

TEST_P(OperatorsContract, WhatWasLookedAtInShadowIsTakenUpOnce) {
    const Subject project = Subject::of(ProjectId{12});
    in([&](Connection& connection) {
        for (const Subject& subject : {someones, project, someones})
            owe_look(connection, subject);
        put_sight(connection, {.subject = someones, .would = {"create the issue"}});
        return 0;
    });
    const auto counts = in(count_shadow);
    EXPECT_EQ(counts.owed, 2);
    EXPECT_EQ(counts.would, 1);
    const auto take = [&](int most) {
        return in([&](Connection& connection) { return take_up_owed(connection, most, noon); });
    };
    EXPECT_EQ(take(1), 1);
    EXPECT_EQ(take(9), 1);
    EXPECT_EQ(take(9), 0);
    const auto row = in([](Connection& connection) { return *find_subject(connection, someones); });
    EXPECT_EQ(row.state, SubjectState::due);
    EXPECT_EQ(row.dirty, all_aspects);
}

TEST_P(OperatorsContract, WhatAShadowHasInHandWhenItIsTakenUpIsLookedAtOnceMore) {
    const auto again = in([](Connection& connection) {
        add_hint(connection, {.subject = someones, .aspects = all_aspects, .cause = "new"}, noon);
        const auto leased = lease_one(connection, someones, "shadow/0/", noon + 1min);
        owe_look(connection, someones);
        take_up_owed(connection, 9, noon);
        finish_done(connection, *leased, noon + 1s);
        return *find_subject(connection, someones);
    });
    EXPECT_EQ(again.state, SubjectState::due);
    EXPECT_EQ(again.dirty, all_aspects);
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    OperatorsContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    [](const auto& one) { return std::string{one.param}; }
);

}  // namespace
}  // namespace oms::store
