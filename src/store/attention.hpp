#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "store/connection.hpp"

namespace oms::store {

/// Something that needs a person.
struct Attention {
    std::int64_t id = 0;
    Subject subject = {};
    std::string cause = {};  ///< a word: refused, no_transition, orphaned, restricted_comment…
    std::string fingerprint = {};  ///< alike for all that one remedy mends
    std::string says = {};         ///< what happened, with the remote's own words
    std::string remedy = {};       ///< what to do
    bool blocking = false;         ///< the subject waits for it
    Instant since = {};
    Instant last_at = {};
    std::int64_t times = 0;
};

/// One open entry for a subject and cause; raised again, it counts.
void raise_attention(Connection& connection, const Attention& attention, Instant now);
/// What blocked the subject is over.
void unblock(Connection& connection, const Subject& subject, Instant now);
void solve_attention(
    Connection& connection,
    const Subject& subject,
    const std::string& cause,
    Instant now
);
/// False where there is no such open entry.
bool end_attention(Connection& connection, std::int64_t id, const std::string& by, Instant now);

/// True where a person dismissed the same, and since then nothing was carried nor new of the subject: a
/// sweep that finds what it found before is no news.
bool is_dismissed(Connection& connection, const Attention& attention);

/// Grouped by cause and fingerprint.
std::vector<Attention> open_attention(Connection& connection);
std::vector<Attention> attention_of(Connection& connection, const Subject& subject);
std::optional<Attention> find_attention(Connection& connection, std::int64_t id);
std::int64_t count_attention(Connection& connection);
std::map<std::string, std::int64_t> count_attention_by_cause(Connection& connection);

/// The fingerprint of the attention for a second issue that bears a subject's marker.
std::string duplicate_fingerprint(const IssueId& second);
/// True where that was raised already, and perhaps dismissed: once is enough.
bool is_known_duplicate(Connection& connection, const Subject& subject, const IssueId& second);

}  // namespace oms::store
