#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace oms::app {

/// A file of ours that others on this machine may read.
struct ExposedFile {
    std::filesystem::path path = {};
    std::string says = {};
    std::string fix = {};  ///< to be pasted into a shell
};

/// A path as a shell reads it.
std::string shell_quoted(const std::filesystem::path& path);

/// The database with its -wal and -shm, and the `.env` in the working directory: those that are
/// there and that their group or anybody may read or write.
std::vector<ExposedFile> exposed_files(const Settings& settings);

}  // namespace oms::app
