#include "tests/simulation/record.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace oms::simulation {
namespace {

void sum_into(json::object& sums, const json::object& figures) {
    for (const auto& [name, value] : figures) {
        auto& sum = sums[name];
        if (value.is_object() && sum.is_object()) {
            sum_into(sum.as_object(), value.as_object());
        } else if (value.is_uint64() && sum.is_number()) {
            sum = sum.to_number<std::uint64_t>() + value.as_uint64();
        } else if (value.is_double() && sum.is_number()) {
            sum = sum.to_number<double>() + value.as_double();
        } else {
            sum = value;
        }
    }
}

}  // namespace

void Totals::add(const Verdict& verdict) {
    ++seeds;
    if (!verdict.violations.empty()) ++failed;
    changes += static_cast<std::uint64_t>(verdict.changes);
    calls += static_cast<std::uint64_t>(verdict.calls);
    commits += static_cast<std::uint64_t>(verdict.commits);
    kills += static_cast<std::uint64_t>(verdict.kills);
    restores += static_cast<std::uint64_t>(verdict.restores);
    power_failures += static_cast<std::uint64_t>(verdict.power_failures);
    for (std::size_t i = 0; i < fates_count; ++i)
        struck[i] += verdict.struck[i];
}

std::string Totals::in_words() const {
    return fmt::format(
        "{} seeds, {} failed; in the weather {} changes, {} calls, {} commits, {} kills, {} power "
        "failures, {} restored databases; {:.1f} s of one core",
        seeds,
        failed,
        changes,
        calls,
        commits,
        kills,
        power_failures,
        restores,
        seconds
    );
}

json::object Totals::as_json() const {
    json::object faults;
    for (std::size_t i = 0; i < fates_count; ++i)
        faults[to_text(static_cast<Fate>(i))] = struck[i];
    return {
        {"seeds", seeds},
        {"failed", failed},
        {"changes", changes},
        {"calls", calls},
        {"commits", commits},
        {"kills", kills},
        {"power_failures", power_failures},
        {"restores", restores},
        {"core_seconds", seconds},
        {"faults", std::move(faults)}};
}

void write_record(const std::string& file, const std::string& name, const json::object& figures) {
    json::object whole;
    if (std::ifstream in{file}) {
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        if (const auto parsed = json::parse(text); parsed && parsed->is_object()) {
            whole = parsed->as_object();
        }
    }
    auto& part = whole[name];
    if (!part.is_object()) part = json::object{};
    sum_into(part.as_object(), figures);
    std::ofstream{file} << json::write(whole) << "\n";
}

}  // namespace oms::simulation
