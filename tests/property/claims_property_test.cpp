#include <algorithm>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "plan/known_claims.hpp"
#include "tests/property/plan_acts.hpp"

namespace oms::property {
namespace {

using namespace plan;

/// All that hints of a sweep would claim about what there is.
std::vector<std::string> claims_of(const TwoSides& sides) {
    std::vector<std::string> claims;
    for (const TrueMessage& message : sides.messages) {
        claims.push_back(
            "m=" + std::to_string(message.message.id.value) + "#" +
            message_hash(message.message.content)
        );
    }
    for (const TrueComment& comment : sides.comments) {
        if (comment.hidden || comment.deleted) continue;
        claims.push_back("c=" + comment.comment.id.value + "#" + comment_hash(comment.comment));
    }
    if (sides.issues.empty()) return claims;
    const Issue& issue = sides.issues.front();
    claims.push_back("k=" + issue.key.value);
    claims.push_back("n=" + issue.id.value);
    if (sides.subject.is_project()) return claims;
    claims.push_back("i=" + issue.status.value);
    claims.push_back("v=" + fingerprint(trim(issue.voucher)));
    claims.push_back("s=" + std::string{to_text(sides.order.status)});
    return claims;
}

RC_GTEST_PROP(Claims, OfWhatIsAgreedMakeNoWork, ()) {
    TwoSides sides = any_beginning();
    for (const Act& act : *any_story())
        play(sides, act);
    sides.issue_hidden = sides.order_gone = false;
    sides.calm_down();
    const Undecided left = undecided(no_aspects, claims_of(sides), sides.link, sides.comment_links);
    RC_ASSERT(left.aspects == no_aspects);
    RC_ASSERT(left.second_issues.empty());
}

RC_GTEST_PROP(Claims, MeanTheSameInWhateverOrderAndHoweverOften, ()) {
    TwoSides sides = any_beginning();
    for (const Act& act : *any_story())
        play(sides, act);
    std::vector<std::string> claims = claims_of(sides);
    const Undecided left = undecided(no_aspects, claims, sides.link, sides.comment_links);
    const std::vector<std::string> repeated = claims;
    claims.insert(claims.end(), repeated.begin(), repeated.end());
    std::mt19937 random{*rc::gen::arbitrary<unsigned>()};
    std::shuffle(claims.begin(), claims.end(), random);
    std::vector<CommentLink> links = sides.comment_links;
    std::shuffle(links.begin(), links.end(), random);
    const Undecided again = undecided(no_aspects, claims, sides.link, links);
    RC_ASSERT(again.aspects == left.aspects);
    RC_ASSERT(again.messages_from == left.messages_from);
}

RC_GTEST_PROP(Claims, AloneBringBothSidesToAgree, ()) {
    TwoSides sides = any_beginning();
    sides.work(all_aspects);
    for (const Act& act : *any_story())
        play(sides, act);
    sides.issue_hidden = sides.order_gone = false;
    sides.calm_down();
    for (const Act& act : *any_story()) {
        const bool left_out =
            act.kind == ActKind::hide_issue || act.kind == ActKind::order_gone ||
            // Told by other hints than claims: an edited project's, and what is no longer there.
            // And what a failed work left is the worker's to look at again.
            act.kind == ActKind::faulty_work || act.kind == ActKind::project ||
            act.kind == ActKind::delete_comment || act.kind == ActKind::delete_ours ||
            act.kind == ActKind::hide_comment || act.kind >= ActKind::edit_while_hidden;
        if (!left_out) play(sides, act);
    }
    for (int works = 0; works < works_to_agree_max; ++works)
        sides.work_on_claims(claims_of(sides));
    sides.check(true);
}

}  // namespace
}  // namespace oms::property
