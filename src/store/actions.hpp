#pragma once

#include <string>
#include <vector>

#include "store/attention.hpp"

/// What a person does by the command line, the API or the dashboard. Each is written into the story
/// of whom it concerns, with who it was.
namespace oms::store {

/// Which open entries are meant.
struct AttentionChoice {
    std::vector<std::int64_t> ids = {};
    std::string cause = {};        ///< all of this cause
    std::string fingerprint = {};  ///< with `cause`: only those alike; "": all of the cause
    bool all = false;

    [[nodiscard]] bool names(const Attention& entry) const;
};

/// Whether an entry is about a subject: some are about the service as a whole.
bool has_subject(const Attention& entry);
/// The open entries that are meant, as `open_attention` has them.
std::vector<Attention> chosen_attention(Connection& connection, const AttentionChoice& choice);

/// Wakes whom they are about, at once; how many entries that was.
int retry(
    Connection& connection,
    const AttentionChoice& choice,
    const std::string& who,
    Instant now
);

struct Dismissal {
    std::string who = {};
    std::string reason = {};  ///< "": none was given
};
/// They are dealt with; how many it was.
int dismiss(
    Connection& connection,
    const AttentionChoice& choice,
    const Dismissal& dismissal,
    Instant now
);

/// Both sides are to be compared at once, whatever hints say.
void look_now(Connection& connection, const Subject& subject, const std::string& who, Instant now);

}  // namespace oms::store
