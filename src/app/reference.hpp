#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oms::app {

/// What the reference tells of a variable beside what the table of variables says.
struct VariableNote {
    std::string_view name = {};
    std::string_view example = {};  ///< a value that is taken as it stands
    std::string_view more = {};     ///< Markdown; "" where there is no more to say
    bool needed = false;            ///< nothing starts without it
    bool of_python = true;          ///< the Python adapter had it, by this or by its old name
};

/// Variables that are read together.
struct VariableGroup {
    std::string_view title = {};
    std::string_view what = {};
    std::vector<VariableNote> notes = {};
    bool as_list = false;  ///< a line each, in place of a heading each
};

/// In the order of the page.
const std::vector<VariableGroup>& variable_groups();

/// The page docs/configuration.md, whole: each variable once. One that no group has stands under a
/// heading of its own at the end.
std::string configuration_page();

}  // namespace oms::app
