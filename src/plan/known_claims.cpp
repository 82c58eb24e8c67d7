#include "plan/known_claims.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"

namespace oms::plan {
namespace {

/// `657#HASH` of `m=657#HASH`.
struct Claim {
    char kind = ' ';
    std::string id = {};
    std::string hash = {};
};

Claim parse(std::string_view claim) {
    if (claim.empty()) return {};
    const auto value = claim.size() > 2 ? claim.substr(2) : std::string_view{};
    const auto mark = value.find('#');
    if (mark == std::string_view::npos) return {claim.front(), std::string{value}, ""};
    return {claim.front(), std::string{value.substr(0, mark)}, std::string{value.substr(mark + 1)}};
}

bool message_known(const Claim& claim, const std::vector<CommentLink>& links) {
    return std::ranges::any_of(links, [&](const CommentLink& link) {
        return link.message && std::to_string(link.message->value) == claim.id && link.part == 0 &&
               (claim.hash.empty() || claim.hash == link.message_hash);
    });
}

/// Where to begin to read: so many known messages before `most` are read once more, since a read
/// brings a page of them anyway. One among them whose event is late or was lost, or whose edit was,
/// is carried in its order then.
std::int64_t known_before(const std::vector<CommentLink>& links, std::int64_t most) {
    constexpr std::size_t read_again = 50;
    std::vector<std::int64_t> known;
    for (const CommentLink& link : links) {
        if (link.message && link.message->value <= most) known.push_back(link.message->value);
    }
    if (known.size() <= read_again) return 0;
    std::ranges::sort(known);
    return known[known.size() - read_again];
}

bool comment_known(const Claim& claim, const std::vector<CommentLink>& links) {
    return std::ranges::any_of(links, [&](const CommentLink& link) {
        return link.comment.value == claim.id &&
               (claim.hash.empty() || claim.hash == link.comment_hash);
    });
}

bool link_knows(const Claim& claim, const Link& link) {
    switch (claim.kind) {
    case 's': return link.base_status && to_text(*link.base_status) == claim.id;
    case 'i': return link.base_status && link.base_issue_status.value == claim.id;
    case 'v': return link.base_voucher && fingerprint(trim(*link.base_voucher)) == claim.id;
    case 'k': return link.issue_key.value == claim.id;
    case 'n': return link.issue_id.value == claim.id;
    case 'p': return hash_of_all(link.fields_written) == claim.id;
    case 'x': return !link.gone_at;
    default: return false;
    }
}

}  // namespace

bool is_known(
    std::string_view claim,
    const std::optional<Link>& link,
    const std::vector<CommentLink>& comment_links
) {
    const Claim parsed = parse(claim);
    if (parsed.kind == 'm') return message_known(parsed, comment_links);
    if (parsed.kind == 'c') return comment_known(parsed, comment_links);
    return link && link->state == LinkState::linked && link_knows(parsed, *link);
}

Undecided undecided(
    Aspects aspects,
    const std::vector<std::string>& claims,
    const std::optional<Link>& link,
    const std::vector<CommentLink>& comment_links
) {
    Undecided left{.aspects = aspects};
    bool all_messages = has(aspects, Aspect::messages);
    std::optional<std::int64_t> lowest;
    for (const std::string& claim : claims) {
        const Claim parsed = parse(claim);
        if (parsed.kind == 'n') left.sightings.push_back(IssueId{parsed.id});
        if (is_known(claim, link, comment_links)) continue;
        const bool second = parsed.kind == 'n' && link && link->state == LinkState::linked;
        if (second) {
            left.second_issues.push_back(IssueId{parsed.id});
            continue;
        }
        left.aspects = left.aspects | aspect_of(claim);
        if (parsed.kind != 'm') continue;
        const std::int64_t id = parse_int(parsed.id).value_or(0);
        if (id <= 0) all_messages = true;
        lowest = lowest ? std::min(*lowest, id - 1) : id - 1;
    }
    if (!all_messages && lowest) left.messages_from = known_before(comment_links, *lowest);
    return left;
}

}  // namespace oms::plan
