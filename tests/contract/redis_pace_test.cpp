// The pace of several processes through a real Redis, and without it.
#include "wake/redis_pace.hpp"

#include <algorithm>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "tests/contract/redis_server.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Steady = std::chrono::steady_clock;

constexpr auto key = "oms-jira:1:pace:jira";

/// One process' pace.
struct Process {
    explicit Process(RedisAddress address, double per_second = 10, int processes = 2)
        : local{clock, {{"jira", per_second}}} {
        local.set_processes(processes);
        pace = std::make_unique<RedisPace>(std::move(address), "oms-jira:1", local, lines.log());
    }
    [[nodiscard]] bool works() const {
        return eventually([&] { return pace->state().working; });
    }
    [[nodiscard]] bool away() const {
        return eventually([&] { return !pace->state().working; });
    }

    SystemClock clock;
    LocalPace local;
    Lines lines;
    std::unique_ptr<RedisPace> pace;
};

/// A turn as far as it can be told from outside: Redis looked at its clock between our asking and
/// its answer.
struct Turn {
    Steady::time_point earliest;
    Steady::time_point latest;
};

std::optional<Turn> take_turn(Pace& pace, Duration most = 1min) {
    const auto before = Steady::now();
    const auto wait = pace.reserve("jira", most);
    const auto after = Steady::now();
    if (!wait) return std::nullopt;
    return Turn{
        .earliest = before + *wait - (after - before), .latest = after + *wait + (after - before)};
}

class RedisPaceTest : public testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::installed()) GTEST_SKIP() << "redis-server is not installed";
        server_ = std::make_unique<RedisServer>();
    }
    /// By Redis' clock.
    [[nodiscard]] Duration field(const std::string& name) const {
        return Duration{*parse_int(server_->ask({"HGET", key, name}).text)};
    }
    std::unique_ptr<RedisServer> server_;
};

