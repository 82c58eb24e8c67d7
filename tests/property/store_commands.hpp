#pragma once

#include <ostream>
#include <vector>

#include <rapidcheck.h>

#include "domain/ids.hpp"

/// What happens to the store, drawn at random.
namespace oms::property {

enum class CommandKind {
    hint,
    lease,
    lease_one,
    renew,
    prove,
    done,
    again,
    release_owner,
    wake,
    wake_orders,
    wake_attention,
    prune_issues,
    add_write,
    end_write,
    raise,
    solve,
    unblock,
    dismiss,
    put_link,
    put_comment_link,
    put_sight,
    owe_look,
    take_up_owed,
    sort_in,
    fold_tallies,
    put_in_inbox,
    take_out_of_inbox,
    prune,
    reopen,
    failed_work,
};

struct Command {
    CommandKind kind = CommandKind::hint;
    unsigned which = 0;   ///< subject, lease, write…
    unsigned value = 0;   ///< what with it
    unsigned later = 0;   ///< seconds that pass before
    bool second = false;  ///< through the second database
};

void showValue(const Command& command, std::ostream& out);
rc::Gen<std::vector<Command>> any_commands();

/// What the commands are about: `which` of these.
inline const std::vector<Subject> subjects{
    Subject::of(ProjectId{1}),
    Subject::of(OrderId{{1}, {1}}),
    Subject::of(OrderId{{1}, {2}}),
    Subject::of(OrderId{{12}, {1}}),
    Subject::of(IssueId{"7"})};

}  // namespace oms::property
