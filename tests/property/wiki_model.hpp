#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What Jira Data Center would make of wiki markup, as far as anything could take effect in it: a
/// second opinion, written from Jira's notation guide and contract 6.5 and sharing nothing with
/// src/jira. It need not be Jira's equal; where in doubt, it sees an effect.
namespace oms::property {

struct Rendered {
    std::string text;                  ///< what a reader sees, had nothing taken effect
    std::vector<std::string> effects;  ///< what did
};

Rendered render(std::string_view markup);

}  // namespace oms::property
