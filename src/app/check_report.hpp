#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/finding.hpp"

namespace oms::app {

/// Findings as people read them: by group, aligned, with colours where `colours` is set.
class CheckReport {
public:
    enum class Headings { groups, none };
    CheckReport(std::ostream& out, bool colours, Headings headings = Headings::groups)
        : out_{out},
          colours_{colours},
          headings_{headings} {}

    void tell(const Finding& finding);
    /// One line: how many faults and notes.
    void end(const std::vector<Finding>& findings);

private:
    [[nodiscard]] std::string painted(std::string_view text, Severity severity) const;

    std::ostream& out_;
    const bool colours_;
    const Headings headings_;
    std::string group_;
};

/// Findings as programs read them: docs/check.md.
std::string check_json(const std::vector<Finding>& findings);

/// Whether to colour what goes to standard output: a terminal, and no NO_COLOR.
bool wants_colours();

}  // namespace oms::app
