#include "tests/simulation/points.hpp"

#include <chrono>
#include <iostream>

#include <fmt/format.h>

#include "tests/simulation/record.hpp"

namespace oms::simulation {
namespace {

/// What may become of a call: nothing was done, it was done and nobody knows, it is done later, the
/// process dies before or after.
constexpr std::array call_fates{
    Fate::refused,
    Fate::error_before,
    Fate::lost_request,
    Fate::lost_answer,
    Fate::error_after,
    Fate::late_effect,
    Fate::page,
    Fate::cut_body,
    Fate::throttled,
    Fate::unauthorized,
    Fate::anonymous,
    Fate::killed_before,
    Fate::killed_after};
constexpr std::array commit_fates{
    Fate::full,
    Fate::busy,
    Fate::commit_unknown,
    Fate::killed_before,
    Fate::killed_after};

class Loop {
public:
    explicit Loop(const PointOptions& options) : options_{options} {}

    void story(const GoldenStory& story);
    [[nodiscard]] json::object figures() const;

    std::uint64_t stories = 0;
    std::uint64_t points = 0;
    std::uint64_t tried = 0;
    std::uint64_t failed = 0;

private:
    Verdict run(const GoldenStory& story, const Network::Plan& plan, bool keep_story);
    void point(const GoldenStory& story, const Network::Plan& plan);

    PointOptions options_;
    json::object by_story_;
};

std::string name_of(const Network::Plan& plan) {
    if (plan.call != 0) return fmt::format("call {}: {}", plan.call, to_text(plan.fate));
    if (plan.commit != 0) return fmt::format("commit {}: {}", plan.commit, to_text(plan.fate));
    return "undisturbed";
}

Verdict Loop::run(const GoldenStory& story, const Network::Plan& plan, bool keep_story) {
    RunOptions options;
    options.golden = &story;
    options.plan = plan;
    options.keep_story = keep_story;
    options.jira = options_.jira;
    return run_seed(options);
}

void Loop::point(const GoldenStory& story, const Network::Plan& plan) {
    const std::string name = name_of(plan);
    const bool sampled =
        options_.only.empty()
            ? static_cast<int>(points % static_cast<std::uint64_t>(options_.every)) ==
                  options_.first % options_.every
            : name == options_.only;
    ++points;
    if (!sampled) return;
    ++tried;
    const Verdict verdict = run(story, plan, options_.keep_story);
    for (const std::string& line : verdict.story)
        std::cout << line << "\n";
    if (verdict.violations.empty()) return;
    ++failed;
    std::cout << fmt::format("{}, {}:\n", story.name, name);
    for (const std::string& violation : verdict.violations)
        std::cout << "  " << violation << "\n";
    std::cout
        << fmt::format(
               "  again: oms-jira-simulation --points --story-named '{}' --point '{}'{} --story\n",
               story.name,
               name,
               profile_option(options_.jira)
           )
        << std::flush;
}

void Loop::story(const GoldenStory& story) {
    if (!options_.story.empty() && options_.story != story.name) return;
    ++stories;
    const std::uint64_t before = tried;
    const Verdict calm = run(story, {}, options_.keep_story && options_.only == "undisturbed");
    for (const std::string& line : calm.story)
        std::cout << line << "\n";
    if (!calm.violations.empty()) {
        ++failed;
        std::cout << story.name << ", undisturbed:\n";
        for (const std::string& violation : calm.violations)
            std::cout << "  " << violation << "\n";
    }
    for (const Network::Plan& plan : points_of(calm))
        point(story, plan);
    by_story_[story.name] = json::object{
        {"calls", static_cast<std::uint64_t>(calm.calls)},
        {"commits", static_cast<std::uint64_t>(calm.commits)},
        {"points", tried - before}};
}

json::object Loop::figures() const {
    return {
        {"stories", std::to_string(stories)},
        {"points", tried},
        {"failed", failed},
        {"by_story", by_story_}};
}

}  // namespace

std::vector<Network::Plan> points_of(const Verdict& undisturbed) {
    std::vector<Network::Plan> plans;
    for (int call = 1; call <= undisturbed.calls; ++call) {
        for (const Fate fate : call_fates)
            plans.push_back({.call = call, .fate = fate});
    }
    for (int commit = 1; commit <= undisturbed.commits; ++commit) {
        for (const Fate fate : commit_fates)
            plans.push_back({.commit = commit, .fate = fate});
    }
    return plans;
}

int try_points(const PointOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    Loop loop{options};
    for (const GoldenStory& story : golden_stories())
        loop.story(story);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << fmt::format(
        "{} stories, {} of {} points tried, {} failed; {:.1f} s\n",
        loop.stories,
        loop.tried,
        loop.points,
        loop.failed,
        took.count()
    );
    if (!options.record.empty()) write_record(options.record, "points", loop.figures());
    return loop.failed == 0 ? 0 : 1;
}

}  // namespace oms::simulation
