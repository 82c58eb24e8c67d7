#pragma once

#include <cstdint>
#include <filesystem>

#include "store/database.hpp"

namespace oms::store {

/// Writes a copy of an SQLite database as it is at one moment, while others go on working with it: its
/// owner's alone (0600), checked whole, and durable when this returns. Returns its size in bytes.
///
/// `to` appears when it is finished, and is never overwritten. Throws DatabaseError::unusable with
/// words where it is there already, or cannot be made.
std::uintmax_t back_up_sqlite(const std::filesystem::path& file, const std::filesystem::path& to);

}  // namespace oms::store
