#pragma once

#include "plan/plan_subject.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

/// What is to be looked at.
struct Wanted {
    Aspects aspects = no_aspects;
    std::int64_t messages_from = 0;  ///< only messages with higher ids are asked for
};

/// Reads into `view` what is wanted and what the plan needs for it, and nothing else. An Error where
/// a remote did not answer; the view is then of no use. The database tells only which issues it knows.
Result<bool> look(
    store::Database& database,
    Shared& shared,
    Remotes& remotes,
    const plan::Settings& settings,
    plan::View& view,
    const Wanted& wanted
);

struct AllMessages {
    std::vector<Message> messages = {};  ///< in the order of their ids
    int unreadable = 0;                  ///< further ones that make no sense to us
};

/// All messages of a project or an order with higher ids.
Result<AllMessages> all_messages(Remotes& remotes, const Subject& subject, std::int64_t from_id);

}  // namespace oms::sync
