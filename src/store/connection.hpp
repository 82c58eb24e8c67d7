#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"

namespace oms::store {

/// A statement with a name that metrics and errors use. The text is whole: nothing is glued
/// together at run time. Parameters are `$1`, `$2`…; both databases understand them.
struct Statement {
    std::string_view name;
    std::string_view sql;
};

/// One parameter or column. Instants travel as microseconds since 1970.
class Value {
public:
    Value() = default;
    // NOLINTBEGIN(google-explicit-constructor): parameters of statements are written plainly
    Value(std::nullptr_t) {}
    template <std::integral Number>
    Value(Number number) : held_{static_cast<std::int64_t>(number)} {}
    Value(std::string text) : held_{std::move(text)} {}
    Value(std::string_view text) : held_{std::string{text}} {}
    Value(const char* text) : held_{std::string{text}} {}
    Value(Instant at) : held_{std::int64_t{at.time_since_epoch().count()}} {}
    template <class T>
    Value(const std::optional<T>& value) {
        if (value) *this = Value{*value};
    }
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(held_); }
    /// 0 where null.
    [[nodiscard]] std::int64_t integer() const;
    /// "" where null.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] Instant instant() const { return Instant{Duration{integer()}}; }
    [[nodiscard]] std::optional<std::int64_t> integer_if() const;
    [[nodiscard]] std::optional<Instant> instant_if() const;

    [[nodiscard]] const std::variant<std::monostate, std::int64_t, std::string>& held() const {
        return held_;
    }

private:
    std::variant<std::monostate, std::int64_t, std::string> held_;
};

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

/// What a database cannot do for us, as far as anybody reacts differently to it.
class DatabaseError : public std::runtime_error {
public:
    enum class Kind {
        unusable,  ///< not our database, damaged, newer than we are, no right to it: start nothing
        busy,      ///< another process holds it: try again
        conflict,  ///< two transactions stood in each other's way; this one was undone
        full,      ///< the disk is full: wait for room
        broken,    ///< reading or writing failed: wait, it may come back
        constraint,   ///< a uniqueness rule spoke: somebody was first
        programming,  ///< a statement is wrong: a bug of ours
    };
    DatabaseError(Kind kind, const std::string& says) : std::runtime_error{says}, kind_{kind} {}
    [[nodiscard]] Kind kind() const { return kind_; }

private:
    Kind kind_;
};

/// One connection, for one thread at a time. Errors are DatabaseError: nobody but the outermost
/// loops can do anything about them.
class Connection {
public:
    virtual ~Connection() = default;
    /// Parameters in the order of their numbers; as many as the statement names.
    virtual Rows run(const Statement& statement, std::span<const Value> parameters) = 0;
    Rows run(const Statement& statement, std::initializer_list<Value> parameters) {
        return run(statement, std::span{parameters.begin(), parameters.size()});
    }
    /// Rows that the last statement changed.
    [[nodiscard]] virtual std::int64_t changed() const = 0;
    /// Several statements at once, without parameters: migrations.
    virtual void run_script(std::string_view sql) = 0;
};

}  // namespace oms::store
