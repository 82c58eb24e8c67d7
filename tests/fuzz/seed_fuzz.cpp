// The Python adapter's seed file: each fault names its line, nothing is taken twice.
#include <algorithm>
#include <set>

#include "app/seed_file.hpp"
#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {
namespace {

bool same(const app::SeedFile& a, const app::SeedFile& b) {
    const auto entries = [](const app::SeedFile& file) {
        std::vector<std::string> found{to_rfc3339(file.timestamp)};
        for (const auto& entry : file.entries)
            found.push_back(key_of(entry.subject) + " " + entry.issue.value);
        for (const auto& text : file.texts) {
            found.push_back(
                key_of(text.subject) + " " + std::to_string(text.message.value) + " " +
                text.comment.value
            );
        }
        return found;
    };
    return entries(a) == entries(b);
}

void check_fault(const std::string& fault, std::int64_t lines) {
    check_words(fault);
    OMS_CHECK(fault.starts_with("line "));
    const auto number = parse_int(fault.substr(5, fault.find_first_of(",:") - 5));
    OMS_CHECK(number && *number >= 1 && *number <= lines);
}

}  // namespace

void run(std::string_view input) {
    const std::string text{input};
    const app::SeedParsed parsed = app::parse_seed(text);
    const auto lines = 1 + std::ranges::count(text, '\n');
    for (const std::string& fault : parsed.faults)
        check_fault(fault, lines);

    std::set<std::string> subjects;
    std::set<std::string> issues;
    for (const auto& entry : parsed.file.entries) {
        OMS_CHECK(!entry.subject.is_issue() && entry.subject.project.value > 0);
        OMS_CHECK(subjects.insert(key_of(entry.subject)).second);
        OMS_CHECK(issues.insert(entry.issue.value).second);
    }
    for (const auto& one : parsed.file.texts) {
        OMS_CHECK(one.message.value > 0 && one.subject.project.value > 0);
        OMS_CHECK(one.comment.empty() || parse_int(one.comment.value).value_or(0) > 0);
    }
    const auto document = json::parse(text);
    OMS_CHECK(document.has_value() || parsed.faults.size() == 1);
    if (!document) return;
    const app::SeedParsed again = app::parse_seed(json::write(*document));
    OMS_CHECK(again.faults.size() == parsed.faults.size());
    OMS_CHECK(same(again.file, parsed.file));
}

}  // namespace oms::fuzz
