#include "app/sim_server.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "base/text.hpp"
#include "http/curl_transport.hpp"
#include "sim/faults.hpp"
#include "wake/bell.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

/// Deliveries whose time comes later are looked for so often.
constexpr auto look_interval = 50ms;

}  // namespace

struct SimServer::Impl {
    struct Held {
        std::chrono::steady_clock::time_point due;
        std::shared_ptr<http::Reply> reply;
        http::Response response;
    };

    Impl(Simulated given, std::uint16_t port, const Log& log);
    void answer(const http::Request& request, const std::shared_ptr<http::Reply>& reply);
    void deliver();
    void release();

    Simulated simulated;
    http::CurlTransport transport{{.user_agent = "Atlassian HttpClient simulated"}};
    wake::ProcessBell bell;
    std::mutex held_mutex;  // guards held
    std::deque<Held> held;
    std::atomic<bool> stopping{false};
    std::unique_ptr<http::Server> server;
    std::thread postman;
    std::thread slow;
};

SimServer::Impl::Impl(Simulated given, std::uint16_t port, const Log& log)
    : simulated{std::move(given)} {
    simulated.on_outgoing([this] { bell.ring(); });
    server = std::make_unique<http::Server>(
        http::ServerOptions{.port = port, .log = log, .server_header = ""},
        [this](const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
            answer(request, reply);
        }
    );
    postman = std::thread{[this] {
        while (!stopping) {
            deliver();
            bell.wait(look_interval);
        }
    }};
    slow = std::thread{[this] {
        while (!stopping) {
            release();
            std::this_thread::sleep_for(10ms);
        }
    }};
}

void SimServer::Impl::answer(
    const http::Request& request,
    const std::shared_ptr<http::Reply>& reply
) {
    http::Response response = simulated.handle(request);
    const auto delay = http::header(response.headers, sim::delay_header);
    const auto wait = delay ? parse_int(*delay).value_or(0) : 0;
    if (wait <= 0 && response.status >= 0) return reply->send(std::move(response));
    // A hanging answer is held for ever: its reply must not be dropped, or the server would answer.
    const auto due = response.status < 0 ? std::chrono::steady_clock::time_point::max()
                                         : std::chrono::steady_clock::now() + wait * 1ms;
    const std::scoped_lock lock{held_mutex};
    held.push_back({due, reply, std::move(response)});
}

void SimServer::Impl::deliver() {
    for (http::Request& request : simulated.take_outgoing()) {
        const auto answer = transport.send(request);
        if (simulated.delivered) simulated.delivered(request, answer ? answer->status : 0);
        if (stopping) return;
    }
}

void SimServer::Impl::release() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<Held> due;
    {
        const std::scoped_lock lock{held_mutex};
        for (auto one = held.begin(); one != held.end();) {
            if (one->due > now) {
                ++one;
                continue;
            }
            due.push_back(std::move(*one));
            one = held.erase(one);
        }
    }
    for (Held& one : due)
        one.reply->send(std::move(one.response));
}

SimServer::SimServer(Simulated simulated, std::uint16_t port, const Log& log)
    : impl_{std::make_unique<Impl>(std::move(simulated), port, log)} {}

SimServer::~SimServer() {
    impl_->stopping = true;
    impl_->bell.stop();
    impl_->transport.abort();
    impl_->postman.join();
    impl_->slow.join();
    impl_->server->stop(0ms);
}

std::uint16_t SimServer::port() const { return impl_->server->port(); }

}  // namespace oms::app
