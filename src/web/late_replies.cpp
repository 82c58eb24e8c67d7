#include "web/late_replies.hpp"

#include <vector>

namespace oms::web {

void LateReplies::add(const std::shared_ptr<http::Reply>& reply, Duration now) {
    const std::scoped_lock lock{mutex_};
    while (!waiting_.empty() && waiting_.front().reply.expired())
        waiting_.pop_front();
    waiting_.push_back({.reply = reply, .until = now + time_max});
}

int LateReplies::answer(Duration now) {
    std::vector<std::shared_ptr<http::Reply>> late;
    {
        const std::scoped_lock lock{mutex_};
        while (!waiting_.empty()) {
            auto reply = waiting_.front().reply.lock();
            if (reply && waiting_.front().until > now) break;
            if (reply) late.push_back(std::move(reply));
            waiting_.pop_front();
        }
    }
    for (const auto& reply : late)
        reply->send(http::text_response(503, "the database does not answer: later\n"));
    return static_cast<int>(late.size());
}

}  // namespace oms::web
