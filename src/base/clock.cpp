#include "base/clock.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace oms {
namespace {

using namespace std::chrono_literals;

/// Takes `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (const char digit : text.substr(0, digits)) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Duration> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return Duration{0};
    Duration fraction{0};
    Duration unit = 100ms;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        fraction += unit * (text.front() - '0');
        unit /= 10;
        text.remove_prefix(1);
        ++digits;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    return fraction;
}

std::optional<Duration> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return Duration{0};
    const bool behind = take(text, '-');
    if (!behind && !take(text, '+')) return std::nullopt;
    const auto hours = take_number(text, 2);
    take(text, ':');
    const auto minutes = take_number(text, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const Duration offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return behind ? -offset : offset;
}

struct Unit {
    std::string_view name;
    Duration length;
};

constexpr std::array<Unit, 6> duration_units{{
    {"d", 24h},
    {"h", 1h},
    {"ms", 1ms},
    {"us", 1us},
    {"m", 1min},
    {"s", 1s},
}};

}  // namespace

Instant SystemClock::now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Duration SystemClock::steady() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<Duration>(since);
}

std::string to_rfc3339(Instant at, int fraction_digits) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    std::string text = fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count()
    );
    if (fraction_digits > 0) {
        const std::string micros = fmt::format("{:06}", time.subseconds().count());
        text += "." + micros.substr(0, static_cast<std::size_t>(fraction_digits));
    }
    return text + "Z";
}

std::string in_utc(Instant at) {
    std::string text = to_rfc3339(at);
    text.replace(text.find('T'), 1, " ");
    text.replace(text.find('Z'), 1, " UTC");
    return text;
}

std::optional<Instant> parse_time(std::string_view text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;

    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const Instant at = Instant{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
                       std::chrono::minutes{*minute} + std::chrono::seconds{*second} + *fraction -
                       *offset;
    // Its zone may take it out of the years that four digits can write.
    constexpr Instant first{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
    constexpr Instant end{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};
    if (at < first || at >= end) return std::nullopt;
    return at;
}

std::optional<Duration> parse_duration(std::string_view text) {
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    const std::string_view unit = text.substr(static_cast<std::size_t>(stop - text.data()));
    for (const Unit& known : duration_units) {
        if (unit != known.name) continue;
        if (number > Duration::max().count() / known.length.count()) return std::nullopt;
        return known.length * number;
    }
    if (unit.empty() && number == 0) return Duration{0};
    return std::nullopt;
}

std::string to_text(Duration duration) {
    constexpr std::array<Unit, 5> descending{
        {{"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}}};
    if (duration == Duration{0}) return "0s";
    for (const Unit& unit : descending) {
        if (duration % unit.length == Duration{0}) {
            return fmt::format("{}{}", duration / unit.length, unit.name);
        }
    }
    return fmt::format("{}us", duration.count());
}

std::string in_words(Duration duration) {
    if (duration < 1s) return fmt::format("{} ms", duration / 1ms);
    if (duration < 2min) return fmt::format("{} s", duration / 1s);
    if (duration < 2h) return fmt::format("{} min", duration / 1min);
    if (duration < 48h) return fmt::format("{} h", duration / 1h);
    return fmt::format("{} d", duration / 24h);
}

}  // namespace oms
