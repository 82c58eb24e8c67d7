#pragma once

#include <map>

#include "base/log.hpp"
#include "domain/hint.hpp"
#include "domain/marketplace.hpp"
#include "plan/retry.hpp"
#include "store/database.hpp"
#include "store/state.hpp"
#include "sync/feed_trouble.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

struct EventSettings {
    Duration interval = std::chrono::seconds{60};
    /// Re-read at each poll: an event may become visible late, with an earlier time.
    Duration overlap = std::chrono::seconds{30};
    /// Where to begin when there is no cursor; none: everything that the API has.
    std::optional<Instant> sync_from = std::nullopt;
    Duration retry_base = std::chrono::seconds{1};
    Duration retry_max = std::chrono::minutes{5};
    /// Where a poll that answers a call from outside leaves that call's trace for the turns to come.
    trace::Parents* parents = nullptr;
};

/// Reads the marketplace's event feed and turns events into hints; hints and cursor are committed
/// together. Events have no ids and no fractions: what was seen inside the overlap is remembered,
/// so that a quiet marketplace causes no work. For one thread.
class PollEvents {
public:
    static constexpr std::string_view cursor_name = "events";

    PollEvents(
        EventSettings settings,
        store::Database& database,
        Clock& clock,
        Random& random,
        Remotes& remotes,
        Log log
    );

    /// One poll, to the end of the feed; when to be called next. `hinted` tells whether it found
    /// anything.
    Instant turn(Instant now);
    [[nodiscard]] bool hinted() const { return hints_ > 0; }
    /// How many hints the last turn left, and whether it came to the end.
    [[nodiscard]] std::int64_t hints() const { return hints_; }
    [[nodiscard]] bool failed() const { return failures_ > 0; }
    /// The feed has an event that its server cannot show: a sweep is wanted, to heal what it hid.
    [[nodiscard]] bool take_sweep_wanted();

private:
    /// Fingerprint to how often it was seen, and its second.
    struct Memory {
        std::map<std::string, std::pair<int, Instant>> seen = {};
        static Memory read(const std::string& text);
        [[nodiscard]] std::string write() const;
        void forget_before(Instant at);
    };

    Result<bool> poll();
    Result<bool> poll_pages(store::Cursor& cursor, Memory& memory, Lane lane);
    void take_page(
        const std::vector<Event>& events,
        Memory& memory,
        std::map<std::string, int>& counted,
        store::Cursor& cursor,
        Lane lane
    );
    void tell(const std::vector<Hint>& added);
    /// After a server failure of the page of `limit` events after `from`: what of it can be shown,
    /// and `from` moved past the event that cannot. Nothing where the whole feed fails.
    Result<std::optional<std::vector<Event>>> step_over_poison(Instant& from, int limit);
    /// The first moment from which on `limit` events can be shown.
    Result<Instant> end_of_poison(Instant from, int limit);
    Result<bool> answers(Instant from, int limit);
    struct Page {
        std::vector<Event> events = {};
        bool full = false;          ///< as many as were asked for: there may be more
        bool stepped_over = false;  ///< past an event that cannot be shown: go on from there
    };
    Result<Page> page(Instant from, int limit);
    /// The same; where the page cannot be shown because of one event, what is before that, and
    /// `from` moved past it.
    Result<Page> page_past_poison(Instant& from, int limit);

    EventSettings settings_;
    store::Database& database_;
    Clock& clock_;
    Random& random_;
    Remotes& remotes_;
    Log log_;
    Instant begun_at_ = {};
    FeedTrouble trouble_;
    int failures_ = 0;
    std::int64_t hints_ = 0;
    bool sweep_wanted_ = false;
};

}  // namespace oms::sync
