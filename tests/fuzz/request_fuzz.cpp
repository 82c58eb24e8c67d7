// Bytes that reach the server's port: what is handed over is unambiguous, however they were sliced.
#include <algorithm>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.hpp"
#include "http/connection.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {
namespace {

using boost::asio::ip::tcp;

constexpr std::size_t header_bytes_max = 2048;
constexpr std::size_t body_bytes_max = 4096;

struct Outcome {
    std::vector<http::Request> requests = {};
    std::string answers = {};
};

http::ServerOptions options() {
    http::ServerOptions options;
    options.limits.header_bytes_max = header_bytes_max;
    options.limits.body_bytes_max = body_bytes_max;
    options.limits.bodies_bytes_max = body_bytes_max;
    return options;
}

std::string read_all(int socket) {
    std::string bytes;
    std::array<char, 4096> some{};
    for (ssize_t got = 0; (got = ::recv(socket, some.data(), some.size(), MSG_DONTWAIT)) > 0;)
        bytes.append(some.data(), static_cast<std::size_t>(got));
    return bytes;
}

/// The server's own connection on one end of a pair of sockets, the bytes in slices on the other.
Outcome serve(std::string_view bytes, std::size_t slice, bool gated) {
    std::array<int, 2> ends{};
    OMS_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    Outcome outcome;
    http::ServerShared shared{.options = options()};
    shared.handler = [&](http::Request request, const std::shared_ptr<http::Reply>& reply) {
        outcome.requests.push_back(request);
        reply->send(http::text_response(200, request.url));
    };
    if (gated) {
        shared.gate = [](const http::Request& request) -> http::Admission {
            OMS_CHECK(request.body.empty());
            if (request.url.starts_with("/open")) return {};
            return {.refused = http::text_response(404, "no such page\n")};
        };
    }
    tcp::socket socket{shared.context};
    socket.assign(tcp::v4(), ends[0]);
    auto connection = std::make_shared<http::Connection>(shared, std::move(socket));
    shared.open.insert(connection);
    ++shared.count;
    connection->start();
    connection.reset();
    for (std::size_t at = 0; at < bytes.size() && !shared.open.empty(); at += slice) {
        const std::string_view part = bytes.substr(at, slice);
        if (::send(ends[1], part.data(), part.size(), MSG_NOSIGNAL) < 0) break;
        shared.context.poll();
        outcome.answers += read_all(ends[1]);
    }
    ::shutdown(ends[1], SHUT_WR);
    while (shared.context.run_one() > 0)
        outcome.answers += read_all(ends[1]);
    outcome.answers += read_all(ends[1]);
    ::close(ends[1]);
    OMS_CHECK(shared.open.empty() && shared.count == 0);
    OMS_CHECK(shared.bodies_bytes == 0);
    return outcome;
}

void check_request(const http::Request& request) {
    OMS_CHECK(request.url.starts_with('/'));
    OMS_CHECK(!has_controls(request.url) && request.url.find(' ') == std::string::npos);
    OMS_CHECK(!request.method.empty() && !has_controls(request.method));
    OMS_CHECK(request.body.size() <= body_bytes_max);
    int lengths = 0;
    int hosts = 0;
    bool chunked = false;
    for (const auto& [name, value] : request.headers) {
        OMS_CHECK(!name.empty() && name.find_first_of(" :\r\n\t") == std::string::npos);
        OMS_CHECK(value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos);
        lengths += lower(name) == "content-length" ? 1 : 0;
        hosts += lower(name) == "host" ? 1 : 0;
        chunked = chunked || lower(name) == "transfer-encoding";
    }
    // Two readers of it could not see two different requests.
    OMS_CHECK(lengths <= 1 && hosts <= 1 && !(chunked && lengths > 0));
    const auto length = parse_int(http::header(request.headers, "Content-Length").value_or("0"));
    if (!chunked) OMS_CHECK(length && static_cast<std::size_t>(*length) == request.body.size());
}

/// The statuses of the complete answers that there are; each ends by its own length.
std::vector<std::string>
statuses(std::string_view bytes, const std::vector<http::Request>& requests) {
    std::vector<std::string> found;
    std::size_t handed = 0;
    while (!bytes.empty()) {
        OMS_CHECK(bytes.starts_with("HTTP/1.1 "));
        const auto end = bytes.find("\r\n\r\n");
        OMS_CHECK(end != std::string_view::npos);
        const std::string_view head = bytes.substr(0, end + 2);
        bytes.remove_prefix(end + 4);
        if (head.starts_with("HTTP/1.1 100")) continue;
        found.emplace_back(head.substr(9, 3));
        const bool ok = head.starts_with("HTTP/1.1 200");
        if (ok) OMS_CHECK(handed < requests.size());
        const bool head_only = ok && requests[handed].method == "HEAD";
        handed += ok ? 1 : 0;
        const auto at = head.find("Content-Length: ");
        OMS_CHECK(at != std::string_view::npos);
        const auto length =
            parse_int(head.substr(at + 16, head.find("\r\n", at) - at - 16)).value_or(-1);
        OMS_CHECK(length >= 0);
        if (head_only) continue;
        // A refused HEAD has no body either, and is the last.
        if (!ok && bytes.empty()) break;
        OMS_CHECK(bytes.size() >= static_cast<std::size_t>(length));
        if (ok)
            OMS_CHECK(
                bytes.substr(0, static_cast<std::size_t>(length)) == requests[handed - 1].url
            );
        bytes.remove_prefix(static_cast<std::size_t>(length));
    }
    return found;
}

/// What a refusal says may depend on how far the bytes had come; that it is one, may not.
bool same(const Outcome& a, const Outcome& b) {
    return statuses(a.answers, a.requests) == statuses(b.answers, b.requests) &&
           std::ranges::equal(
               a.requests,
               b.requests,
               [](const http::Request& one, const http::Request& other) {
                   return one.method == other.method && one.url == other.url &&
                          one.headers == other.headers && one.body == other.body;
               }
           );
}

/// Written down as it was understood, a request is understood the same.
void again(const http::Request& request) {
    std::string text = request.method + " " + request.url + " HTTP/1.1\r\n";
    bool chunked = false;
    for (const auto& [name, value] : request.headers) {
        text += name + ": " + value + "\r\n";
        chunked = chunked || lower(name) == "transfer-encoding";
    }
    if (!http::header(request.headers, "Host")) text += "Host: x\r\n";
    if (chunked || http::header(request.headers, "Expect")) return;
    const Outcome read = serve(text + "\r\n" + request.body, 1U << 16U, false);
    // Close to the limit, a space more or less decides.
    if (text.size() > header_bytes_max - 100) return;
    OMS_CHECK(read.requests.size() == 1);
    OMS_CHECK(read.requests[0].url == request.url && read.requests[0].body == request.body);
}

}  // namespace

void run(std::string_view input) {
    const std::size_t slice = input.empty() ? 1 : 1U + static_cast<unsigned char>(input.front());
    const std::string_view bytes = input.substr(std::min<std::size_t>(1, input.size()));
    const Outcome sliced = serve(bytes, slice, false);
    for (const http::Request& request : sliced.requests)
        check_request(request);
    OMS_CHECK(statuses(sliced.answers, sliced.requests).size() >= sliced.requests.size());
    OMS_CHECK(same(serve(bytes, std::max<std::size_t>(1, bytes.size()), false), sliced));
    if (!sliced.requests.empty()) again(sliced.requests.front());
    for (const http::Request& request : serve(bytes, slice, true).requests)
        OMS_CHECK(request.url.starts_with("/open"));
}

}  // namespace oms::fuzz
