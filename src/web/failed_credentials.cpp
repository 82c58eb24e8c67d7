#include "web/failed_credentials.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <arpa/inet.h>

namespace oms::web {
namespace {

std::string network_of(const std::string& peer) {
    in6_addr address{};
    if (inet_pton(AF_INET6, peer.c_str(), &address) != 1) return peer;
    constexpr std::size_t network_bytes = 8;
    std::fill(std::begin(address.s6_addr) + network_bytes, std::end(address.s6_addr), 0);
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, &address, text.data(), text.size());
    return std::string{text.data()} + "/64";
}

}  // namespace

std::optional<std::chrono::seconds>
FailedCredentials::count(const std::string& peer, Duration now) {
    ++untold_;
    while (!addresses_.empty() && addresses_.front().paid_at <= now) {
        places_.erase(addresses_.front().name);
        addresses_.pop_front();
    }
    const std::string name = network_of(peer);
    const auto place = places_.find(name);
    if (place != places_.end()) {
        addresses_.splice(addresses_.end(), addresses_, place->second);
    } else {
        if (addresses_.size() >= limits_.addresses_max) {
            places_.erase(addresses_.front().name);
            addresses_.pop_front();
        }
        addresses_.push_back({.name = name, .paid_at = now});
        places_[name] = std::prev(addresses_.end());
    }
    // Each failure costs a part of the window; as many as fill it may come at once.
    Address& address = addresses_.back();
    const Duration cost = limits_.window / limits_.failures_max;
    const Duration paid_at = std::max(address.paid_at, now) + cost;
    if (paid_at <= now + limits_.window) {
        address.paid_at = paid_at;
        return std::nullopt;
    }
    return std::chrono::ceil<std::chrono::seconds>(paid_at - now - limits_.window);
}

std::optional<std::chrono::seconds> FailedCredentials::waits(const std::string& peer, Duration now)
    const {
    const auto place = places_.find(network_of(peer));
    if (place == places_.end()) return std::nullopt;
    const Duration cost = limits_.window / limits_.failures_max;
    const Duration left = place->second->paid_at + cost - now - limits_.window;
    if (left <= Duration{0}) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(left);
}

std::optional<std::int64_t> FailedCredentials::worth_telling(Duration now) {
    if (untold_ == 0 || (told_at_ && now < *told_at_ + limits_.log_interval)) return std::nullopt;
    told_at_ = now;
    return std::exchange(untold_, 0);
}

}  // namespace oms::web
