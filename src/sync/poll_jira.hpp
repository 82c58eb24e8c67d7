#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "plan/settings.hpp"
#include "store/database.hpp"
#include "sync/feed_trouble.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

struct JiraPollSettings {
    Duration interval = std::chrono::seconds{60};
    Duration retry_base = std::chrono::seconds{1};
    Duration retry_max = std::chrono::minutes{5};
    /// In shadow mode: what an older integration does to its issues is news.
    bool by_reference = false;
};

/// Asks Jira for recently updated issues, so that lost webhooks, or none at all, cost delay only.
/// For one thread.
class PollJira {
public:
    static constexpr std::string_view cursor_name = "jira";

    PollJira(
        JiraPollSettings settings,
        const plan::Settings& plan,
        store::Database& database,
        Clock& clock,
        Random& random,
        Remotes& remotes,
        Log log
    );

    Instant turn(Instant now);
    [[nodiscard]] bool hinted() const { return hints_ > 0; }
    /// How many hints the last turn left, and whether it came to the end.
    [[nodiscard]] std::int64_t hints() const { return hints_; }
    [[nodiscard]] bool failed() const { return failures_ > 0; }

private:
    Result<bool> poll(Instant now);
    /// Hints for those that were not hinted before.
    void hint_page(const std::vector<Issue>& issues, const std::set<std::string>& before);

    JiraPollSettings settings_;
    const plan::Settings& plan_;
    store::Database& database_;
    Clock& clock_;
    Random& random_;
    Remotes& remotes_;
    Log log_;
    FeedTrouble trouble_;
    int failures_ = 0;
    std::int64_t hints_ = 0;
};

}  // namespace oms::sync
