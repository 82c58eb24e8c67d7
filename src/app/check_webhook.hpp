#pragma once

#include <string>

#include "app/finding.hpp"
#include "app/settings.hpp"
#include "jira/client.hpp"

namespace oms::app {

/// What Jira's administration has registered, against what is needed: address, the variable for the
/// issue, events, JQL, secret, enabled.
///
/// `address`: where this service is reached, `https://oms.example.org`; "" where it is not known.
/// `apply`: makes or repairs the one that leads there, reads it back, and never makes a second one.
void check_webhook(
    const Settings& settings,
    jira::Client& client,
    const std::string& address,
    bool apply,
    Findings& findings
);

/// Whether this service answers at `address`, and knows the secret that is configured here; by
/// requests that change nothing.
void check_door(const Settings& settings, const std::string& address, Findings& findings);

}  // namespace oms::app
