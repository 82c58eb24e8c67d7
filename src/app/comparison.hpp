#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/synchroniser.hpp"

/// What `reconcile` compares, and the dry run that the dashboard asks for.
namespace oms::app {

/// All projects and orders that the marketplace has, and those that we have linked; of one project,
/// where one is named. Without those that are older than OMS_SYNC_FROM.
Result<std::vector<Subject>> subjects_to_compare(
    store::Database& database,
    sync::Remotes& remotes,
    std::optional<ProjectId> project
);

/// What would be done about one of them, in words; empty where both sides agree.
Result<std::vector<std::string>>
would_be_done(sync::Synchroniser& synchroniser, const Subject& subject);

/// What only a person can mend of it, in words, though nothing would be done about it: the open entries
/// of attention, and an issue that is gone, also where its entry was dismissed.
std::vector<std::string> needs_a_person(store::Database& database, const Subject& subject);

}  // namespace oms::app
