#include "app/check_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

constexpr std::size_t about_width = 34;

std::ptrdiff_t how_many(const std::vector<Finding>& findings, Severity severity) {
    return std::ranges::count(findings, severity, &Finding::severity);
}

/// Further lines of it stand below its first.
std::string hung(std::string_view head, const std::string& text) {
    const std::string margin(9, ' ');
    return fmt::format(
        "{}{:<7}{}\n", margin, head, replace_all(text, "\n", "\n" + margin + "       ")
    );
}

json::array lines_json(const std::vector<SettingLine>& lines) {
    json::array list;
    for (const SettingLine& line : lines) {
        list.push_back(json::object{
            {"name", line.name}, {"value", line.value}, {"means", line.means}});
    }
    return list;
}

}  // namespace

std::string CheckReport::painted(std::string_view text, Severity severity) const {
    const Tone tone = severity == Severity::fault  ? Tone::bad
                      : severity == Severity::note ? Tone::careful
                                                   : Tone::good;
    return paint_(tone, text);
}

void CheckReport::tell(const Finding& finding) {
    const std::string group = group_of(finding);
    if (headings_ == Headings::groups && group != group_) {
        const std::string title = group_title(group);
        out_ << (group_.empty() ? "" : "\n") << paint_(Tone::strong, title) << "\n";
        group_ = group;
    }
    const bool fault = finding.severity == Severity::fault;
    const std::string word = fmt::format("{:<5}", fault ? "FAULT" : to_text(finding.severity));
    std::string line =
        visible(fmt::format("{:<{}}  {}", finding.about, about_width, finding.found));
    line.erase(line.find_last_not_of(' ') + 1);
    out_ << "  " << painted(word, finding.severity) << "  " << line << "\n";
    std::string more;
    if (!finding.cause.empty()) more += hung("why", finding.cause);
    if (const std::string remedy = whole_remedy(finding); !remedy.empty())
        more += hung("do", remedy);
    if (finding.severity != Severity::ok) more += hung("code", finding.code);
    out_ << visible(more);
}

void CheckReport::end(const std::vector<Finding>& findings) {
    const auto faults = how_many(findings, Severity::fault);
    const auto notes = how_many(findings, Severity::note);
    const std::string text =
        fmt::format("{}, {}", counted(faults, "fault"), counted(notes, "note"));
    out_ << "\n"
         << painted(
                text,
                faults > 0  ? Severity::fault
                : notes > 0 ? Severity::note
                            : Severity::ok
            )
         << "\n";
}

std::string check_json(const std::vector<Finding>& findings) {
    json::array list;
    for (const Finding& one : findings) {
        list.push_back(json::object{
            {"code", one.code},
            {"severity", to_text(one.severity)},
            {"group", group_of(one)},
            {"about", one.about},
            {"found", one.found},
            {"cause", one.cause},
            {"remedy", one.remedy},
            {"set", lines_json(one.set)},
            {"choices", lines_json(one.choices)},
            {"variables", json::array(one.variables.begin(), one.variables.end())}});
    }
    return json::write(json::object{
        {"findings", std::move(list)},
        {"faults", how_many(findings, Severity::fault)},
        {"notes", how_many(findings, Severity::note)}});
}

}  // namespace oms::app
