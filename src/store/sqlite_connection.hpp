#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "store/connection.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace oms::store {

/// One SQLite connection; statements are prepared once and kept.
class SqliteConnection final : public Connection {
public:
    /// `flags` as sqlite3_open_v2 has them.
    SqliteConnection(const std::filesystem::path& file, int flags);

    using Connection::run;
    Rows run(const Statement& statement, std::span<const Value> parameters) override;
    [[nodiscard]] std::int64_t changed() const override;
    void run_script(std::string_view sql) override;

private:
    struct Close {
        void operator()(sqlite3* handle) const;
        void operator()(sqlite3_stmt* statement) const;
    };

    struct Kept {
        std::unique_ptr<sqlite3_stmt, Close> compiled = {};
        /// Where `$1`, `$2`… are: SQLite takes them for names, and numbers names by first appearance.
        std::vector<int> places = {};
    };

    Kept& prepared(const Statement& statement);
    void bind(const Kept& kept, const Statement& named, std::span<const Value> values);
    [[noreturn]] void fail(std::string_view doing) const;

    std::string file_;
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<const char*, Kept> statements_;
};

}  // namespace oms::store
