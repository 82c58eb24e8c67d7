#pragma once

#include "plan/plan_texts.hpp"

/// Finding again what is the same on both sides: while an issue is adopted, or what a restored
/// database has forgotten is recollected.
namespace oms::plan {

/// While adopting or recollecting: links what says the same on both sides. These records come first,
/// in one transaction with the link's own, after which nothing is taken for the same any more.
std::vector<MessageId> plan_same_texts(const Given& given, Plan& plan);

/// A message whose comments stand already, as an earlier life made them: true where it is one. What
/// is missing or differs is told by the next look.
bool plan_marked_message(const Given& given, const Message& message, Plan& plan);

}  // namespace oms::plan
