// oms-bench-commits --engine sqlite:FILE --batch 16 --seconds 2: how many hints a second a loop
// stores that does nothing else, so many to a commit that is durable. The bound of any intake.
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::int64_t first = 9'000'001;
constexpr std::int64_t subjects = 10'000;

std::string key_of(std::int64_t number) {
    return fmt::format("order/{}/{}", 5000 + number / 10, 1 + number % 10);
}

class Engine {
public:
    virtual ~Engine() = default;
    virtual void commit(const std::vector<std::string>& keys, std::int64_t now) = 0;
};

class Sqlite final : public Engine {
public:
    explicit Sqlite(const std::string& file) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) fail();
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS hint (key text NOT NULL PRIMARY KEY, generation integer "
            "NOT "
            "NULL, at integer NOT NULL)");
        const char* sql =
            "INSERT INTO hint VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET generation = "
            "generation + 1, at = ?2";
        if (sqlite3_prepare_v2(handle_, sql, -1, &statement_, nullptr) != SQLITE_OK) fail();
    }
    ~Sqlite() override {
        sqlite3_finalize(statement_);
        sqlite3_close(handle_);
    }
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;

    void commit(const std::vector<std::string>& keys, std::int64_t now) override {
        run("BEGIN IMMEDIATE");
        for (const std::string& key : keys) {
            sqlite3_bind_text(
                statement_, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC
            );
            sqlite3_bind_int64(statement_, 2, now);
            if (sqlite3_step(statement_) != SQLITE_DONE) fail();
            sqlite3_reset(statement_);
        }
        run("COMMIT");
    }

private:
    void run(const char* sql) {
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
    }
    [[noreturn]] void fail() { throw std::runtime_error{sqlite3_errmsg(handle_)}; }

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* statement_ = nullptr;
};

class Postgres final : public Engine {
public:
    explicit Postgres(const std::string& url) : connection_{PQconnectdb(url.c_str())} {
        run("SET synchronous_commit = on");
        run("SET client_min_messages = warning");
        run("CREATE TABLE IF NOT EXISTS hint (key text NOT NULL PRIMARY KEY, generation bigint NOT "
            "NULL, at bigint NOT NULL)");
        expect(PQprepare(
            connection_,
            "hint",
            "INSERT INTO hint SELECT key, 1, $2 FROM unnest($1::text[]) AS key ON CONFLICT (key) "
            "DO "
            "UPDATE SET generation = hint.generation + 1, at = $2",
            0,
            nullptr
        ));
    }
    ~Postgres() override { PQfinish(connection_); }
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;

    void commit(const std::vector<std::string>& keys, std::int64_t now) override {
        std::string all = "{";
        for (const std::string& key : keys)
            all += (all.size() > 1 ? "," : "") + key;
        all += "}";
        const std::string at = std::to_string(now);
        const std::vector<const char*> values{all.c_str(), at.c_str()};
        expect(PQexecPrepared(connection_, "hint", 2, values.data(), nullptr, nullptr, 0));
    }

private:
    void run(const char* sql) { expect(PQexec(connection_, sql)); }
    void expect(PGresult* result) {
        const auto status = PQresultStatus(result);
        PQclear(result);
        if (status != PGRES_COMMAND_OK) throw std::runtime_error{PQerrorMessage(connection_)};
    }

    PGconn* connection_;
};

std::unique_ptr<Engine> open(const std::string& place) {
    constexpr std::string_view sqlite = "sqlite:";
    if (place.starts_with(sqlite)) return std::make_unique<Sqlite>(place.substr(sqlite.size()));
    return std::make_unique<Postgres>(place);
}

}  // namespace

int main(int argc, char** argv) {
    std::string place;
    int batch = 1;
    double seconds = 2;
    CLI::App cli{"Commits hints in a loop."};
    cli.add_option("--engine", place, "sqlite:FILE or postgresql://…")->required();
    cli.add_option("--batch", batch);
    cli.add_option("--seconds", seconds);
    CLI11_PARSE(cli, argc, argv);

    const auto engine = open(place);
    std::vector<std::string> keys(static_cast<std::size_t>(batch));
    std::int64_t stored = 0;
    std::int64_t commits = 0;
    const auto began = Steady::now();
    const auto until = began + std::chrono::duration<double>{seconds};
    auto now = began;
    for (; now < until; now = Steady::now()) {
        for (std::string& key : keys)
            key = key_of(first + stored++ % subjects);
        engine->commit(keys, now.time_since_epoch().count());
        ++commits;
    }
    const double took = std::chrono::duration<double>{now - began}.count();
    fmt::print(
        "{{\"batch\":{},\"per_second\":{:.1f},\"commits_per_second\":{:.1f}}}\n",
        batch,
        static_cast<double>(stored) / took,
        static_cast<double>(commits) / took
    );
}
