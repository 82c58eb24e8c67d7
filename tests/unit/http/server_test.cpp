#include "http/server.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::http {
namespace {

using namespace std::chrono_literals;

/// One connection, byte by byte as the test wants it.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0
        );
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // it was closed: what was answered tells
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// Whether the server answers or closes within that time.
    [[nodiscard]] bool stirs_within(std::chrono::milliseconds time) const {
        pollfd waits{.fd = socket_, .events = POLLIN, .revents = 0};
        return ::poll(&waits, 1, static_cast<int>(time.count())) != 0;
    }
    /// All that comes until the server closes, or until it has all of `upto`.
    [[nodiscard]] std::string read(std::string_view upto = "") {
        std::array<char, 4096> part{};
        while (upto.empty() || came_.find(upto) == std::string::npos) {
            pollfd waits{.fd = socket_, .events = POLLIN, .revents = 0};
            constexpr int patience_ms = 20'000;
            if (::poll(&waits, 1, patience_ms) <= 0) return came_ + "(it hangs)";
            const auto size = ::recv(socket_, part.data(), part.size(), 0);
            if (size <= 0) break;
            came_.append(part.data(), static_cast<std::size_t>(size));
        }
        return came_;
    }

private:
    int socket_;
    std::string came_;
};

bool within(std::chrono::milliseconds time, const std::function<bool()>& so) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!so() && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    return so();
}

struct Told {
    std::string method, url, body, peer;
};

class ServerTest : public testing::Test {
protected:
    void start(ServerOptions options = {}, Gate gate = {}) {
        server_ = std::make_unique<Server>(
            std::move(options),
            [this](const Request& request, const std::shared_ptr<Reply>& reply) {
                told_.push_back({request.method, request.url, request.body, request.peer});
                ++handled_;
                reply->send(text_response(200, "handled"));
            },
            std::move(gate)
        );
    }
    /// Sends all, and reads until the server closes.
    std::string talk(std::string_view bytes) {
        Client client{server_->port()};
        client.send(bytes);
        return client.read();
    }

    std::vector<Told> told_;  // read when the server has answered
    std::atomic<int> handled_{0};
    std::unique_ptr<Server> server_;
};

/// Each of these may be read in two ways: what one hop takes for a body, the next takes for another
/// request. They are refused, the connection is closed, and what follows is never looked at.
TEST_F(ServerTest, RefusesWhatTwoHopsMayReadDifferently) {
    start();
    const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string post = "POST /x HTTP/1.1\r\nHost: a\r\n";
    const std::vector<std::string> ambiguous{
        post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden,
        post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab" + hidden,
        post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na" + hidden,
        post + "Content-Length: 1, 1\r\n\r\na" + hidden,
        post + "Content-Length: +1\r\n\r\na" + hidden,
        post + "Content-Length: -1\r\n\r\na" + hidden,
        post + "Content-Length: 0x1\r\n\r\na" + hidden,
        post + "Content-Length: 1 1\r\n\r\na" + hidden,
        post + "Content-Length: 99999999999999999999\r\n\r\na" + hidden,
        post + "Content-Length : 1\r\n\r\na" + hidden,
        post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        post + "Transfer-Encoding: identity\r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
        post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
        post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + hidden,
        post + "X: a\r\n b\r\n\r\n" + hidden,
        post + "X:\r\n \r\n\r\n" + hidden,
        post + "X: a\r\n \r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nContent-Length: 7\r\n\r\n" +
            hidden,
        "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        post + "X: a\r\n\tContent-Length: 5\r\n\r\n" + hidden,
        post + " Content-Length: 5\r\n\r\n" + hidden,
        post + "X: a\nContent-Length: 5\r\n\r\n" + hidden,
        post + "X: a\rb\r\n\r\n" + hidden,
        post + std::string{"X: a\0b\r\n\r\n", 10} + hidden,
        post + "X\x01: a\r\n\r\n" + hidden,
        post + ": a\r\n\r\n" + hidden,
        post + "no colon\r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n" + hidden,
        post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" + hidden,
        "POST /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + hidden,
        "POST /x HTTP/1.1\r\n\r\n" + hidden,
        "GET http://elsewhere/x HTTP/1.1\r\nHost: a\r\n\r\n" + hidden,
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n" + hidden,
        "CONNECT elsewhere:443 HTTP/1.1\r\nHost: a\r\n\r\n" + hidden,
        "GET /x HTTP/2.0\r\nHost: a\r\n\r\n" + hidden,
        "GET  /x HTTP/1.1\r\nHost: a\r\n\r\n" + hidden,
        "GET /x\x01 HTTP/1.1\r\nHost: a\r\n\r\n" + hidden,
        "GET /x\r\n" + hidden,
        "G\x16\x03\x01 / HTTP/1.1\r\n\r\n",
    };
    for (const std::string& request : ambiguous) {
        const std::string answer = talk(request);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << quoted(request) << "\n" << answer;
        EXPECT_EQ(answer.find("handled"), std::string::npos) << quoted(request) << "\n" << answer;
    }
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, AnswersRequestsThatComeTogetherEachOnce) {
    start();
    const std::string answers = talk(
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET"
        "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n"
        "GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        "GET /after-the-close HTTP/1.1\r\nHost: a\r\n\r\n"
    );
    EXPECT_EQ(split(answers, '\n').front(), "HTTP/1.1 200 OK\r");
    ASSERT_EQ(handled_, 3);
    EXPECT_EQ(told_[0].body, "GET");
    EXPECT_EQ(told_[1].body, "GET");
    EXPECT_EQ(told_[2].url, "/c");
    EXPECT_EQ(told_[2].peer, "127.0.0.1");
}

