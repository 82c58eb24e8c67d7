#pragma once

#include <functional>

#include "tests/simulation/disk.hpp"

/// An empty database of today's schema, made once in a process and copied into each world: making it
/// anew would take a tenth of a seed's time. That it is made well is the store's tests' affair.
namespace oms::simulation {

/// As a simulated disk holds it. Called the first time while no Disk lives.
const Disk::Image& blank_image();

/// Runs `open`, during which a database that SQLite opens begins as a copy of it.
void with_blank_memory(const std::function<void()>& open);

}  // namespace oms::simulation
