#pragma once

#include "plan/comments.hpp"
#include "plan/settings.hpp"
#include "plan/steps.hpp"
#include "plan/view.hpp"

namespace oms::plan {

/// Adds what the read messages ask for: comments to be added or edited, and what is only noted.
void plan_messages(
    const Settings& settings,
    const TextForms& forms,
    const Facts& facts,
    const View& view,
    Plan& plan
);

/// Adds what the read comments ask for: messages to be posted or edited, restrictions, deletions.
void plan_comments(
    const Settings& settings,
    const TextForms& forms,
    const Facts& facts,
    const View& view,
    Plan& plan
);

}  // namespace oms::plan
