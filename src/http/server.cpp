#include "http/server.hpp"

#include <atomic>
#include <deque>
#include <system_error>
#include <thread>
#include <unordered_set>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

/// One read takes a usual request whole; by default Beast would read 512 bytes at a time.
constexpr std::size_t read_at_once = 8192;
/// After a refusal that leaves a body unread: read and drop so much, or the client sees a reset.
constexpr auto drain_time_max = 2s;
constexpr auto accept_pause = 100ms;
constexpr auto keep_stream_alive = 15s;
/// A browser that does not read its events is let go.
constexpr std::size_t stream_bytes_max = std::size_t{4} * 1024 * 1024;

}  // namespace

class Connection;

/// Everything that runs on the I/O thread.
struct Server::Impl {
    Impl(ServerOptions given, Handler handle, Gate gate_keeper);

    void listen();
    void accept();
    void accepted(error_code error, tcp::socket socket);

    ServerOptions options;
    Handler handler;
    Gate gate;
    asio::io_context context{1};
    tcp::acceptor acceptor{context};
    asio::steady_timer accept_timer{context};
    std::unordered_set<std::shared_ptr<Connection>> open;  // I/O thread only
    std::size_t bodies_bytes = 0;                          // I/O thread only
    std::atomic<std::size_t> count{0};
    std::uint16_t bound_port = 0;
    bool stopping = false;  // I/O thread only
    std::thread thread;
};

namespace {

std::string
head_of(const Response& response, const std::string& server, bool keep_alive, bool stream) {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
    for (const auto& [name, value] : response.headers) {
        const bool ours = lower(name) == "content-length" || lower(name) == "connection";
        // A line break in a value would make it two headers.
        const bool broken = value.find_first_of("\r\n") != std::string::npos;
        if (!ours && !broken) head += name + ": " + value + "\r\n";
    }
    if (!server.empty()) head += "Server: " + server + "\r\n";
    const bool bodyless = response.status == 204 || response.status == 304;
    if (!stream && !bodyless) head += fmt::format("Content-Length: {}\r\n", response.body.size());
    if (!keep_alive) head += "Connection: close\r\n";
    return head + "\r\n";
}

}  // namespace

/// One client: header, then body, then the answer, and again. Lives as long as something waits for
/// it. All but `send`, `stream` and EventStream's runs on the I/O thread.
class Connection final : public std::enable_shared_from_this<Connection> {
public:
    Connection(Server::Impl& server, tcp::socket socket)
        : server_{server},
          stream_{std::move(socket)},
          context_{server.context} {}

    void start() { read_header(); }
    void close();
    [[nodiscard]] bool idle() const { return idle_ || streaming_; }
    /// The answer to request `number`; a later or second one is dropped.
    void answer(std::uint64_t number, const Response& response);
    void begin_stream(std::uint64_t number);
    void stream_bytes(const std::string& bytes);
    [[nodiscard]] asio::io_context& context() { return context_; }
    [[nodiscard]] bool gone() const { return gone_; }

private:
    void read_header();
    void header_read(error_code error);
    static std::optional<std::pair<int, std::string>> trouble_with_header(error_code error);
    bool reserve_body();
    bool is_turned_away();
    void refuse(int status, const std::string& says);
    std::optional<std::string> ambiguity() const;
    void read_body();
    void body_read(error_code error);
    void hand_over();
    void write(const Response& response, bool keep_alive);
    void written(error_code error, bool keep_alive);
    void drain();
    void drain_more();
    void write_stream();
    void tick();
    Request take_request();
    void forget_body();

    Server::Impl& server_;
    beast::tcp_stream stream_;
    asio::io_context& context_;
    beast::flat_buffer buffer_{std::size_t{64} * 1024};
    std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
    std::string out_;
    std::deque<std::string> events_;
    std::size_t events_bytes_ = 0;
    std::optional<asio::steady_timer> tick_;
    std::optional<asio::steady_timer> idle_timer_;
    std::uint64_t number_ = 0;  ///< of the request being answered
    std::size_t body_bytes_ = 0;
    bool awaiting_answer_ = false;
    bool parser_keep_alive_ = false;
    bool head_only_ = false;
    bool idle_ = true;
    bool streaming_ = false;
    bool writing_ = false;
    std::atomic<bool> gone_{false};
    std::chrono::steady_clock::time_point drain_until_;
};

