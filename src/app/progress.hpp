#pragma once

#include <chrono>
#include <string>

#include "app/console.hpp"

namespace oms::app {

/// Tells how far it is: on a terminal on one line, else now and then on a line of its own; with
/// --json nothing.
class Progress {
public:
    explicit Progress(const Console& console);

    void tell(const std::string& what);
    void end();

private:
    const Console& console_;
    bool terminal_;
    std::chrono::steady_clock::time_point last_ = {};
};

}  // namespace oms::app
