#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "http/server.hpp"

/// Seen by the server's two files only: Boost stays out of all others.
namespace oms::http {

class Connection;

/// Beast's, but a folded header (which others on the way may read differently) is refused.
class RequestParser final
    : public boost::beast::http::request_parser<boost::beast::http::string_body> {
private:
    void on_field_impl(
        boost::beast::http::field name,
        boost::beast::string_view name_string,
        boost::beast::string_view value,
        boost::system::error_code& error
    ) override;
};

/// What the server and its connections have in common. Changed on the I/O thread only, but `count`.
struct ServerShared {
    ServerOptions options;
    Handler handler;
    Gate gate;
    boost::asio::io_context context{1};
    std::unordered_set<std::shared_ptr<Connection>> open = {};
    std::size_t bodies_bytes = 0;
    std::size_t answers_bytes = 0;
    std::atomic<std::size_t> count{0};
    bool stopping = false;
};

/// One client: header, then body, then the answer, and again. Lives as long as something waits for
/// it. All but `send`, `stream` and EventStream's runs on the I/O thread.
class Connection final : public std::enable_shared_from_this<Connection> {
public:
    Connection(ServerShared& server, boost::asio::ip::tcp::socket socket)
        : server_{server},
          peer_{address_of(socket)},
          stream_{std::move(socket)},
          context_{server.context} {}

    void start() { read_header(); }
    void close();
    [[nodiscard]] bool idle() const { return idle_ || streaming_; }
    /// Since when it waits for its client to say something, or more; nothing while a request of it
    /// is in hand.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> waiting_since() const {
        return waiting_since_;
    }
    /// The answer to request `number`; a later or second one is dropped.
    void answer(std::uint64_t number, const Response& response);
    void begin_stream(std::uint64_t number);
    void stream_bytes(const std::string& bytes);
    [[nodiscard]] boost::asio::io_context& context() { return context_; }
    [[nodiscard]] bool gone() const { return gone_; }

private:
    static std::string address_of(const boost::asio::ip::tcp::socket& socket);
    void read_header();
    void header_read(boost::system::error_code error);
    static std::optional<std::pair<int, std::string>> trouble_with_header(
        boost::system::error_code error
    );
    bool admit();
    bool has_room();
    void refuse(int status, const std::string& says);
    std::optional<std::string> ambiguity() const;
    void read_body();
    void read_more_body();
    void body_read(boost::system::error_code error);
    void hand_over();
    void write(const Response& response, bool keep_alive);
    void written(boost::system::error_code error, bool keep_alive);
    void drain();
    void drain_more();
    void write_stream();
    void tick();
    Request take_header() const;
    Request take_request();
    void forget_body();
    void forget_answer();

    ServerShared& server_;
    std::string peer_;
    boost::beast::tcp_stream stream_;
    boost::asio::io_context& context_;
    boost::beast::flat_buffer buffer_{std::size_t{64} * 1024};
    std::optional<RequestParser> parser_;
    Request request_;  ///< its header, until it is handed over
    std::string out_;
    std::deque<std::string> events_;
    std::size_t events_bytes_ = 0;
    std::optional<boost::asio::steady_timer> tick_;
    std::optional<boost::asio::steady_timer> idle_timer_;
    std::uint64_t number_ = 0;    ///< of the request being answered
    std::size_t body_bytes_ = 0;  ///< that have come
    std::size_t body_bytes_max_ = 0;
    std::size_t answer_bytes_ = 0;
    bool awaiting_answer_ = false;
    bool parser_keep_alive_ = false;
    bool head_only_ = false;
    bool idle_ = true;
    bool streaming_ = false;
    bool writing_ = false;
    std::atomic<bool> gone_{false};
    std::chrono::steady_clock::time_point drain_until_;
    std::optional<std::chrono::steady_clock::time_point> waiting_since_;
};

}  // namespace oms::http
