#include "wake/postgres_relay.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <libpq-fe.h>
#include <poll.h>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "wake/carrier.hpp"
#include "wake/socket.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

constexpr std::array topics{Topic::work, Topic::events};
/// However often it is rung: the server is told so often at most.
constexpr std::chrono::milliseconds told_interval = 20ms;
constexpr std::chrono::milliseconds reconnect_first = 100ms;
constexpr std::chrono::milliseconds reconnect_max = 5s;
/// Only silence is asked about.
constexpr std::chrono::milliseconds ping_interval = 10s;

struct CloseConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
struct FreeNotice {
    void operator()(PGnotify* notice) const { PQfreemem(notice); }
};
using PgConnection = std::unique_ptr<PGconn, CloseConnection>;
using PgResult = std::unique_ptr<PGresult, ClearResult>;

std::string said(PGconn* connection) { return trim(one_line(PQerrorMessage(connection))); }

class PostgresRelay final : public Relay {
public:
    PostgresRelay(Secret url, std::string channel, Listener listener, Log log)
        : url_{std::move(url)},
          channel_{std::move(channel)},
          listener_{std::move(listener)},
          carrier_{"PostgreSQL's NOTIFY", "rings", std::move(log)} {
        thread_ = std::thread{[this] { run(); }};
    }
    ~PostgresRelay() override {
        stop_.raise();
        thread_.join();
    }
    PostgresRelay(const PostgresRelay&) = delete;
    PostgresRelay& operator=(const PostgresRelay&) = delete;

    void ring(Topic topic) override {
        rung_[static_cast<std::size_t>(topic)] = true;
        rang_.raise();
    }
    [[nodiscard]] CarrierState state() const override { return carrier_.state(); }

private:
    void run();
    Error serve();
    Result<PgConnection> open() const;
    Result<std::string> ask(PGconn* connection, const std::string& sql) const;
    Result<void> hear(PGconn* connection);
    Result<void> tell(PGconn* connection);
    void rest(PGconn* connection) const;

    const Secret url_;
    const std::string channel_;
    const Listener listener_;
    Carrier carrier_;
    SystemRandom random_;
    Signal stop_;
    Signal rang_;
    std::array<std::atomic<bool>, topics.size()> rung_{};
    bool pooled_ = false;  // only the thread's, as the next
    std::chrono::milliseconds pause_ = reconnect_first;
    std::thread thread_;
};

void PostgresRelay::run() {
    while (true) {
        const Error ended = serve();
        if (ended.kind == ErrorKind::shutdown) return;
        carrier_.fails(ended.says);
        const double part = 0.5 + random_.fraction() / 2;
        auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(pause_ * part);
        // A pooler does not go away by itself; a reconfigured one is found again in time.
        if (pooled_) pause = 10min;
        pause_ = std::min(pause_ * 2, reconnect_max);
        if (stop_.wait(pause)) return;
    }
}

Result<PgConnection> PostgresRelay::open() const {
    constexpr std::array keywords{
        "fallback_application_name",
        "connect_timeout",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "dbname",
        static_cast<const char*>(nullptr)};
    const std::array values{
        "oms-jira rings",
        "3",
        "10",
        "5",
        "3",
        "20000",
        url_.reveal().c_str(),
        static_cast<const char*>(nullptr)};
    PgConnection connection{PQconnectdbParams(keywords.data(), values.data(), 1)};
    if (!connection) return failure(ErrorKind::not_sent, "no memory for a connection");
    // Notices are for people at a prompt; libpq would write them to standard error.
    PQsetNoticeReceiver(
        connection.get(), [](void* /*context*/, const PGresult* /*notice*/) {}, nullptr
    );
    if (PQstatus(connection.get()) == CONNECTION_OK) return connection;
    return failure(ErrorKind::not_sent, said(connection.get()));
}

