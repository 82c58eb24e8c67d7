#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/answer_head.hpp"
#include "http/request_parser.hpp"
#include "http/server.hpp"

/// Seen by the server's files only: Boost stays out of all others.
namespace oms::http {

class Connection;

/// What is read at once; no header is longer.
using ReadingRoom = std::array<char, std::size_t{64} * 1024>;
using Deadline = std::chrono::steady_clock::time_point;
constexpr Deadline no_deadline = Deadline::max();

/// What the server and its connections have in common. Changed on the I/O thread only, but `count`.
struct ServerShared {
    ServerOptions options;
    Handler handler;
    Gate gate;
    boost::asio::io_context context{1};
    std::unordered_set<std::shared_ptr<Connection>> open = {};
    std::size_t bodies_bytes = 0;
    std::size_t answers_bytes = 0;
    std::size_t owed = 0;  ///< requests that were handed over and not answered yet
    std::atomic<std::size_t> count{0};
    bool stopping = false;
    AnswerHead answer_head{options};
    /// Lent to the connection that is reading: those that wait hold none.
    std::unique_ptr<ReadingRoom> room = {};
    boost::asio::steady_timer deadline_timer{context};
    Deadline watched = no_deadline;  ///< when the timer goes off

    /// One timer serves the deadlines of all connections, so that a deadline costs a comparison. It
    /// runs out when the first of them may have passed; one that has is noticed at most 250 ms, or
    /// a quarter of the smallest limit, late.
    void watch(Deadline deadline);
    /// It is closed. Without connections, no timer runs.
    void forget(const std::shared_ptr<Connection>& connection);

private:
    void close_late_ones();
};

/// One client: header, then body, then the answer, and again. Lives as long as something waits for
/// it. All but the Reply and EventStream made of it runs on the I/O thread.
class Connection final : public std::enable_shared_from_this<Connection> {
public:
    Connection(ServerShared& server, boost::asio::ip::tcp::socket socket);

    void start() { next_request(); }
    void close();
    [[nodiscard]] bool idle() const { return idle_ || streaming_; }
    /// Since when it waits for its client to say something, or more; nothing while a request of it
    /// is in hand.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> waiting_since() const {
        return waiting_since_;
    }
    [[nodiscard]] Deadline deadline() const { return deadline_; }
    /// The answer to request `number`; a later or second one is dropped.
    void answer(std::uint64_t number, Response response);
    void begin_stream(std::uint64_t number);
    void stream_bytes(const std::string& bytes);
    [[nodiscard]] boost::asio::io_context& context() { return server_.context; }
    [[nodiscard]] bool gone() const { return gone_; }

private:
    /// What is answered without the handler.
    struct Refusal {
        Response response;
        bool drains = true;  ///< the client may still be sending: the connection ends with it
    };
    enum class AfterSending {
        body,          ///< the client was told to go on
        next_request,  ///< it was answered
        close,         ///< it was answered for the last time
        drain          ///< it was refused, and may still be sending
    };

    // connection.cpp: what comes.
    static std::string address_of(const boost::asio::ip::tcp::socket& socket);
    void next_request();
    void wait_to_read();
    void read_on();
    void parse_kept();
    void read();
    bool parse(std::string_view& bytes);
    boost::system::error_code put(std::string_view& bytes);
    std::optional<Refusal> check(boost::system::error_code error, bool in_header);
    void ended();
    static Refusal trouble(boost::system::error_code error, bool in_header);
    std::optional<Refusal> check_header();
    std::optional<Refusal> check_room();
    void begin_body();
    void wait_for_client(std::chrono::milliseconds time);
    void expire_after(std::chrono::milliseconds time);
    void forget_body();

    // connection_answer.cpp: what goes.
    void respond(std::optional<Refusal> refusal);
    void hand_over();
    void owe_answer(bool owed);
    void say_continue();
    void refuse(Refusal refusal);
    void write(Response response, bool keep_alive);
    void send(AfterSending after);
    void sent(boost::system::error_code error, AfterSending after);
    void begin_to_drain();
    void drain();
    void forget_answer();

    // connection_stream.cpp.
    void tick();
    void write_stream();

    ServerShared& server_;
    std::string peer_;
    boost::asio::ip::tcp::socket socket_;
    std::optional<RequestParser> parser_;
    std::string kept_;  ///< has come, and is not parsed yet
    std::size_t header_bytes_ = 0;
    std::string head_;  ///< of the answer being sent
    std::string body_;
    std::deque<std::string> events_;
    std::size_t events_bytes_ = 0;
    std::optional<boost::asio::steady_timer> tick_;
    std::uint64_t number_ = 0;    ///< of the request being answered
    std::size_t body_bytes_ = 0;  ///< that have come
    std::size_t answer_bytes_ = 0;
    bool awaiting_answer_ = false;
    bool keep_alive_ = false;
    bool head_only_ = false;
    bool idle_ = true;
    bool streaming_ = false;
    bool writing_ = false;
    std::atomic<bool> gone_{false};
    Deadline deadline_ = no_deadline;
    std::optional<std::chrono::steady_clock::time_point> waiting_since_;
};

/// The server's room to read into, for as long as this lives. Where it is lent already (a handler
/// answered another connection meanwhile), there is another one.
class LentRoom {
public:
    explicit LentRoom(ServerShared& server) : server_{server}, room_{std::move(server.room)} {
        if (!room_) room_ = std::make_unique<ReadingRoom>();
    }
    ~LentRoom() { server_.room = std::move(room_); }
    LentRoom(const LentRoom&) = delete;
    LentRoom& operator=(const LentRoom&) = delete;

    ReadingRoom& operator*() { return *room_; }

private:
    ServerShared& server_;
    std::unique_ptr<ReadingRoom> room_;
};

/// How request `number` is answered, from any thread.
std::shared_ptr<Reply>
reply_to(const std::shared_ptr<Connection>& connection, std::uint64_t number);

}  // namespace oms::http
