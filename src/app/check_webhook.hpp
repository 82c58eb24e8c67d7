#pragma once

#include <vector>

#include "app/finding.hpp"
#include "app/settings.hpp"
#include "jira/client.hpp"

namespace oms::app {

/// What Jira's administration has registered, against what is needed: address, the variable for the
/// issue, events, JQL, secret, enabled.
///
/// `address`: where this service is reached, `https://oms.example.org`; "" where it is not known.
/// `apply`: makes or repairs the one that leads there, reads it back, and never makes a second one.
std::vector<Finding> check_webhook(
    const Settings& settings,
    jira::Client& client,
    const std::string& address,
    bool apply
);

}  // namespace oms::app
