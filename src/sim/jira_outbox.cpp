#include "sim/jira_outbox.hpp"

#include <utility>

namespace oms::sim {
namespace {

/// One of the next `left`, or by chance.
bool strikes(int& left, double chance, Random& random) {
    if (left > 0) {
        --left;
        return true;
    }
    return chance > 0 && random.fraction() < chance;
}

}  // namespace

void JiraOutbox::put(const http::Request& delivery, Instant now, Random& random) {
    ++count_;
    if (strikes(faults.lose_next, faults.lose, random)) return;
    const int copies = strikes(faults.twice_next, faults.twice, random) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        Duration wait = faults.delay;
        if (faults.jitter.count() > 0) {
            const double part = random.fraction() * static_cast<double>(faults.jitter.count());
            wait += Duration{static_cast<std::int64_t>(part)};
        }
        waiting_.emplace(now + wait, delivery);
    }
}

std::vector<http::Request> JiraOutbox::take(Instant now, Random& random) {
    std::vector<http::Request> due;
    while (!waiting_.empty() && waiting_.begin()->first <= now)
        due.push_back(std::move(waiting_.extract(waiting_.begin()).mapped()));
    if (!faults.shuffle) return due;
    for (std::size_t i = due.size(); i > 1; --i)
        std::swap(due[i - 1], due[random.next() % i]);
    return due;
}

std::optional<Instant> JiraOutbox::next_at() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first;
}

}  // namespace oms::sim
