#pragma once

#include <array>
#include <string>

#include "base/json.hpp"
#include "tests/simulation/world.hpp"

namespace oms::simulation {

/// What a run of many seeds came to.
struct Totals {
    std::uint64_t seeds = 0;
    std::uint64_t failed = 0;
    std::uint64_t changes = 0;
    std::uint64_t calls = 0;
    std::uint64_t commits = 0;
    std::uint64_t kills = 0;
    std::uint64_t restores = 0;
    std::uint64_t power_failures = 0;
    std::array<std::uint64_t, fates_count> struck = {};
    double seconds = 0;

    void add(const Verdict& verdict);
    [[nodiscard]] std::string in_words() const;
    [[nodiscard]] json::object as_json() const;
};

/// Puts figures under `name` into the JSON file, adding to those of earlier runs of the same name:
/// numbers are summed, all else is replaced. docs/reliability.md is made from it.
void write_record(const std::string& file, const std::string& name, const json::object& figures);

}  // namespace oms::simulation
