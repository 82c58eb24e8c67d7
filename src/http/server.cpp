#include "http/server.hpp"

#include <functional>
#include <system_error>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "http/connection.hpp"

namespace oms::http {
namespace {

namespace asio = boost::asio;
using boost::asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto accept_pause = 100ms;
/// A thread that sleeps is woken in some 30 µs, at its waker's cost. Who owes answers is soon told to give
/// them, or hears of more meanwhile: for so long it looks for that before it sleeps.
constexpr auto awake_time = 200us;
/// Others may have the processor meanwhile. Who takes it for longer than this works without a pause: a
/// thread that sleeps has it back earlier than one that gives way, and for so long it does that.
constexpr auto short_turn = 500us;
constexpr auto time_beside_others = 100ms;
/// Where the server is full, who has kept it waiting longer than this makes room.
constexpr auto patience_when_full = 100ms;

}  // namespace

/// Everything that runs on the I/O thread.
struct Server::Impl {
    Impl(ServerOptions given, Handler handle, Gate gate_keeper);

    void listen();
    void accept();
    void accepted(error_code error, tcp::socket socket);
    void take(tcp::socket socket);
    bool make_room();
    void work();
    void serve();

    ServerShared shared;
    tcp::acceptor acceptor{shared.context};
    asio::steady_timer accept_timer{shared.context};
    std::uint16_t bound_port = 0;
    std::thread thread;
};

Server::Impl::Impl(ServerOptions given, Handler handle, Gate gate_keeper)
    : shared{
          .options = std::move(given),
          .handler = std::move(handle),
          .gate = std::move(gate_keeper)} {
    listen();
    thread = std::thread{[this] { serve(); }};
}

void Server::Impl::listen() {
    const auto fail = [&](const error_code& error, const std::string& remedy) {
        throw std::system_error{
            std::error_code{error.value(), std::system_category()},
            fmt::format(
                "cannot listen on {}:{}: {}", shared.options.host, shared.options.port, remedy
            )};
    };
    error_code error;
    const auto address = asio::ip::make_address(
        shared.options.host == "localhost" ? "127.0.0.1" : shared.options.host, error
    );
    if (error) fail(error, "the host must be an IP address, such as 127.0.0.1 or 0.0.0.0");
    const tcp::endpoint endpoint{address, shared.options.port};
    acceptor.open(endpoint.protocol(), error);
    if (error) fail(error, "this kind of address is not available here");
    acceptor.set_option(asio::socket_base::reuse_address{true}, error);
    acceptor.bind(endpoint, error);
    if (error) {
        fail(
            error,
            "is another program using the port, or may this user not take it? Choose another" +
                (shared.options.port_from.empty() ? "" : " by " + shared.options.port_from)
        );
    }
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) fail(error, "the port cannot be listened on");
    bound_port = acceptor.local_endpoint().port();
    accept();
}

void Server::Impl::accept() {
    if (shared.stopping) return;
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
        accepted(error, std::move(socket));
    });
}

void Server::Impl::accepted(error_code error, tcp::socket socket) {
    if (shared.stopping || error == asio::error::operation_aborted) return;
    if (!error) return take(std::move(socket));
    // Out of descriptors: accepting at once again would only burn the processor.
    make_room();
    accept_timer.expires_after(accept_pause);
    accept_timer.async_wait([this](error_code stopped) {
        if (!stopped) accept();
    });
}

/// Serves the client; where there is no room, it waits for some, and those behind it in the
/// system's queue.
void Server::Impl::take(tcp::socket socket) {
    const bool full = shared.open.size() >= shared.options.limits.connections_max;
    if (full && !make_room()) {
        accept_timer.expires_after(accept_pause);
        accept_timer.async_wait([this, kept = std::move(socket)](error_code stopped) mutable {
            if (!stopped) take(std::move(kept));
        });
        return;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    auto connection = std::make_shared<Connection>(shared, std::move(socket));
    shared.open.insert(connection);
    ++shared.count;
    connection->start();
    accept();
}

/// Lets the client go that has kept us waiting longest: those who have nothing to say must not keep
/// out those who have. False where none has waited long, and nothing was closed.
bool Server::Impl::make_room() {
    std::shared_ptr<Connection> longest;
    for (const auto& connection : shared.open) {
        const auto since = connection->waiting_since();
        if (since && (!longest || *since < *longest->waiting_since())) longest = connection;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!longest || now - *longest->waiting_since() < patience_when_full) return false;
    longest->close();
    return true;
}

/// Until the server ends: as `run` of the context would, but see `awake_time`.
void Server::Impl::work() {
    using Steady = std::chrono::steady_clock;
    auto sleeps_from = Steady::now();
    auto alone_from = sleeps_from;
    while (!shared.context.stopped()) {
        const bool worked = shared.context.poll() > 0;
        const auto now = Steady::now();
        if (worked) {
            sleeps_from = now + awake_time;
        } else if (shared.owed > 0 && now < sleeps_from && now >= alone_from) {
            std::this_thread::yield();
            const auto then = Steady::now();
            if (then - now > short_turn) alone_from = then + time_beside_others;
        } else {
            shared.context.run_one();
            sleeps_from = Steady::now() + awake_time;
        }
    }
}

void Server::Impl::serve() {
    while (true) {
        try {
            return work();
        } catch (const std::exception& error) {
            // Memory, as far as anybody knows: what is being received is the most of it. Whoever
            // sent it comes again; nothing was acknowledged.
            for (auto one = shared.open.begin(); one != shared.open.end();) {
                const auto connection = *one++;
                if (connection->waiting_since()) connection->close();
            }
            shared.options.log.error("server ran into an error", {{"says", error.what()}});
        }
    }
}

Server::Server(ServerOptions options, Handler handler, Gate gate)
    : impl_{std::make_unique<Impl>(std::move(options), std::move(handler), std::move(gate))} {}

Server::~Server() { stop(0ms); }

std::uint16_t Server::port() const { return impl_->bound_port; }

std::size_t Server::connections() const { return impl_->shared.count; }

void Server::stop(std::chrono::milliseconds grace) {
    if (!impl_->thread.joinable()) return;
    const auto until = std::chrono::steady_clock::now() + grace;
    auto timer = std::make_shared<asio::steady_timer>(impl_->shared.context);
    // Closes what is idle; asks again until all is answered or the time is over.
    auto step = std::make_shared<std::function<void()>>();
    *step = [this, until, timer, step] {
        const bool over = std::chrono::steady_clock::now() >= until;
        const auto connections = std::vector<std::shared_ptr<Connection>>{
            impl_->shared.open.begin(), impl_->shared.open.end()};
        for (const auto& connection : connections) {
            if (over || connection->idle()) connection->close();
        }
        if (impl_->shared.open.empty()) return impl_->shared.context.stop();
        timer->expires_after(10ms);
        timer->async_wait([step](error_code) { (*step)(); });
    };
    asio::post(impl_->shared.context, [this, step] {
        impl_->shared.stopping = true;
        error_code ignored;
        impl_->acceptor.close(ignored);
        impl_->accept_timer.cancel();
        (*step)();
    });
    impl_->thread.join();
    *step = {};
}

}  // namespace oms::http
