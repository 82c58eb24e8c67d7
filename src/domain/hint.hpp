#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/ids.hpp"

namespace oms {

/// What of a subject deserves a look. A set: values are or-ed.
enum class Aspect : std::uint8_t {
    marketplace = 1,  ///< the project or order itself
    messages = 2,     ///< the marketplace's messages on it
    issue = 4,        ///< the Jira issue: status, voucher, key
    comments = 8,     ///< its comments
};

using Aspects = std::uint8_t;

constexpr Aspects bits(Aspect aspect) { return static_cast<Aspects>(aspect); }
constexpr Aspects operator|(Aspect a, Aspect b) { return static_cast<Aspects>(bits(a) | bits(b)); }
constexpr Aspects operator|(Aspects a, Aspect b) { return static_cast<Aspects>(a | bits(b)); }
constexpr bool has(Aspects aspects, Aspect aspect) { return (aspects & bits(aspect)) != 0; }

inline constexpr Aspects no_aspects = 0;
inline constexpr Aspects all_aspects = 15;

/// For logs and explain: `marketplace, comments`.
std::string in_words(Aspects aspects);

/// Which work goes first; each lane has its share of the workers' turns.
enum class Lane : std::uint8_t {
    live = 0,      ///< a trigger's events, a webhook
    poll = 1,      ///< found by polling
    sweep = 2,     ///< found by comparing everything
    backfill = 3,  ///< history, at a first start
};

std::string_view to_text(Lane lane);

/// What a hint says, beyond "look there". If the link already knows it (it is our own echo, or old
/// news), no look is needed. Claims are never believed, only compared:
///   s=ready          the order's status.type is ready
///   m=657            message 657 exists;  m=657#HASH  its content is the one with this hash
///   i=10001          the issue's status id
///   v=HASH           the issue's voucher
///   k=EOSC-7         the issue's key
///   c=10010#HASH     the comment with this id has this content and visibility
///   n=10021          the issue with this id bears the subject's marker
///   x                the project or order exists
///   p=HASH           the project's fields would be these
struct Hint {
    Subject subject = {};
    Aspects aspects = no_aspects;          ///< to be looked at whatever is known
    std::vector<std::string> claims = {};  ///< to be looked at if not yet known
    Lane lane = Lane::live;
    /// For explain: where the hint came from, `event project_item/update`; of a sweep's begins with `sweep`.
    std::string cause = {};
};

/// Which aspect a claim is about.
Aspect aspect_of(std::string_view claim);

}  // namespace oms
