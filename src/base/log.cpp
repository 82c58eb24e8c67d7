#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

namespace oms {
namespace {

std::string_view name_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::critical: return "critical";
    }
    return "?";
}

/// Quoted where it holds a space, a quote or a control, so that a line splits at its spaces and
/// nothing in it acts on a terminal.
std::string shown(const std::string& value) {
    const bool plain = !value.empty() && value.find_first_of(" \"=") == std::string::npos &&
                       one_line(value) == value;
    return plain ? value : json::write(json::value(replace_all(clean(value), "\x7F", "?")));
}

std::string text_line(
    Instant now,
    LogLevel level,
    std::string_view event,
    const std::vector<LogField>& fields
) {
    std::string line = fmt::format("{} {:<8} {}", to_rfc3339(now, 3), name_of(level), event);
    for (const LogField& field : fields)
        line += fmt::format(" {}={}", field.name, shown(field.value));
    return line;
}

std::string json_line(
    Instant now,
    LogLevel level,
    std::string_view event,
    const std::vector<LogField>& fields
) {
    json::object line;
    line["time"] = to_rfc3339(now, 3);
    line["level"] = name_of(level);
    line["event"] = event;
    for (const LogField& field : fields)
        line[field.name] = clean(field.value);
    return json::write(line);
}

}  // namespace

LogField::LogField(std::string_view field_name, const Secret& secret)
    : name{field_name},
      value{to_text(secret)} {}

void Log::debug(std::string_view event, const std::vector<LogField>& fields) const {
    line(LogLevel::debug, event, fields);
}

void Log::info(std::string_view event, const std::vector<LogField>& fields) const {
    line(LogLevel::info, event, fields);
}

void Log::warning(std::string_view event, const std::vector<LogField>& fields) const {
    line(LogLevel::warning, event, fields);
}

void Log::error(std::string_view event, const std::vector<LogField>& fields) const {
    line(LogLevel::error, event, fields);
}

void Log::critical(std::string_view event, const std::vector<LogField>& fields) const {
    line(LogLevel::critical, event, fields);
}

void Log::line(LogLevel level, std::string_view event, const std::vector<LogField>& fields) const {
    if (level >= LogLevel::error && observer_) observer_(event, fields);
    if (level < level_) return;
    const Instant now = SystemClock{}.now();
    std::string text = format_ == LogFormat::json ? json_line(now, level, event, fields)
                                                  : text_line(now, level, event, fields);
    if (sink_) return sink_(text);
    text += '\n';
    // A log that cannot be written must not stop the work.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace oms
