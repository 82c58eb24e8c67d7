#pragma once

#include "base/log.hpp"
#include "store/database.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

/// Renews the webhook that we registered at Jira for ourselves long before it ends, and says where
/// that cannot be done: without it changes are found by polling. For one thread.
class OwnWebhookKeeper {
public:
    OwnWebhookKeeper(store::Database& database, Clock& clock, Remotes& remotes, Log log)
        : database_{database},
          clock_{clock},
          remotes_{remotes},
          log_{std::move(log)} {}

    /// When to come again. Does nothing where there is none.
    Instant turn(Instant now);

private:
    store::Database& database_;
    Clock& clock_;
    Remotes& remotes_;
    Log log_;
};

}  // namespace oms::sync
