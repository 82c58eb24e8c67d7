#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/finding.hpp"
#include "app/paint.hpp"

namespace oms::app {

/// Findings as people read them: by group, aligned, in the colours of `paint`.
class CheckReport {
public:
    enum class Headings { groups, none };
    CheckReport(std::ostream& out, const Paint& paint, Headings headings = Headings::groups)
        : out_{out},
          paint_{paint},
          headings_{headings} {}

    void tell(const Finding& finding);
    /// One line: how many faults and notes.
    void end(const std::vector<Finding>& findings);

private:
    [[nodiscard]] std::string painted(std::string_view text, Severity severity) const;

    std::ostream& out_;
    const Paint paint_;
    const Headings headings_;
    std::string group_;
};

/// Findings as programs read them: docs/check.md.
std::string check_json(const std::vector<Finding>& findings);

}  // namespace oms::app
