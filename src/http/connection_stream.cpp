#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.hpp"

namespace oms::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto keep_stream_alive = 15s;
/// A browser that does not read its events is let go.
constexpr std::size_t stream_bytes_max = std::size_t{4} * 1024 * 1024;

}  // namespace

void Connection::begin_stream(std::uint64_t number) {
    if (gone_ || number != number_ || !awaiting_answer_) return;
    owe_answer(false);
    streaming_ = true;
    forget_body();
    const Response response{
        .status = 200,
        .headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}};
    std::string head;
    server_.answer_head.write(head, response, {.keep_alive = false, .stream = true});
    stream_bytes(head);
    tick();
}

void Connection::tick() {
    tick_.emplace(server_.context, keep_stream_alive);
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
    expire_after(server_.options.limits.write_time_max);
    asio::async_write(
        socket_,
        asio::buffer(events_.front()),
        [self = shared_from_this()](error_code error, std::size_t) {
            if (self->gone_) return;
            if (error) return self->close();
            self->events_bytes_ -= self->events_.front().size();
            self->events_.pop_front();
            self->writing_ = false;
            self->deadline_ = no_deadline;
            if (!self->events_.empty()) self->write_stream();
        }
    );
}

}  // namespace oms::http