namespace {

class ConnectionStream final : public EventStream {
public:
    explicit ConnectionStream(std::weak_ptr<Connection> connection)
        : connection_{std::move(connection)} {}
    void send(std::string_view event, std::string_view data) override {
        const auto connection = connection_.lock();
        if (!connection) return;
        std::string bytes = fmt::format("event: {}\ndata: {}\n\n", event, data);
        asio::post(connection->context(), [connection, bytes = std::move(bytes)] {
            connection->stream_bytes(bytes);
        });
    }
    [[nodiscard]] bool open() const override {
        const auto connection = connection_.lock();
        return connection && !connection->gone();
    }

private:
    std::weak_ptr<Connection> connection_;
};

class ConnectionReply final : public Reply {
public:
    ConnectionReply(const std::shared_ptr<Connection>& connection, std::uint64_t number)
        : connection_{connection},
          number_{number} {}
    ~ConnectionReply() override {
        if (!used_) ConnectionReply::send(text_response(500, "Internal Server Error\n"));
    }
    ConnectionReply(const ConnectionReply&) = delete;
    ConnectionReply& operator=(const ConnectionReply&) = delete;

    void send(Response response) override {
        if (used_.exchange(true)) return;
        const auto connection = connection_.lock();
        if (!connection) return;
        auto run = [connection, number = number_, response = std::move(response)] {
            connection->answer(number, response);
        };
        asio::dispatch(connection->context(), std::move(run));
    }
    std::shared_ptr<EventStream> stream() override {
        const auto connection = connection_.lock();
        auto stream = std::make_shared<ConnectionStream>(connection_);
        if (used_.exchange(true) || !connection) return stream;
        asio::dispatch(connection->context(), [connection, number = number_] {
            connection->begin_stream(number);
        });
        return stream;
    }

private:
    std::weak_ptr<Connection> connection_;
    std::uint64_t number_;
    std::atomic<bool> used_{false};
};

}  // namespace

void Connection::close() {
    if (gone_.exchange(true)) return;
    forget_body();
    tick_.reset();
    idle_timer_.reset();
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.close();
    if (server_.open.erase(shared_from_this()) > 0) --server_.count;
}

void Connection::forget_body() {
    server_.bodies_bytes -= body_bytes_;
    body_bytes_ = 0;
}

void Connection::read_header() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_.options.limits.header_bytes_max));
    parser_->body_limit(server_.options.limits.body_bytes_max);
    idle_ = buffer_.size() == 0;
    auto self = shared_from_this();
    if (!idle_) {
        stream_.expires_after(server_.options.limits.header_time_max);
        return bhttp::async_read_header(
            stream_,
            buffer_,
            *parser_,
            [self](error_code error, std::size_t) { self->header_read(error); }
        );
    }
    // Wait for the first byte without holding room for it: an idle connection costs little. The
    // stream's own deadlines do not cover this wait, so it has a timer.
    idle_timer_.emplace(context_, server_.options.limits.idle_time_max);
    idle_timer_->async_wait([weak = weak_from_this()](error_code error) {
        const auto waiting = weak.lock();
        if (!error && waiting && waiting->idle_) waiting->close();
    });
    stream_.socket().async_wait(tcp::socket::wait_read, [self](error_code error) {
        if (error || self->gone_) return self->close();
        self->idle_ = false;
        self->idle_timer_.reset();
        self->buffer_.reserve(read_at_once);
        self->stream_.expires_after(self->server_.options.limits.header_time_max);
        bhttp::async_read_header(
            self->stream_,
            self->buffer_,
            *self->parser_,
            [self](error_code failed, std::size_t) { self->header_read(failed); }
        );
    });
}

