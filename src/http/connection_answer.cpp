#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.hpp"

namespace oms::http {
namespace {

namespace asio = boost::asio;
using boost::asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

/// After a refusal that leaves a body unread: read and drop so long, or the client sees a reset.
constexpr auto drain_time_max = 2s;
/// From here on an answer is large.
constexpr std::size_t large_answer = std::size_t{16} * 1024;

bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

/// To what there is of the request: all, or a header that asks whether the rest is wanted.
void Connection::respond(std::optional<Refusal> refusal) {
    if (refusal) return refuse(std::move(*refusal));
    parser_->is_done() ? hand_over() : say_continue();
}

void Connection::hand_over() {
    keep_alive_ = parser_->keep_alive() && !server_.stopping;
    const auto reply = reply_to(shared_from_this(), number_);
    owe_answer(true);
    waiting_since_.reset();
    // The answer may take its time; whoever leaves meanwhile is noticed when it is written.
    deadline_ = no_deadline;
    try {
        server_.handler(parser_->take_request(), reply);
    } catch (const std::exception& error) {
        server_.options.log.error("request handler failed", {{"kind", typeid(error).name()}});
        reply->send(text_response(500, "Internal Server Error\n"));
    }
}

void Connection::owe_answer(bool owed) {
    if (std::exchange(awaiting_answer_, owed) == owed) return;
    owed ? ++server_.owed : --server_.owed;
}

void Connection::say_continue() {
    expire_after(server_.options.limits.write_time_max);
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    send(AfterSending::body);
}

void Connection::refuse(Refusal refusal) {
    if (!refusal.drains) {
        return write(std::move(refusal.response), parser_->keep_alive() && !server_.stopping);
    }
    forget_body();
    parser_.reset();
    waiting_since_.reset();
    server_.answer_head.write(head_, refusal.response, {.keep_alive = false});
    if (!head_only_) body_ = std::move(refusal.response.body);
    expire_after(server_.options.limits.write_time_max);
    send(AfterSending::drain);
}

void Connection::answer(std::uint64_t number, Response response) {
    if (gone_ || number != number_ || !awaiting_answer_) return;
    owe_answer(false);
    forget_body();
    if (response.status == 0) return close();
    if (response.status < 0) return;  // never answered; closed with the server
    write(std::move(response), keep_alive_ && !server_.stopping);
}

void Connection::write(Response response, bool keep_alive) {
    waiting_since_.reset();
    expire_after(server_.options.limits.write_time_max);
    const std::size_t size = response.body.size();
    if (size >= large_answer &&
        server_.answers_bytes + size > server_.options.limits.answers_bytes_max) {
        return write(text_response(503, "too many large answers at once: later\n"), keep_alive);
    }
    answer_bytes_ = size;
    server_.answers_bytes += size;
    server_.answer_head.write(head_, response, {.keep_alive = keep_alive});
    if (!head_only_ && !has_no_body(response.status)) body_ = std::move(response.body);
    send(keep_alive ? AfterSending::next_request : AfterSending::close);
}

/// At once as far as there is room for it on the way, which is usually all; the rest as the client
/// reads.
void Connection::send(AfterSending after) {
    std::array<asio::const_buffer, 2> bytes{asio::buffer(head_), asio::buffer(body_)};
    error_code error;
    const std::size_t size = socket_.write_some(bytes, error);
    if (error == asio::error::would_block) error = {};
    if (error || size == head_.size() + body_.size()) return sent(error, after);
    bytes[0] += size;
    bytes[1] += size - std::min(size, head_.size());
    asio::async_write(
        socket_,
        bytes,
        [self = shared_from_this(), after](error_code failed, std::size_t) {
            self->sent(failed, after);
        }
    );
}

void Connection::sent(error_code error, AfterSending after) {
    if (gone_) return;
    if (error) return close();
    std::string{}.swap(body_);
    forget_answer();
    switch (after) {
    case AfterSending::body: begin_body(); return read_on();
    case AfterSending::next_request: return server_.stopping ? close() : next_request();
    case AfterSending::close: return close();
    case AfterSending::drain: return begin_to_drain();
    }
}

void Connection::forget_answer() {
    server_.answers_bytes -= answer_bytes_;
    answer_bytes_ = 0;
}

void Connection::begin_to_drain() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    expire_after(drain_time_max);
    drain();
}

void Connection::drain() {
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
        if (error || self->gone_) return self->close();
        LentRoom room{self->server_};
        self->socket_.read_some(asio::buffer(*room), error);
        const bool ended = error && error != asio::error::would_block;
        ended ? self->close() : self->drain();
    });
}

}  // namespace oms::http
