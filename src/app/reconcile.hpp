#pragma once

#include "app/console.hpp"
#include "domain/ids.hpp"

namespace oms::app {

struct ReconcileOptions {
    bool dry_run = false;
    std::optional<ProjectId> project = std::nullopt;
};

/// `oms-jira reconcile`: compares both sides and heals, or only tells; with progress; ends with
/// *N compared, N differed, N healed*.
int reconcile(const Settings& settings, const ReconcileOptions& options, const Console& console);

}  // namespace oms::app
