#pragma once

#include "plan/plan_texts.hpp"

namespace oms::plan {

/// True for what was taken over from an older adapter, which kept ids and no texts: nothing says yet
/// what the texts were when they were carried, nor on which side they were born.
bool is_untold(const CommentLink& link);

/// The view with what is untold told: what is there when it is first met counts as carried, so it is
/// neither edited nor sent back. A text of our account, or of a customer, was born in the
/// marketplace; any other in Jira. Where both sides' texts were read, that is recorded.
View with_first_sight(const Given& given, Plan& plan);

}  // namespace oms::plan
