#include "sim/jira_outbox.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace oms::sim {
namespace {

constexpr std::string_view retry_header = "X-Atlassian-Webhook-Retry";

/// Cloud's list; 0 is a connection that failed, or an answer that never came.
bool is_worth_a_retry(int status) {
    static constexpr std::array<int, 5> statuses{0, 408, 409, 425, 429};
    return std::ranges::find(statuses, status) != statuses.end() || status >= 500;
}

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
        const Duration apart = faults.jitter + pace.spread;
        if (apart.count() > 0) {
            const double part = random.fraction() * static_cast<double>(apart.count());
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

void JiraOutbox::delivered(http::Request delivery, int status, Instant now) {
    if (!is_worth_a_retry(status)) return;
    const auto before = http::header(delivery.headers, retry_header);
    const auto retry = parse_int(before.value_or("0")).value_or(0) + 1;
    if (retry > pace.retries_max) return;
    std::erase_if(delivery.headers, [](const auto& one) { return one.first == retry_header; });
    delivery.headers.emplace_back(retry_header, std::to_string(retry));
    waiting_.emplace(now + pace.retry_after, std::move(delivery));
}

std::optional<Instant> JiraOutbox::next_at() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first;
}

}  // namespace oms::sim
