#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/database.hpp"
#include "wake/bell.hpp"
#include "web/jira_webhook.hpp"

namespace oms::web {

/// The hint for the subject that the issue stands for; for the issue itself where that is unknown;
/// none where it can stand for nothing.
std::optional<Hint> hint_for(store::Connection& connection, const WebhookHint& read);

/// Where webhooks go that come many at once: all of a commit into a few rows, which costs a tenth of
/// sorting each to its subject. They are durable there, and are sorted when the burst is over, or
/// after some seconds of it. May be used from any thread.
class Inbox {
public:
    /// What became of one: whose hint it is, and nothing where it is nobody's.
    using Sorted = std::function<void(const WebhookHint&, const std::optional<Subject>&)>;

    /// `bell` is rung for who calls sort(); `sorted` is told of each when that is durable.
    Inbox(store::Database& database, Clock& clock, wake::Bell& bell, Sorted sorted, Log log)
        : database_{database},
          clock_{clock},
          bell_{bell},
          sorted_{std::move(sorted)},
          log_{std::move(log)} {}

    /// Within the transaction that makes them durable.
    void put(store::Connection& connection, std::span<const WebhookHint* const> hints) const;
    /// When it was committed.
    void note_put();
    /// Whether a burst went through here up to just now.
    [[nodiscard]] bool in_a_burst() const;

    /// To be called at a start, at each ring, and when it says: sorts some of what waits, where it is
    /// time. Throws DatabaseError where the database does not work; the row stays then.
    Instant sort(Instant now);
    /// At the end, when nothing comes any more: all that waits, as far as the database works.
    void sort_rest();

private:
    [[nodiscard]] bool is_time() const;
    bool sort_some();
    bool sort_first(std::size_t wanted);
    void set_apart();

    store::Database& database_;
    Clock& clock_;
    wake::Bell& bell_;
    Sorted sorted_;
    Log log_;
    /// There may be some: from a life before, too.
    std::atomic<bool> waits_{true};
    std::atomic<Duration> first_put_{Duration{0}};  ///< of those that wait, by the steady clock
    std::atomic<Duration> last_put_{Duration{std::chrono::hours{-1}}};  ///< long ago
};

/// As text, and back: a line for the delivery, one for each claim, an empty one behind.
std::string written(std::span<const WebhookHint* const> hints);
std::vector<WebhookHint> read_back(std::string_view text);

}  // namespace oms::web
