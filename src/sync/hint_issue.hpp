#pragma once

#include <string>

#include "domain/hint.hpp"
#include "domain/jira.hpp"
#include "plan/settings.hpp"
#include "store/connection.hpp"

namespace oms::sync {

/// How an issue was met, for the hints that it gives.
struct Met {
    Lane lane = Lane::poll;
    std::string cause = {};
    Instant at = {};
    /// Also one that an older integration made for something of ours: in shadow mode.
    bool by_reference = false;
};

/// Hints for what of `issue`, as a search shows it, its link does not know: status, voucher, key,
/// comments new, edited or gone. An issue that stands for nothing, but bears a marker of ours, is a
/// hint for the marker's subject. Returns whether there was one. `issue` was read with comments.
bool hint_issue(
    store::Connection& connection,
    const plan::Settings& settings,
    const Issue& issue,
    const Met& met
);

}  // namespace oms::sync
