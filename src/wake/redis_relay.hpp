#pragma once

#include <memory>
#include <string>

#include "base/log.hpp"
#include "wake/redis_address.hpp"
#include "wake/relay.hpp"

namespace oms::wake {

/// Rings through Redis' publish and subscribe, on channels that begin with `prefix` (such as
/// `oms-jira:1`: one for each OMS that shares this Redis). One thread, two connections, both asked
/// for a sign of life every ten seconds, opened again with growing pauses of at most five. A ring
/// that could not be sent is sent after the next connection. Does not hear its own. The listener
/// may be called before this returns, and is not any more once the relay is gone, whose destructor
/// waits for nothing else.
std::unique_ptr<Relay>
make_redis_relay(RedisAddress address, std::string prefix, Relay::Listener listener, Log log);

}  // namespace oms::wake
