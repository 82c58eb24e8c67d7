// Rings through a real Redis, and through what can happen to it.
#include "wake/redis_relay.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/contract/redis_server.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// One process' end of the relay, with what it heard.
class Ear {
public:
    explicit Ear(RedisAddress address, const std::string& prefix = "oms-jira:1")
        : relay_{make_redis_relay(
              std::move(address),
              prefix,
              [this](Topic topic) { ++(topic == Topic::work ? work_ : events_); },
              lines_.log()
          )} {}

    Relay& relay() { return *relay_; }
    [[nodiscard]] int work() const { return work_; }
    [[nodiscard]] int events() const { return events_; }
    [[nodiscard]] CarrierState state() const { return relay_->state(); }
    [[nodiscard]] const Lines& lines() const { return lines_; }
    /// Both topics of a connection, `times` of them altogether.
    [[nodiscard]] bool connected(int times = 1) const {
        return eventually([&] { return state().working && work() >= times && events() >= times; });
    }
    [[nodiscard]] bool away() const {
        return eventually([&] { return !state().working; });
    }

private:
    std::atomic<int> work_ = 0;
    std::atomic<int> events_ = 0;
    Lines lines_;
    std::unique_ptr<Relay> relay_;  // last: its thread uses the others
};

class RedisRelayTest : public testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::installed()) GTEST_SKIP() << "redis-server is not installed";
        server_ = std::make_unique<RedisServer>();
    }
    std::unique_ptr<RedisServer> server_;
};

TEST_F(RedisRelayTest, ARingIsHeardByOthersAndNotByItself) {
    Ear one{server_->at()};
    Ear other{server_->at()};
    ASSERT_TRUE(one.connected() && other.connected());
    one.relay().ring(Topic::work);
    EXPECT_TRUE(eventually([&] { return other.work() == 2; }));
    other.relay().ring(Topic::events);
    EXPECT_TRUE(eventually([&] { return one.events() == 2; }));
    EXPECT_EQ(one.work(), 1);
    EXPECT_EQ(other.events(), 1);
}

TEST_F(RedisRelayTest, InstallationsDoNotHearEachOther) {
    Ear one{server_->at(), "oms-jira:1"};
    Ear stranger{server_->at(), "oms-jira:2"};
    Ear other{server_->at(), "oms-jira:1"};
    ASSERT_TRUE(one.connected() && stranger.connected() && other.connected());
    one.relay().ring(Topic::work);
    ASSERT_TRUE(eventually([&] { return other.work() == 2; }));
    EXPECT_EQ(stranger.work(), 1);
}

