#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/message.hpp"

/// Webhooks as registered, and the deliveries on their way.
namespace oms::sim {

struct JiraWebhook {
    std::int64_t id = 0;
    std::string name = {};
    std::string url = {};  ///< with `${issue.id}` and the like, or `{issue.id}`
    std::set<std::string> events = {};
    std::string jql = {};  ///< only for issues that it finds; empty: all
    bool exclude_body = false;
    bool enabled = true;
    std::string secret = {};  ///< signs the bodies; empty: nothing does
    /// Of those that an app has registered for itself: when they end, and the fields they watch.
    std::optional<Instant> expires = std::nullopt;
    std::vector<std::string> field_ids = {};
    std::string updated_by = {};
    Instant updated = {};
};

/// What may happen to deliveries. The chances are drawn for each one.
struct JiraWebhookFaults {
    double lose = 0;
    double twice = 0;
    int lose_next = 0;
    int twice_next = 0;
    Duration delay = {};
    Duration jitter = {};  ///< and up to this much more: so they overtake each other
    bool shuffle = false;  ///< those that are due together leave in any order
    /// The answer to the request that caused them waits until they are surely out (0.3 s).
    bool before_answer = false;
};

/// How a generation delivers.
struct JiraPace {
    Duration spread = {};  ///< up to so much later they leave
    int retries_max = 0;
    /// Cloud waits 5 to 15 minutes; nobody here has so much time.
    Duration retry_after = std::chrono::seconds{1};
};

class JiraOutbox {
public:
    JiraWebhookFaults faults;
    JiraPace pace;

    void put(const http::Request& delivery, Instant now, Random& random);
    /// Those whose time has come; they are gone from here then.
    std::vector<http::Request> take(Instant now, Random& random);
    /// What became of one; 0: no answer. It is put in again where its generation would send it again,
    /// with the number of the retry in a header.
    void delivered(http::Request delivery, int status, Instant now);
    [[nodiscard]] std::optional<Instant> next_at() const;
    /// How many were ever put in, the lost ones too.
    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    std::multimap<Instant, http::Request> waiting_;
    std::uint64_t count_ = 0;
};

}  // namespace oms::sim
