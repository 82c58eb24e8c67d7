#pragma once

#include <optional>

#include "domain/ids.hpp"
#include "domain/status.hpp"
#include "plan/settings.hpp"

namespace oms::plan {

/// An order's status on one side or in the base: the marketplace's word and Jira's id.
struct StatusPair {
    Status marketplace = Status::created;
    StatusId jira = {};
    friend bool operator==(const StatusPair&, const StatusPair&) = default;
};

enum class StatusAct {
    nothing,
    agree,              ///< no side is written; the base is brought up to date
    move_jira,          ///< by the transition that leads to `status`
    patch_marketplace,  ///< to `status`
};

struct StatusStep {
    StatusAct act = StatusAct::nothing;
    Status status = Status::created;  ///< what is carried; meaningless for nothing and agree
    bool conflict = false;            ///< both sides had moved, differently
    bool unmapped = false;            ///< Jira is in a status that has no counterpart
    friend bool operator==(const StatusStep&, const StatusStep&) = default;
};

/// What else bears on an order's status.
struct StatusRules {
    StatusConflict conflict = StatusConflict::jira;
    bool not_ours = false;            ///< the marketplace lets only another OMS change it
    bool marketplace_driven = false;  ///< the marketplace itself deploys it
};

/// Jira's status id for a marketplace status; none for `created` and for what is not configured.
std::optional<StatusId> jira_status_of(const Settings& settings, Status status);
/// The reverse; none for ids without a counterpart.
std::optional<Status> status_of(const Settings& settings, const StatusId& id);

/// The three-way merge. `base` is none at the first comparison of a link.
StatusStep merge_status(
    const Settings& settings,
    const std::optional<StatusPair>& base,
    const StatusPair& now,
    const StatusRules& rules
);

}  // namespace oms::plan
