#pragma once

#include <string>

namespace oms::app {

enum class Grade { fine, warning, fault };

/// What `check` says of one thing.
struct Finding {
    std::string what = {};
    Grade grade = Grade::fine;
    std::string says = {};
    std::string remedy = {};
};

}  // namespace oms::app