TEST_F(RedisPaceTest, NoSecondSeesMoreTurnsOfAllProcessesThanTheLimit) {
    constexpr int limit = 20;
    constexpr std::size_t each = 20;
    Process one{server_->at(), limit};
    Process other{server_->at(), limit};
    ASSERT_TRUE(one.works() && other.works());
    std::vector<std::vector<Turn>> taken(10);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        threads.emplace_back([&, i] {
            Pace& pace = i % 2 == 0 ? *one.pace : *other.pace;
            while (taken[i].size() < each) {
                if (const auto turn = take_turn(pace)) taken[i].push_back(*turn);
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    std::vector<Turn> all;
    for (const auto& of_thread : taken)
        all.insert(all.end(), of_thread.begin(), of_thread.end());
    ASSERT_EQ(all.size(), 200U);
    EXPECT_TRUE(one.pace->state().working && other.pace->state().working);
    for (const Turn& first : all) {
        const auto surely_within_a_second = std::ranges::count_if(all, [&](const Turn& turn) {
            return turn.earliest >= first.earliest && turn.latest < first.earliest + 1s;
        });
        EXPECT_LE(surely_within_a_second, limit);
    }
    const auto begin = std::ranges::min(all, {}, &Turn::earliest).earliest;
    const auto end = std::ranges::max(all, {}, &Turn::latest).latest;
    EXPECT_GE(end - begin, 199 * spacing_of(limit));
}

TEST_F(RedisPaceTest, TurnsOfAllProcessesAreEvenlySpaced) {
    Process one{server_->at(), 5};
    Process other{server_->at(), 5};
    ASSERT_TRUE(one.works() && other.works());
    Duration last{};
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE((i % 2 == 0 ? one : other).pace->reserve("jira", 1min));
        const Duration turn = field("turn");
        if (i > 0) {
            EXPECT_GE(turn - last, 220'001us);
        }
        last = turn;
    }
}

TEST_F(RedisPaceTest, ATurnThatIsTooFarAwayIsNotKept) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    while (one.pace->reserve("jira", 1s)) {
    }
    const Duration last = field("turn");
    EXPECT_FALSE(one.pace->reserve("jira", 0s));
    EXPECT_EQ(field("turn"), last);
}

TEST_F(RedisPaceTest, RemotesAndInstallationsDoNotHoldUpEachOther) {
    Process one{server_->at(), 1};
    ASSERT_TRUE(one.works());
    ASSERT_TRUE(one.pace->reserve("jira", 2s));
    EXPECT_EQ(one.pace->reserve("marketplace", 0s), 0s);  // without settings, so without a limit
    LocalPace local{one.clock, {{"jira", 1}}};
    RedisPace stranger{server_->at(), "oms-jira:2", local, Log{}};
    ASSERT_TRUE(eventually([&] { return stranger.state().working; }));
    EXPECT_TRUE(stranger.reserve("jira", 1500ms));
}

TEST_F(RedisPaceTest, KeysExpire) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    one.pace->reserve("jira", 1s);
    one.pace->pause("jira", 20h);
    one.pace->pause("marketplace", 1s);
    EXPECT_GT(server_->ask({"TTL", key}).number, 40 * 3600);
    const auto keys = server_->ask({"KEYS", "*"});
    EXPECT_EQ(keys.list.size(), 3U);  // the two, and the one that is tried
    for (const RedisReply& one_of_all : keys.list) {
        EXPECT_THAT(one_of_all.text, testing::StartsWith("oms-jira:1:pace"));
        EXPECT_GT(server_->ask({"TTL", one_of_all.text}).number, 3600);
    }
}

TEST_F(RedisPaceTest, APauseIsOneOfAllProcesses) {
    Process one{server_->at()};
    Process other{server_->at()};
    ASSERT_TRUE(one.works() && other.works());
    one.pace->pause("jira", 30s);
    one.pace->pause("jira", 1s);
    EXPECT_GT(other.pace->paused_for("jira"), 20s);
    EXPECT_FALSE(other.pace->reserve("jira", 10s));
    EXPECT_GT(other.pace->reserve("jira", 40s), 20s);
    other.pace->pause("jira", 0s);
    EXPECT_EQ(one.pace->paused_for("jira"), 0s);
    EXPECT_EQ(one.local.paused_for("jira"), 0s);
}

TEST_F(RedisPaceTest, APauseOfAnOutageIsToldAfterIt) {
    Process one{server_->at()};
    Process other{server_->at()};
    ASSERT_TRUE(one.works() && other.works());
    server_->kill();
    one.pace->pause("jira", 5min);
    EXPECT_GT(one.pace->paused_for("jira"), 4min);
    EXPECT_EQ(other.pace->paused_for("jira"), 0s);
    server_->start();
    ASSERT_TRUE(one.works() && other.works());
    EXPECT_TRUE(eventually([&] {
        return one.pace->paused_for("jira") > 3min && other.pace->paused_for("jira") > 3min;
    }));
}

TEST_F(RedisPaceTest, APauseThatRedisRefusedIsToldOnceItHasRoom) {
    Process one{server_->at()};
    Process other{server_->at()};
    ASSERT_TRUE(one.works() && other.works());
    one.pace->pause("jira", 5min);
    one.pace->pause("jira", 0s);  // from here on Redis has its own word on it
    server_->ask({"SET", "load", std::string(2 << 20, 'x')});
    server_->ask({"CONFIG", "SET", "maxmemory", "1mb"});
    one.pace->pause("jira", 5min);
    EXPECT_EQ(other.pace->paused_for("jira"), 0s);
    server_->ask({"CONFIG", "SET", "maxmemory", "0"});
    ASSERT_TRUE(one.works());
    EXPECT_GT(one.pace->paused_for("jira"), 4min);
    EXPECT_GT(other.pace->paused_for("jira"), 4min);
}

TEST_F(RedisPaceTest, APauseSurvivesAFlush) {
    Process one{server_->at()};
    Process other{server_->at()};
    ASSERT_TRUE(one.works() && other.works());
    one.pace->pause("jira", 5min);
    server_->ask({"FLUSHALL"});
    other.pace->reserve("jira", 1s);  // makes the key anew, and knows of no pause
    EXPECT_GT(one.pace->paused_for("jira"), 4min);
    EXPECT_GT(other.pace->paused_for("jira"), 4min);
}

TEST_F(RedisPaceTest, AFlushPermitsNoBurst) {
    Process one{server_->at()};
    Process other{server_->at()};
    ASSERT_TRUE(one.works() && other.works());
    ASSERT_TRUE(other.pace->reserve("jira", 5s));
    std::optional<Turn> last;
    for (int i = 0; i < 8; ++i)
        last = take_turn(*one.pace, 5s);
    ASSERT_TRUE(last);
    server_->ask({"FLUSHALL"});
    const auto next = take_turn(*other.pace, 5s);  // of what `one` was given it knows nothing
    ASSERT_TRUE(next);
    EXPECT_GT(next->latest, last->earliest + 110ms);
}

TEST_F(RedisPaceTest, AnUnknownRemoteBeginsWithOneSpacing) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    const auto before = Steady::now();
    const auto first = take_turn(*one.pace);
    ASSERT_TRUE(first);
    EXPECT_GE(first->latest, before + 110ms);
}

