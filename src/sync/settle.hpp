#pragma once

#include "plan/comments.hpp"
#include "sync/records.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

struct SettleSettings {
    /// How long after it was sent a write may still appear: Jira's index lags, a request that timed
    /// out may still be running.
    Duration grace = std::chrono::seconds{60};
    /// The same for an issue that was created: nothing where this Jira's index says how long.
    std::optional<Duration> create_grace = std::nullopt;
    /// The same for one whose sender died: nobody waits for the answer any more.
    Duration orphaned_grace = std::chrono::seconds{10};
};

/// What became of the subject's open writes.
struct Settled {
    bool all = true;                  ///< none is open any more
    Aspects look = no_aspects;        ///< what has to be looked at because of them
    std::optional<Instant> again_at;  ///< when the rest is to be looked for again
    std::string says = {};
    /// What kept the rest from being looked for; what was settled before it stays settled.
    std::optional<Error> error = std::nullopt;
};

/// Finds out what became of writes whose outcome is unknown, before anything is written again: by
/// looking in what reads the remote's database, and in its index only beside that. Never guesses.
class Settle {
public:
    Settle(
        Records& records,
        Shared& shared,
        Remotes& remotes,
        const plan::Settings& settings,
        SettleSettings settle
    )
        : records_{records},
          shared_{shared},
          remotes_{remotes},
          settings_{settings},
          settle_{settle} {}

    /// `sightings`: issues that hints say bear the subject's marker.
    Settled run(
        const std::vector<store::RemoteWrite>& writes,
        const std::optional<Link>& link,
        const std::vector<CommentLink>& comment_links,
        const std::vector<IssueId>& sightings
    );

private:
    struct Found {
        bool settled = false;
        Aspects look = no_aspects;
    };

    Result<Found> settle(
        const store::RemoteWrite& write,
        const std::optional<Link>& link,
        const std::vector<CommentLink>& comment_links,
        const std::vector<IssueId>& sightings
    );
    Result<Found>
    settle_create(const store::RemoteWrite& write, const std::vector<IssueId>& sightings);
    Result<Found> settle_comment(
        const store::RemoteWrite& write,
        const Link& link,
        const std::vector<CommentLink>& comment_links
    );
    Result<Found>
    settle_message(const store::RemoteWrite& write, const std::vector<CommentLink>& comment_links);
    Result<Found> settle_transition(const store::RemoteWrite& write, const Link& link);
    Result<Found> settle_patch(const store::RemoteWrite& write);

    Result<std::optional<Issue>>
    find_created(const store::RemoteWrite& write, const std::vector<IssueId>& sightings);
    Result<std::optional<Issue>> probe_keys(const store::RemoteWrite& write);
    bool bears_marker(const Issue& issue, const std::string& marker) const;

    [[nodiscard]] Duration grace_of(const store::RemoteWrite& write) const;
    /// When a write that was looked for in vain may be done again.
    Instant safe_at(const store::RemoteWrite& write) const;
    void end(
        const store::RemoteWrite& write,
        const std::string& result,
        const std::string& says,
        const store::Work& also
    );

    Records& records_;
    Shared& shared_;
    Remotes& remotes_;
    const plan::Settings& settings_;
    SettleSettings settle_;
    bool on_its_way_ = false;  ///< the write that is looked for may still arrive
};

}  // namespace oms::sync
