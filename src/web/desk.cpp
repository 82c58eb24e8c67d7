#include "web/desk.hpp"

namespace oms::web {
namespace {

constexpr std::size_t waiting_max = 64;

}  // namespace

Desk::Desk() : thread_{[this] { work(); }} {}

Desk::~Desk() { stop(); }

void Desk::answer(const std::shared_ptr<http::Reply>& reply, std::function<http::Response()> make) {
    const bool taken = run(reply, [make = std::move(make)](const std::shared_ptr<http::Reply>& to) {
        to->send(make());
    });
    if (!taken) reply->send(http::text_response(503, "too many wait for the database\n"));
}

bool Desk::run(const std::shared_ptr<http::Reply>& reply, Work work) {
    const std::scoped_lock lock{mutex_};
    if (stopped_ || waiting_.size() >= waiting_max) return false;
    waiting_.push_back({.reply = reply, .work = std::move(work)});
    filled_.notify_one();
    return true;
}

void Desk::stop() {
    {
        const std::scoped_lock lock{mutex_};
        stopped_ = true;
        filled_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Desk::work() {
    while (true) {
        Waiting next;
        {
            std::unique_lock lock{mutex_};
            filled_.wait(lock, [this] { return !waiting_.empty() || stopped_; });
            if (waiting_.empty()) return;
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        try {
            next.work(next.reply);
        } catch (const std::exception&) {
            // Dropped unused: the server answers 500.
        }
    }
}

}  // namespace oms::web
