#include "store/postgres.hpp"

#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "store/commit_queue.hpp"
#include "store/postgres_connection.hpp"

namespace oms::store {
namespace {

using namespace std::chrono_literals;

// One round trip. LOCAL: behind a pooler the next transaction may be another server process.
// A stopped process lets go of its locks after ten seconds; an administrator's synchronous_commit=off
// must not make an acknowledged webhook less than durable.
constexpr std::string_view begin_write =
    "BEGIN; SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '10s';"
    "SET LOCAL idle_in_transaction_session_timeout = '10s'; SET LOCAL synchronous_commit = on";
constexpr std::string_view begin_read =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '20s';"
    "SET LOCAL idle_in_transaction_session_timeout = '10s'";
constexpr Statement clock{"clock", R"sql(
    SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)
)sql"};

constexpr Statement facts{"facts", R"sql(
    SELECT CAST(current_setting('server_version_num') AS bigint) / 10000, CAST(current_user AS text),
           pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on',
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
)sql"};

constexpr int attempts_max = 6;
constexpr auto pause_first = 5ms;
/// So many connections are kept for the next who needs one.
constexpr std::size_t idle_max = 16;

/// A transaction that certainly did not happen, and why.
struct Undone {
    DatabaseError error;
};

class PostgresDatabase final : public Database {
public:
    PostgresDatabase(Secret url, bool threaded) : url_{std::move(url)}, queue_{threaded} {}

    void write(const Work& work) override { repeatedly(begin_write, work); }
    void write_later(Work work, std::function<void(std::exception_ptr)> done) override;
    void read(const Work& work) override { repeatedly(begin_read, work); }
    bool commit_waiting(std::chrono::milliseconds wait) override;
    void stop() override;
    std::optional<Instant> time() override;
    bool only_reads() override { return postgres_facts(*this).only_reads; }
    [[nodiscard]] std::string description() const override {
        return "PostgreSQL, " + describe_postgres_url(url_);
    }

private:
    void repeatedly(std::string_view begin, const Work& work);
    void once(std::string_view begin, const Work& work);
    void commit_together(std::deque<WaitingWork>& batch);
    std::unique_ptr<PostgresConnection> begun(std::string_view begin);
    std::unique_ptr<PostgresConnection> take();
    void give(std::unique_ptr<PostgresConnection> connection);

    Secret url_;

    CommitQueue queue_;

    std::mutex idle_mutex_;  // guards idle_
    std::vector<std::unique_ptr<PostgresConnection>> idle_;
};

/// Longer with each attempt, and never alike for two who are in each other's way.
void pause_before(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto longest = std::chrono::microseconds{pause_first} * (1 << attempt);
    std::this_thread::sleep_for(longest * (random() % 1000) / 1000);
}

/// Best effort: where it fails, the connection is broken, and its transaction undone with it.
void undo(PostgresConnection& connection) {
    if (!connection.usable()) return;
    try {
        connection.at_once("ROLLBACK");
    } catch (const DatabaseError&) {
        // `usable` tells from now on.
    }
}

std::exception_ptr outcome_of(const std::function<void()>& work) {
    try {
        work();
        return nullptr;
    } catch (const std::exception&) {
        return std::current_exception();
    }
}

std::unique_ptr<PostgresConnection> PostgresDatabase::take() {
    {
        const std::scoped_lock lock{idle_mutex_};
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    return std::make_unique<PostgresConnection>(url_);
}

void PostgresDatabase::give(std::unique_ptr<PostgresConnection> connection) {
    if (!connection->usable()) return;
    const std::scoped_lock lock{idle_mutex_};
    if (idle_.size() < idle_max) idle_.push_back(std::move(connection));
}

/// A kept connection may have broken while nobody looked, and its neighbours with it: the next one
/// is tried, and where none is left a new one.
std::unique_ptr<PostgresConnection> PostgresDatabase::begun(std::string_view begin) {
    while (true) {
        auto connection = take();
        try {
            connection->at_once(begin);
            return connection;
        } catch (const DatabaseError&) {
            if (connection->usable()) throw;
            const std::scoped_lock lock{idle_mutex_};
            if (idle_.empty()) {
                connection = std::make_unique<PostgresConnection>(url_);
                connection->at_once(begin);
                return connection;
            }
        }
    }
}

void PostgresDatabase::once(std::string_view begin, const Work& work) {
    auto connection = begun(begin);
    try {
        work(*connection);
    } catch (const DatabaseError& error) {
        const bool again = error.kind() == DatabaseError::Kind::conflict || !connection->usable();
        undo(*connection);
        give(std::move(connection));
        if (again) throw Undone{error};
        throw;
    } catch (const std::exception&) {
        undo(*connection);
        give(std::move(connection));
        throw;
    }
    try {
        connection->commit();
    } catch (const DatabaseError& error) {
        const bool undone = error.kind() == DatabaseError::Kind::conflict;
        give(std::move(connection));
        if (undone) throw Undone{error};
        throw;
    }
    give(std::move(connection));
}

void PostgresDatabase::repeatedly(std::string_view begin, const Work& work) {
    for (int attempt = 1;; ++attempt) {
        try {
            return once(begin, work);
        } catch (const Undone& undone) {
            if (attempt == attempts_max) throw undone.error;
        }
        pause_before(attempt);
    }
}

void PostgresDatabase::write_later(Work work, std::function<void(std::exception_ptr)> done) {
    WaitingWork waiting{.work = std::move(work), .done = std::move(done)};
    if (queue_.push(waiting)) return;
    waiting.done(outcome_of([&] { write(waiting.work); }));
}

bool PostgresDatabase::commit_waiting(std::chrono::milliseconds wait) {
    auto batch = queue_.take(wait);
    if (!batch) return false;
    if (!batch->empty()) commit_together(*batch);
    return true;
}

void PostgresDatabase::stop() { queue_.stop(); }

bool is_away(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const DatabaseError& told) {
        return told.kind() == DatabaseError::Kind::broken;
    } catch (const std::exception&) {
        return false;
    }
}

/// All in one transaction; where that fails, each in its own, so that one that cannot be done does
/// not take its neighbours along.
void PostgresDatabase::commit_together(std::deque<WaitingWork>& batch) {
    const std::exception_ptr together = outcome_of([&] {
        write([&](Connection& connection) {
            for (const WaitingWork& one : batch)
                one.work(connection);
        });
    });
    const bool by_itself = together && batch.size() > 1 && !is_away(together);
    for (WaitingWork& one : batch) {
        one.outcome = by_itself ? outcome_of([&] { write(one.work); }) : together;
        tell_done(one);
    }
}

std::optional<Instant> PostgresDatabase::time() {
    return store::read(*this, [](Connection& connection) {
        return connection.run(clock, {})[0][0].instant_if();
    });
}

}  // namespace

std::unique_ptr<Database> open_postgres(const Secret& url, bool threaded) {
    return std::make_unique<PostgresDatabase>(url, threaded);
}

PostgresFacts postgres_facts(Database& database) {
    return store::read(database, [](Connection& connection) {
        const Row row = connection.run(facts, {}).at(0);
        return PostgresFacts{
            .version = static_cast<int>(row[0].integer()),
            .role = row[1].text(),
            .only_reads = row[2].integer() != 0,
            .may_create = row[3].integer() != 0};
    });
}

}  // namespace oms::store
