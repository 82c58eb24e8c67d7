#include "app/sim_server.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
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
    std::mutex held_mutex;  // guards the two below
    std::multimap<std::chrono::steady_clock::time_point, Held> held;
    std::vector<Held> for_ever;
    std::condition_variable held_more;
    std::atomic<bool> stopping{false};
    std::unique_ptr<http::Server> server;
    std::thread postman;
    std::thread slow;
};

SimServer::Impl::Impl(Simulated given, std::uint16_t port, const Log& log)
    : simulated{std::move(given)} {
    simulated.on_outgoing([this] { bell.ring(); });
    server = std::make_unique<http::Server>(
        http::ServerOptions{
            .port = port, .port_from = simulated.port_from, .log = log, .server_header = ""},
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
    slow = std::thread{[this] { release(); }};
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
    const bool hangs = response.status < 0;
    Held one{reply, std::move(response)};
    const std::scoped_lock lock{held_mutex};
    if (hangs) return for_ever.push_back(std::move(one));
    held.emplace(std::chrono::steady_clock::now() + wait * 1ms, std::move(one));
    held_more.notify_one();
}

void SimServer::Impl::deliver() {
    for (http::Request& request : simulated.take_outgoing()) {
        const auto answer = transport.send(request);
        if (simulated.delivered) simulated.delivered(request, answer ? answer->status : 0);
        if (stopping) return;
    }
}

/// Each answer when it is due, to the moment: what is measured against a slow remote is not the
/// remote's own unpunctuality.
void SimServer::Impl::release() {
    std::unique_lock lock{held_mutex};
    while (!stopping) {
        if (held.empty()) {
            held_more.wait(lock);
        } else if (held.begin()->first > std::chrono::steady_clock::now()) {
            held_more.wait_until(lock, std::chrono::steady_clock::time_point{held.begin()->first});
        } else {
            Held due = std::move(held.extract(held.begin()).mapped());
            lock.unlock();
            due.reply->send(std::move(due.response));
            lock.lock();
        }
    }
}

SimServer::SimServer(Simulated simulated, std::uint16_t port, const Log& log)
    : impl_{std::make_unique<Impl>(std::move(simulated), port, log)} {}

SimServer::~SimServer() {
    {
        const std::scoped_lock lock{impl_->held_mutex};
        impl_->stopping = true;
        impl_->held_more.notify_one();
    }
    impl_->bell.stop();
    impl_->transport.abort();
    impl_->postman.join();
    impl_->slow.join();
    impl_->server->stop(0ms);
}

std::uint16_t SimServer::port() const { return impl_->server->port(); }

}  // namespace oms::app
