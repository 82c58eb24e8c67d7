#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oms::app {

/// One variable of the configuration: the table that man pages, the reference and the effective values
/// are made from.
struct Variable {
    std::string name = {};
    std::string old_name = {};  ///< the Python adapter's, where it differs; still understood
    std::string standard = {};  ///< the default
    bool secret = false;
    std::string what = {};
};

/// In the order in which they are explained.
const std::vector<Variable>& variables();

/// What may be shown of a value: `***` in place of a secret, or of the password in a URL.
std::string shown_value(const Variable& variable, const std::string& value);

/// The known name nearest to a misspelled one; "" where none is near.
std::string nearest_variable(std::string_view name);

}  // namespace oms::app
