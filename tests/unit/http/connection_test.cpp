// How requests and answers travel: in pieces, many together, slowly, and from other threads.
#include <condition_variable>
#include <future>
#include <mutex>
#include <utility>

#include "base/text.hpp"
#include "http/server.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace oms::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::ServerTest;
using test::within;

TEST_F(ServerTest, TakesARequestThatComesByteByByte) {
    start();
    Client client{server_->port()};
    for (const char byte :
         std::string{"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
                     "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nsec\r\n3\r\nond\r\n0\r\n\r\n"
                     "GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}) {
        client.send({&byte, 1});
    }
    EXPECT_EQ(client.read().find("HTTP/1.1 4"), std::string::npos);
    ASSERT_EQ(handled_, 3);
    EXPECT_EQ(told_[0].body, "first");
    EXPECT_EQ(told_[1].body, "second");
    EXPECT_EQ(told_[2].url, "/c");
}

/// Beast may not be given the same bytes twice: it stopped the program, for the end of a body that was
/// no end.
TEST_F(ServerTest, BearsAClientThatLeavesInTheMiddle) {
    start();
    const std::string chunked =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n";
    for (std::size_t length = 1; length <= chunked.size(); ++length)
        Client{server_->port()}.send(chunked.substr(0, length));
    EXPECT_TRUE(within(20s, [&] { return server_->connections() == 0; }));
    EXPECT_TRUE(
        talk("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200")
    );
}

TEST_F(ServerTest, TakesABodyThatComesInManyPackets) {
    start();
    std::string body;
    for (int i = 0; body.size() < 300'000; ++i)
        body += std::to_string(i) + ",";
    Client client{server_->port()};
    client.send(
        "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n"
    );
    for (std::size_t at = 0; at < body.size(); at += 1000)
        client.send(std::string_view{body}.substr(at, 1000));
    EXPECT_TRUE(client.read().starts_with("HTTP/1.1 200"));
    ASSERT_EQ(handled_, 1);
    EXPECT_EQ(told_[0].body, body);
}

TEST_F(ServerTest, AnswersManyRequestsThatComeTogether) {
    start();
    constexpr int count = 3000;
    std::string requests;
    for (int i = 0; i < count; ++i) {
        const std::string body = std::to_string(i);
        requests +=
            "POST /many HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
    }
    const std::string answers =
        talk(requests + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    ASSERT_EQ(handled_, count + 1);
    for (std::size_t i = 0; i < count; ++i)
        ASSERT_EQ(told_[i].body, std::to_string(i));
}

TEST_F(ServerTest, LimitsTheHeaderHoweverItComes) {
    start({.limits = {.header_bytes_max = 4096}});
    Client client{server_->port()};
    client.send("GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 1000 && !client.stirs_within(0ms); ++i)
        client.send("X: y\r\n");
    EXPECT_TRUE(client.read().starts_with("HTTP/1.1 431"));
}

TEST_F(ServerTest, TellsAClientThatAsksToGoOn) {
    start();
    Client client{server_->port()};
    client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
        "Content-Length: 4\r\n\r\n"
    );
    EXPECT_EQ(client.read("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    EXPECT_NE(client.read().find("HTTP/1.1 200 OK"), std::string::npos);
    EXPECT_EQ(told_[0].body, "body");
}

TEST_F(ServerTest, LetsSlowOnesGoAlsoBehindAnAnswer) {
    start({.limits = {.header_time_max = 200ms, .body_time_max = 200ms, .idle_time_max = 200ms}});
    for (const std::string_view next :
         {"", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"}) {
        Client client{server_->port()};
        client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string answer = client.read("handled");
        client.send(next);
        EXPECT_EQ(client.read(), answer) << next;
    }
    EXPECT_EQ(handled_, 3);
}

/// The limits are for clients; a handler may take its time.
TEST_F(ServerTest, HasNoLimitForTheHandler) {
    std::promise<std::shared_ptr<Reply>> asked;
    Server server{
        {.limits =
             {.header_time_max = 20ms,
              .body_time_max = 20ms,
              .write_time_max = 20ms,
              .idle_time_max = 20ms}},
        [&](const Request&, const std::shared_ptr<Reply>& reply) { asked.set_value(reply); }};
    Client client{server.port()};
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto reply = asked.get_future().get();
    EXPECT_FALSE(client.stirs_within(200ms));
    reply->send(text_response(200, "late"));
    EXPECT_TRUE(client.read().ends_with("late"));
}

class LargeAnswer : public testing::Test {
protected:
    static constexpr std::string_view request =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const std::string body_ = std::string(std::size_t{16} * 1024 * 1024, 'x') + "end";
    Server server_{
        {.limits = {.write_time_max = 500ms}},
        [this](const Request&, const std::shared_ptr<Reply>& reply) {
            reply->send(text_response(200, body_));
        }};
};

TEST_F(LargeAnswer, IsWrittenAsItsReaderComesAlong) {
    Client client{server_.port()};
    client.send(request);
    ASSERT_TRUE(client.stirs_within(20s));
    const std::string answer = client.read();
    EXPECT_GT(answer.size(), body_.size());
    EXPECT_TRUE(answer.ends_with("xend"));
}

TEST_F(LargeAnswer, IsGivenUpWhereItIsNotRead) {
    Client client{server_.port()};
    client.send(request);
    ASSERT_TRUE(client.stirs_within(20s));
    EXPECT_TRUE(within(20s, [&] { return server_.connections() == 0; }));
    EXPECT_LT(client.read().size(), body_.size());
}

class CountingReply final : public Reply {
public:
    void send(Response response) override { sent.push_back(response.body); }
    std::shared_ptr<EventStream> stream() override { return nullptr; }

    std::vector<std::string> sent;
};

/// A server that answers nobody until told to.
class LateServer : public testing::Test {
protected:
    std::shared_ptr<Reply> ask(const Client& client, const std::string& path) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        std::unique_lock lock{mutex_};
        came_.wait(lock, [&] { return asked_ != nullptr; });
        return std::exchange(asked_, nullptr);
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::shared_ptr<Reply> asked_;
    Server server_{{}, [this](const Request&, const std::shared_ptr<Reply>& reply) {
                       const std::lock_guard lock{mutex_};
                       asked_ = reply;
                       came_.notify_one();
                   }};
};

TEST_F(LateServer, AnswersSeveralAtOnce) {
    Client first{server_.port()};
    Client second{server_.port()};
    const auto to_first = ask(first, "/1");
    const auto to_second = ask(second, "/2");
    const auto foreign = std::make_shared<CountingReply>();
    send_all(
        {{to_first, text_response(200, "one")},
         {foreign, text_response(200, "other")},
         {to_second, text_response(200, "two")},
         {to_first, text_response(500, "again")}}
    );
    EXPECT_TRUE(first.read("one").ends_with("\r\n\r\none"));
    EXPECT_TRUE(second.read("two").ends_with("\r\n\r\ntwo"));
    EXPECT_EQ(foreign->sent, std::vector<std::string>{"other"});
    // Both go on, and nothing more was said.
    send_all({{ask(first, "/3"), text_response(200, "three")}});
    EXPECT_EQ(first.read("three").find("again"), std::string::npos);
}

TEST_F(LateServer, AnswersTheOthersWhereOneHasLeft) {
    auto gone = std::make_unique<Client>(server_.port());
    Client stays{server_.port()};
    const auto to_gone = ask(*gone, "/1");
    const auto to_stays = ask(stays, "/2");
    gone.reset();
    send_all({{to_gone, text_response(200, "one")}, {to_stays, text_response(200, "two")}});
    EXPECT_TRUE(stays.read("two").ends_with("two"));
    EXPECT_TRUE(within(20s, [&] { return server_.connections() == 1; }));
}

TEST_F(LateServer, Answers500ForAReplyThatIsDroppedInAnotherThread) {
    Client client{server_.port()};
    ask(client, "/1").reset();
    EXPECT_TRUE(client.read("Internal Server Error\n").starts_with("HTTP/1.1 500"));
}

}  // namespace
}  // namespace oms::http
