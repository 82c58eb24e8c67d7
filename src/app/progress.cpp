#include "app/progress.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t bar_columns = 24;
constexpr std::size_t columns_standard = 80;
/// Before that, a rate says nothing.
constexpr Duration rate_after = 1s;

std::size_t terminal_columns() {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : columns_standard;
}

std::string rate_of(const Advance& now) {
    if (now.took < rate_after || now.done <= 0) return "";
    const double seconds = std::chrono::duration<double>(now.took).count();
    const double rate = static_cast<double>(now.done) / seconds;
    std::string text = rate < 1 ? fmt::format(", {:.0f} a minute", rate * 60)
                                : fmt::format(", {:.0f} a second", rate);
    if (now.total > now.done) {
        const double left = static_cast<double>(now.total - now.done) / rate;
        text += ", " + in_words(Duration{static_cast<std::int64_t>(left * 1e6)}) + " left";
    }
    return text;
}

}  // namespace

std::string progress_line(const Advance& now) {
    const std::string count =
        now.total > 0 ? fmt::format("{} of {}", now.done, now.total) : std::to_string(now.done);
    return fmt::format(
        "{} {}{}{}", count, now.what, rate_of(now), now.beside.empty() ? "" : "; " + now.beside
    );
}

std::string progress_bar(const Advance& now, std::size_t columns) {
    std::string text = progress_line(now);
    if (now.total > 0) {
        const auto share = std::clamp<std::int64_t>(now.done * 100 / now.total, 0, 100);
        const std::size_t filled = static_cast<std::size_t>(share) * bar_columns / 100;
        text =
            fmt::format("[{:-<{}}] {:3}%  {}", std::string(filled, '#'), bar_columns, share, text);
    }
    return text.substr(0, columns);
}

Progress::Progress(const Console& console)
    : console_{console},
      terminal_{isatty(STDERR_FILENO) == 1 && !console.json} {}

void Progress::tell(Advance now) {
    const auto at = std::chrono::steady_clock::now();
    if (now.what != what_) {
        what_ = now.what;
        began_ = at;
    }
    const auto pause = terminal_ ? 200ms : std::chrono::milliseconds{10s};
    if (console_.json || at - last_ < pause) return;
    last_ = at;
    now.took = std::chrono::duration_cast<Duration>(at - began_);
    if (terminal_) {
        console_.error << "\r\x1B[K" << progress_bar(now, terminal_columns() - 1) << std::flush;
    } else {
        console_.error << progress_line(now) << "\n";
    }
}

void Progress::end() {
    if (terminal_) console_.error << "\r\x1B[K" << std::flush;
}

}  // namespace oms::app
