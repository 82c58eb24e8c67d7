#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/attention.hpp"
#include "store/inbox.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"

/// What the store promises, said once more with plain containers.
namespace oms::property {

struct ModelSubject {
    store::SubjectState state = store::SubjectState::due;
    Aspects dirty = no_aspects;
    std::vector<std::string> claims = {};
    Aspects taken = no_aspects;  ///< by the lease
    std::vector<std::string> taken_claims = {};
    std::int64_t hints = 0;
    std::int64_t hints_done = 0;
    Lane lane = Lane::live;
    Instant due_at = {};
    Instant hinted_at = {};
    int attempts = 0;
    int refusals = 0;
    std::string owner = {};
    Instant until = {};
    std::int64_t fence = 0;

    [[nodiscard]] bool is_hinted() const { return dirty != no_aspects || !claims.empty(); }
    /// All that was taken is there again.
    void give_back(Instant now);
};

struct ModelAttention {
    std::string cause = {};
    std::string subject = {};
    bool blocking = false;
    std::int64_t times = 1;
    std::optional<Instant> ended_at = std::nullopt;
};

struct ModelWrite {
    std::string subject = {};
    store::WriteState state = store::WriteState::sent;
    std::optional<Instant> ended_at = std::nullopt;
};

struct StoreModel {
    std::map<std::string, ModelSubject> subjects = {};
    std::map<std::int64_t, ModelWrite> writes = {};
    std::vector<Instant> journal = {};
    std::vector<ModelAttention> attention = {};
    std::map<std::string, std::string> links = {};  ///< subject to issue
    std::map<std::string, LinkState> link_states = {};
    std::map<std::string, std::string> customers = {};  ///< of what was seen
    std::map<std::string, std::string> would = {};      ///< step, where a shadow would take one
    std::set<std::string> owed = {};
    std::vector<CommentLink> comment_links = {};
    std::deque<store::InboxRow> inbox = {};

    void hint(const Hint& hint, Instant now);
    void release_expired(Instant now);
    /// Those of which lease_next may take any; none: nothing is due.
    [[nodiscard]] std::set<std::string> next(Lane preferred, Instant now) const;
    void lease(const std::string& key, const std::string& owner, Instant until);
    [[nodiscard]] bool holds(const store::Leased& leased) const;
    void finish_done(const std::string& key, Instant now);
    void finish_again(const std::string& key, const store::Again& again);
    void put_comment_link(const CommentLink& link);
    void prune(Instant older_than);
    [[nodiscard]] std::int64_t count(store::SubjectState state) const;
    [[nodiscard]] std::optional<Instant> next_due() const;
};

}  // namespace oms::property
