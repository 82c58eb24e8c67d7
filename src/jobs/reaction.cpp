#include "jobs/reaction.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/planted.hpp"
#include "plan/retry.hpp"

namespace oms::jobs {
namespace {

using namespace std::chrono_literals;

/// Alike for all that one remedy mends: the words without the numbers in them.
std::string fingerprint_of(const Error& error) {
    std::string words;
    for (const char character : error.says) {
        const bool digit = character >= '0' && character <= '9';
        if (!digit) {
            words += character;
        } else if (words.empty() || words.back() != '#') {
            words += '#';
        }
    }
    return fingerprint(to_string(error.kind) + words);
}

std::string remedy_of(const Error& error) {
    switch (error.kind) {
    case ErrorKind::forbidden:
        return "Give our account the permission that the remote names, then retry "
               "(`oms-jira attention retry`).";
    case ErrorKind::missing:
        return "Look whether it was deleted or hidden from our account; then retry.";
    default:
        return "Mend what the remote names (a screen, a required field, an option), then retry; "
               "`oms-jira check` tells which setting it is.";
    }
}

/// Ten workers that were told the same time must not come back at the same moment.
Duration a_little(double chance) { return std::chrono::duration_cast<Duration>(250ms * chance); }

}  // namespace

Reaction react(
    const Error& error,
    const store::Leased& leased,
    const RetrySettings& retry,
    Instant now,
    double chance
) {
    Reaction reaction;
    store::Again& again = reaction.again;
    again.attempts = leased.attempts;
    again.refusals = leased.refusals;
    again.failure = in_word(error);
    again.says = error.says;
    again.aspects = leased.aspects;

    switch (error.kind) {
    case ErrorKind::shutdown: again.due_at = now; return reaction;
    case ErrorKind::throttled:
    case ErrorKind::unauthorized:
        again.due_at = now + error.retry_after.value_or(5s) + a_little(chance);
        return reaction;
    case ErrorKind::not_sent:
    case ErrorKind::outcome_unknown:
        again.attempts = leased.attempts + 1;
        again.due_at = now + plan::backoff(retry.base, retry.max, again.attempts, chance);
        if (error.retry_after) again.due_at = std::max(again.due_at, now + *error.retry_after);
        return reaction;
    case ErrorKind::refused:
    case ErrorKind::forbidden:
    case ErrorKind::missing: break;
    }
    again.refusals = leased.refusals + 1;
    if (again.refusals < plan::refusals_before_attention) {
        again.due_at = now + plan::backoff(retry.base, retry.max, again.refusals, chance);
        // Its own attempts: a hint must not turn these tries into one burst.
        again.attempts = leased.attempts + 1;
        return reaction;
    }
    OMS_RARE("reaction.attention");
    again.state = store::SubjectState::attention;
    again.due_at = now + plan::attention_retry(again.refusals);
    reaction.attention = store::Attention{
        .subject = leased.subject,
        .cause = to_string(error.kind),
        .fingerprint = fingerprint_of(error),
        .says = error.says,
        .remedy = remedy_of(error),
        .blocking = true};
    return reaction;
}

}  // namespace oms::jobs