/// The first column of the first row; "" where there is none.
Result<std::string> PostgresRelay::ask(PGconn* connection, const std::string& sql) const {
    if (PQsendQuery(connection, sql.c_str()) == 0)
        return failure(ErrorKind::outcome_unknown, said(connection));
    const Deadline until = std::chrono::steady_clock::now() + 5s;
    while (PQisBusy(connection) != 0) {
        std::array<pollfd, 2> waits{
            pollfd{.fd = PQsocket(connection), .events = POLLIN, .revents = 0},
            pollfd{.fd = stop_.fd(), .events = POLLIN, .revents = 0}};
        ::poll(waits.data(), waits.size(), poll_time(until));
        if (stop_.raised()) return failure(ErrorKind::shutdown, "we are stopping");
        if (std::chrono::steady_clock::now() >= until)
            return failure(ErrorKind::outcome_unknown, "the server is silent");
        if (PQconsumeInput(connection) == 0)
            return failure(ErrorKind::outcome_unknown, said(connection));
    }
    std::string answer;
    bool failed = false;
    while (PgResult result{PQgetResult(connection)}) {
        failed = failed || PQresultStatus(result.get()) == PGRES_FATAL_ERROR;
        const bool row = PQntuples(result.get()) > 0 && PQnfields(result.get()) > 0;
        if (row) answer = PQgetvalue(result.get(), 0, 0);
    }
    if (failed) return failure(ErrorKind::outcome_unknown, said(connection));
    return answer;
}

/// Carries until it cannot any more, and says why.
Error PostgresRelay::serve() {
    const auto opened = open();
    if (!opened) return opened.error();
    PGconn* connection = opened->get();
    const auto pid = ask(connection, "SELECT pg_backend_pid()");
    if (!pid) return pid.error();
    pooled_ = *pid != std::to_string(PQbackendPID(connection));
    if (pooled_) {
        return {
            .kind = ErrorKind::refused,
            .says =
                "a pooler stands before the database, through which no ring passes: what is new "
                "is found at the poll's pace; OMS_REDIS_HOST carries rings too"};
    }
    const auto listening = ask(connection, "LISTEN " + channel_);
    if (!listening) return listening.error();
    carrier_.works();
    for (const Topic topic : topics)
        listener_(topic);
    while (true) {
        const auto told = tell(connection);
        if (!told) return told.error();
        const auto heard = hear(connection);
        if (!heard) return heard.error();
        pause_ = reconnect_first;
        rest(connection);
        if (stop_.raised()) return {.kind = ErrorKind::shutdown, .says = "we are stopping"};
    }
}

Result<void> PostgresRelay::hear(PGconn* connection) {
    if (PQconsumeInput(connection) == 0)
        return failure(ErrorKind::outcome_unknown, said(connection));
    std::array<bool, topics.size()> heard{};
    while (const std::unique_ptr<PGnotify, FreeNotice> notice{PQnotifies(connection)}) {
        if (notice->be_pid == PQbackendPID(connection)) continue;
        for (std::size_t i = 0; i < topics.size(); ++i)
            heard[i] = heard[i] || notice->extra == to_text(topics[i]);
    }
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (heard[i]) listener_(topics[i]);
    }
    return {};
}

Result<void> PostgresRelay::tell(PGconn* connection) {
    rang_.lower();
    std::string sql;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (rung_[i].exchange(false))
            sql += "NOTIFY " + channel_ + ", '" + std::string{to_text(topics[i])} + "';";
    }
    if (sql.empty()) return {};
    const auto told = ask(connection, sql);
    if (!told) return Failure{told.error()};
    // What is rung in this while is told together.
    static_cast<void>(stop_.wait(told_interval));
    return {};
}

/// Until something is to be heard or told; a silent connection is asked whether it is still one.
void PostgresRelay::rest(PGconn* connection) const {
    std::array<pollfd, 3> waits{
        pollfd{.fd = PQsocket(connection), .events = POLLIN, .revents = 0},
        pollfd{.fd = rang_.fd(), .events = POLLIN, .revents = 0},
        pollfd{.fd = stop_.fd(), .events = POLLIN, .revents = 0}};
    const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(ping_interval.count()));
    if (ready == 0) static_cast<void>(ask(connection, "SELECT 1"));
}

}  // namespace

std::unique_ptr<Relay>
make_postgres_relay(Secret url, std::string channel, Relay::Listener listener, Log log) {
    return std::make_unique<PostgresRelay>(
        std::move(url), std::move(channel), std::move(listener), std::move(log)
    );
}

}  // namespace oms::wake
