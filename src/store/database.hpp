#pragma once

#include <functional>
#include <memory>

#include "store/connection.hpp"

namespace oms::store {

using Work = std::function<void(Connection&)>;

/// The database seam: SQLite or PostgreSQL. May be used from any thread.
class Database {
public:
    virtual ~Database() = default;

    /// Runs `work` in a transaction of its own and returns when it is durable. Where `work` throws,
    /// nothing of it stays and the exception goes on to the caller. It may be run more than once
    /// before it stays: it must lead to the same each time.
    virtual void write(const Work& work) = 0;

    /// The same without waiting: `done` is called from the committing thread when it is durable
    /// (null), or with what went wrong. Waiting works share a commit.
    virtual void write_later(Work work, std::function<void(std::exception_ptr)> done) = 0;

    /// Runs `work` on one consistent snapshot; it must not write.
    virtual void read(const Work& work) = 0;

    /// Commits what waits, at most until `wait` from now for the first; for the one thread that
    /// app gives to it. False once stopped and nothing waits any more.
    virtual bool commit_waiting(std::chrono::milliseconds wait) = 0;
    /// Lets commit_waiting return false when the queue is empty; later writes are done at once,
    /// by their own thread.
    virtual void stop() = 0;

    /// The time that all processes on this database go by; nothing where that is this machine's.
    virtual std::optional<Instant> time() { return std::nullopt; }

    /// Whether it can only be read, such as a standby: nothing can be carried then.
    virtual bool only_reads() { return false; }

    /// For people: `SQLite, /var/lib/oms-jira/oms-jira.db`.
    [[nodiscard]] virtual std::string description() const = 0;
};

/// `read` with a result.
template <class F>
auto read(Database& database, F work) {
    std::optional<decltype(work(std::declval<Connection&>()))> result;
    database.read([&](Connection& connection) { result.emplace(work(connection)); });
    return std::move(*result);
}

/// `write` with a result.
template <class F>
auto write(Database& database, F work) {
    std::optional<decltype(work(std::declval<Connection&>()))> result;
    database.write([&](Connection& connection) { result.emplace(work(connection)); });
    return std::move(*result);
}

}  // namespace oms::store
