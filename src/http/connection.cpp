#include "http/connection.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>

namespace oms::http {
namespace {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

/// So often a connection reads before others have their turn.
constexpr int reads_in_turn = 4;

Response too_large() { return text_response(413, "the request's body is too large\n"); }

}  // namespace

Connection::Connection(ServerShared& server, tcp::socket socket)
    : server_{server},
      peer_{address_of(socket)},
      socket_{std::move(socket)} {
    error_code ignored;
    socket_.non_blocking(true, ignored);
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
    owe_answer(false);
    forget_body();
    forget_answer();
    tick_.reset();
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    server_.forget(shared_from_this());
}

void Connection::forget_body() {
    server_.bodies_bytes -= body_bytes_;
    body_bytes_ = 0;
}

void Connection::wait_for_client(std::chrono::milliseconds time) {
    const auto now = std::chrono::steady_clock::now();
    waiting_since_ = now;
    deadline_ = now + time;
    server_.watch(deadline_);
}

void Connection::expire_after(std::chrono::milliseconds time) {
    deadline_ = std::chrono::steady_clock::now() + time;
    server_.watch(deadline_);
}

void Connection::next_request() {
    const ServerLimits& limits = server_.options.limits;
    parser_.emplace(peer_);
    parser_->header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    parser_->body_limit(limits.body_bytes_max);
    header_bytes_ = 0;
    head_only_ = false;
    idle_ = kept_.empty();
    wait_for_client(idle_ ? limits.idle_time_max : limits.header_time_max);
    read_on();
}

/// Parses what is kept, or waits for more to come. Not at once: others have their turn, and requests
/// that came together do not pile up on the stack.
void Connection::read_on() {
    if (kept_.empty()) return wait_to_read();
    asio::post(server_.context, [self = shared_from_this()] { self->parse_kept(); });
}

/// Holds no room meanwhile: an idle connection costs little.
void Connection::wait_to_read() {
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
        error ? self->close() : self->read();
    });
}

void Connection::parse_kept() {
    if (gone_) return;
    const std::string come = std::exchange(kept_, {});
    std::string_view bytes = come;
    if (!parse(bytes)) return;
    kept_ = bytes;
    wait_to_read();
}

/// What is kept was not enough to go on: it is parsed again with more behind it, and never as it is,
/// which Beast does not bear.
void Connection::read() {
    if (gone_) return;
    LentRoom lent{server_};
    ReadingRoom& room = *lent;
    std::string_view bytes{room.data(), kept_.copy(room.data(), room.size())};
    std::string{}.swap(kept_);
    for (int reads = 0; reads < reads_in_turn; ++reads) {
        std::memmove(room.data(), bytes.data(), bytes.size());
        const std::size_t free = room.size() - bytes.size();
        error_code error;
        const std::size_t come =
            socket_.read_some(asio::buffer(room.data() + bytes.size(), free), error);
        bytes = {room.data(), bytes.size() + come};
        if (error == asio::error::would_block) break;
        if (error) return error == asio::error::eof ? ended() : close();
        if (idle_) wait_for_client(server_.options.limits.header_time_max);
        idle_ = false;
        if (!parse(bytes)) return;
        // There is no more for now; and if there were, waiting would end at once.
        if (come < free) break;
    }
    kept_ = bytes;
    wait_to_read();
}

/// False where nothing is to be read now: the request is handed over or refused, and what stands
/// behind it kept. Otherwise `bytes` is what makes no sense without more.
bool Connection::parse(std::string_view& bytes) {
    while (!bytes.empty()) {
        const bool in_header = !parser_->is_header_done();
        const error_code error = put(bytes);
        if (error == bhttp::error::need_more) return true;
        auto refusal = check(error, in_header);
        if (refusal || parser_->is_done() || (in_header && parser_->wants_continue())) {
            kept_ = bytes;
            respond(std::move(refusal));
            return false;
        }
        if (in_header) begin_body();
    }
    return true;
}

std::optional<Connection::Refusal> Connection::check(error_code error, bool in_header) {
    if (error) return trouble(error, in_header);
    return in_header ? check_header() : check_room();
}

error_code Connection::put(std::string_view& bytes) {
    const bool in_header = !parser_->is_header_done();
    error_code error;
    const std::size_t used = parser_->put(asio::buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(used);
    if (in_header) header_bytes_ += used;
    // Beast has a limit for what it is given at once; what comes in pieces is added up here.
    if (in_header && header_bytes_ > server_.options.limits.header_bytes_max) {
        return bhttp::error::header_limit;
    }
    const bool full = bytes.size() == std::tuple_size_v<ReadingRoom>;
    if (error == bhttp::error::need_more && full) return bhttp::error::buffer_overflow;
    return error;
}

/// The client says no more.
void Connection::ended() {
    // In a header it is told; behind one, or before it said anything, there is nobody to tell.
    const bool in_header = parser_->got_some() && !parser_->is_header_done();
    in_header ? refuse(trouble(bhttp::error::partial_message, true)) : close();
}

/// What cannot be read.
Connection::Refusal Connection::trouble(error_code error, bool in_header) {
    const bool full = error == bhttp::error::buffer_overflow && in_header;
    if (full || error == bhttp::error::header_limit) {
        return {text_response(431, "the request's header is too large\n")};
    }
    if (error == bhttp::error::body_limit) return {too_large()};
    return {text_response(400, "the request cannot be read: " + error.message() + "\n")};
}

/// Whether the header alone is enough to refuse the request.
std::optional<Connection::Refusal> Connection::check_header() {
    ++number_;
    head_only_ = parser_->is_head();
    if (const auto ambiguity = parser_->ambiguity()) {
        return Refusal{text_response(400, *ambiguity + "\n")};
    }
    Admission admission;
    if (server_.gate) admission = server_.gate(parser_->request());
    if (admission.refused) {
        return Refusal{.response = std::move(*admission.refused), .drains = !parser_->is_done()};
    }
    if (admission.vouched_for) parser_->vouch_for_it();
    const std::size_t body_bytes_max =
        std::min(server_.options.limits.body_bytes_max, admission.body_bytes_max);
    parser_->body_limit(body_bytes_max);
    const auto announced = parser_->content_length();
    if (announced && *announced > body_bytes_max) return Refusal{too_large()};
    return std::nullopt;
}

/// Whether all bodies together have become too large. What was only announced takes no room, or
/// announcing would be enough to shut others out.
std::optional<Connection::Refusal> Connection::check_room() {
    const std::size_t come = parser_->request().body.size();
    server_.bodies_bytes += come - body_bytes_;
    body_bytes_ = come;
    if (server_.bodies_bytes <= server_.options.limits.bodies_bytes_max) return std::nullopt;
    return Refusal{text_response(503, "too many large requests at once: later\n")};
}

void Connection::begin_body() { wait_for_client(server_.options.limits.body_time_max); }

}  // namespace oms::http
