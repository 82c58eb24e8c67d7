#pragma once

#include "ops/facts.hpp"
#include "ops/status.hpp"
#include "ops/wire.hpp"
#include "store/calls.hpp"

namespace oms::ops {

/// Both remotes, also where one has not been asked yet.
json::array remotes_json(const Status& status, const Facts& facts, Instant now);

/// The same with figures of the last hour, of no more than the latest 10,000 calls, and the pace.
json::object remotes_page(store::Connection& connection, const Facts& facts, Instant now);

struct CallChoice {
    std::string remote = {};  ///< "": of both
    bool errors = false;      ///< those that failed alone
};
/// Recent calls, newest first; nothing where the cursor is none.
std::optional<json::object>
calls_page(store::Connection& connection, const CallChoice& choice, const Page& page);

json::object call_json(const store::RemoteCall& call);

}  // namespace oms::ops
