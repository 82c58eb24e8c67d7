#pragma once

#include "plan/comments.hpp"
#include "plan/settings.hpp"
#include "plan/steps.hpp"
#include "plan/view.hpp"

namespace oms::plan {

/// All that a plan is made from.
struct Given {
    const Settings& settings;
    const TextForms& forms;
    const Facts& facts;
    const View& view;
};

/// Adds what the read messages ask for: comments to be added or edited, and what is only noted.
void plan_messages(const Given& given, Plan& plan);

/// Adds what the read comments ask for: messages to be posted or edited, restrictions, deletions.
void plan_comments(const Given& given, Plan& plan);

}  // namespace oms::plan
