#include "http/server.hpp"

#include <utility>

#include "base/text.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace oms::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using test::ServerTest;
using test::within;

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

}  // namespace
}  // namespace oms::http
