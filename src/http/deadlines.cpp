#include <algorithm>
#include <vector>

#include "http/connection.hpp"

namespace oms::http {
namespace {

using namespace std::chrono_literals;

/// Between two looks at all deadlines.
std::chrono::milliseconds least_pause(const ServerLimits& limits) {
    const auto smallest = std::min(
        {limits.header_time_max, limits.body_time_max, limits.write_time_max, limits.idle_time_max}
    );
    return std::clamp<std::chrono::milliseconds>(smallest / 4, 1ms, 250ms);
}

}  // namespace

void ServerShared::watch(Deadline deadline) {
    if (deadline >= watched) return;
    watched = deadline;
    deadline_timer.expires_at(deadline);
    deadline_timer.async_wait([this](boost::system::error_code error) {
        if (!error) close_late_ones();
    });
}

void ServerShared::close_late_ones() {
    const auto now = std::chrono::steady_clock::now();
    watched = no_deadline;
    Deadline next = no_deadline;
    std::vector<std::shared_ptr<Connection>> late;
    for (const auto& connection : open) {
        if (connection->deadline() <= now) {
            late.push_back(connection);
        } else {
            next = std::min(next, connection->deadline());
        }
    }
    for (const auto& connection : late)
        connection->close();
    if (next != no_deadline) watch(std::max(next, now + least_pause(options.limits)));
}

void ServerShared::forget(const std::shared_ptr<Connection>& connection) {
    if (open.erase(connection) > 0) --count;
    if (!open.empty()) return;
    deadline_timer.cancel();
    watched = no_deadline;
}

}  // namespace oms::http
