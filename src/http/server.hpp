#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "http/message.hpp"

namespace oms::http {

/// Limits with names. What exceeds one is answered where HTTP has an answer, and closed.
struct ServerLimits {
    std::size_t header_bytes_max = std::size_t{16} * 1024;       ///< 431
    std::size_t body_bytes_max = std::size_t{25} * 1024 * 1024;  ///< 413
    /// Of all bodies being received together, as far as they have come; more is answered 503.
    std::size_t bodies_bytes_max = std::size_t{200} * 1024 * 1024;
    /// Of all answers that are being written; a large one more is answered 503 in its place. What a
    /// webhook is answered always has room.
    std::size_t answers_bytes_max = std::size_t{32} * 1024 * 1024;
    /// With so many open, a new one takes the place of the one that has kept us waiting longest.
    std::size_t connections_max = 1000;
    std::chrono::milliseconds header_time_max = std::chrono::seconds{10};
    std::chrono::milliseconds body_time_max = std::chrono::seconds{30};
    std::chrono::milliseconds write_time_max = std::chrono::seconds{30};
    std::chrono::milliseconds idle_time_max = std::chrono::seconds{75};
};

/// A stream of server-sent events to one browser. May be used from any thread; lives as long as
/// anyone holds it. Written to after the browser left, it does nothing and `open()` is false.
class EventStream {
public:
    virtual ~EventStream() = default;
    /// `event: NAME` and `data: TEXT`; TEXT is one line (JSON).
    virtual void send(std::string_view event, std::string_view data) = 0;
    [[nodiscard]] virtual bool open() const = 0;
};

/// How a handler answers: exactly one of the two, once, now or later, from any thread.
/// If it is dropped unused, the server answers 500.
class Reply {
public:
    virtual ~Reply() = default;
    virtual void send(Response response) = 0;
    /// 200, text/event-stream; a comment every 15 s keeps proxies from closing it.
    virtual std::shared_ptr<EventStream> stream() = 0;
};

/// The same for several at once, which costs one wake-up of the server's thread. Each is answered once,
/// as by its own `send`.
void send_all(std::vector<std::pair<std::shared_ptr<Reply>, Response>> answers);

/// Runs on the server's one I/O thread: it must not block; what takes time answers later.
/// A reply held beyond the connection's life is harmless.
using Handler = std::function<void(Request request, std::shared_ptr<Reply> reply)>;

/// What is decided by the header alone, before a body is read.
struct Admission {
    std::optional<Response> refused = std::nullopt;  ///< answered instead (401, 404…)
    /// 413 for more; of no effect above ServerLimits::body_bytes_max.
    std::size_t body_bytes_max = std::numeric_limits<std::size_t>::max();
    /// The credential is in the header, and right: the handler is told in Request::vouched_for, and need
    /// not look again.
    bool vouched_for = false;
};

/// Optional; runs on the I/O thread as the handler does. `request.body` is empty.
using Gate = std::function<Admission(const Request& request)>;

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;      ///< 0: one that is free, see Server::port
    std::string port_from = {};  ///< what sets it, for whoever is told that it is taken
    ServerLimits limits = {};
    Log log = {};
    std::string server_header = "oms-jira";
    /// Of every answer that does not bear one of that name itself, refusals included.
    Headers headers = {};
};

/// An HTTP/1.1 server on one thread of its own (Boost.Beast, callbacks).
/// Refuses ambiguous requests (two lengths, no Host, bare line feeds, folded headers, targets that
/// are no path) with 400, and closes.
/// A handler's exception is answered with 500 and logged by its kind.
class Server {
public:
    /// Binds and listens; serves from then on. Throws std::system_error whose text names host and
    /// port, what is wrong and what to do where it cannot.
    Server(ServerOptions options, Handler handler, Gate gate = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// Connections that are open now.
    [[nodiscard]] std::size_t connections() const;

    /// Accepts no more, lets requests in flight be answered for at most `grace`, then closes all.
    void stop(std::chrono::milliseconds grace = std::chrono::seconds{5});

    struct Impl;  ///< everything on the I/O thread; known to its connections only

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::http
