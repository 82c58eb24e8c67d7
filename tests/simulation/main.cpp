// The simulation: `oms-jira-simulation --seeds 1..300`, `--seed 17 --story`, `--seed 17 --minimise`;
// the exhaustive loop: `--points`, `--points --every 20 --from 3`, `--story-named NAME`.
#include <ctime>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/simulation/points.hpp"
#include "tests/simulation/record.hpp"

// jemalloc gives memory back while a program lives; worlds come one after the other and want it again.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1";
}

namespace {

using oms::simulation::RunOptions;
using oms::simulation::Totals;
using oms::simulation::Verdict;

void tell_failure(const RunOptions& options, const Verdict& verdict) {
    std::cout << fmt::format(
        "seed {} ({} acts), {}:\n", options.seed, options.acts, verdict.weather
    );
    for (const std::string& violation : verdict.violations)
        std::cout << "  " << violation << "\n";
    std::cout << fmt::format(
                     "  again: oms-jira-simulation --seed {} --acts {}{}{}{} --story\n",
                     options.seed,
                     options.acts,
                     options.shadow ? " --shadow" : "",
                     options.on_disk ? " --disk" : "",
                     oms::simulation::profile_option(options.jira)
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

int play(RunOptions options, std::uint64_t from, std::uint64_t to, const std::string& record) {
    Totals totals;
    // Processor time: what else the machine does is not counted.
    const std::clock_t began = std::clock();
    for (options.seed = from; options.seed <= to; ++options.seed) {
        const Verdict verdict = run_seed(options);
        totals.add(verdict);
        for (const std::string& line : verdict.story)
            std::cout << line << "\n";
        // Every 50th twice: what is not the seed's would show here.
        if (options.seed % 50 == 0 && run_seed(options).trace != verdict.trace) {
            std::cout << fmt::format("seed {} does not leave the same trace twice\n", options.seed);
            ++totals.failed;
        }
        if (!verdict.violations.empty()) tell_failure(options, verdict);
    }
    totals.seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    std::cout << totals.in_words() << "\n";
    if (!record.empty()) oms::simulation::write_record(record, "seeds", totals.as_json());
    return totals.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"The adapter between simulated remotes, people and weather; the seed fixes all"};
    std::string seeds;
    std::string record;
    std::string jira = "dc-9.12";
    RunOptions options;
    oms::simulation::PointOptions points;
    std::uint64_t one = 0;
    bool story = false;
    bool shorter = false;
    bool all_points = false;
    app.add_option("--seeds", seeds, "FROM..TO");
    app.add_option("--seed", one, "one seed");
    app.add_option("--acts", options.acts, "how many acts of people");
    app.add_option("--jira", jira, "the generation of Jira: server-8.4, dc-9.12, dc-10.3, cloud");
    app.add_flag("--calm", options.calm, "no weather");
    app.add_flag("--shadow", options.shadow, "in shadow mode first, then for real, and to and fro");
    app.add_flag("--disk", options.on_disk, "SQLite on a disk that loses what was not synced");
    app.add_option(
        "--postgres",
        options.postgres,
        "URL of a PostgreSQL database in place of SQLite; all that is in it goes"
    );
    app.add_flag("--story", story, "tell everything that happens");
    app.add_flag("--minimise", shorter, "with --seed: the fewest acts that still fail");
    app.add_flag("--points", all_points, "golden stories, each thing wrong at each point");
    app.add_option("--every", points.every, "with --points: only every so manieth point");
    app.add_option("--from", points.first, "with --every: beginning with this one");
    app.add_option("--story-named", points.story, "with --points: only this story");
    app.add_option("--point", points.only, "with --story-named: only this point, as it was told");
    app.add_option("--record", record, "adds the figures to this JSON file");
    CLI11_PARSE(app, argc, argv);

    const auto profile = oms::sim::jira_profile(jira);
    if (!profile) {
        std::cerr << "--jira " << jira << ": " << profile.error().says << "\n";
        return 2;
    }
    options.jira = points.jira = *profile;
    points.keep_story = story;
    points.record = record;
    if (all_points) return oms::simulation::try_points(points);

    std::uint64_t from = one;
    std::uint64_t to = one;
    if (const auto dots = seeds.find(".."); dots != std::string::npos) {
        from = std::stoull(seeds.substr(0, dots));
        to = std::stoull(seeds.substr(dots + 2));
    }
    options.keep_story = story;
    options.seed = from;
    if (shorter) return minimise(options);
    return play(options, from, to, record);
}
