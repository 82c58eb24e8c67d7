#include <gtest/gtest.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "sync/poll_events.hpp"
#include "sync/poll_jira.hpp"
#include "sync/sweep.hpp"
#include "tests/support/known_jira.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};

class StandingClock final : public Clock {
public:
    Instant now() override { return wall; }
    Duration steady() override { return since_start; }

    Instant wall = start;
    Duration since_start = 0s;
};

/// Says the same whatever it is asked.
class SameAnswer final : public http::Transport {
public:
    Result<http::Response> send(const http::Request& request) override {
        asked.push_back(request);
        return http::json_response(200, answer);
    }
    std::string answer = "{}";
    std::vector<http::Request> asked;
};

class Polls : public testing::Test {
protected:
    Polls() { store::upgrade(*database_, start); }

    void given_cursor(std::string_view name, Instant at) {
        database_->write([&](store::Connection& connection) {
            store::put_cursor(connection, std::string{name}, {.at = at});
        });
    }
    Instant cursor(std::string_view name) {
        const auto found = store::read(*database_, [&](store::Connection& connection) {
            return store::find_cursor(connection, std::string{name});
        });
        return found ? found->at : Instant{};
    }
    void poll_events() {
        PollEvents events{{}, *database_, clock_, random_, remotes_, Log{}};
        events.turn(start);
    }
    void poll_jira() {
        PollJira issues{{}, plan_, *database_, clock_, random_, remotes_, Log{}};
        issues.turn(start);
    }

    StandingClock clock_;
    SeededRandom random_{1};
    std::unique_ptr<store::Database> database_ =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    plan::Settings plan_{.oms = {1}, .jira_project = "EOSC"};
    SameAnswer transport_;
    marketplace::Client marketplace_{transport_, {.url = "http://mp", .oms = {1}}};
    test::KnownJira known_{clock_, "9.12.0", 9};
    jira::Client jira_{transport_, {.url = "http://jira", .project = "EOSC"}, known_.site};
    jobs::Gate to_marketplace_{"marketplace", {}, *database_, random_, Log{}};
    jobs::Gate to_jira_{"jira", {}, *database_, random_, Log{}};
    Remotes remotes_{marketplace_, jira_, to_marketplace_, to_jira_, clock_};
};

TEST_F(Polls, EventsOfAWrongFutureDoNotTakeTheCursorAlong) {
    given_cursor(PollEvents::cursor_name, start - 1min);
    transport_.answer = R"({"events":[
        {"timestamp":"2026-05-03T23:59:30Z","type":"create","resource":"project","project_id":1},
        {"timestamp":"9999-01-01T00:00:00Z","type":"create","resource":"project","project_id":2}]})";
    poll_events();
    EXPECT_EQ(cursor(PollEvents::cursor_name), start - 30s);
}

TEST_F(Polls, ACursorFromAnywhereIsPolledFrom) {
    for (const Instant odd : {Instant::min(), Instant::max(), start + 24h}) {
        given_cursor(PollEvents::cursor_name, odd);
        given_cursor(PollJira::cursor_name, odd);
        transport_.asked.clear();
        poll_events();
        poll_jira();
        ASSERT_EQ(transport_.asked.size(), 2U);
        EXPECT_TRUE(
            parse_time(*http::parameter(http::query_of(transport_.asked[0].url), "from_timestamp"))
        );
        // A clock that was set back must not ask for what will be updated.
        EXPECT_EQ(transport_.asked[1].body.find("--"), std::string::npos);
    }
}

TEST_F(Polls, ASweepIsNotPutOffByAClockThatWasAheadWhenTheLastOneBegan) {
    const auto pass = [&](Duration time) {
        clock_.wall += time;
        clock_.since_start += time;
    };
    const auto sweep = [&] { return store::read(*database_, store::last_sweep); };
    transport_.answer = R"({"projects":[]})";
    Sweeper sweeper{{.interval = 2h}, plan_, *database_, clock_, remotes_, Log{}};
    sweeper.begin(clock_.now());
    while (!sweep()->ended_at) {
        sweeper.turn(clock_.now());
        pass(1s);
    }
    // It was a hundred minutes ahead, and is set right; a little later the start is past again.
    clock_.wall -= 100min;
    pass(1h + 45min);
    EXPECT_LE(sweeper.turn(clock_.now()), clock_.now() + 15min);
    pass(15min);
    sweeper.turn(clock_.now());
    EXPECT_EQ(sweep()->id, 2);
}

TEST_F(Polls, IssuesThatComeAgainAndAgainEndThePoll) {
    transport_.answer = R"({"issues":[{"id":"1","key":"EOSC-1"}]})";
    poll_jira();
    EXPECT_LT(transport_.asked.size(), 50U);
    EXPECT_EQ(cursor(PollJira::cursor_name), Instant{}) << "what was not read is read again";
}

}  // namespace
}  // namespace oms::sync
