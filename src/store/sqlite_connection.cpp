#include "store/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace oms::store {
namespace {

constexpr int busy_wait_ms = 10'000;

DatabaseError::Kind kind_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DatabaseError::Kind::busy;
    case SQLITE_FULL: return DatabaseError::Kind::full;
    case SQLITE_CONSTRAINT: return DatabaseError::Kind::constraint;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return DatabaseError::Kind::unusable;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_SCHEMA: return DatabaseError::Kind::programming;
    default: return DatabaseError::Kind::broken;
    }
}

std::string remedy_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return ": it is no SQLite database, or damaged; restore it from a backup, or name another "
               "file in OMS_DB_HOST";
    case SQLITE_CANTOPEN: return ": does its folder exist, and may this user write there?";
    case SQLITE_READONLY:
    case SQLITE_PERM: return ": this user may not write it or its folder; correct the permissions";
    case SQLITE_FULL: return ": the disk is full; make room, the work then goes on by itself";
    default: return "";
    }
}

/// Before the first use in the process. Left to itself SQLite takes room for twenty pages with each
/// table that it makes for a moment, and one statement that changes a subject makes five: one for each
/// list of words in the table's rules. Most of a commit's time went into that room. It would also count
/// its allocations under a lock that all connections share; nobody asks for the figures.
[[maybe_unused]] const bool configured = [] {
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
}();

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
void SqliteConnection::Close::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file, int flags)
    : file_{file.string()} {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(file_.c_str(), &raw, flags, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) fail("open");
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, busy_wait_ms);
}

void SqliteConnection::fail(std::string_view doing) const {
    const int code = sqlite3_extended_errcode(handle_.get());
    throw DatabaseError{
        kind_of(code),
        fmt::format(
            "database {}: {}: {}{}", file_, doing, sqlite3_errmsg(handle_.get()), remedy_of(code)
        )};
}

SqliteConnection::Kept& SqliteConnection::prepared(const Statement& statement) {
    Kept& kept = statements_[statement.sql.data()];
    if (!kept.compiled) {
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v3(
            handle_.get(),
            statement.sql.data(),
            static_cast<int>(statement.sql.size()),
            SQLITE_PREPARE_PERSISTENT,
            &raw,
            nullptr
        );
        kept.compiled.reset(raw);
        if (code != SQLITE_OK) fail(statement.name);
        for (int number = 1; number <= sqlite3_bind_parameter_count(raw); ++number) {
            const std::string name = fmt::format("${}", number);
            kept.places.push_back(sqlite3_bind_parameter_index(raw, name.c_str()));
        }
    }
    sqlite3_reset(kept.compiled.get());
    return kept;
}

void SqliteConnection::bind(
    const Kept& kept,
    const Statement& named,
    std::span<const Value> values
) {
    if (kept.places.size() != values.size()) {
        throw DatabaseError{
            DatabaseError::Kind::programming,
            fmt::format(
                "statement {} has {} parameters, given {}",
                named.name,
                kept.places.size(),
                values.size()
            )};
    }
    sqlite3_stmt* statement = kept.compiled.get();
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Value& value = values[i];
        const int index = kept.places[i];
        int code = SQLITE_OK;
        if (const auto* text = std::get_if<std::string>(&value.held())) {
            // The caller's values live until the statement has run, and is bound anew before it runs
            // again.
            code = sqlite3_bind_text(
                statement, index, text->data(), static_cast<int>(text->size()), SQLITE_STATIC
            );
        } else if (const auto* integer = std::get_if<std::int64_t>(&value.held())) {
            code = sqlite3_bind_int64(statement, index, *integer);
        } else {
            code = sqlite3_bind_null(statement, index);
        }
        if (code != SQLITE_OK) fail(named.name);
    }
}

Rows SqliteConnection::run(const Statement& statement, std::span<const Value> parameters) {
    const Kept& kept = prepared(statement);
    bind(kept, statement, parameters);
    sqlite3_stmt* compiled = kept.compiled.get();
    Rows rows;
    int code = sqlite3_step(compiled);
    while (code == SQLITE_ROW) {
        Row row;
        const int columns = sqlite3_column_count(compiled);
        row.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            switch (sqlite3_column_type(compiled, column)) {
            case SQLITE_NULL: row.emplace_back(); break;
            case SQLITE_INTEGER:
                row.emplace_back(std::int64_t{sqlite3_column_int64(compiled, column)});
                break;
            default: {
                const auto* text =
                    reinterpret_cast<const char*>(sqlite3_column_text(compiled, column));
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(compiled, column));
                row.emplace_back(std::string{text, size});
            }
            }
        }
        rows.push_back(std::move(row));
        code = sqlite3_step(compiled);
    }
    if (code != SQLITE_DONE) {
        try {
            fail(statement.name);
        } catch (const DatabaseError&) {
            sqlite3_reset(compiled);
            throw;
        }
    }
    sqlite3_reset(compiled);
    return rows;
}

std::int64_t SqliteConnection::changed() const { return sqlite3_changes64(handle_.get()); }

void SqliteConnection::run_script(std::string_view sql) {
    const std::string text{sql};
    if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail("script");
    }
}

}  // namespace oms::store
