#pragma once

#include <string>
#include <vector>

#include "app/environment.hpp"
#include "web/operator_api.hpp"

namespace oms::app {

/// The effective value of each variable and where it came from; `***` for a secret. `warnings` begin
/// with the variable that they are about.
web::ShownSettings
shown_settings(const Environment& environment, const std::vector<std::string>& warnings);

}  // namespace oms::app