TEST_F(RedisPaceTest, ATurnThatRedisForgotInARestartIsRememberedByWhoseItIs) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    std::optional<Turn> last;
    for (int i = 0; i < 200; ++i)
        last = take_turn(*one.pace);
    ASSERT_TRUE(last);
    server_->kill();
    const auto without = take_turn(*one.pace);
    ASSERT_TRUE(without);
    EXPECT_GE(without->latest, last->earliest + 220ms);  // half the limit
    server_->start();
    ASSERT_TRUE(one.away());
    ASSERT_TRUE(one.works());
    const auto again = take_turn(*one.pace);
    ASSERT_TRUE(again);
    EXPECT_GE(again->latest, without->earliest + 110ms);
}

TEST_F(RedisPaceTest, WithoutRedisEachProcessHasItsShare) {
    Process one{server_->at(), 20, 4};
    ASSERT_TRUE(one.works());
    server_->kill();
    std::vector<Turn> turns;
    turns.reserve(20);
    for (int i = 0; i < 20; ++i)
        turns.push_back(*take_turn(*one.pace));
    EXPECT_FALSE(one.pace->state().working);
    EXPECT_GE(turns.back().latest - turns.front().earliest, 19 * 220ms);
    EXPECT_EQ(one.lines.with("redis does not work"), 1);
    server_->start();
    ASSERT_TRUE(one.works());
    EXPECT_EQ(one.lines.with("redis works again"), 1);
}

TEST_F(RedisPaceTest, WorksBeforeRedisIsEverReached) {
    const auto nowhere = parse_redis_address("127.0.0.1:1").value();
    Process one{nowhere};
    EXPECT_TRUE(one.pace->reserve("jira", 1s));
    EXPECT_TRUE(eventually([&] {
        return one.pace->state().says == "cannot be reached: Connection refused";
    }));
}

TEST_F(RedisPaceTest, ARedisThatHangsHoldsNobodyUp) {
    Process one{server_->at(), 0};
    ASSERT_TRUE(one.works());
    server_->hold();
    std::vector<std::thread> threads;
    threads.reserve(10);
    std::atomic<int> late = 0;
    for (int i = 0; i < 10; ++i) {
        threads.emplace_back([&] {
            const auto before = Steady::now();
            EXPECT_TRUE(one.pace->reserve("jira", 1min));
            if (Steady::now() - before > 1s) ++late;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(late, 0);
    EXPECT_TRUE(one.away());
    EXPECT_EQ(one.lines.with("redis does not work"), 1);
    server_->let_go();
    EXPECT_TRUE(one.works());
}

TEST_F(RedisPaceTest, ARedisThatGoesAwayIsFoundOutWhileNothingIsSent) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    server_->kill();
    EXPECT_TRUE(one.away());
}

TEST_F(RedisPaceTest, AReplicaIsToldAndTakenOnceItIsPromoted) {
    RedisServer replica{{"--replicaof", "127.0.0.1 " + std::to_string(server_->port())}};
    Process one{replica.at()};
    ASSERT_TRUE(eventually([&] { return one.lines.with("does not work") == 1; }));
    EXPECT_THAT(one.pace->state().says, HasSubstr("READONLY"));
    EXPECT_TRUE(one.pace->reserve("jira", 1s));
    replica.ask({"REPLICAOF", "NO", "ONE"});
    EXPECT_TRUE(one.works());
    EXPECT_EQ(one.lines.with("does not work"), 1);
    replica.ask({"REPLICAOF", "127.0.0.1", std::to_string(server_->port())});
    EXPECT_TRUE(one.pace->reserve("jira", 1min));
    EXPECT_TRUE(one.away());
}

TEST_F(RedisPaceTest, AFullRedisIsToldAndTakenOnceItHasRoom) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    server_->ask({"SET", "load", std::string(2 << 20, 'x')});
    server_->ask({"CONFIG", "SET", "maxmemory", "1mb"});
    EXPECT_TRUE(one.pace->reserve("jira", 1s));
    EXPECT_FALSE(one.pace->state().working);
    EXPECT_THAT(one.pace->state().says, HasSubstr("OOM"));
    server_->ask({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_TRUE(one.works());
}

TEST_F(RedisPaceTest, AScriptThatWasForgottenIsNoLoss) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    server_->ask({"SCRIPT", "FLUSH"});
    EXPECT_TRUE(one.pace->reserve("jira", 1s));
    EXPECT_TRUE(one.pace->state().working);
}

TEST_F(RedisPaceTest, AClockThatIsSetBackHoldsNobodyUp) {
    Process one{server_->at()};
    ASSERT_TRUE(one.works());
    ASSERT_TRUE(one.pace->reserve("jira", 1s));
    one.pace->pause("jira", 10s);
    for (const char* name : {"turn", "until"}) {
        const Duration later = field(name) + 1h;
        server_->ask({"HSET", key, name, std::to_string(later.count())});
    }
    EXPECT_LE(one.pace->paused_for("jira"), 10s);
    EXPECT_TRUE(one.pace->reserve("jira", 13s));
}

}  // namespace
}  // namespace oms::wake
