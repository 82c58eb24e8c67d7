#include "base/log.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

namespace oms {
namespace {

/// The innermost scope of this thread. A thread does one thing at a time, and who writes a line deep
/// down need not know what that is.
thread_local const LogScope* scope_of_thread = nullptr;

/// Those of the line, then those of the scopes, from the innermost.
std::vector<LogField> with_scopes(const std::vector<LogField>& fields) {
    std::vector<LogField> all = fields;
    for (const LogScope* scope = scope_of_thread; scope != nullptr; scope = scope->outer()) {
        for (const LogField& field : scope->fields()) {
            const bool there = std::ranges::find(all, field.name, &LogField::name) != all.end();
            if (!there) all.push_back(field);
        }
    }
    return all;
}

/// Quoted where it is not plain to see where it ends, so that a line splits at its spaces and no
/// value can make another line, another field, or a terminal do something.
std::string shown(const std::string& value) {
    std::string text = quoted(value);
    const bool plain = !value.empty() && text.size() == value.size() + 2 &&
                       value.find_first_of(" =") == std::string::npos;
    return plain ? value : text;
}

std::string text_line(
    Instant now,
    LogLevel level,
    std::string_view event,
    const std::vector<LogField>& fields
) {
    // An event has spaces, and is not quoted: only its line is kept whole.
    const std::string words = quoted(event);
    std::string line = fmt::format(
        "{} {:<8} {}", to_rfc3339(now, 3), to_text(level), words.substr(1, words.size() - 2)
    );
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
    std::string line = fmt::format(
        R"({{"time":"{}","level":"{}","event":{})",
        to_rfc3339(now, 3),
        to_text(level),
        quoted(event)
    );
    for (const LogField& field : fields)
        line += fmt::format(",{}:{}", quoted(field.name), quoted(field.value));
    return line + "}";
}

}  // namespace

std::string_view to_text(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::critical: return "critical";
    }
    return "?";
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
    const std::string name = lower(text);
    for (const LogLevel level : log_levels) {
        if (name == to_text(level)) return level;
    }
    return std::nullopt;
}

LogScope::LogScope(std::vector<LogField> fields)
    : fields_{std::move(fields)},
      outer_{scope_of_thread} {
    scope_of_thread = this;
}

LogScope::~LogScope() { scope_of_thread = outer_; }

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
    ++shared_->counts[static_cast<std::size_t>(level)];
    const bool observed = level >= LogLevel::error && observer_;
    const bool written = level >= shared_->level;
    if (!observed && !written) return;
    const std::vector<LogField> all = with_scopes(fields);
    if (observed) observer_(event, all);
    if (!written) return;
    const Instant now = SystemClock{}.now();
    std::string text = format_ == LogFormat::json ? json_line(now, level, event, all)
                                                  : text_line(now, level, event, all);
    if (sink_) return sink_(text);
    text += '\n';
    // A log that cannot be written must not stop the work.
    [[maybe_unused]] const auto bytes = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace oms
