// The transport against sockets that misbehave, and the server of the house.
#include <atomic>
#include <functional>
#include <future>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/curl_transport.hpp"
#include "http/server.hpp"

namespace oms::http {
namespace {

using namespace std::chrono_literals;

/// Accepts connections one after the other and does with each what the script says; the whole
/// request has been read by then.
class RawServer {
public:
    using Script = std::function<void(int socket, const std::string& request)>;

    explicit RawServer(Script script)
        : script_{std::move(script)},
          listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { run(); }};
    }
    ~RawServer() {
        ::shutdown(listener_, SHUT_RDWR);
        ::close(listener_);
        thread_.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/";
    }
    [[nodiscard]] int requests() const { return requests_; }

private:
    void run() {
        while (true) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            serve(socket);
            ::close(socket);
        }
    }
    void serve(int socket) {
        std::string got;
        char part[4096];
        while (true) {
            const auto size = ::recv(socket, part, sizeof part, 0);
            if (size <= 0) return;
            got.append(part, static_cast<std::size_t>(size));
            const auto head = got.find("\r\n\r\n");
            const bool post = got.starts_with("POST");
            if (head == std::string::npos || (post && got.size() < head + 4 + 2)) continue;
            ++requests_;
            open_ = true;
            script_(socket, got);
            if (!open_) return;
            got.clear();
        }
    }

public:
    /// From within the script: no more on this connection.
    void hang_up() { open_ = false; }

private:
    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> requests_{0};
    bool open_ = true;
    std::thread thread_;
};

void say(int socket, const std::string& text) {
    [[maybe_unused]] const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

Request post(const std::string& url) {
    return {.method = "POST", .url = url, .body = "{}", .timeout = 2s};
}

TEST(Transport, DoesNotSendWhatWouldComeTooLate) {
    RawServer server{[](int socket, const std::string&) {
        const std::string answer = "HTTP/1.1 204 No Content\r\n\r\n";
        ::send(socket, answer.data(), answer.size(), 0);
    }};
    CurlTransport transport{{}};
    const auto now = std::chrono::steady_clock::now();
    const auto late =
        transport.send({.method = "POST", .url = server.url(), .body = "{}", .not_after = now - 1s}
        );
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::not_sent);
    EXPECT_EQ(server.requests(), 0);
    EXPECT_TRUE(transport.send(
        {.method = "POST", .url = server.url(), .body = "{}", .not_after = now + 1min}
    ));
    EXPECT_EQ(server.requests(), 1);
}

