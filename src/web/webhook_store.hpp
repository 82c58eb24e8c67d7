#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/log.hpp"
#include "base/trace.hpp"
#include "http/server.hpp"
#include "web/inbox.hpp"
#include "web/late_replies.hpp"
#include "web/metrics.hpp"

namespace oms::web {

/// Makes what webhooks say durable, and answers each when it is. All that come while others are
/// committed are one work of the next commit; many of them go into the inbox, a few are sorted at
/// once. May be used from any thread.
class WebhookStore {
public:
    WebhookStore(
        store::Database& database,
        Clock& clock,
        wake::Bell& work_bell,
        Metrics& metrics,
        Log log
    );

    /// Before the first: with so many at once a burst begins, which goes into the inbox; without this,
    /// none do. In a burst the committing thread waits so long at most for a commit that is worth its
    /// price.
    void use_inbox(
        Inbox& inbox,
        std::size_t from,
        std::chrono::microseconds patience = std::chrono::microseconds{0}
    );
    void leave_traces_in(trace::Parents& parents) { parents_ = &parents; }

    void take(
        WebhookHint hint,
        std::optional<trace::Context> caller,
        std::shared_ptr<http::Reply> reply
    );
    /// To be called every second or so: tells whoever waits too long for a commit to come again. The
    /// hint may become durable all the same.
    void answer_late();

    /// For explain, the counters and the log: what became of one. `work_bell` is rung.
    void note_sorted(const WebhookHint& hint, const std::optional<Subject>& subject);

private:
    struct One {
        WebhookHint hint;
        std::optional<trace::Context> caller;
        std::shared_ptr<http::Reply> reply;
        Duration began = {};
        std::optional<Subject> subject = {};  ///< whose it is
        bool in_inbox = false;
    };
    using Batch = std::vector<One>;

    void store_waiting();
    [[nodiscard]] bool goes_into_inbox(store::Connection& connection, const Batch& batch) const;
    void store_again(One one);
    Batch take_waiting();
    Batch take_enough();
    std::size_t clients_beside(std::size_t seen);
    void sort(store::Connection& connection, One& one);
    void put(store::Connection& connection, Batch& batch);
    void note_receipt(store::Connection& connection);
    void refuse(const One& one);
    void tell(const Batch& batch);

    store::Database& database_;
    Clock& clock_;
    wake::Bell& work_bell_;
    Metrics& metrics_;
    Log log_;
    LateReplies late_;
    Inbox* inbox_ = nullptr;
    std::size_t inbox_from_ = 0;
    std::chrono::microseconds patience_{0};
    // Both of the committing thread.
    std::size_t in_last_commit_ = 0;
    double clients_ = 0;  ///< of this burst
    trace::Parents* parents_ = nullptr;
    std::atomic<Instant> noted_at_{Instant{}};  ///< of the committing thread, or of ours
    std::mutex mutex_;                          // guards the three below
    Batch waiting_;
    std::size_t enough_ = 0;  ///< so many are waited for; none: nobody waits
    std::condition_variable are_enough_;
    bool asked_ = false;  ///< somebody is to come for them
};

}  // namespace oms::web
