#include "store/copy.hpp"

#include <span>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/migrations.hpp"
#include "store/processes.hpp"
#include "store/state.hpp"
#include "store/tables.hpp"

namespace oms::store {
namespace {

using namespace std::chrono_literals;

/// $1 the one that stays
constexpr Statement forget_settings{"copy_forget_settings", "DELETE FROM setting WHERE name <> $1"};
/// $1 name
constexpr Statement forget_setting{"copy_forget_setting", "DELETE FROM setting WHERE name = $1"};

[[noreturn]] void refuse(const std::string& says) {
    throw DatabaseError{DatabaseError::Kind::unusable, says};
}

/// The rows of a table one by one, in the order of its key.
class Reader {
public:
    Reader(Database& database, const CopiedTable& table) : database_{database}, table_{table} {}

    const Row* peek() {
        while (at_ == page_.size() && !ended_)
            read_page();
        return at_ < page_.size() ? &page_[at_] : nullptr;
    }
    void pop() { ++at_; }

private:
    void read_page() {
        page_ = store::read(database_, [&](Connection& connection) {
            if (!last_) return connection.run(table_.first_page(), {});
            const auto key = table_.key_of(*last_);
            return connection.run(table_.page_after(), std::span<const Value>{key});
        });
        at_ = 0;
        ended_ = page_.size() < copied_rows_per_page;
        if (!page_.empty()) last_ = page_.back();
        // Says that it is being copied into, and is gone afterwards.
        if (table_.name() == "setting")
            std::erase_if(page_, [](const Row& row) { return row[0].text() == copying_setting; });
    }

    Database& database_;
    const CopiedTable& table_;
    Rows page_;
    std::size_t at_ = 0;
    std::optional<Row> last_;
    bool ended_ = false;
};

std::string shown(const Value& value) {
    return value.is_null() ? "nothing" : in_quotes(value.text());
}

/// A text that PostgreSQL does not take is stored as near to it as can be.
bool alike(const Value& from, const Value& to) {
    if (from.is_null() != to.is_null()) return false;
    return from.text() == to.text() || storable(from.text()) == to.text();
}

std::string where(const CopiedTable& table, const Row& row) {
    std::vector<std::string> key;
    for (const Value& value : table.key_of(row))
        key.push_back(shown(value));
    return fmt::format("{}, row {}", table.name(), join(key, " "));
}

void expect_alike(const CopiedTable& table, const Row& from, const Row& to) {
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (alike(from[i], to[i])) continue;
        throw CopyDiffers{fmt::format(
            "{}: {} is {} in the source and {} in the target",
            where(table, from),
            table.columns()[i].name,
            shown(from[i]),
            shown(to[i])
        )};
    }
}

std::string as_json(const Rows& rows) {
    json::array all;
    all.reserve(rows.size());
    for (const Row& row : rows) {
        json::array one;
        for (const Value& value : row) {
            if (value.is_null()) {
                one.emplace_back(nullptr);
            } else if (const auto* number = std::get_if<std::int64_t>(&value.held())) {
                one.emplace_back(*number);
            } else {
                one.emplace_back(storable(value.text()));
            }
        }
        all.push_back(std::move(one));
    }
    return json::write(all);
}

std::int64_t count_rows(Database& database, const CopiedTable& table) {
    return store::read(database, [&](Connection& connection) {
        return connection.run(table.count(), {})[0][0].integer();
    });
}

class Copy {
public:
    Copy(
        const Place& from,
        const Place& to,
        const std::function<void(const CopyProgress&)>& tell,
        Instant now
    )
        : tables_{tables_of_schema()},
          tell_{tell},
          now_{now},
          to_postgres_{to.shared()},
          source_name_{describe(from)},
          source_{store::open(from, OpenMode::alone, false)},
          target_{store::open(to, OpenMode::create_if_missing, false)} {}

    CopyResult run();

private:
    void check_source();
    void begin_target();
    void check_target();
    void copy(const CopiedTable& table);
    void add(const CopiedTable& table, const Rows& rows);
    std::int64_t walk_alike(const CopiedTable& table, Reader& from, Reader& to);
    void verify(const CopiedTable& table);
    void end_target();
    void tell(const CopiedTable& table);

