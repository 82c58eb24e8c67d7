#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace oms::cli {

/// Of a line that could not be understood: the first word that is neither a command nor an option, with
/// the nearest that there is. "" where every word is known, and something else is wrong.
std::string unknown_word(const CLI::App& cli, const std::vector<std::string>& words);

}  // namespace oms::cli
