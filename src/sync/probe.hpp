#pragma once

#include "base/log.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

/// Asks a paused remote gently, at most once a minute, whether it knows us again. For one thread.
class Probe {
public:
    explicit Probe(Remotes& remotes) : remotes_{remotes} {}
    Instant turn(Instant now);

private:
    Remotes& remotes_;
};

}  // namespace oms::sync
