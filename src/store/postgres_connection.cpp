#include "store/postgres_connection.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "base/text.hpp"
#include "store/postgres.hpp"

namespace oms::store {
namespace {

using namespace std::chrono_literals;

/// Longer than `statement_timeout` in store/postgres.cpp: the server has its say first.
constexpr std::chrono::seconds silence_max = 25s;
/// A pooler without a server would let us wait for a transaction to begin.
constexpr std::chrono::seconds silence_max_at_once = 5s;
/// A migration takes as long as it takes.
constexpr std::chrono::seconds silence_max_in_script = 1h;

// Of pg_type.dat: what comes back as a number.
constexpr Oid oid_bool = 16;
constexpr Oid oid_int8 = 20;
constexpr Oid oid_int2 = 21;
constexpr Oid oid_int4 = 23;

struct State {
    std::string_view code;  ///< an SQLSTATE, or the beginning of one
    DatabaseError::Kind kind;
    std::string_view remedy;
};

/// By PostgreSQL's appendix A; the first that fits.
constexpr std::array states{
    State{"40001", DatabaseError::Kind::conflict, ""},
    State{"40P01", DatabaseError::Kind::conflict, ""},
    State{"55P03", DatabaseError::Kind::busy, ""},
    State{"57014", DatabaseError::Kind::busy, ""},
    State{
        "53100",
        DatabaseError::Kind::full,
        ": the database's disk is full; make room, the work then goes on by itself"},
    State{
        "53300",
        DatabaseError::Kind::busy,
        ": raise max_connections, or let a pooler share them"},
    State{"53", DatabaseError::Kind::busy, ""},
    State{"23", DatabaseError::Kind::constraint, ""},
    State{
        "25006",
        DatabaseError::Kind::broken,
        ": this server only reads, such as a standby; name the one that writes in OMS_DB_HOST "
        "(target_session_attrs=read-write finds it among several)"},
    State{"28", DatabaseError::Kind::unusable, ": correct user and password in OMS_DB_HOST"},
    State{"3D000", DatabaseError::Kind::unusable, ": create it, or name another in OMS_DB_HOST"},
    State{
        "42501",
        DatabaseError::Kind::unusable,
        ": this role may not; docs/deploy.md names the rights it needs"},
    State{"42", DatabaseError::Kind::programming, ""},
    State{"22", DatabaseError::Kind::programming, ""},
    State{"25", DatabaseError::Kind::programming, ""},
    State{"08P", DatabaseError::Kind::broken, ""},
};

const State& state_of(std::string_view code) {
    static constexpr State other{"", DatabaseError::Kind::broken, ""};
    for (const State& state : states) {
        if (!code.empty() && code.starts_with(state.code)) return state;
    }
    return other;
}

/// libpq's messages have several lines, and an indented hint.
std::string said(const char* message) {
    std::string text = trim(one_line(message == nullptr ? "" : message));
    return text.empty() ? "no word from the server" : text;
}

/// What the server says when it refuses to connect has no SQLSTATE in libpq 15.
DatabaseError::Kind kind_of_refusal(std::string_view says) {
    // Of a parameter of the URL, before anybody was asked.
    if (says.starts_with("invalid ")) return DatabaseError::Kind::unusable;
    for (const std::string_view word :
         {"password authentication failed",
          "no password supplied",
          "no pg_hba.conf entry",
          "does not exist",
          "authentication failed",
          "permission denied for database",
          "is not permitted to log in",
          "certificate",
          "SSL"}) {
        if (says.find(word) != std::string_view::npos) return DatabaseError::Kind::unusable;
    }
    return DatabaseError::Kind::broken;
}

}  // namespace

std::string for_postgres(std::string_view sql) {
    constexpr std::string_view opening = "/*pg";
    constexpr std::string_view closing = "*/";
    std::string text;
    while (true) {
        const auto begin = sql.find(opening);
        text += sql.substr(0, begin);
        if (begin == std::string_view::npos) return text;
        sql.remove_prefix(begin + opening.size());
        const auto end = sql.find(closing);
        text += sql.substr(0, end);
        if (end == std::string_view::npos) return text;
        sql.remove_prefix(end + closing.size());
    }
}

void PostgresConnection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void PostgresConnection::Close::operator()(pg_result* result) const { PQclear(result); }

PostgresConnection::PostgresConnection(const Secret& url) : described_{describe_postgres_url(url)} {
    // What comes before `dbname`, which is the URL, is a default; what comes after overrides it.
    constexpr std::array keywords{
        "fallback_application_name",
        "connect_timeout",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "dbname",
        "client_encoding",
        static_cast<const char*>(nullptr)};
    const std::array values{
        "oms-jira",
        "5",
        "10",
        "5",
        "3",
        "20000",
        url.reveal().c_str(),
        "UTF8",
        static_cast<const char*>(nullptr)};
    handle_.reset(PQconnectdbParams(keywords.data(), values.data(), 1));
    if (!handle_) throw std::bad_alloc{};
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
        const std::string says = said(PQerrorMessage(handle_.get()));
        throw DatabaseError{
            kind_of_refusal(says), fmt::format("database {}: {}", described_, says)};
    }
    // Notices are for people at a prompt.
    PQsetNoticeReceiver(
        handle_.get(), [](void* /*context*/, const PGresult* /*notice*/) {}, nullptr
    );
    ask_whether_direct();
}