TEST(CurlTransport, KnowsThatNothingWasSentWhereNobodyListens) {
    CurlTransport transport{{}};
    const auto answer = transport.send(post("http://127.0.0.1:1/"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::not_sent);
    EXPECT_EQ(answer.error().obstacle, Obstacle::connection);
}

TEST(CurlTransport, DoesNotKnowWhereTheConnectionClosesUnanswered) {
    RawServer* self = nullptr;
    RawServer server{[&](int, const std::string&) { self->hang_up(); }};
    self = &server;
    CurlTransport transport{{}};
    const auto answer = transport.send(post(server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(answer.error().obstacle, Obstacle::broken);
    EXPECT_EQ(server.requests(), 1);
}

TEST(CurlTransport, SendsAPostOnceAlsoOnAConnectionThatBreaksWhenUsedAgain) {
    RawServer* self = nullptr;
    std::atomic<int> count{0};
    RawServer server{[&](int socket, const std::string&) {
        if (++count == 1) return say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        self->hang_up();
    }};
    self = &server;
    CurlTransport transport{{}};
    ASSERT_TRUE(transport.send(post(server.url())));
    const auto second = transport.send(post(server.url()));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(server.requests(), 2);
}

TEST(CurlTransport, TakesATornHeaderForNoAnswer) {
    RawServer* self = nullptr;
    RawServer server{[&](int socket, const std::string&) {
        say(socket, "HTTP/1.1 200 OK\r\nContent-Le");
        self->hang_up();
    }};
    self = &server;
    CurlTransport transport{{}};
    const auto answer = transport.send(post(server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::outcome_unknown);
}

TEST(CurlTransport, RefusesAnAnswerThatIsTooLargeAndAShortOne) {
    RawServer* self = nullptr;
    RawServer server{[&](int socket, const std::string& request) {
        const bool large = request.find("GET") != std::string::npos;
        say(socket,
            large ? "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + std::string(3000, 'x')
                  : "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        self->hang_up();
    }};
    self = &server;
    CurlTransport transport{{.response_bytes_max = 1000}};
    EXPECT_FALSE(transport.send({.url = server.url(), .timeout = 2s}));
    EXPECT_FALSE(transport.send(post(server.url())));
}

TEST(CurlTransport, FollowsNoRedirect) {
    RawServer server{[&](int socket, const std::string&) {
        say(socket, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    }};
    CurlTransport transport{{}};
    const auto answer = transport.send(post(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(server.requests(), 1);
}

TEST(CurlTransport, EndsAtATimeOutWithoutKnowing) {
    Server silent{{}, [](const Request&, const std::shared_ptr<Reply>& reply) {
                      reply->send({.status = -1});
                  }};
    CurlTransport transport{{}};
    Request request = post("http://127.0.0.1:" + std::to_string(silent.port()) + "/");
    request.timeout = 100ms;
    const auto answer = transport.send(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(answer.error().obstacle, Obstacle::time);
}

TEST(CurlTransport, AbortsFromAnotherThread) {
    CurlTransport transport{{}};
    Server silent{{}, [&](const Request&, const std::shared_ptr<Reply>& reply) {
                      reply->send({.status = -1});
                      transport.abort();
                  }};
    const auto answer =
        transport.send(post("http://127.0.0.1:" + std::to_string(silent.port()) + "/"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::shutdown);
}

TEST(CurlTransport, NamesNoPasswordOfAUrl) {
    CurlTransport transport{{}};
    const auto answer = transport.send({.url = "http://ann:hunter2@127.0.0.1:1/?token=t0ken"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().says.find("hunter2"), std::string::npos);
    EXPECT_EQ(answer.error().says.find("t0ken"), std::string::npos);
}

TEST(Server, AnswersADroppedReplyWith500AndKeepsTheConnection) {
    Server server{{}, [](const Request& request, const std::shared_ptr<Reply>& reply) {
                      if (path_of(request.url) == "/throws")
                          throw std::runtime_error{"planned by the test"};
                      if (path_of(request.url) == "/ok") reply->send(text_response(200, "fine"));
                  }};
    const std::string base = "http://127.0.0.1:" + std::to_string(server.port());
    CurlTransport transport{{}};
    EXPECT_EQ(transport.send({.url = base + "/dropped"})->status, 500);
    EXPECT_EQ(transport.send({.url = base + "/throws"})->status, 500);
    EXPECT_EQ(transport.send({.url = base + "/ok"})->body, "fine");
}

/// Connects, says `text`, and gives what is answered until the server closes.
std::string until_closed(std::uint16_t port, const std::string& text) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    say(socket, text);
    std::string answer;
    char part[4096];
    for (auto size = ::recv(socket, part, sizeof part, 0); size > 0;
         size = ::recv(socket, part, sizeof part, 0)) {
        answer.append(part, static_cast<std::size_t>(size));
    }
    ::close(socket);
    return answer;
}

TEST(Server, LetsGoOfAClientThatDrips) {
    Server server{
        {.limits = {.header_time_max = 50ms, .body_time_max = 50ms, .idle_time_max = 50ms}},
        [](const Request&, const std::shared_ptr<Reply>& reply) { reply->send({.status = 204}); }};
    // Each of these would wait for ever if the server did.
    EXPECT_EQ(until_closed(server.port(), ""), "");
    EXPECT_EQ(until_closed(server.port(), "GET / HTTP/1.1\r\nHost: a\r\nX: "), "");
    EXPECT_EQ(
        until_closed(server.port(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"),
        ""
    );
}

TEST(Server, RefusesTwoHostsInEveryVersion) {
    Server server{{}, [](const Request&, const std::shared_ptr<Reply>& reply) {
                      reply->send({.status = 204});
                  }};
    const std::string hosts = "Host: a\r\nHost: b\r\n\r\n";
    EXPECT_EQ(until_closed(server.port(), "GET / HTTP/1.1\r\n" + hosts).substr(9, 3), "400");
    EXPECT_EQ(until_closed(server.port(), "GET / HTTP/1.0\r\n" + hosts).substr(9, 3), "400");
    EXPECT_EQ(until_closed(server.port(), "GET / HTTP/1.0\r\n\r\n").substr(9, 3), "204");
}

TEST(Server, RefusesWhatIsTooLargeByLengthAndInPieces) {
    Server server{
        {.limits = {.body_bytes_max = 10}},
        [](const Request&, const std::shared_ptr<Reply>& reply) { reply->send({.status = 204}); }};
    const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(
        until_closed(server.port(), post + "Content-Length: 11\r\n\r\nabcdefghijk").substr(9, 3),
        "413"
    );
    EXPECT_EQ(
        until_closed(
            server.port(), post + "Transfer-Encoding: chunked\r\n\r\nb\r\nabcdefghijk\r\n0\r\n\r\n"
        )
            .substr(9, 3),
        "413"
    );
}

TEST(Server, HoldsNoMoreAnswersForThoseWhoDoNotReadThem) {
    // More than the system takes off the server's hands.
    const std::string large(std::size_t{16} * 1024 * 1024, 'x');
    Server server{
        {.limits = {.answers_bytes_max = large.size() + 1000}},
        [&](const Request& request, const std::shared_ptr<Reply>& reply) {
            const bool wants_large = path_of(request.url) == "/large";
            reply->send(wants_large ? text_response(200, large) : Response{.status = 204});
        }};
    const std::string base = "http://127.0.0.1:" + std::to_string(server.port());
    const int reader = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(reader, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    say(reader, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    char first = 0;
    ASSERT_EQ(::recv(reader, &first, 1, 0), 1);

    CurlTransport transport{{}};
    EXPECT_EQ(transport.send({.url = base + "/large"})->status, 503);
    EXPECT_EQ(transport.send({.url = base + "/small"})->status, 204);
    ::close(reader);
    int status = 503;
    while (status == 503)
        status = transport.send({.url = base + "/large"})->status;
    EXPECT_EQ(status, 200);
}

TEST(Server, LetsTheLongestSilentGoWhereItIsFull) {
    Server server{
        {.limits = {.connections_max = 2}},
        [](const Request&, const std::shared_ptr<Reply>& reply) {
            reply->send(text_response(200, "fine"));
        }};
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
    auto silent = std::async([&] { return until_closed(server.port(), ""); });
    auto dripping = std::async([&] { return until_closed(server.port(), "GET / HTTP/1.1\r\n"); });
    while (server.connections() < 2)
        std::this_thread::yield();
    CurlTransport first{{}};
    CurlTransport second{{}};
    // Neither of the two would leave by itself before ten seconds are over.
    EXPECT_TRUE(first.send({.url = url, .timeout = 5s}));
    EXPECT_TRUE(second.send({.url = url, .timeout = 5s}));
    EXPECT_EQ(silent.get(), "");
    EXPECT_EQ(dripping.get(), "");
    EXPECT_EQ(server.connections(), 2U);
}

TEST(Server, LetsANewClientWaitWhereAllRequestsAreInHand) {
    std::promise<std::shared_ptr<Reply>> held;
    Server server{
        {.limits = {.connections_max = 1}},
        [&, first = true](const Request&, const std::shared_ptr<Reply>& reply) mutable {
            if (!std::exchange(first, false)) return reply->send(text_response(200, "second"));
            held.set_value(reply);
        }};
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
    const auto ask = [&] {
        CurlTransport transport{{}};
        const auto answer = transport.send({.url = url, .timeout = 10s});
        return answer ? answer->body : answer.error().says;
    };
    auto first = std::async(ask);
    const auto reply = held.get_future().get();
    auto second = std::async(ask);
    EXPECT_EQ(second.wait_for(300ms), std::future_status::timeout);
    reply->send(text_response(200, "first"));
    EXPECT_EQ(first.get(), "first");
    EXPECT_EQ(second.get(), "second");
}

}  // namespace
}  // namespace oms::http
