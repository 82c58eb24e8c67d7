#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace oms::web {

/// Those who wait for the database: whoever waits too long is told to come again, since a database
/// that swallows everything tells nobody anything. May be used from any thread.
class LateReplies {
public:
    /// Longer than a commit ever takes, and shorter than Jira waits.
    static constexpr Duration time_max = std::chrono::seconds{10};

    void add(const std::shared_ptr<http::Reply>& reply, Duration now);
    /// Answers 503 where it is time; how many. By the steady clock, as `add`.
    int answer(Duration now);

private:
    struct Waiting {
        std::weak_ptr<http::Reply> reply;
        Duration until = {};
    };
    std::mutex mutex_;  // guards the next
    std::deque<Waiting> waiting_;
};

}  // namespace oms::web
