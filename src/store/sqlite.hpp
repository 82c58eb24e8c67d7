#pragma once

#include <filesystem>
#include <memory>

#include "store/database.hpp"

namespace oms::store {

enum class OpenMode {
    create_if_missing,  ///< for whoever works with it
    existing_only,      ///< for whoever only looks
    alone,              ///< it is there, and nobody else has it open as long as we have
};

/// Opens an embedded database: WAL, synchronous=FULL, one writer with group commit, readers beside
/// it. `:memory:` is one too (one connection for all).
///
/// Throws DatabaseError::unusable with words that name the file, what is wrong and what to do:
/// a folder that is missing or read-only, a file that is no database, or another program's.
/// A file that it makes is its owner's alone (0600).
/// `threaded`: somebody calls commit_waiting; otherwise each write commits in its own thread.
std::unique_ptr<Database>
open_sqlite(const std::filesystem::path& file, OpenMode mode, bool threaded);

}  // namespace oms::store