/// A pooler answers with a number of its own where the server's process tells its real one.
void PostgresConnection::ask_whether_direct() {
    constexpr Statement pid{"backend_pid", "SELECT pg_backend_pid()"};
    direct_ = run(pid, {})[0][0].integer() == PQbackendPID(handle_.get());
}

bool PostgresConnection::usable() const {
    return !given_up_ && PQstatus(handle_.get()) == CONNECTION_OK;
}

void PostgresConnection::give_up(std::string_view doing, const std::string& says) {
    given_up_ = true;
    throw DatabaseError{
        DatabaseError::Kind::broken, fmt::format("database {}: {}: {}", described_, doing, says)};
}

void PostgresConnection::fail(std::string_view doing, const pg_result* result) const {
    const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    // Without a code the connection itself broke; 57P…: an administrator, or a crash, ended it.
    const State& state = state_of(code == nullptr ? "" : code);
    throw DatabaseError{
        state.kind,
        fmt::format(
            "database {}: {}: {}{}",
            described_,
            doing,
            said(message == nullptr ? PQresultErrorMessage(result) : message),
            state.remedy
        )};
}

void PostgresConnection::wait_readable(std::string_view doing) {
    const auto until = std::chrono::steady_clock::now() + patience_;
    pollfd waiting{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left <= 0ms) give_up(doing, "the server is silent");
        const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) give_up(doing, "poll failed");
    }
}

PostgresConnection::Result PostgresConnection::wait(std::string_view doing) {
    Result last;
    while (true) {
        while (PQisBusy(handle_.get()) != 0) {
            wait_readable(doing);
            if (PQconsumeInput(handle_.get()) == 0) {
                give_up(doing, said(PQerrorMessage(handle_.get())));
            }
        }
        Result next{PQgetResult(handle_.get())};
        if (!next) break;
        // Of several statements the first that fails is what counts.
        const bool failed = last && PQresultStatus(last.get()) == PGRES_FATAL_ERROR;
        if (!failed) last = std::move(next);
    }
    if (!last) give_up(doing, said(PQerrorMessage(handle_.get())));
    const ExecStatusType status = PQresultStatus(last.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        fail(doing, last.get());
    }
    return last;
}

const std::string& PostgresConnection::text_of(const Statement& statement) {
    std::string& text = texts_[statement.sql.data()];
    if (text.empty()) text = for_postgres(statement.sql);
    return text;
}

