#include "store/tables.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/text.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::store {
namespace {

/// The database makes these itself, of the other tables' rows as they come.
constexpr std::array derived_tables{
    std::string_view{"sight_unsorted"},
    std::string_view{"sight_word"},
    std::string_view{"tally"}};

constexpr Statement columns_of_schema{"columns_of_schema", R"sql(
    SELECT t.name, c.name, lower(c.type), c."notnull", c.pk
      FROM sqlite_schema t JOIN pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name <> 'schema_migration'
     ORDER BY t.name, c.cid
)sql"};

/// The primary key; where there is none, the first column, by which such a table has an index, and
/// then all others: no two rows are alike.
std::vector<std::size_t> key_of_columns(const std::vector<Column>& columns) {
    std::vector<std::size_t> key;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].in_key > 0) key.push_back(i);
    std::ranges::sort(key, {}, [&](std::size_t i) { return columns[i].in_key; });
    if (!key.empty()) return key;
    for (std::size_t i = 0; i < columns.size(); ++i)
        key.push_back(i);
    return key;
}

/// In bytes, as SQLite does; nothing before everything.
std::string in_order(const Column& column) {
    const std::string bytes = column.number ? "" : R"( /*pg COLLATE "C" */)";
    if (!column.nullable) return column.name + bytes;
    return fmt::format("coalesce({}, {}){}", column.name, column.number ? "-1" : "''", bytes);
}

std::string numbered_parameters(std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t i = 1; i <= count; ++i)
        all.push_back(fmt::format("${}", i));
    return join(all, ", ");
}

}  // namespace

bool is_derived(std::string_view table) {
    return std::ranges::find(derived_tables, table) != derived_tables.end();
}

CopiedTable::CopiedTable(std::string name, std::vector<Column> columns, bool numbered)
    : name_{std::move(name)},
      columns_{std::move(columns)},
      numbered_{numbered},
      key_{key_of_columns(columns_)} {
    OMS_CHECK(!columns_[key_.front()].nullable);
    std::vector<std::string> names;
    std::vector<std::string> of_sqlite;
    std::vector<std::string> of_postgres;
    for (const Column& column : columns_) {
        names.push_back(column.name);
        of_sqlite.push_back(fmt::format("value ->> {}", names.size() - 1));
        const std::string element = fmt::format("r ->> {}", names.size() - 1);
        of_postgres.push_back(column.number ? "CAST(" + element + " AS bigint)" : element);
    }
    std::vector<std::string> order;
    for (const std::size_t i : key_)
        order.push_back(in_order(columns_[i]));
    const std::string all = join(names, ", ");
    const std::string key = join(order, ", ");
    const std::string select = fmt::format("SELECT {} FROM {}", all, name_);
    const std::string tail = fmt::format(" ORDER BY {} LIMIT {}", key, copied_rows_per_page);
    count_ = "SELECT count(*) FROM " + name_;
    first_page_ = select + tail;
    // The first comparison is one that an index serves.
    page_after_ = fmt::format(
        "{} WHERE {} >= $1 AND ({}) > ({}){}",
        select,
        order.front(),
        key,
        numbered_parameters(key_.size()),
        tail
    );
    add_sqlite_ = fmt::format(
        "INSERT INTO {} ({}) SELECT {} FROM json_each($1)", name_, all, join(of_sqlite, ", ")
    );
    add_postgres_ = fmt::format(
        "INSERT INTO {} ({}) SELECT {} FROM json_array_elements(CAST($1 AS json)) AS r",
        name_,
        all,
        join(of_postgres, ", ")
    );
    const std::string& number = columns_[key_.front()].name;
    count_on_ = fmt::format(
        "SELECT setval(pg_get_serial_sequence('{0}', '{1}'), coalesce(max({1}), 0) + 1, false) "
        "FROM {0}",
        name_,
        number
    );
}

std::vector<Value> CopiedTable::key_of(const Row& row) const {
    std::vector<Value> key;
    for (const std::size_t i : key_) {
        if (!row[i].is_null()) {
            key.push_back(row[i]);
        } else {
            key.push_back(columns_[i].number ? Value{-1} : Value{""});
        }
    }
    return key;
}

std::vector<std::unique_ptr<CopiedTable>> tables_of_schema() {
    const auto schema = open_sqlite(":memory:", OpenMode::create_if_missing, false);
    upgrade(*schema, Instant{});
    const Rows rows = store::read(*schema, [](Connection& connection) {
        return connection.run(columns_of_schema, {});
    });
    std::vector<std::unique_ptr<CopiedTable>> tables;
    for (std::size_t at = 0; at < rows.size();) {
        const std::string name = rows[at][0].text();
        std::vector<Column> columns;
        bool numbered = false;
        for (; at < rows.size() && rows[at][0].text() == name; ++at) {
            const Row& row = rows[at];
            const std::string type = row[2].text();
            columns.push_back(
                {.name = row[1].text(),
                 .number = type != "text",
                 .nullable = row[3].integer() == 0 && row[4].integer() == 0,
                 .in_key = static_cast<int>(row[4].integer())}
            );
            // What SQLite calls so is its row number.
            numbered = numbered || (type == "integer" && row[4].integer() == 1);
        }
        if (is_derived(name)) continue;
        tables.push_back(std::make_unique<CopiedTable>(name, std::move(columns), numbered));
    }
    return tables;
}

}  // namespace oms::store
