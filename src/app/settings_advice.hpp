#pragma once

#include <vector>

#include "app/environment.hpp"
#include "app/settings.hpp"

namespace oms::app {

/// What works and might not be meant. Quotes no value.
std::vector<Advice> advice_on(const Settings& settings, const Environment& environment);

}  // namespace oms::app
