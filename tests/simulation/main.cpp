// The simulation: `oms-jira-simulation --seeds 1..300`, `--seed 17 --story`, `--minimise 17`.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/simulation/world.hpp"

namespace {

using oms::simulation::RunOptions;
using oms::simulation::Verdict;

void tell_failure(const RunOptions& options, const Verdict& verdict) {
    std::cout << fmt::format(
        "seed {} ({} acts), {}:\n", options.seed, options.acts, verdict.weather
    );
    for (const std::string& violation : verdict.violations)
        std::cout << "  " << violation << "\n";
    std::cout << fmt::format(
                     "  again: oms-jira-simulation --seed {} --acts {} --story\n",
                     options.seed,
                     options.acts
                 )
              << std::flush;
}

/// The fewest acts with which the seed still fails.
int minimise(const RunOptions& options) {
    for (int acts = 1; acts <= options.acts; ++acts) {
        RunOptions shorter = options;
        shorter.acts = acts;
        const Verdict verdict = run_seed(shorter);
        if (verdict.violations.empty()) continue;
        tell_failure(shorter, verdict);
        return 1;
    }
    std::cout << "this seed does not fail\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"The adapter between simulated remotes, people and weather; the seed fixes all"};
    std::string seeds;
    RunOptions options;
    std::uint64_t one = 0;
    bool story = false;
    bool shorter = false;
    app.add_option("--seeds", seeds, "FROM..TO");
    app.add_option("--seed", one, "one seed");
    app.add_option("--acts", options.acts, "how many acts of people");
    app.add_flag("--calm", options.calm, "no weather");
    app.add_flag("--story", story, "tell everything that happens");
    app.add_flag("--minimise", shorter, "with --seed: the fewest acts that still fail");
    CLI11_PARSE(app, argc, argv);

    std::uint64_t from = one;
    std::uint64_t to = one;
    if (const auto dots = seeds.find(".."); dots != std::string::npos) {
        from = std::stoull(seeds.substr(0, dots));
        to = std::stoull(seeds.substr(dots + 2));
    }
    options.keep_story = story;
    options.seed = from;
    if (shorter) return minimise(options);

    std::uint64_t failed = 0;
    std::uint64_t calls = 0;
    std::uint64_t kills = 0;
    std::uint64_t changes = 0;
    const auto began = std::chrono::steady_clock::now();
    for (options.seed = from; options.seed <= to; ++options.seed) {
        const Verdict verdict = run_seed(options);
        calls += static_cast<std::uint64_t>(verdict.calls);
        kills += static_cast<std::uint64_t>(verdict.kills);
        changes += static_cast<std::uint64_t>(verdict.changes);
        for (const std::string& line : verdict.story)
            std::cout << line << "\n";
        // Every 50th twice: what is not the seed's would show here.
        if (options.seed % 50 == 0 && run_seed(options).trace != verdict.trace) {
            std::cout << fmt::format("seed {} does not leave the same trace twice\n", options.seed);
            ++failed;
        }
        if (verdict.violations.empty()) continue;
        ++failed;
        tell_failure(options, verdict);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << fmt::format(
        "{} seeds, {} failed; {} changes, {} calls and {} kills in the weather; {:.1f} s\n",
        to - from + 1,
        failed,
        changes,
        calls,
        kills,
        took.count()
    );
    return failed == 0 ? 0 : 1;
}