TEST_F(ServerTest, TakesWhatStandsBehindTheLastChunkForNoHeader) {
    Server server{{}, [&](const Request& request, const std::shared_ptr<Reply>& reply) {
                      reply->send(text_response(header(request.headers, "X") ? 500 : 200, ""));
                  }};
    Client client{server.port()};
    client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\na\r\n0\r\nX: y\r\n\r\n"
    );
    EXPECT_TRUE(client.read().starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, LimitsTheHeaderAndTheBody) {
    start({.limits = {.header_bytes_max = 4096, .body_bytes_max = 1000}});
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_TRUE(talk(get + "X: " + std::string(5000, 'x') + "\r\n\r\n").starts_with("HTTP/1.1 431")
    );
    EXPECT_TRUE(talk("GET /" + std::string(100'000, 'x')).starts_with("HTTP/1.1 431"));
    std::string many = get;
    for (int i = 0; i < 2000; ++i)
        many += "X: y\r\n";
    EXPECT_TRUE(talk(many).starts_with("HTTP/1.1 431"));
    const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_TRUE(talk(post + "Content-Length: 1001\r\n\r\n").starts_with("HTTP/1.1 413"));
    std::string chunks = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 101; ++i)
        chunks += "a\r\n0123456789\r\n";
    EXPECT_TRUE(talk(chunks).starts_with("HTTP/1.1 413"));
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, AsksTheGateBeforeABodyIsRead) {
    start({}, [](const Request& request) -> Admission {
        if (request.url == "/no") return {.refused = text_response(401, "no\n")};
        if (request.url == "/small") return {.body_bytes_max = 10};
        return {};
    });
    // Nothing of the body is sent: the answer does not wait for it.
    const std::string post = " HTTP/1.1\r\nHost: a\r\n";
    EXPECT_TRUE(
        talk("POST /no" + post + "Content-Length: 9000000\r\n\r\n").starts_with("HTTP/1.1 401")
    );
    EXPECT_TRUE(
        talk("POST /small" + post + "Content-Length: 11\r\n\r\n").starts_with("HTTP/1.1 413")
    );
    EXPECT_TRUE(
        talk("POST /small" + post + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n")
            .starts_with("HTTP/1.1 413")
    );
    EXPECT_EQ(handled_, 0);
    EXPECT_TRUE(
        talk("POST /small" + post + "Connection: close\r\nContent-Length: 10\r\n\r\n0123456789")
            .starts_with("HTTP/1.1 200")
    );
}

TEST_F(ServerTest, TellsTheGateAllThatIsKnownBeforeTheBody) {
    Request seen;
    start({}, [&](const Request& request) -> Admission {
        seen = request;
        return {};
    });
    talk("POST /a?b HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.url, "/a?b");
    EXPECT_EQ(header(seen.headers, "content-length"), "1");
    EXPECT_EQ(seen.peer, "127.0.0.1");
    EXPECT_EQ(seen.body, "");
}

TEST_F(ServerTest, TakesNoRoomForABodyThatIsOnlyAnnounced) {
    start({.limits = {.body_bytes_max = 1000, .bodies_bytes_max = 1000}});
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 900\r\n\r\n";
    std::vector<std::unique_ptr<Client>> idle;
    for (int i = 0; i < 20; ++i) {
        idle.push_back(std::make_unique<Client>(server_->port()));
        idle.back()->send(head + "x");
    }
    EXPECT_TRUE(talk(head + std::string(900, 'y')).starts_with("HTTP/1.1 200"));
    // What has really come does: the second of these is one too many.
    Client half{server_->port()};
    half.send(head + std::string(600, 'y'));
    std::string answer;
    while (!answer.starts_with("HTTP/1.1 503")) {
        answer = talk(head + std::string(900, 'y'));
        ASSERT_TRUE(answer.starts_with("HTTP/1.1 503") || answer.starts_with("HTTP/1.1 200"))
            << answer;
    }
    half.send(std::string(300, 'y'));
    EXPECT_TRUE(half.read().starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, LetsSlowOnesGo) {
    start({.limits = {.header_time_max = 300ms, .body_time_max = 300ms, .idle_time_max = 300ms}});
    Client silent{server_->port()};
    Client slow_header{server_->port()};
    slow_header.send("GET / HTTP/1.1\r\n");
    Client slow_body{server_->port()};
    slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    Client dripping{server_->port()};
    do {
        dripping.send("G");
    } while (!dripping.stirs_within(50ms));
    EXPECT_EQ(silent.read(), "");
    EXPECT_EQ(slow_header.read(), "");
    EXPECT_EQ(slow_body.read(), "");
    EXPECT_EQ(dripping.read().find("handled"), std::string::npos);
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerTest, GivesItsHeadersWithEveryAnswerAndOnce) {
    start({.headers = {{"X-Always", "1"}, {"Content-Type", "never/taken"}}});
    for (const std::string& request :
         {std::string{"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
          std::string{"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
          std::string{"GET / HTTP/1.1\r\n\r\n"},
          std::string{"nonsense\r\n\r\n"},
          "GET /" + std::string(100'000, 'x')}) {
        const std::string answer = talk(request);
        EXPECT_NE(answer.find("\r\nX-Always: 1\r\n"), std::string::npos) << answer;
        EXPECT_EQ(answer.find("never/taken"), std::string::npos) << answer;
    }
}

TEST_F(ServerTest, MakesNoTwoHeadersOfOneValue) {
    Server server{
        {}, [](const Request&, const std::shared_ptr<Reply>& reply) {
            reply->send(
                {.status = 200, .headers = {{"X-Good", "1"}, {"X-Bad", "a\r\nSet-Cookie: b"}}}
            );
        }};
    Client client{server.port()};
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read();
    EXPECT_NE(answer.find("X-Good"), std::string::npos);
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

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
