#pragma once

#include <ostream>
#include <vector>

#include <rapidcheck.h>

#include "tests/property/two_sides.hpp"

/// What people and the adapter do to both sides, drawn at random.
namespace oms::property {

/// From any state, so many whole looks without faults bring both sides to agree, and the next one
/// finds nothing: one carries; a second compares what a settled write or an old marker brought to
/// light; a third what the second found.
inline constexpr int works_to_agree_max = 3;

enum class ActKind {
    work,
    faulty_work,
    message,
    internal_message,
    direct_message,
    edit_message,
    comment,
    comment_for_users,
    restricted_comment,
    desk_note,
    edit_comment,
    restrict_comment,
    open_comment,
    hide_comment,
    delete_comment,
    touch_ours,
    delete_ours,
    status,
    issue_status,
    voucher,
    project,
    hide_issue,
    order_gone,
    // Stories of several acts that chance would seldom tell.
    edit_while_hidden,
    reopen_without_words,
    absence,
};

struct Act {
    ActKind kind = ActKind::work;
    unsigned which = 0;  ///< which of them, or what of it
    std::vector<Fault> faults = {};
};

void showValue(const Act& act, std::ostream& out);
rc::Gen<std::vector<Act>> any_story();

TwoSides any_beginning();
void play(TwoSides& sides, const Act& act);

}  // namespace oms::property
