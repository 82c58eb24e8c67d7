#pragma once

#include "plan/comments.hpp"
#include "plan/settings.hpp"
#include "plan/steps.hpp"
#include "plan/view.hpp"

namespace oms::plan {

/// What of the remotes has still to be read before a plan can be made of this view. Reading is
/// dear: the other side is asked for only where this one has moved.
struct Needs {
    bool order = false;
    bool project = false;
    bool issue = false;
    bool standing = false;  ///< the look-up before a first create
};
Needs needs_of(const View& view, Aspects aspects);

/// The decision: pure, total, and the same for `serve`, `reconcile --dry-run` and the simulation.
/// Whatever `needs_of` asks for has been read.
Plan plan_subject(
    const Settings& settings,
    const TextForms& forms,
    const Facts& facts,
    const View& view,
    Instant now
);

}  // namespace oms::plan
