#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace oms::app {

/// Variables as lines of a `.env`, in the order of the settings, with what each is; those that are
/// not known come last. Throws std::invalid_argument for a value that no line can hold.
std::string env_text(const std::map<std::string, std::string>& values);

/// Writes it for this user alone, whole or not at all. A file of that name is kept beside it; its name
/// is returned, "" where there was none.
std::filesystem::path write_env_file(const std::filesystem::path& file, const std::string& text);

/// 48 hexadecimal digits from the system's own randomness.
std::string new_secret();

}  // namespace oms::app
