#pragma once

#include <deque>
#include <utility>

#include "base/json.hpp"
#include "store/connection.hpp"

namespace oms::ops {

/// Changes carried each way, minute by minute. What is past is counted once: a look a second costs
/// no more than the minute that runs. For one thread at a time.
class Flow {
public:
    /// `{"minutes": 60, "to_jira": […], "to_marketplace": […]}`, oldest first.
    json::object read(store::Connection& connection, Instant now);

private:
    struct Minute {
        std::int64_t number = 0;  ///< since 1970
        std::int64_t to_jira = 0;
        std::int64_t to_marketplace = 0;
    };
    std::deque<Minute> minutes_;
};

}  // namespace oms::ops
