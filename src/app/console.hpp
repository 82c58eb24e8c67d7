#pragma once

#include <functional>
#include <iostream>
#include <memory>
#include <ostream>
#include <string>

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "store/database.hpp"

namespace oms::app {

/// Exit codes of every command.
inline constexpr int exit_ok = 0;
inline constexpr int exit_faults = 1;  ///< it ran, and found something wrong
inline constexpr int exit_usage = 2;   ///< unusable configuration or arguments: nothing was started

/// What a command line leads to: where to write, and the database where one is needed.
struct Console {
    std::ostream& out = std::cout;
    std::ostream& error = std::cerr;
    bool json = false;
};

/// Opens the database of the settings for a command that only looks; throws
/// store::DatabaseError::unusable with words where it is missing, foreign, or not current.
std::unique_ptr<store::Database> open_existing(const Settings& settings);

/// Runs a command; what it throws becomes words on standard error and an exit code.
/// The time that the processes on this database go by.
Instant time_of(store::Database& database);

int guarded(const std::function<int()>& command);

/// `2026-05-04 10:00:01` in UTC.
std::string shown_time(Instant at);

}  // namespace oms::app
