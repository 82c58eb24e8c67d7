// A Redis that is found by a Sentinel, and found again after a fail-over.
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/redis_server.hpp"
#include "wake/redis_pace.hpp"
#include "wake/redis_relay.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A Sentinel that watches a master as `orders`, and believes itself that it is down.
class Sentinel {
public:
    explicit Sentinel(int master, const std::string& password = "") {
        std::string folder =
            (std::filesystem::temp_directory_path() / "oms-sentinel-XXXXXX").string();
        EXPECT_NE(mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        std::ofstream{file()} << fmt::format(
            "sentinel monitor orders 127.0.0.1 {} 1\n"
            "sentinel down-after-milliseconds orders 300\n"
            "sentinel failover-timeout orders 2000\n",
            master
        );
        if (!password.empty())
            std::ofstream{file(), std::ios::app} << "sentinel auth-pass orders " << password
                                                 << "\n";
        server_ = std::make_unique<RedisServer>(std::vector<std::string>{file(), "--sentinel"});
    }
    ~Sentinel() {
        server_.reset();
        std::filesystem::remove_all(folder_);
    }
    Sentinel(const Sentinel&) = delete;
    Sentinel& operator=(const Sentinel&) = delete;

    [[nodiscard]] const RedisServer& server() const { return *server_; }
    [[nodiscard]] bool knows_a_replica() const {
        return eventually([this] {
            return !server_->ask({"SENTINEL", "REPLICAS", "orders"}).list.empty();
        });
    }
    [[nodiscard]] int master_port() const {
        const auto master = server_->ask({"SENTINEL", "get-master-addr-by-name", "orders"});
        return std::stoi(master.list.at(1).text);
    }

private:
    [[nodiscard]] std::string file() const { return (folder_ / "sentinel.conf").string(); }

    std::filesystem::path folder_;
    std::unique_ptr<RedisServer> server_;
};

class RedisSentinelTest : public testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::installed()) GTEST_SKIP() << "redis-server is not installed";
    }
};

TEST_F(RedisSentinelTest, TheNewMasterIsFoundAfterAFailOver) {
    RedisServer master;
    const RedisServer replica{
        {"--replicaof",
         "127.0.0.1 " + std::to_string(master.port()),
         "--repl-ping-replica-period",
         "1"}};
    const Sentinel sentinel{master.port()};
    ASSERT_TRUE(sentinel.knows_a_replica());
    // The first is away: the next is asked.
    const auto address = parse_redis_address(fmt::format(
                                                 "redis+sentinel://127.0.0.1:1,127.0.0.1:{}/orders",
                                                 sentinel.server().port()
                                             ))
                             .value();
    std::atomic<int> heard = 0;
    Lines lines;
    const auto relay = make_redis_relay(
        address, "oms-jira:1", [&](Topic) { ++heard; }, lines.log()
    );
    SystemClock clock;
    LocalPace local{clock, {{"jira", 10}}};
    RedisPace pace{address, "oms-jira:1", local, lines.log()};
    const auto both_work = [&] { return relay->state().working && pace.state().working; };
    ASSERT_TRUE(eventually(both_work)) << relay->state().says;
    ASSERT_TRUE(eventually([&] { return heard == 2; }));

    master.kill();
    ASSERT_TRUE(eventually([&] { return sentinel.master_port() == replica.port(); }));
    EXPECT_TRUE(eventually([&] { return both_work() && heard >= 4; })) << lines.all();
    EXPECT_TRUE(eventually([&] {
        pace.reserve("jira", 1min);
        return replica.ask({"EXISTS", "oms-jira:1:pace:jira"}).number == 1;
    }));
}

TEST_F(RedisSentinelTest, AServerThatIsNoMasterIsNotBelievedToBeOne) {
    const RedisServer master;
    const RedisServer replica{{"--replicaof", "127.0.0.1 " + std::to_string(master.port())}};
    const Sentinel mistaken{replica.port()};
    Lines lines;
    const auto relay = make_redis_relay(
        mistaken.server().at("redis+sentinel://", "/orders"),
        "oms-jira:1",
        [](Topic) {},
        lines.log()
    );
    ASSERT_TRUE(eventually([&] { return lines.with("does not work") == 1; }));
    EXPECT_THAT(relay->state().says, HasSubstr("is no master at present"));
}

TEST_F(RedisSentinelTest, AServiceThatTheSentinelDoesNotKnowIsTold) {
    const RedisServer master;
    const Sentinel sentinel{master.port()};
    Lines lines;
    const auto relay = make_redis_relay(
        sentinel.server().at("redis+sentinel://", "/order"), "oms-jira:1", [](Topic) {}, lines.log()
    );
    ASSERT_TRUE(eventually([&] { return lines.with("does not work") == 1; }));
    EXPECT_THAT(relay->state().says, HasSubstr("does not know 'order'"));
}

TEST_F(RedisSentinelTest, AMasterWithAPasswordIsReachedThroughASentinelWithout) {
    const RedisServer master{{"--requirepass", "secret"}};
    const Sentinel sentinel{master.port(), "secret"};
    const auto relay = make_redis_relay(
        sentinel.server().at("redis+sentinel://:secret@", "/orders"),
        "oms-jira:1",
        [](Topic) {},
        Log{}
    );
    EXPECT_TRUE(eventually([&] { return relay->state().working; })) << relay->state().says;
}

}  // namespace
}  // namespace oms::wake
