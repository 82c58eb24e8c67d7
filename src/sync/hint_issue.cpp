#include "sync/hint_issue.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "plan/known_claims.hpp"
#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"

namespace oms::sync {
namespace {

using store::Connection;

std::vector<std::string> claims_of(const plan::Settings& settings, const Issue& issue, bool order) {
    std::vector<std::string> claims{"k=" + issue.key.value};
    // The status of a project's issue is nobody's but Jira's, and it has no voucher.
    if (order) claims.push_back("i=" + issue.status.value);
    if (order && plan::reads_voucher(settings)) {
        claims.push_back("v=" + fingerprint(trim(issue.voucher)));
    }
    for (const Comment& comment : issue.comments) {
        claims.push_back("c=" + comment.id.value + "#" + plan::comment_hash(comment));
    }
    return claims;
}

bool misses_a_comment(const Issue& issue, const std::vector<CommentLink>& links) {
    return std::ranges::any_of(links, [&](const CommentLink& link) {
        const bool followed =
            link.state == CommentState::carried && link.message && !link.comment.empty();
        const bool there = std::ranges::any_of(issue.comments, [&](const Comment& comment) {
            return comment.id == link.comment;
        });
        return followed && !there;
    });
}

bool hint_linked(
    Connection& connection,
    const plan::Settings& settings,
    const Issue& issue,
    const Link& link,
    const Met& met
) {
    Hint hint{.subject = link.subject, .lane = met.lane, .cause = met.cause};
    if (link.state == LinkState::orphaned) {
        hint.aspects = all_aspects;
        store::add_hint(connection, hint, met.at);
        return true;
    }
    const auto comment_links = store::comment_links_of(connection, link.subject);
    for (const std::string& claim : claims_of(settings, issue, link.subject.is_order())) {
        if (!plan::is_known(claim, link, comment_links)) hint.claims.push_back(claim);
    }
    // A list that was cut cannot say what is new or gone.
    if (!issue.comments_whole || misses_a_comment(issue, comment_links)) {
        hint.aspects = bits(Aspect::comments);
    }
    if (hint.claims.empty() && hint.aspects == no_aspects) return false;
    store::add_hint(connection, hint, met.at);
    return true;
}

}  // namespace

bool hint_issue(
    Connection& connection,
    const plan::Settings& settings,
    const Issue& issue,
    const Met& met
) {
    if (const auto link = store::find_link_of_issue(connection, issue.id)) {
        return hint_linked(connection, settings, issue, *link, met);
    }
    for (const std::string& label : issue.labels) {
        const auto subject = parse_marker(settings.oms, label);
        if (!subject) continue;
        Hint hint{
            .subject = *subject,
            .claims = {"n=" + issue.id.value},
            .lane = met.lane,
            .cause = met.cause};
        const auto other = store::find_link(connection, *subject);
        const bool stood_for = other && other->state != LinkState::before;
        if (stood_for && store::is_known_duplicate(connection, *subject, issue.id)) return false;
        if (!stood_for) hint.aspects = bits(Aspect::marketplace);
        store::add_hint(connection, hint, met.at);
        return true;
    }
    const auto whose =
        met.by_reference ? plan::subject_by_reference(settings, issue) : std::nullopt;
    if (!whose) return false;
    store::add_hint(
        connection,
        {.subject = *whose, .aspects = all_aspects, .lane = met.lane, .cause = met.cause},
        met.at
    );
    return true;
}

}  // namespace oms::sync
