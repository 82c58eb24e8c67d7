#pragma once

#include "base/log.hpp"
#include "plan/settings.hpp"
#include "store/database.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

struct JiraPollSettings {
    Duration interval = std::chrono::seconds{60};
    Duration retry_base = std::chrono::seconds{1};
    Duration retry_max = std::chrono::minutes{5};
};

/// What an issue as found claims of its subject, for comparing with what the link knows.
std::vector<std::string> claims_of(const Issue& issue, bool with_comments);

/// Hints for what of `issue` its link does not know; whether there was one. An issue that stands
/// for nothing, but bears a marker of ours, is a hint for the marker's subject.
bool hint_issue(
    store::Connection& connection,
    const plan::Settings& settings,
    const Issue& issue,
    Lane lane,
    const std::string& cause,
    Instant now
);

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
    [[nodiscard]] bool hinted() const { return hinted_; }

private:
    Result<bool> poll(Instant now);

    JiraPollSettings settings_;
    const plan::Settings& plan_;
    store::Database& database_;
    Clock& clock_;
    Random& random_;
    Remotes& remotes_;
    Log log_;
    int failures_ = 0;
    bool hinted_ = false;
};

}  // namespace oms::sync
