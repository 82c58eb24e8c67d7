#include "app/progress.hpp"

#include <unistd.h>

namespace oms::app {

using namespace std::chrono_literals;

Progress::Progress(const Console& console)
    : console_{console},
      terminal_{isatty(2) == 1 && !console.json} {}

void Progress::tell(const std::string& what) {
    const auto now = std::chrono::steady_clock::now();
    const auto pause = terminal_ ? 200ms : std::chrono::milliseconds{10s};
    if (console_.json || now - last_ < pause) return;
    last_ = now;
    if (terminal_) {
        console_.error << "\r\x1B[K" << what << std::flush;
    } else {
        console_.error << what << "\n";
    }
}

void Progress::end() {
    if (terminal_) console_.error << "\r\x1B[K" << std::flush;
}

}  // namespace oms::app