/// Under which name the server has it from now on.
const std::string& PostgresConnection::prepared(const Statement& statement) {
    std::string& name = names_[statement.sql.data()];
    if (!name.empty()) return name;
    const std::string fresh = fmt::format("{}_{}", statement.name, names_.size());
    const std::string& text = text_of(statement);
    if (PQsendPrepare(handle_.get(), fresh.c_str(), text.c_str(), 0, nullptr) == 0) {
        give_up(statement.name, said(PQerrorMessage(handle_.get())));
    }
    wait(statement.name);
    return name = fresh;
}

Rows PostgresConnection::run(const Statement& statement, std::span<const Value> parameters) {
    patience_ = silence_max;
    std::vector<std::string> texts;
    std::vector<const char*> values;
    texts.reserve(parameters.size());
    values.reserve(parameters.size());
    for (const Value& value : parameters) {
        // PostgreSQL stores neither NUL nor what is no UTF-8; SQLite would.
        texts.push_back(
            std::holds_alternative<std::string>(value.held()) ? storable(value.text())
                                                              : value.text()
        );
        values.push_back(value.is_null() ? nullptr : texts.back().c_str());
    }
    const auto count = static_cast<int>(values.size());
    const int sent = direct_ ? PQsendQueryPrepared(
                                   handle_.get(),
                                   prepared(statement).c_str(),
                                   count,
                                   values.data(),
                                   nullptr,
                                   nullptr,
                                   0
                               )
                             : PQsendQueryParams(
                                   handle_.get(),
                                   text_of(statement).c_str(),
                                   count,
                                   nullptr,
                                   values.data(),
                                   nullptr,
                                   nullptr,
                                   0
                               );
    if (sent == 0) give_up(statement.name, said(PQerrorMessage(handle_.get())));
    const Result result = wait(statement.name);
    changed_ = parse_int(PQcmdTuples(result.get())).value_or(0);
    return rows_of(result.get());
}

Rows PostgresConnection::rows_of(const pg_result* result) {
    Rows rows;
    const int columns = PQnfields(result);
    const int count = PQntuples(result);
    rows.reserve(static_cast<std::size_t>(count));
    for (int at = 0; at < count; ++at) {
        Row row;
        row.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, at, column) != 0) {
                row.emplace_back();
                continue;
            }
            const std::string_view text{
                PQgetvalue(result, at, column),
                static_cast<std::size_t>(PQgetlength(result, at, column))};
            switch (PQftype(result, column)) {
            case oid_int8:
            case oid_int4:
            case oid_int2: row.emplace_back(parse_int(text).value_or(0)); break;
            case oid_bool: row.emplace_back(std::int64_t{text == "t" ? 1 : 0}); break;
            default: row.emplace_back(text);
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void PostgresConnection::run_script(std::string_view sql) {
    patience_ = silence_max_in_script;
    send_script("script", for_postgres(sql));
}

void PostgresConnection::at_once(std::string_view sql) {
    patience_ = silence_max_at_once;
    send_script("transaction", std::string{sql});
}

void PostgresConnection::send_script(std::string_view doing, const std::string& sql) {
    if (PQsendQuery(handle_.get(), sql.c_str()) == 0) {
        give_up(doing, said(PQerrorMessage(handle_.get())));
    }
    wait(doing);
}

void PostgresConnection::commit() {
    patience_ = silence_max;
    if (PQsendQuery(handle_.get(), "COMMIT") == 0) {
        give_up("commit", said(PQerrorMessage(handle_.get())));
    }
    const Result result = wait("commit");
    // What failed inside and was overlooked ends in ROLLBACK, which is no error to the server.
    if (std::string_view{PQcmdStatus(result.get())} == "COMMIT") return;
    throw DatabaseError{
        DatabaseError::Kind::programming,
        fmt::format("database {}: commit: a statement of the transaction had failed", described_)};
}

}  // namespace oms::store
