// The test of the tests, built with the faults and marks that the product's sources name (see
// base/planted.hpp): `--faults` plants each by itself and plays until a checker catches it;
// `--marks` plays and lists the rarely taken branches that were never passed. Fails where a fault is
// not caught, or a mark not passed.
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/planted.hpp"
#include "tests/simulation/points.hpp"
#include "tests/simulation/record.hpp"

namespace oms::planted {

Place::Place(std::string_view place, bool fault) : name{place}, is_fault{fault}, next{places()} {
    places() = this;
}

Place*& places() {
    static Place* first = nullptr;
    return first;
}

}  // namespace oms::planted

namespace oms::simulation {
namespace {

using planted::Place;

std::vector<Place*> all_places(bool faults) {
    std::vector<Place*> found;
    for (Place* place = planted::places(); place != nullptr; place = place->next) {
        if (place->is_fault == faults) found.push_back(place);
    }
    std::ranges::sort(found, {}, &Place::name);
    return found;
}

/// How a fault came to light.
struct Caught {
    std::string after = {};  ///< `seed 12`, or a golden story's name
    std::string says = {};
};

std::optional<Caught> caught_by(const RunOptions& options, const std::string& after) {
    const Verdict verdict = run_seed(options);
    if (verdict.violations.empty()) return std::nullopt;
    return Caught{.after = after, .says = verdict.violations.front()};
}

/// What all trials are played with.
sim::JiraProfile& the_jira() {
    static sim::JiraProfile profile;
    return profile;
}

RunOptions run_options() {
    RunOptions options;
    options.jira = the_jira();
    return options;
}

/// One in so many points of a golden story.
constexpr std::size_t points_every = 5;

std::optional<Caught> hunt_seeds(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t seed = from; seed <= to; ++seed) {
        RunOptions options = run_options();
        options.seed = seed;
        if (auto caught = caught_by(options, fmt::format("seed {}", seed))) return caught;
    }
    return std::nullopt;
}

/// The golden stories first, which know what each change may cost; then a few seeds, points of the
/// stories, and all the other seeds.
std::optional<Caught> hunt(std::uint64_t seeds) {
    const std::uint64_t few = std::min<std::uint64_t>(seeds, 200);
    for (const GoldenStory& story : golden_stories()) {
        RunOptions options = run_options();
        options.golden = &story;
        if (auto caught = caught_by(options, "story '" + story.name + "'")) return caught;
    }
    if (auto caught = hunt_seeds(1, few)) return caught;
    for (const GoldenStory& story : golden_stories()) {
        RunOptions options = run_options();
        options.golden = &story;
        const auto points = points_of(run_seed(options));
        for (std::size_t i = 0; i < points.size(); i += points_every) {
            options.plan = points[i];
            const std::string after = fmt::format("a point of '{}'", story.name);
            if (auto caught = caught_by(options, after)) return caught;
        }
    }
    return hunt_seeds(few + 1, seeds);
}

int try_faults(std::uint64_t seeds, const std::string& only, const std::string& record) {
    int missed = 0;
    json::object table;
    for (Place* fault : all_places(true)) {
        const std::string name{fault->name};
        if (!only.empty() && name != only) continue;
        fault->on = true;
        fault->passed = 0;
        const auto caught = hunt(seeds);
        fault->on = false;
        if (!caught) ++missed;
        const std::string checker = caught ? caught->says.substr(0, caught->says.find(": ")) : "";
        std::cout << fmt::format(
                         "{:<42} {:<30} {:<36} {}\n",
                         name,
                         caught ? checker : "NOT CAUGHT",
                         caught ? caught->after : fmt::format("{} seeds", seeds),
                         caught ? "" : fmt::format("passed {} times", fault->passed)
                     )
                  << std::flush;
        table[name] = json::object{
            {"checker", checker},
            {"after", caught ? caught->after : ""},
            {"says", caught ? caught->says : ""}};
    }
    std::cout << fmt::format("{} faults planted, {} not caught\n", table.size(), missed);
    if (!record.empty()) write_record(record, "planted", table);
    return missed == 0 ? 0 : 1;
}

int try_marks(std::uint64_t seeds, const std::string& record) {
    RunOptions options = run_options();
    for (options.seed = 1; options.seed <= seeds; ++options.seed) {
        // Some branches are Cloud's alone.
        options.jira = options.seed % 4 == 0 ? sim::jira_profile("cloud").value() : the_jira();
        run_seed(options);
    }
    options.jira = the_jira();
    for (const GoldenStory& story : golden_stories()) {
        RunOptions undisturbed = run_options();
        undisturbed.golden = &story;
        const auto points = points_of(run_seed(undisturbed));
        for (std::size_t i = 0; i < points.size(); i += 2 * points_every) {
            undisturbed.plan = points[i];
            run_seed(undisturbed);
        }
    }
    int never = 0;
    json::object table;
    for (const Place* mark : all_places(false)) {
        if (mark->passed == 0) ++never;
        std::cout << fmt::format(
            "{:<42} {}\n",
            mark->name,
            mark->passed == 0 ? std::string{"NEVER PASSED"} : std::to_string(mark->passed)
        );
        table[mark->name] = std::to_string(mark->passed);
    }
    std::cout << fmt::format("{} marks, {} never passed in {} seeds\n", table.size(), never, seeds);
    if (!record.empty()) write_record(record, "marks", table);
    return never == 0 ? 0 : 1;
}

}  // namespace
}  // namespace oms::simulation

int main(int argc, char** argv) {
    CLI::App app{"Tries the tests: planted faults must be caught, rare branches must be passed"};
    bool faults = false;
    bool marks = false;
    std::uint64_t seeds = 2000;
    std::string only;
    std::string record;
    std::string jira = "dc-9.12";
    app.add_option("--jira", jira, "the generation of Jira: server-8.4, dc-9.12, dc-10.3, cloud");
    app.add_flag("--faults", faults, "plant each fault by itself");
    app.add_flag("--marks", marks, "count the marks");
    app.add_option("--seeds", seeds, "at most so many");
    app.add_option("--only", only, "this fault alone");
    app.add_option("--record", record, "adds the tables to this JSON file");
    CLI11_PARSE(app, argc, argv);
    const auto profile = oms::sim::jira_profile(jira);
    if (!profile) {
        std::cerr << "--jira " << jira << ": " << profile.error().says << "\n";
        return 2;
    }
    oms::simulation::the_jira() = *profile;
    int failed = 0;
    if (faults) failed += oms::simulation::try_faults(seeds, only, record);
    if (marks) failed += oms::simulation::try_marks(seeds, record);
    return failed;
}
