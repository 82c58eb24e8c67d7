#pragma once

#include "app/check_jira.hpp"

namespace oms::app {

/// Proves it: makes a project's epic and an order's issue in Jira, moves it through the statuses that
/// it can, comments, sets a voucher, and deletes both, whatever happened in between and also where the
/// process is asked to end. They bear a label `oms-jira-check-…` of their own and no marker of an order,
/// so that nobody takes them for one.
void check_by_writing(JiraView& view);

}  // namespace oms::app
