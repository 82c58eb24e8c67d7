#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace oms {

/// Two numbers that must not be mixed are two types: Id<struct ProjectTag>.
template <class Tag>
struct Id {
    std::int64_t value = 0;
    friend auto operator<=>(const Id&, const Id&) = default;
};

/// The same for names that a remote gives as text, even where they look like numbers (Jira's ids).
template <class Tag>
struct Name {
    std::string value = {};
    friend auto operator<=>(const Name&, const Name&) = default;
    [[nodiscard]] bool empty() const { return value.empty(); }
};

}  // namespace oms
