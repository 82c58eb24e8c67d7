#pragma once

#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "wake/relay.hpp"

namespace oms::wake {

/// Rings through PostgreSQL's NOTIFY, on the channel `channel` (such as `oms_jira_1`), by a connection
/// and a thread of its own; opened again with growing pauses of at most five seconds. Outside of any
/// transaction of the work's: NOTIFY inside would let all commits queue. Behind a pooler no ring
/// passes: it says so, and rests. Does not hear its own. The listener may be called before this
/// returns, and is not any more once the relay is gone.
std::unique_ptr<Relay>
make_postgres_relay(Secret url, std::string channel, Relay::Listener listener, Log log);

}  // namespace oms::wake
