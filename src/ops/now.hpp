#pragma once

#include "ops/facts.hpp"
#include "ops/flow.hpp"
#include "ops/wire.hpp"
#include "store/connection.hpp"

namespace oms::ops {

/// The page Now. For one thread at a time; keeps what does not change between two looks.
class Now {
public:
    explicit Now(Facts facts) : facts_{std::move(facts)} {}

    json::object read(store::Connection& connection, Instant now);

private:
    Facts facts_;
    Flow flow_;
};

}  // namespace oms::ops
