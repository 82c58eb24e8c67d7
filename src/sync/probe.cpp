#include "sync/probe.hpp"

namespace oms::sync {

using namespace std::chrono_literals;

Instant Probe::turn(Instant now) {
    // Past the gates, which are closed: the clients themselves are asked.
    if (remotes_.jira_gate.take_probe(now) && remotes_.jira_client.prepare() &&
        remotes_.jira_client.myself()) {
        remotes_.jira_gate.succeeded(now);
    }
    if (remotes_.marketplace_gate.take_probe(now) && remotes_.marketplace_client.oms()) {
        remotes_.marketplace_gate.succeeded(now);
    }
    return now + 5s;
}

}  // namespace oms::sync
