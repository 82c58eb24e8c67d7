#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "http/server.hpp"

namespace oms::web {

/// Makes answers that take time, one after the other, in a thread of its own: the server's one I/O
/// thread must not wait for a database.
class Desk {
public:
    Desk();
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// Answers with what `make` returns, a moment later; 503 at once where too many wait already.
    /// Where it throws, the server answers 500.
    void answer(const std::shared_ptr<http::Reply>& reply, std::function<http::Response()> make);
    /// The same for what answers by itself, a stream for example. False, and nothing is done, where too
    /// many wait already.
    using Work = std::function<void(const std::shared_ptr<http::Reply>& reply)>;
    [[nodiscard]] bool run(const std::shared_ptr<http::Reply>& reply, Work work);
    /// Answers what waits, and ends; 503 from now on.
    void stop();

private:
    struct Waiting {
        std::shared_ptr<http::Reply> reply;
        Work work;
    };
    void work();

    std::mutex mutex_;  // guards the two below
    std::deque<Waiting> waiting_;
    bool stopped_ = false;
    std::condition_variable filled_;
    std::thread thread_;
};

}  // namespace oms::web
