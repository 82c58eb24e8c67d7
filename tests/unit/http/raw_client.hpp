#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.hpp"

/// What the tests of the server begin with: a client that sends bytes as it likes, and a server that
/// keeps what it was told.
namespace oms::http::test {

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

inline bool within(std::chrono::milliseconds time, const std::function<bool()>& so) {
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

}  // namespace oms::http::test
