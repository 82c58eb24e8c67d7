#pragma once

#include <optional>
#include <string>

#include "app/finding.hpp"
#include "app/settings.hpp"
#include "marketplace/client.hpp"

namespace oms::app {

/// Token, OMS, events, role of our messages. The OMS, where all that is needed of it is right.
std::optional<Oms>
check_marketplace(const Settings& settings, marketplace::Client& client, Findings& findings);

/// What the marketplace calls when something happened, as far as it tells.
void check_trigger(const Settings& settings, const Oms& oms, Findings& findings);

/// Where this service is reached: as it is configured, or as the marketplace calls it; "" unknown.
std::string address_of_this_service(const Settings& settings, const std::optional<Oms>& oms);

}  // namespace oms::app
