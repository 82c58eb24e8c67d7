#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/hint.hpp"
#include "domain/link.hpp"
#include "store/attention.hpp"
#include "store/calls.hpp"
#include "store/journal.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/tasks.hpp"
#include "store/writes.hpp"

/// What people look at. Each question is answered by an index, or reads to a limit.
namespace oms::store {

/// A place in the list of projects and orders, which goes from the newest project to the oldest.
struct Spot {
    std::int64_t project = std::numeric_limits<std::int64_t>::max();
    std::string key = {};
    /// Of two keys of one project the longer has the higher number.
    friend auto operator<=>(const Spot& a, const Spot& b) {
        return std::tuple{a.project, a.key.size(), std::string_view{a.key}} <=>
               std::tuple{b.project, b.key.size(), std::string_view{b.key}};
    }
    friend bool operator==(const Spot&, const Spot&) = default;
};

/// The next `count` below `from`: all that is known, by a subject or by a link.
std::vector<Spot> spots_below(Connection& connection, const Spot& from, int count);
/// Of those in a state that is not idle.
std::vector<Spot>
spots_in_state(Connection& connection, SubjectState state, const Spot& from, int count);
/// Of those to which something would be done; of those whose sides differ.
std::vector<Spot> spots_that_would(Connection& connection, const Spot& from, int count);
std::vector<Spot> spots_that_differ(Connection& connection, const Spot& from, int count);
/// For whom an issue of that key stands, whatever its case: few.
std::vector<Spot> spots_of_issue(Connection& connection, const std::string& issue_key);

/// A line of the list.
struct Listed {
    Subject subject = {};
    bool known = false;  ///< false: neither a subject nor a link
    SubjectState state = SubjectState::idle;
    std::optional<Instant> due_at = std::nullopt;
    std::string says = {};
    std::optional<LinkState> link_state = std::nullopt;
    std::string issue_key = {};
    std::string title = {};
    std::string customer = {};
    std::string email = {};
    std::optional<Instant> seen_at = std::nullopt;
    std::int64_t would = 0;
    std::int64_t differs = 0;
    std::string found = {};      ///< what it is searched by: see store/search.hpp
    std::int64_t attention = 0;  ///< open entries
    std::string attention_says = {};
};
Listed shown(Connection& connection, const Subject& subject);

struct NextSubject {
    std::string key = {};
    SubjectState state = SubjectState::due;
    Instant due_at = {};
    Lane lane = Lane::live;
    std::string says = {};
};
/// What comes next, of all lanes, soonest first.
std::vector<NextSubject> next_subjects(Connection& connection, int count);

struct InFlight {
    std::string key = {};
    Instant since = {};  ///< when it was heard of
    std::string cause = {};
};
std::vector<InFlight> in_flight(Connection& connection, int count);

/// Whose hint has waited longest, and since when.
std::optional<std::pair<std::string, Instant>> oldest_hint(Connection& connection);

/// How many changes were carried to Jira, and to the marketplace, from `from` to before `to`.
std::pair<std::int64_t, std::int64_t> carried(Connection& connection, Instant from, Instant to);

struct OpenWrite {
    RemoteWrite write = {};
    std::optional<Instant> again_at = std::nullopt;  ///< when its subject is looked at next
    bool in_hand = false;                            ///< a worker is at it
};
std::vector<OpenWrite> open_writes_after(Connection& connection, std::int64_t id, int count);

/// Those before `id` (0: the latest), newest first.
std::vector<JournalEntry>
journal_before(Connection& connection, const Subject& subject, std::int64_t id, int count);
std::vector<Sweep> sweeps_before(Connection& connection, std::int64_t id, int count);
std::vector<Task> tasks_before(Connection& connection, std::int64_t id, int count);

/// What one remedy mends.
struct AttentionGroup {
    std::string cause = {};
    std::string fingerprint = {};
    std::int64_t count = 0;
    Instant since = {};
    Instant last_at = {};
    bool blocking = false;
    std::string says = {};
    std::string remedy = {};
};
std::vector<AttentionGroup> attention_groups(
    Connection& connection,
    const std::string& after_cause,
    const std::string& after_fingerprint,
    int count
);
struct AttentionLine {
    Attention entry = {};
    std::string title = {};
    std::string customer = {};
    std::string issue_key = {};
};
std::vector<AttentionLine> attention_in_group(
    Connection& connection,
    const std::string& cause,
    const std::string& fingerprint,
    std::int64_t after_id,
    int count
);
struct EndedAttention {
    std::int64_t id = 0;
    std::string key = {};
    std::string cause = {};
    std::string says = {};
    Instant ended_at = {};
    std::string ended_by = {};
};
std::vector<EndedAttention> last_ended_attention(Connection& connection, int count);

struct CallFigure {
    std::string remote = {};
    int status = 0;
    Duration took = {};
};
/// Those since then, of the latest `count` of all.
std::vector<CallFigure> calls_since(Connection& connection, Instant since, int count);
/// As calls_before, those that failed; looks at no more than `of` calls.
std::vector<RemoteCall> failed_calls_before(
    Connection& connection,
    const std::string& remote,
    std::int64_t id,
    int count,
    int of
);

/// What would be done (a JSON array of steps, cut at 400 characters), and to how many.
std::vector<std::pair<std::string, std::int64_t>> would_counts(Connection& connection, int count);
std::int64_t count_would(Connection& connection);
std::int64_t count_sights(Connection& connection);

/// What was answered to an action that bore a key.
struct Answered {
    std::string asked = {};  ///< a digest of the request
    int status = 0;
    std::string body = {};
};
std::optional<Answered> find_answered(Connection& connection, const std::string& key);
/// Throws DatabaseError::constraint where there is one.
void add_answered(
    Connection& connection,
    const std::string& key,
    const Answered& answered,
    Instant now
);
void prune_answered(Connection& connection, Instant before);

}  // namespace oms::store
