#pragma once

#include <vector>

#include "app/settings.hpp"
#include "web/operator_api.hpp"

namespace oms::app {

/// The effective value of each variable and where it came from; `***` for a secret.
web::ShownSettings
shown_settings(const Environment& environment, const std::vector<Advice>& advice);

}  // namespace oms::app