    std::vector<std::unique_ptr<CopiedTable>>
        tables_;  // before the connections, which know their texts
    const std::function<void(const CopyProgress&)>& tell_;
    Instant now_;
    bool to_postgres_;
    std::string source_name_;
    std::unique_ptr<Database> source_;
    std::unique_ptr<Database> target_;
    CopyProgress progress_;
    CopyResult result_;
};

CopyResult Copy::run() {
    check_source();
    begin_target();
    for (const auto& table : tables_)
        progress_.total += count_rows(*source_, *table);
    for (const auto& table : tables_)
        copy(*table);
    progress_ = {.verifying = true, .total = progress_.total};
    for (const auto& table : tables_)
        verify(*table);
    end_target();
    result_.tables = static_cast<std::int64_t>(tables_.size());
    return result_;
}

void Copy::check_source() {
    const Schema schema = schema_of(*source_);
    if (schema.state == SchemaState::one_behind)
        refuse("the source: its schema is one step behind: run `oms-jira db upgrade` there first");
    if (schema.state != SchemaState::current) refuse("the source: " + schema.says);
    const auto told = source_->time();
    const Instant source_now = told ? *told : now_;
    // SQLite's file is locked already against everybody.
    if (!told) return;
    const auto working = store::read(*source_, [&](Connection& connection) {
        return processes_since(connection, source_now - 1min);
    });
    if (working.empty()) return;
    refuse(fmt::format(
        "{} works on the source: stop every process there first (one that died counts for a "
        "minute)",
        working.front().owner
    ));
}

/// What this leaves can be told for a copy that was begun at whichever moment it ends.
void Copy::begin_target() {
    const bool fresh = applied_migrations(*target_).empty();
    const auto begun = fresh ? std::nullopt : store::read(*target_, [](Connection& connection) {
        return find_setting(connection, copying_setting);
    });
    if (begun && *begun != source_name_) {
        refuse(fmt::format(
            "the target: a copy from {} was begun there; go on with that, or name an empty "
            "database",
            *begun
        ));
    }
    if (fresh || begun) {
        upgrade_to_copy_into(*target_, source_name_, now_);
    } else {
        check_target();
    }
    // What the steps wrote there; the source's own is copied.
    target_->write([&](Connection& connection) {
        put_setting(connection, copying_setting, source_name_);
        connection.run(forget_settings, {copying_setting});
    });
}

/// One with a schema, and no mark of ours: nothing may be in it.
void Copy::check_target() {
    upgrade(*target_, now_);
    const Schema schema = schema_of(*target_);
    if (schema.state != SchemaState::current) refuse("the target: " + schema.says);
    for (const auto& table : tables_) {
        if (table->name() == "setting" || count_rows(*target_, *table) == 0) continue;
        refuse(fmt::format(
            "the target, {}, holds other data already ({}): name an empty database",
            target_->description(),
            table->name()
        ));
    }
    const auto started = store::read(*target_, [](Connection& connection) {
        return find_setting(connection, "first_start");
    });
    if (started) refuse("the target was started on already: name an empty database");
}

/// As long as both have rows, these must be alike: how many. The target may end first, not the source.
std::int64_t Copy::walk_alike(const CopiedTable& table, Reader& from, Reader& to) {
    std::int64_t rows = 0;
    while (from.peek() != nullptr && to.peek() != nullptr) {
        expect_alike(table, *from.peek(), *to.peek());
        from.pop();
        to.pop();
        ++rows;
        ++progress_.rows;
        if (progress_.rows % static_cast<std::int64_t>(copied_rows_per_page) == 0) tell(table);
    }
    if (to.peek() != nullptr) {
        throw CopyDiffers{where(table, *to.peek()) + " is in the target, and not in the source"};
    }
    return rows;
}

/// What is there already must be the beginning of it.
void Copy::copy(const CopiedTable& table) {
    Reader from{*source_, table};
    Reader to{*target_, table};
    result_.there_already += walk_alike(table, from, to);
    Rows rows;
    while (const Row* row = from.peek()) {
        rows.push_back(*row);
        from.pop();
        if (rows.size() < copied_rows_per_page) continue;
        add(table, rows);
        rows.clear();
    }
    add(table, rows);
    tell(table);
}

void Copy::add(const CopiedTable& table, const Rows& rows) {
    if (rows.empty()) return;
    const std::string all = as_json(rows);
    target_->write([&](Connection& connection) { connection.run(table.add(to_postgres_), {all}); });
    progress_.rows += static_cast<std::int64_t>(rows.size());
    tell(table);
}

void Copy::verify(const CopiedTable& table) {
    Reader from{*source_, table};
    Reader to{*target_, table};
    result_.rows += walk_alike(table, from, to);
    if (from.peek() != nullptr) {
        throw CopyDiffers{where(table, *from.peek()) + " is missing in the target"};
    }
    tell(table);
}

void Copy::end_target() {
    target_->write([&](Connection& connection) {
        for (const auto& table : tables_)
            if (to_postgres_ && table->numbered()) connection.run(table->count_on(), {});
        connection.run(forget_setting, {copying_setting});
    });
}

void Copy::tell(const CopiedTable& table) {
    progress_.table = table.name();
    tell_(progress_);
}

}  // namespace

CopyResult copy_database(
    const Place& from,
    const Place& to,
    const std::function<void(const CopyProgress&)>& tell,
    Instant now
) {
    return Copy{from, to, tell, now}.run();
}

}  // namespace oms::store