TEST_F(RedisRelayTest, ManyRingsCoalesce) {
    Ear one{server_->at()};
    Ear other{server_->at()};
    ASSERT_TRUE(one.connected() && other.connected());
    server_->hold();
    for (int i = 0; i < 10'000; ++i)
        one.relay().ring(Topic::work);
    server_->let_go();
    EXPECT_TRUE(eventually([&] { return other.work() >= 2; }));
    EXPECT_LT(other.work(), 100);
}

TEST_F(RedisRelayTest, AfterAKillItConnectsAgainAndHearsOfBothTopics) {
    Ear one{server_->at()};
    Ear other{server_->at()};
    ASSERT_TRUE(one.connected() && other.connected());
    server_->kill();
    ASSERT_TRUE(one.away() && other.away());
    EXPECT_THAT(one.state().says, Not(HasSubstr("connected yet")));
    server_->start();
    ASSERT_TRUE(one.connected(2) && other.connected(2));
    const int heard = other.work();
    one.relay().ring(Topic::work);
    EXPECT_TRUE(eventually([&] { return other.work() > heard; }));
    EXPECT_EQ(one.lines().with("redis does not work"), 1);
    EXPECT_EQ(one.lines().with("redis works again"), 1);
}

TEST_F(RedisRelayTest, AConnectionThatIsCutIsOpenedAgain) {
    Ear one{server_->at()};
    ASSERT_TRUE(one.connected());
    server_->ask({"CLIENT", "KILL", "TYPE", "pubsub"});
    EXPECT_TRUE(one.connected(2));
}

TEST_F(RedisRelayTest, ARedisThatHangsIsFoundOutByTheNextRing) {
    Ear one{server_->at()};
    ASSERT_TRUE(one.connected());
    server_->hold();
    one.relay().ring(Topic::work);
    EXPECT_TRUE(one.away());
    server_->let_go();
    EXPECT_TRUE(one.connected(2));
}

TEST_F(RedisRelayTest, ARedisThatHangsIsFoundOutWithoutARing) {
    Ear one{server_->at()};
    ASSERT_TRUE(one.connected());
    server_->hold();
    EXPECT_TRUE(one.away());
    server_->let_go();
    EXPECT_TRUE(one.connected(2));
}

TEST_F(RedisRelayTest, AWrongPasswordIsToldAndNeverShown) {
    const RedisServer locked{{"--requirepass", "the right one"}};
    Ear wrong{locked.at("redis://:hunter2hunter2@")};
    Ear without{locked.at()};
    Ear right{locked.at("redis://:the%20right%20one@")};
    EXPECT_TRUE(right.connected());
    ASSERT_TRUE(eventually([&] { return wrong.lines().with("does not work") == 1; }));
    ASSERT_TRUE(eventually([&] { return without.lines().with("does not work") == 1; }));
    EXPECT_THAT(wrong.state().says, HasSubstr("refuses our password: WRONGPASS"));
    EXPECT_THAT(without.state().says, HasSubstr("wants a password: NOAUTH"));
    for (const Ear* one : {&wrong, &right}) {
        EXPECT_THAT(one->lines().all(), Not(HasSubstr("hunter2")));
        EXPECT_THAT(one->lines().all(), Not(HasSubstr("the right one")));
        EXPECT_THAT(one->state().name, Not(HasSubstr("hunter2")));
    }
}

TEST_F(RedisRelayTest, AUserIsNamedAndItsDatabaseChosen) {
    server_->ask({"ACL", "SETUSER", "oms", "on", ">secret", "~oms-jira:*", "&oms-jira:*", "+@all"});
    Ear one{server_->at("redis://oms:secret@", "/3")};
    EXPECT_TRUE(one.connected());
    const std::string clients = server_->ask({"CLIENT", "LIST"}).text;
    EXPECT_THAT(clients, HasSubstr("name=oms-jira:rings"));
    EXPECT_THAT(clients, HasSubstr("db=3"));
    EXPECT_THAT(clients, HasSubstr("user=oms"));
}

TEST_F(RedisRelayTest, ARingThatWasRefusedIsSentOnceItMayBeAndToldOnce) {
    server_->ask({"ACL", "SETUSER", "oms", "on", ">secret", "+@all", "-publish", "&*"});
    Ear one{server_->at("redis://oms:secret@")};
    Ear other{server_->at()};
    ASSERT_TRUE(one.connected() && other.connected());
    one.relay().ring(Topic::work);
    ASSERT_TRUE(one.away());
    EXPECT_THAT(one.state().says, HasSubstr("NOPERM"));
    server_->ask({"ACL", "SETUSER", "oms", "+publish"});
    EXPECT_TRUE(one.connected(2));
    EXPECT_TRUE(eventually([&] { return other.work() == 2; }));
    EXPECT_EQ(one.lines().with("does not work"), 1);
}

TEST_F(RedisRelayTest, ADatabaseThatIsNotThereIsTold) {
    Ear one{server_->at("redis://", "/999")};
    ASSERT_TRUE(eventually([&] { return one.lines().with("does not work") == 1; }));
    EXPECT_THAT(one.state().says, HasSubstr("database 999: ERR"));
}

TEST_F(RedisRelayTest, WorksOverAUnixSocket) {
    const RedisServer server{{"--unixsocket", "redis.sock"}};
    Ear one{parse_redis_address("unix://" + (server.folder() / "redis.sock").string()).value()};
    EXPECT_TRUE(one.connected());
}

TEST_F(RedisRelayTest, ANameThatIsNotKnownIsTold) {
    Ear one{parse_redis_address("no-such-host.invalid").value()};
    ASSERT_TRUE(eventually([&] { return one.lines().with("does not work") == 1; }));
    EXPECT_THAT(one.state().says, HasSubstr("cannot be reached: its name"));
}

/// Accepts, and says `greeting` or nothing.
class Stranger {
public:
    explicit Stranger(const std::string& greeting) : listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = ntohs(address.sin_port);
        EXPECT_EQ(::listen(listener_, 10), 0);
        if (greeting.empty()) return;
        thread_ = std::thread{[this, greeting] {
            while (true) {
                const int fd = ::accept(listener_, nullptr, nullptr);
                if (fd < 0) return;
                ::send(fd, greeting.data(), greeting.size(), MSG_NOSIGNAL);
                // Until the other side closes: closed before, what was sent might be lost.
                std::array<char, 256> ignored{};
                while (::recv(fd, ignored.data(), ignored.size(), 0) > 0) {
                }
                ::close(fd);
            }
        }};
    }
    ~Stranger() {
        ::shutdown(listener_, SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        ::close(listener_);
    }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    [[nodiscard]] RedisAddress at() const {
        return parse_redis_address("127.0.0.1:" + std::to_string(port_)).value();
    }

private:
    int listener_;
    int port_ = 0;
    std::thread thread_;
};

TEST(RedisRelayAlone, WhatIsNoRedisIsTold) {
    const Stranger web{"HTTP/1.1 400 Bad Request\r\n\r\n"};
    Ear one{web.at()};
    ASSERT_TRUE(eventually([&] { return one.lines().with("does not work") == 1; }));
    EXPECT_THAT(one.state().says, HasSubstr("does not speak as Redis does"));
}

TEST(RedisRelayAlone, AnAnswerWithoutAnEndIsNotReadToIt) {
    const Stranger flood{"$2000000000\r\n" + std::string(3 << 20, 'x')};
    Ear one{flood.at()};
    ASSERT_TRUE(eventually([&] { return one.lines().with("does not work") == 1; }));
    EXPECT_THAT(one.state().says, HasSubstr("its answer does not end"));
}

TEST(RedisRelayAlone, StopsAtOnceWhileItWaitsForAnAnswer) {
    const Stranger silent{""};
    auto one = std::make_unique<Ear>(silent.at());
    ASSERT_TRUE(eventually([&] { return one->lines().with("does not work") == 1; }));
    EXPECT_THAT(one->state().says, HasSubstr("no answer in time"));
    const auto before = std::chrono::steady_clock::now();
    one.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

TEST(RedisRelayAlone, RingingNeedsNoRedis) {
    const Stranger silent{""};
    Ear one{silent.at()};
    for (int i = 0; i < 100'000; ++i)
        one.relay().ring(Topic::events);
    EXPECT_EQ(one.events(), 0);
}

}  // namespace
}  // namespace oms::wake
