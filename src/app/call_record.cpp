#include "app/call_record.hpp"

#include "base/text.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration pause = 1s;
constexpr Duration nothing_to_do = 1h;
constexpr std::int64_t pruned_each = 500;
constexpr std::size_t path_length_max = 300;
constexpr std::size_t says_length_max = 300;

/// Without scheme, host and query.
std::string path_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) {
        const auto path = url.find('/', scheme + 3);
        url = path == std::string_view::npos ? std::string_view{"/"} : url.substr(path);
    }
    return truncate(one_line(url.substr(0, url.find_first_of("?#"))), path_length_max);
}

}  // namespace

store::RemoteCall call_of(
    const http::Request& request,
    const Result<http::Response>& response,
    const CallCircumstances& how
) {
    store::RemoteCall call{
        .at = how.at,
        .remote = how.remote,
        .method = request.method,
        .path = path_of(request.url),
        .took = how.took,
        .sent = static_cast<std::int64_t>(request.body.size()),
        .subject = how.on_behalf_of};
    if (response) {
        call.status = response->status;
        call.received = static_cast<std::int64_t>(response->body.size());
    } else {
        call.says = truncate(one_line(response.error().says), says_length_max);
    }
    return call;
}

void CallRecord::add(store::RemoteCall call) {
    {
        const std::scoped_lock lock{mutex_};
        if (waiting_.size() >= waiting_max) {
            ++dropped_;
            return;
        }
        waiting_.push_back(std::move(call));
        if (waiting_.size() > 1) return;
    }
    bell_.ring();
}

Instant CallRecord::turn(store::Database& database, Instant now) {
    // A clock that was set back must not keep them waiting.
    const bool too_soon = now >= written_at_ && now < written_at_ + pause;
    if (too_soon) return written_at_ + pause;
    written_at_ = now;
    write_down(database);
    const std::scoped_lock lock{mutex_};
    return now + (waiting_.empty() ? nothing_to_do : pause);
}

void CallRecord::write_down(store::Database& database) {
    std::vector<store::RemoteCall> calls;
    std::int64_t dropped = 0;
    {
        const std::scoped_lock lock{mutex_};
        calls.swap(waiting_);
        std::swap(dropped, dropped_);
    }
    if (calls.empty() && dropped == 0) return;
    const auto count = static_cast<std::int64_t>(calls.size());
    const bool prune = since_pruned_ + count >= pruned_each;
    try {
        database.write([&](store::Connection& connection) {
            store::add_calls(connection, calls);
            if (prune) store::prune_calls(connection, kept);
        });
        since_pruned_ = prune ? 0 : since_pruned_ + count;
    } catch (const store::DatabaseError& error) {
        dropped += count;
        log_.debug("calls not written down", {{"says", error.what()}});
    }
    if (dropped > 0) log_.warning("remote calls are missing in the record", {{"count", dropped}});
}

}  // namespace oms::app