std::optional<std::string> Connection::ambiguity() const {
    const auto& message = parser_->get();
    if (message.version() == 11 && message.count(bhttp::field::host) != 1) {
        return "exactly one Host header is needed";
    }
    if (message.count(bhttp::field::content_length) > 1) return "more than one Content-Length";
    if (message.count(bhttp::field::content_length) > 0 &&
        message.count(bhttp::field::transfer_encoding) > 0) {
        return "both Content-Length and Transfer-Encoding";
    }
    if (message.target().empty() || message.target()[0] != '/') return "the target must be a path";
    return std::nullopt;
}

/// What to answer where the header could not be read; nothing where there is nobody to tell.
std::optional<std::pair<int, std::string>> Connection::trouble_with_header(error_code error) {
    if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
        return std::pair{431, std::string{"the request's header is too large\n"}};
    }
    if (error == bhttp::error::body_limit) {
        return std::pair{413, std::string{"the request's body is too large\n"}};
    }
    if (error == bhttp::error::end_of_stream || error == beast::error::timeout) return std::nullopt;
    const bool broken =
        error.category() == bhttp::make_error_code(bhttp::error::bad_method).category();
    if (!broken) return std::nullopt;
    return std::pair{400, "the request cannot be read: " + error.message() + "\n"};
}

void Connection::header_read(error_code error) {
    if (gone_) return;
    if (error) {
        const auto trouble = trouble_with_header(error);
        return trouble ? refuse(trouble->first, trouble->second) : close();
    }
    ++number_;
    const auto& message = parser_->get();
    head_only_ = message.method() == bhttp::verb::head;
    if (const auto trouble = ambiguity()) return refuse(400, *trouble + "\n");
    if (!reserve_body() || is_turned_away()) return;

    const bool waits = beast::iequals(message[bhttp::field::expect], "100-continue");
    if (!waits || parser_->is_done()) return read_body();
    stream_.expires_after(server_.options.limits.write_time_max);
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    auto self = shared_from_this();
    asio::async_write(stream_, asio::buffer(out_), [self](error_code failed, std::size_t) {
        failed ? self->close() : self->read_body();
    });
}

/// False where there is no room for the body: it is answered.
bool Connection::reserve_body() {
    const auto length = parser_->content_length();
    const std::size_t announced = length ? static_cast<std::size_t>(*length) : 0;
    if (announced > server_.options.limits.body_bytes_max) {
        refuse(413, "the request's body is too large\n");
        return false;
    }
    const std::size_t room = parser_->chunked() ? server_.options.limits.body_bytes_max : announced;
    if (server_.bodies_bytes + room > server_.options.limits.bodies_bytes_max) {
        refuse(503, "too many large requests at once: later\n");
        return false;
    }
    body_bytes_ = room;
    server_.bodies_bytes += room;
    return true;
}

/// True where the gate refuses by the header alone: it is answered, and the body is not kept.
bool Connection::is_turned_away() {
    if (!server_.gate) return false;
    const auto& message = parser_->get();
    Request header{
        .method = std::string{message.method_string()}, .url = std::string{message.target()}};
    for (const auto& field : message) {
        header.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
    }
    const auto refused = server_.gate(header);
    if (!refused) return false;
    forget_body();
    if (parser_->is_done()) {
        write(*refused, parser_->keep_alive());
    } else {
        out_ = head_of(*refused, server_.options.server_header, false, false) + refused->body;
        drain();
    }
    return true;
}

void Connection::read_body() {
    if (parser_->is_done()) return hand_over();
    stream_.expires_after(server_.options.limits.body_time_max);
    auto self = shared_from_this();
    bhttp::async_read(stream_, buffer_, *parser_, [self](error_code error, std::size_t) {
        self->body_read(error);
    });
}

