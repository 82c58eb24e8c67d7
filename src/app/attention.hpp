#pragma once

#include "app/console.hpp"
#include "store/actions.hpp"

namespace oms::app {

int attention_list(const Settings& settings, const Console& console);

int attention_retry(
    const Settings& settings,
    const store::AttentionChoice& choice,
    const Console& console
);

/// Makes `issue` (a key) stand for the entry's subject.
int attention_link(
    const Settings& settings,
    std::int64_t id,
    const std::string& issue,
    const Console& console
);
int attention_dismiss(
    const Settings& settings,
    std::int64_t id,
    const std::string& reason,
    const Console& console
);

}  // namespace oms::app
