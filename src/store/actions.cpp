#include "store/actions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/journal.hpp"
#include "store/subjects.hpp"

namespace oms::store {
namespace {

/// As much of a reason as is kept.
constexpr std::size_t reason_length_max = 500;

/// `by Ada`, where it is known.
std::string by(const std::string& who) { return who.empty() ? "" : " by " + one_line(who); }

void look_at_once(Connection& connection, const Subject& subject, std::string cause, Instant now) {
    add_hint(
        connection,
        {.subject = subject, .aspects = all_aspects, .lane = Lane::live, .cause = std::move(cause)},
        now
    );
    wake(connection, subject, now);
}

}  // namespace

bool AttentionChoice::names(const Attention& entry) const {
    if (all || std::ranges::find(ids, entry.id) != ids.end()) return true;
    if (cause.empty() || entry.cause != cause) return false;
    return fingerprint.empty() || entry.fingerprint == fingerprint;
}

bool has_subject(const Attention& entry) {
    return entry.subject.is_issue() || entry.subject.project.value > 0;
}

std::vector<Attention> chosen_attention(Connection& connection, const AttentionChoice& choice) {
    if (!choice.all && choice.cause.empty()) {
        std::vector<Attention> named;
        for (const std::int64_t id : choice.ids)
            if (auto entry = find_attention(connection, id)) named.push_back(std::move(*entry));
        return named;
    }
    auto entries = open_attention(connection);
    std::erase_if(entries, [&](const Attention& entry) { return !choice.names(entry); });
    return entries;
}

int retry(
    Connection& connection,
    const AttentionChoice& choice,
    const std::string& who,
    Instant now
) {
    int woken = 0;
    for (const Attention& entry : chosen_attention(connection, choice)) {
        if (!has_subject(entry)) continue;
        add_journal(
            connection, entry.subject, JournalKind::person, "retry asked for" + by(who), now
        );
        look_at_once(connection, entry.subject, "the operator's retry", now);
        ++woken;
    }
    return woken;
}

int dismiss(
    Connection& connection,
    const AttentionChoice& choice,
    const Dismissal& dismissal,
    Instant now
) {
    int dismissed = 0;
    const std::string reason = truncate(one_line(dismissal.reason), reason_length_max);
    for (const Attention& entry : chosen_attention(connection, choice)) {
        const std::string why = reason.empty() ? "" : ": " + reason;
        const std::string ended = "dismissed" + by(dismissal.who) + why;
        if (!end_attention(connection, entry.id, ended, now)) continue;
        add_journal(
            connection,
            entry.subject,
            JournalKind::person,
            fmt::format("{} dismissed{}{}", entry.cause, by(dismissal.who), why),
            now
        );
        ++dismissed;
    }
    return dismissed;
}

void look_now(Connection& connection, const Subject& subject, const std::string& who, Instant now) {
    add_journal(connection, subject, JournalKind::person, "a look asked for" + by(who), now);
    look_at_once(connection, subject, "asked for" + by(who), now);
}

}  // namespace oms::store