void Connection::body_read(error_code error) {
    if (gone_) return;
    if (error == bhttp::error::body_limit) return refuse(413, "the request's body is too large\n");
    const bool broken =
        error.category() == bhttp::make_error_code(bhttp::error::bad_method).category() &&
        error != bhttp::error::partial_message && error != bhttp::error::end_of_stream;
    if (error && broken)
        return refuse(400, "the request cannot be read: " + error.message() + "\n");
    if (error) return close();
    hand_over();
}

Request Connection::take_request() {
    auto message = parser_->release();
    Request request{
        .method = std::string{message.method_string()},
        .url = std::string{message.target()},
        .body = std::move(message.body())};
    for (const auto& field : message) {
        request.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
    }
    return request;
}

void Connection::hand_over() {
    const bool keep = parser_->keep_alive() && !server_.stopping;
    parser_keep_alive_ = keep;
    awaiting_answer_ = true;
    // The answer may take its time; whoever leaves meanwhile is noticed when it is written.
    stream_.expires_never();
    auto reply = std::make_shared<ConnectionReply>(shared_from_this(), number_);
    try {
        server_.handler(take_request(), reply);
    } catch (const std::exception& error) {
        server_.options.log.error("request handler failed", {{"kind", typeid(error).name()}});
        reply->send(text_response(500, "Internal Server Error\n"));
    }
}

void Connection::refuse(int status, const std::string& says) {
    forget_body();
    out_ = head_of(text_response(status, says), server_.options.server_header, false, false);
    if (!head_only_) out_ += says;
    drain();
}

void Connection::answer(std::uint64_t number, const Response& response) {
    if (gone_ || number != number_ || !awaiting_answer_) return;
    awaiting_answer_ = false;
    forget_body();
    if (response.status == 0) return close();
    if (response.status < 0) return;  // never answered; closed with the server
    write(response, parser_keep_alive_ && !server_.stopping);
}

void Connection::write(const Response& response, bool keep_alive) {
    out_ = head_of(response, server_.options.server_header, keep_alive, false);
    const bool bodyless = head_only_ || response.status == 204 || response.status == 304;
    if (!bodyless) out_ += response.body;
    stream_.expires_after(server_.options.limits.write_time_max);
    auto self = shared_from_this();
    asio::async_write(
        stream_,
        asio::buffer(out_),
        [self, keep_alive](error_code error, std::size_t) { self->written(error, keep_alive); }
    );
}

void Connection::written(error_code error, bool keep_alive) {
    if (gone_) return;
    if (error || !keep_alive || server_.stopping) return close();
    out_ = {};
    read_header();
}

void Connection::drain() {
    stream_.expires_after(server_.options.limits.write_time_max);
    auto self = shared_from_this();
    asio::async_write(stream_, asio::buffer(out_), [self](error_code error, std::size_t) {
        if (error) return self->close();
        error_code ignored;
        self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        self->drain_until_ = std::chrono::steady_clock::now() + drain_time_max;
        self->drain_more();
    });
}

void Connection::drain_more() {
    if (gone_ || std::chrono::steady_clock::now() >= drain_until_) return close();
    buffer_.clear();
    stream_.expires_at(drain_until_);
    auto self = shared_from_this();
    stream_.async_read_some(buffer_.prepare(read_at_once), [self](error_code error, std::size_t) {
        error ? self->close() : self->drain_more();
    });
}

void Connection::begin_stream(std::uint64_t number) {
    if (gone_ || number != number_ || !awaiting_answer_) return;
    awaiting_answer_ = false;
    streaming_ = true;
    forget_body();
    const Response head{
        .status = 200,
        .headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}};
    stream_bytes(head_of(head, server_.options.server_header, false, true));
    tick();
}

void Connection::tick() {
    tick_.emplace(context_, keep_stream_alive);
    tick_->async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->gone_) return;
        self->stream_bytes(": still here\n\n");
        self->tick();
    });
}

void Connection::stream_bytes(const std::string& bytes) {
    if (gone_ || !streaming_) return;
    events_bytes_ += bytes.size();
    if (events_bytes_ > stream_bytes_max) return close();
    events_.push_back(bytes);
    if (!writing_) write_stream();
}

