#include "http/connection.hpp"

#include <algorithm>
#include <functional>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
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
/// From here on an answer is large.
constexpr std::size_t large_answer = std::size_t{16} * 1024;
constexpr auto keep_stream_alive = 15s;
/// A browser that does not read its events is let go.
constexpr std::size_t stream_bytes_max = std::size_t{4} * 1024 * 1024;
/// No value of a header is farther from its name than the buffer is long.
constexpr std::size_t header_reach = std::size_t{64} * 1024;

std::string
head_of(const Response& response, const ServerOptions& options, bool keep_alive, bool stream) {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
    const auto add = [&head](const std::string& name, const std::string& value) {
        const bool ours = lower(name) == "content-length" || lower(name) == "connection";
        // A line break in a value would make it two headers.
        const bool broken = value.find_first_of("\r\n") != std::string::npos;
        if (!ours && !broken) head += name + ": " + value + "\r\n";
    };
    for (const auto& [name, value] : response.headers)
        add(name, value);
    for (const auto& [name, value] : options.headers) {
        if (!header(response.headers, name)) add(name, value);
    }
    if (!options.server_header.empty()) head += "Server: " + options.server_header + "\r\n";
    const bool bodyless = response.status == 204 || response.status == 304;
    if (!stream && !bodyless) head += fmt::format("Content-Length: {}\r\n", response.body.size());
    if (!keep_alive) head += "Connection: close\r\n";
    return head + "\r\n";
}

/// Whether a line break was between name and value or in the value. Beast hands out a value where it
/// was received, behind its name; only one that it had to put together lies elsewhere.
bool is_folded(beast::string_view name, beast::string_view value) {
    const std::less<> before;
    const char* name_end = name.data() + name.size();
    const bool in_place =
        !before(value.data(), name_end) && before(value.data(), name.data() + header_reach);
    if (!in_place) return true;
    const std::string_view between{name_end, static_cast<std::size_t>(value.data() - name_end)};
    return between.find_first_of("\r\n") != std::string_view::npos;
}

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

void RequestParser::on_field_impl(
    bhttp::field name,
    beast::string_view name_string,
    beast::string_view value,
    error_code& error
) {
    // What stands behind the last chunk is not a header, whatever it is called.
    if (is_header_done()) return;
    if (is_folded(name_string, value)) {
        error = bhttp::error::bad_value;
        return;
    }
    get().insert(name, name_string, value);
}

std::string Connection::address_of(const tcp::socket& socket) {
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return "unknown";
    const auto address = endpoint.address();
    const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    return mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string()
                  : address.to_string();
}

void Connection::close() {
    if (gone_.exchange(true)) return;
    forget_body();
    forget_answer();
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

void Connection::forget_answer() {
    server_.answers_bytes -= answer_bytes_;
    answer_bytes_ = 0;
}

void Connection::read_header() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_.options.limits.header_bytes_max));
    parser_->body_limit(server_.options.limits.body_bytes_max);
    idle_ = buffer_.size() == 0;
    waiting_since_ = std::chrono::steady_clock::now();
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
        self->waiting_since_ = std::chrono::steady_clock::now();
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
    const auto hosts = message.count(bhttp::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() == 11)) {
        return "exactly one Host header is needed";
    }
    if (message.count(bhttp::field::content_length) > 1) return "more than one Content-Length";
    const auto length = message.find(bhttp::field::content_length);
    const auto encoding = message.find(bhttp::field::transfer_encoding);
    if (length != message.end() && encoding != message.end()) {
        return "both Content-Length and Transfer-Encoding";
    }
    // Beast takes `1, 1` for 1, and a coding that it does not know for none.
    if (length != message.end() && !parse_int(std::string_view{length->value()})) {
        return "Content-Length must be one number";
    }
    if (encoding != message.end() && !beast::iequals(encoding->value(), "chunked")) {
        return "Transfer-Encoding must be chunked";
    }
    if (encoding != message.end() && message.version() != 11) {
        return "Transfer-Encoding needs HTTP/1.1";
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
    if (!admit()) return;

    const bool waits = beast::iequals(message[bhttp::field::expect], "100-continue");
    if (!waits || parser_->is_done()) return read_body();
    stream_.expires_after(server_.options.limits.write_time_max);
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    auto self = shared_from_this();
    asio::async_write(stream_, asio::buffer(out_), [self](error_code failed, std::size_t) {
        failed ? self->close() : self->read_body();
    });
}

/// False where the header alone is refused: it is answered, and the body is not kept.
bool Connection::admit() {
    body_bytes_max_ = server_.options.limits.body_bytes_max;
    Admission admission;
    request_ = take_header();
    if (server_.gate) admission = server_.gate(request_);
    if (admission.refused) {
        if (parser_->is_done()) {
            write(*admission.refused, parser_->keep_alive());
        } else {
            out_ = head_of(*admission.refused, server_.options, false, false);
            if (!head_only_) out_ += admission.refused->body;
            drain();
        }
        return false;
    }
    body_bytes_max_ = std::min(body_bytes_max_, admission.body_bytes_max);
    parser_->body_limit(body_bytes_max_);
    const auto announced = parser_->content_length();
    if (!announced || *announced <= body_bytes_max_) return true;
    refuse(413, "the request's body is too large\n");
    return false;
}

/// False where all bodies together have become too large: it is answered. What was only announced
/// takes no room, or announcing would be enough to shut others out.
bool Connection::has_room() {
    const std::size_t come = parser_->get().body().size();
    server_.bodies_bytes += come - body_bytes_;
    body_bytes_ = come;
    if (server_.bodies_bytes <= server_.options.limits.bodies_bytes_max) return true;
    refuse(503, "too many large requests at once: later\n");
    return false;
}

void Connection::read_body() {
    if (parser_->is_done()) return hand_over();
    waiting_since_ = std::chrono::steady_clock::now();
    stream_.expires_after(server_.options.limits.body_time_max);
    read_more_body();
}

void Connection::read_more_body() {
    auto self = shared_from_this();
    bhttp::async_read_some(stream_, buffer_, *parser_, [self](error_code error, std::size_t) {
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
    if (!has_room()) return;
    parser_->is_done() ? hand_over() : read_more_body();
}

Request Connection::take_header() const {
    const auto& message = parser_->get();
    Request request{
        .method = std::string{message.method_string()},
        .url = std::string{message.target()},
        .peer = peer_};
    for (const auto& field : message) {
        request.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
    }
    return request;
}

Request Connection::take_request() {
    Request request = std::exchange(request_, {});
    request.body = std::move(parser_->get().body());
    return request;
}

void Connection::hand_over() {
    const bool keep = parser_->keep_alive() && !server_.stopping;
    parser_keep_alive_ = keep;
    awaiting_answer_ = true;
    waiting_since_.reset();
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
    out_ = head_of(text_response(status, says), server_.options, false, false);
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
    waiting_since_.reset();
    const std::size_t size = response.body.size();
    if (size >= large_answer &&
        server_.answers_bytes + size > server_.options.limits.answers_bytes_max) {
        return write(text_response(503, "too many large answers at once: later\n"), keep_alive);
    }
    answer_bytes_ = size;
    server_.answers_bytes += size;
    out_ = head_of(response, server_.options, keep_alive, false);
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
    forget_answer();
    read_header();
}

void Connection::drain() {
    waiting_since_.reset();
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
    stream_bytes(head_of(head, server_.options, false, true));
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

}  // namespace oms::http
