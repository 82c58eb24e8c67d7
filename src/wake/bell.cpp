#include "wake/bell.hpp"

#include <algorithm>

namespace oms::wake {
void ProcessBell::ring() {
    {
        const std::scoped_lock lock{mutex_};
        rings_ = std::min(rings_ + 1, rings_max_);
    }
    rung_.notify_one();
}

bool ProcessBell::wait(std::chrono::milliseconds at_most) {
    std::unique_lock lock{mutex_};
    rung_.wait_for(lock, at_most, [this] { return rings_ > 0 || stopped_; });
    if (rings_ == 0) return false;
    --rings_;
    return true;
}

void ProcessBell::stop() {
    {
        const std::scoped_lock lock{mutex_};
        stopped_ = true;
    }
    rung_.notify_all();
}

}  // namespace oms::wake
