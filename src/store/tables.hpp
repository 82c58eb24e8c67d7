#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.hpp"

namespace oms::store {

struct Column {
    std::string name = {};
    bool number = false;  ///< else a text
    bool nullable = false;
    int in_key = 0;  ///< 1, 2… in the primary key; 0: not in it
};

/// A table as the schema has it, and the statements that copy it. This is the one place where a
/// statement is put together: of the schema's own names, so that a step added later is not forgotten.
/// It stays where it is: connections know statements by the place of their text.
class CopiedTable {
public:
    CopiedTable(std::string name, std::vector<Column> columns, bool numbered);
    CopiedTable(const CopiedTable&) = delete;
    CopiedTable& operator=(const CopiedTable&) = delete;
    ~CopiedTable() = default;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    /// Its key counts up by itself.
    [[nodiscard]] bool numbered() const { return numbered_; }

    [[nodiscard]] Statement count() const { return {"copy_count", count_}; }
    /// The first rows in the order of the key; after the row whose key_of() are the parameters.
    [[nodiscard]] Statement first_page() const { return {"copy_first_page", first_page_}; }
    [[nodiscard]] Statement page_after() const { return {"copy_page_after", page_after_}; }
    [[nodiscard]] std::vector<Value> key_of(const Row& row) const;
    /// $1 rows as JSON: [[value, …], …]
    [[nodiscard]] Statement add(bool postgres) const {
        return {"copy_add", postgres ? add_postgres_ : add_sqlite_};
    }
    /// PostgreSQL: the next number follows the highest that is there.
    [[nodiscard]] Statement count_on() const { return {"copy_count_on", count_on_}; }

private:
    std::string name_;
    std::vector<Column> columns_;
    bool numbered_;
    std::vector<std::size_t> key_;  ///< columns in the order of the key
    std::string count_;
    std::string first_page_;
    std::string page_after_;
    std::string add_sqlite_;
    std::string add_postgres_;
    std::string count_on_;
};

/// What the target makes itself of what is copied.
bool is_derived(std::string_view table);
/// All of this program's schema but the list of its steps and what is derived, in the order of their
/// names.
std::vector<std::unique_ptr<CopiedTable>> tables_of_schema();

inline constexpr std::size_t copied_rows_per_page = 1000;

}  // namespace oms::store
