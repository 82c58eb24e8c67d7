#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "store/database.hpp"

namespace oms::store {

/// A work that waits for the next commit.
struct WaitingWork {
    Work work;
    std::function<void(std::exception_ptr)> done;
    std::exception_ptr outcome = {};  ///< none: it is durable
};

/// What is written later waits here for the thread that commits. May be used from any thread.
class CommitQueue {
public:
    /// `threaded`: somebody calls `take`.
    explicit CommitQueue(bool threaded) : threaded_{threaded} {}

    /// False where nobody takes any more: whoever comes with it does it at once.
    bool push(WaitingWork& waiting) {
        const std::scoped_lock lock{mutex_};
        if (!threaded_) return false;
        waiting_.push_back(std::move(waiting));
        filled_.notify_one();
        return true;
    }

    /// All that waits, at most until `wait` from now for the first; empty where nothing came. Nothing
    /// once stopped and empty.
    std::optional<std::deque<WaitingWork>> take(std::chrono::milliseconds wait) {
        std::unique_lock lock{mutex_};
        filled_.wait_for(lock, wait, [this] { return !waiting_.empty() || !threaded_; });
        if (waiting_.empty() && !threaded_) return std::nullopt;
        return std::exchange(waiting_, {});
    }

    void stop() {
        const std::scoped_lock lock{mutex_};
        threaded_ = false;
        filled_.notify_all();
    }

private:
    std::mutex mutex_;  // guards the two below
    std::deque<WaitingWork> waiting_;
    bool threaded_;
    std::condition_variable filled_;
};

/// Tells whoever waits. That there is no memory to tell one with keeps nobody behind it waiting.
inline void tell_done(const WaitingWork& waiting) {
    try {
        waiting.done(waiting.outcome);
    } catch (const std::exception&) {
        // Nobody is left to tell.
    }
}

}  // namespace oms::store