void Connection::write_stream() {
    writing_ = true;
    stream_.expires_after(server_.options.limits.write_time_max);
    auto self = shared_from_this();
    asio::async_write(
        stream_,
        asio::buffer(events_.front()),
        [self](error_code error, std::size_t) {
            if (self->gone_) return;
            if (error) return self->close();
            self->events_bytes_ -= self->events_.front().size();
            self->events_.pop_front();
            self->writing_ = false;
            self->stream_.expires_never();
            if (!self->events_.empty()) self->write_stream();
        }
    );
}

Server::Impl::Impl(ServerOptions given, Handler handle, Gate gate_keeper)
    : options{std::move(given)},
      handler{std::move(handle)},
      gate{std::move(gate_keeper)} {
    listen();
    thread = std::thread{[this] { context.run(); }};
}

void Server::Impl::listen() {
    const auto fail = [&](const error_code& error, std::string_view remedy) {
        throw std::system_error{
            std::error_code{error.value(), std::system_category()},
            fmt::format("cannot listen on {}:{}: {}", options.host, options.port, remedy)};
    };
    error_code error;
    const auto address =
        asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, error);
    if (error) fail(error, "the host must be an IP address, such as 127.0.0.1 or 0.0.0.0");
    const tcp::endpoint endpoint{address, options.port};
    acceptor.open(endpoint.protocol(), error);
    if (error) fail(error, "this kind of address is not available here");
    acceptor.set_option(asio::socket_base::reuse_address{true}, error);
    acceptor.bind(endpoint, error);
    if (error) {
        fail(
            error,
            "is another program using the port, or may this user not take it? Choose another "
            "(OMS_HTTP_PORT)"
        );
    }
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) fail(error, "the port cannot be listened on");
    bound_port = acceptor.local_endpoint().port();
    accept();
}

void Server::Impl::accept() {
    if (stopping) return;
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
        accepted(error, std::move(socket));
    });
}

void Server::Impl::accepted(error_code error, tcp::socket socket) {
    if (stopping || error == asio::error::operation_aborted) return;
    const bool full = open.size() >= options.limits.connections_max;
    if (error || full) {
        // Out of descriptors, or full: accepting at once again would only burn the processor.
        if (!error) {
            error_code ignored;
            socket.close(ignored);
        }
        accept_timer.expires_after(accept_pause);
        accept_timer.async_wait([this](error_code stopped) {
            if (!stopped) accept();
        });
        return;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    auto connection = std::make_shared<Connection>(*this, std::move(socket));
    open.insert(connection);
    ++count;
    connection->start();
    accept();
}

Server::Server(ServerOptions options, Handler handler, Gate gate)
    : impl_{std::make_unique<Impl>(std::move(options), std::move(handler), std::move(gate))} {}

Server::~Server() { stop(0ms); }

std::uint16_t Server::port() const { return impl_->bound_port; }

std::size_t Server::connections() const { return impl_->count; }

void Server::stop(std::chrono::milliseconds grace) {
    if (!impl_->thread.joinable()) return;
    const auto until = std::chrono::steady_clock::now() + grace;
    auto timer = std::make_shared<asio::steady_timer>(impl_->context);
    // Closes what is idle; asks again until all is answered or the time is over.
    auto step = std::make_shared<std::function<void()>>();
    *step = [this, until, timer, step] {
        const bool over = std::chrono::steady_clock::now() >= until;
        const auto connections =
            std::vector<std::shared_ptr<Connection>>{impl_->open.begin(), impl_->open.end()};
        for (const auto& connection : connections) {
            if (over || connection->idle()) connection->close();
        }
        if (impl_->open.empty()) return impl_->context.stop();
        timer->expires_after(10ms);
        timer->async_wait([step](error_code) { (*step)(); });
    };
    asio::post(impl_->context, [this, step] {
        impl_->stopping = true;
        error_code ignored;
        impl_->acceptor.close(ignored);
        impl_->accept_timer.cancel();
        (*step)();
    });
    impl_->thread.join();
    *step = {};
}

}  // namespace oms::http
