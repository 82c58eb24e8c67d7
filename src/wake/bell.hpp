#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace oms::wake {

/// Says "look now" to whoever waits for it. An accelerator: without it everything still happens,
/// at the poll's pace. Any thread may ring or wait; rings before a wait are kept, and coalesce.
class Bell {
public:
    virtual ~Bell() = default;
    virtual void ring() = 0;
    /// Returns at a ring (true), or after `at_most` (false).
    virtual bool wait(std::chrono::milliseconds at_most) = 0;
};

/// For threads of one process. One waiter is woken a ring.
class ProcessBell final : public Bell {
public:
    /// `waiters`: as many as may wait for it. However often it is rung before they do, none of them is
    /// woken twice for it.
    explicit ProcessBell(int waiters = 1) : rings_max_{waiters} {}
    void ring() override;
    bool wait(std::chrono::milliseconds at_most) override;
    /// From now on nobody waits.
    void stop();

private:
    const int rings_max_;
    std::mutex mutex_;  // guards the two below
    int rings_ = 0;
    bool stopped_ = false;
    std::condition_variable rung_;
};

}  // namespace oms::wake
