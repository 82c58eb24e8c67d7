#pragma once

#include "app/console.hpp"

namespace oms::app {

int attention_list(const Settings& settings, const Console& console);

/// Which entries a retry means.
struct RetryChoice {
    std::vector<std::int64_t> ids = {};
    bool all = false;
    std::string cause = {};
};
int attention_retry(const Settings& settings, const RetryChoice& choice, const Console& console);

/// Makes `issue` (a key) stand for the entry's subject.
int attention_link(
    const Settings& settings,
    std::int64_t id,
    const std::string& issue,
    const Console& console
);
int attention_dismiss(const Settings& settings, std::int64_t id, const Console& console);

}  // namespace oms::app
