#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/secret.hpp"
#include "store/connection.hpp"

struct pg_conn;
struct pg_result;

namespace oms::store {

/// The text as PostgreSQL gets it: what stands in `/*pg … */`, a comment to SQLite, is statement.
std::string for_postgres(std::string_view sql);

/// One PostgreSQL connection. Statements are prepared once and kept where the connection is direct;
/// behind a pooler, whose next transaction may be another server process, each is sent whole.
///
/// A server that says nothing for longer than any statement may last is given up: the connection is
/// then unusable, as after each break. An error leaves the transaction to be rolled back.
class PostgresConnection final : public Connection {
public:
    /// Throws DatabaseError: broken where nobody answers, unusable where we are refused.
    explicit PostgresConnection(const Secret& url);

    using Connection::run;
    Rows run(const Statement& statement, std::span<const Value> parameters) override;
    [[nodiscard]] std::int64_t changed() const override { return changed_; }
    void run_script(std::string_view sql) override;

    /// What a server that is there answers at once, such as BEGIN; who does not is away.
    void at_once(std::string_view sql);
    /// Throws also where the server undid the transaction without calling that an error.
    void commit();

    /// False once it broke: nothing more can be done with it.
    [[nodiscard]] bool usable() const;
    /// Nothing in between: the server process that answers is the one that was connected to.
    [[nodiscard]] bool direct() const { return direct_; }

private:
    struct Close {
        void operator()(pg_conn* connection) const;
        void operator()(pg_result* result) const;
    };
    using Result = std::unique_ptr<pg_result, Close>;

    const std::string& text_of(const Statement& statement);
    const std::string& prepared(const Statement& statement);
    void send_script(std::string_view doing, const std::string& sql);
    Result wait(std::string_view doing);
    void wait_readable(std::string_view doing);
    Rows rows_of(const pg_result* result);
    [[noreturn]] void give_up(std::string_view doing, const std::string& says);
    [[noreturn]] void fail(std::string_view doing, const pg_result* result) const;
    void ask_whether_direct();

    std::string described_;
    std::unique_ptr<pg_conn, Close> handle_;
    std::unordered_map<const char*, std::string> texts_;  // by statement; `for_postgres`
    std::unordered_map<const char*, std::string> names_;  // prepared under
    std::int64_t changed_ = 0;
    std::chrono::seconds patience_{25};  ///< how long the server may be silent now
    bool direct_ = false;
    bool given_up_ = false;
};

}  // namespace oms::store
