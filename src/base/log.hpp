#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oms {

class Secret;

/// The names and order of the Python adapter's CELERY_LOG_LEVEL. What each is for: docs/logs.md.
enum class LogLevel { debug, info, warning, error, critical };

inline constexpr std::array log_levels{
    LogLevel::debug,
    LogLevel::info,
    LogLevel::warning,
    LogLevel::error,
    LogLevel::critical};

std::string_view to_text(LogLevel level);
/// By its name, in any case; nothing where it is none.
std::optional<LogLevel> parse_log_level(std::string_view text);

enum class LogFormat {
    text,  ///< 2026-05-04T10:00:01.123Z info  issue created order=12/3 issue=EOSC-7
    json,  ///< one object a line
};

/// One `name=value` of a log line. A Secret prints as `***`.
struct LogField {
    template <class Number>
    requires std::is_arithmetic_v<Number> LogField(std::string_view field_name, Number number)
        : name{field_name},
          value{std::to_string(number)} {}
    LogField(std::string_view field_name, std::string_view text) : name{field_name}, value{text} {}
    LogField(std::string_view field_name, const std::string& text)
        : name{field_name},
          value{text} {}
    LogField(std::string_view field_name, const char* text) : name{field_name}, value{text} {}
    LogField(std::string_view field_name, const Secret& secret);

    std::string name;
    std::string value;
};

/// While it lives, every line that its thread writes bears these fields too, whichever room writes it:
/// so an order's whole way is found by its `subject`. Ends in the reverse order of its beginnings. A
/// field that a line has itself is not repeated.
class LogScope {
public:
    explicit LogScope(std::vector<LogField> fields);
    ~LogScope();
    LogScope(const LogScope&) = delete;
    LogScope& operator=(const LogScope&) = delete;

    [[nodiscard]] const std::vector<LogField>& fields() const { return fields_; }
    [[nodiscard]] const LogScope* outer() const { return outer_; }

private:
    std::vector<LogField> fields_;
    const LogScope* outer_;
};

/// One event, one line, one write(2) to standard error: nothing is lost at a kill, and lines of
/// threads do not mix. Never give it a customer's text or a body. May be used from any thread.
class Log {
public:
    using Sink = std::function<void(std::string_view line)>;

    /// Told of every error and critical event, whatever the level that is written.
    using Observer =
        std::function<void(std::string_view event, const std::vector<LogField>& fields)>;

    Log() : Log{LogLevel::info, LogFormat::text} {}
    Log(LogLevel level, LogFormat format) : Log{level, format, {}} {}
    /// For tests and the simulation: lines go to `sink`.
    Log(LogLevel level, LogFormat format, Sink sink)
        : shared_{std::make_shared<Shared>()},
          format_{format},
          sink_{std::move(sink)} {
        set_level(level);
    }

    /// What is written from now on, by this log and all its copies. From any thread.
    void set_level(LogLevel level) const { shared_->level = level; }
    [[nodiscard]] LogLevel level() const { return shared_->level; }
    /// How many events of that level there were, written or not, in this log and its copies.
    [[nodiscard]] std::uint64_t count(LogLevel level) const {
        return shared_->counts[static_cast<std::size_t>(level)];
    }

    /// For this log and its copies made from now on. Called from any thread.
    void observe(Observer observer) { observer_ = std::move(observer); }

    void debug(std::string_view event, const std::vector<LogField>& fields = {}) const;
    void info(std::string_view event, const std::vector<LogField>& fields = {}) const;
    void warning(std::string_view event, const std::vector<LogField>& fields = {}) const;
    /// Somebody has to look at it.
    void error(std::string_view event, const std::vector<LogField>& fields = {}) const;
    void critical(std::string_view event, const std::vector<LogField>& fields = {}) const;

private:
    void line(LogLevel level, std::string_view event, const std::vector<LogField>& fields) const;

    struct Shared {
        std::atomic<LogLevel> level{LogLevel::info};
        std::array<std::atomic<std::uint64_t>, log_levels.size()> counts{};
    };

    std::shared_ptr<Shared> shared_;  ///< every room has a copy of the log: one level for all
    LogFormat format_;
    Sink sink_;
    Observer observer_ = {};
};

}  // namespace oms
