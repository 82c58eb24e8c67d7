#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace oms {

/// UTC, to the microsecond: what the marketplace's events are filtered by.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// Where the time comes from. A seam: the simulation has its own, which drifts and jumps.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() = 0;
    /// Time that only goes forward, whatever is done to the wall clock; from a start of its own.
    virtual Duration steady() = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() override;
    Duration steady() override;
};

/// A time to come, by both clocks: it is there when either says so. A wall clock that is set back
/// must not make an hour of a minute, nor one that is set forward be overlooked.
class Alarm {
public:
    Alarm() = default;  ///< rings at once
    Alarm(Clock& clock, Instant at) : at_{at}, steady_{clock.steady() + (at - clock.now())} {}

    /// How long still, at most; zero or less once it rings.
    [[nodiscard]] Duration left(Clock& clock) const {
        return std::min(at_ - clock.now(), steady_ - clock.steady());
    }
    [[nodiscard]] bool rings(Clock& clock) const { return left(clock) <= Duration{0}; }

private:
    Instant at_ = {};
    Duration steady_ = {};
};

/// `2026-05-04T10:00:01Z`, with `fraction_digits` (0 to 6) after the second, truncated.
std::string to_rfc3339(Instant at, int fraction_digits = 0);
/// `2026-05-04 10:00:01 UTC`: within a sentence; the pages show it in the reader's zone.
std::string in_utc(Instant at);

/// Reads RFC 3339 and Jira's `2019-06-04T00:15:17.234+0000` (no colon in the offset).
/// Nothing where the text is no such time.
std::optional<Instant> parse_time(std::string_view text);

/// `500ms`, `30s`, `5m`, `6h`, `2d`. Nothing where the text is no such duration.
std::optional<Duration> parse_duration(std::string_view text);

/// The largest unit that divides it, spelled as parse_duration reads it.
std::string to_text(Duration duration);

/// For people: `3 s`, `12 min`, `5 h`, `2 d`.
std::string in_words(Duration duration);

}  // namespace oms
