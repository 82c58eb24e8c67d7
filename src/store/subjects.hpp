#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/hint.hpp"
#include "store/connection.hpp"

/// The dirty set: which projects and orders deserve a look, and who is at it.
///
///   idle ──hint──▶ due ──lease──▶ leased ──done──▶ idle (or due: a hint came meanwhile)
///                   ▲               │ ├─retry──▶ due, later
///                   │               │ ├─wait───▶ waiting (an order for its project)
///                   └──hint, time───┴─┴─refused─▶ attention (again by a hint, the operator, time)
namespace oms::store {

enum class SubjectState {
    idle,       ///< nothing to do
    due,        ///< to be looked at from due_at on
    leased,     ///< a worker has it until lease_until
    waiting,    ///< an order whose project has no issue yet
    attention,  ///< refused; needs a person, but tried again from due_at on
};

std::string_view to_text(SubjectState state);
SubjectState parse_subject_state(std::string_view text);

struct SubjectRow {
    Subject subject = {};
    SubjectState state = SubjectState::idle;
    Aspects dirty = no_aspects;
    std::vector<std::string> claims = {};
    std::int64_t generation = 0;
    std::int64_t done_generation = 0;
    Lane lane = Lane::live;
    Instant due_at = {};
    Instant hinted_at = {};
    int attempts = 0;  ///< failures in a row that time may mend
    int refusals = 0;  ///< refusals in a row
    std::string lease_owner = {};
    Instant lease_until = {};
    std::string failure = {};
    std::string failure_says = {};
};

/// What a worker holds. The fence keeps a late one from recording.
struct Leased {
    Subject subject = {};
    Aspects aspects = no_aspects;
    std::vector<std::string> claims = {};
    Lane lane = Lane::live;
    int attempts = 0;
    int refusals = 0;
    Instant hinted_at = {};
    std::int64_t fence = 0;
    Instant until = {};
};

/// The lease has passed to somebody else: whatever was being recorded must not be.
class LeaseLost : public std::runtime_error {
public:
    explicit LeaseLost(const std::string& key)
        : std::runtime_error{"the lease of " + key + " was lost"} {}
};

/// So many bytes of claims are kept; beyond, their aspects count as dirty without a claim.
inline constexpr std::size_t claims_bytes_max = 4096;

/// Marks the subject dirty and due, and writes the hint into its journal. Repeats cost little;
/// a hint for a leased subject makes it due once more afterwards; one for a subject in attention
/// wakes it.
void add_hint(Connection& connection, const Hint& hint, Instant now);

/// The next due subject: of `preferred` if there is one, else of the first lane that has one.
std::optional<Leased> lease_next(
    Connection& connection,
    const std::string& owner,
    Lane preferred,
    Instant now,
    Duration length
);

/// What `lease_next` would take next, `count` at most, as they would be leased; up to the first that is
/// not plain: that has failed, or has a write which is not settled, or an entry that a success would
/// solve. Nobody else takes any of them until the transaction ends.
std::vector<Leased>
look_at_next(Connection& connection, Lane preferred, Instant now, std::size_t count);
/// Such a one is done as it is: there was nothing to do.
void settle_unleased(Connection& connection, const Subject& subject, Instant now);

/// Takes this very subject, where nobody else has it.
std::optional<Leased>
lease_one(Connection& connection, const Subject& subject, const std::string& owner, Instant until);

/// These throw LeaseLost where `fence` is no longer the subject's.
void renew(Connection& connection, const Leased& leased, Instant until);
void prove(Connection& connection, const Leased& leased);
void finish_done(Connection& connection, const Leased& leased, Instant now);

struct Again {
    SubjectState state = SubjectState::due;  ///< due, waiting or attention
    Instant due_at = {};
    int attempts = 0;
    int refusals = 0;
    std::string failure = {};
    std::string says = {};
    Aspects aspects = no_aspects;  ///< what is still to be looked at
};
void finish_again(Connection& connection, const Leased& leased, const Again& again);

/// Hands back a lease, if it is still ours, with all that it had taken.
void give_back(Connection& connection, const Leased& leased, Instant now);

// Owners are named `PROCESS/WORKER/`: what begins with `PROCESS/` is all of a process.

/// Whether a lease of an owner that begins so ends before that time; and lets those last until `until`.
bool owner_expires(Connection& connection, const std::string& owner, Instant before);
void renew_owner(Connection& connection, const std::string& owner, Instant before, Instant until);

/// Hands back all leases of owners that begin so, and hold nothing any more: dead, or unaware of it.
void release_owner(Connection& connection, const std::string& owner, Instant now);
std::vector<std::string> lease_owners(Connection& connection);

/// Nobody records anything of this subject until the transaction ends; what others have recorded is
/// seen by what is read from now on.
void hold_still(Connection& connection, const Subject& subject);

std::optional<SubjectRow> find_subject(Connection& connection, const Subject& subject);
void wake_orders_of(Connection& connection, ProjectId project, Instant now);
void wake(Connection& connection, const Subject& subject, Instant now);
/// What would come due, or wait, beyond `latest` is due at once: it was put off by another clock.
void wake_later_than(Connection& connection, Instant latest, Instant now);
void wake_all_in_attention(Connection& connection, Instant now);
/// Deletes at most `count` `issue/…` subjects that turned out to be somebody's, or nobody's.
void prune_issues(Connection& connection, int count);

/// When there is something to take next: a subject that is due, or a lease that runs out; nothing
/// where all are idle.
std::optional<Instant> next_due(Connection& connection);

struct QueueCounts {
    std::map<std::pair<SubjectState, Lane>, std::int64_t> by_state_and_lane = {};
    std::optional<Instant> oldest_hint = std::nullopt;
    [[nodiscard]] std::int64_t in(SubjectState state) const;
};
QueueCounts count_queue(Connection& connection);
std::int64_t busy_in_lane(Connection& connection, Lane lane);
std::vector<SubjectRow> busy_subjects(Connection& connection, int count);

}  // namespace oms::store
