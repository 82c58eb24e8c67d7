#pragma once

#include <chrono>
#include <string>

#include "app/console.hpp"
#include "base/clock.hpp"

namespace oms::app {

/// How far something long is.
struct Advance {
    std::string what = {};  ///< compared, copied
    std::int64_t done = 0;
    std::int64_t total = 0;   ///< 0: nobody knows
    std::string beside = {};  ///< what else is to be told: `3 differed`
    Duration took = {};
    friend bool operator==(const Advance&, const Advance&) = default;
};

/// `412 of 2000 compared, 38 a second, 42 s left; 3 differed`
std::string progress_line(const Advance& now);
/// The same behind a bar, cut at `columns`.
std::string progress_bar(const Advance& now, std::size_t columns);

/// Tells how far it is on standard error: on a terminal one line with a bar, else now and then a line
/// of its own; with --json nothing.
class Progress {
public:
    explicit Progress(const Console& console);

    /// Rate and time left count from the first call on; another `what` begins anew.
    void tell(Advance now);
    void end();

private:
    const Console& console_;
    bool terminal_;
    std::string what_ = {};
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = {};
};

}  // namespace oms::app
