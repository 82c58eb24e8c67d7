#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oms {

class Secret;

/// The names and order of the Python adapter's CELERY_LOG_LEVEL.
enum class LogLevel { debug, info, warning, error, critical };

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

/// One event, one line, one write(2) to standard error: nothing is lost at a kill, and lines of
/// threads do not mix. Never give it a customer's text or a body. May be used from any thread.
class Log {
public:
    using Sink = std::function<void(std::string_view line)>;

    /// Told of every error and critical event, whatever the level that is written.
    using Observer =
        std::function<void(std::string_view event, const std::vector<LogField>& fields)>;

    Log() = default;
    Log(LogLevel level, LogFormat format) : level_{level}, format_{format} {}
    /// For tests and the simulation: lines go to `sink`.
    Log(LogLevel level, LogFormat format, Sink sink)
        : level_{level},
          format_{format},
          sink_{std::move(sink)} {}

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

    LogLevel level_ = LogLevel::info;
    LogFormat format_ = LogFormat::text;
    Sink sink_ = {};
    Observer observer_ = {};
};

}  // namespace oms
