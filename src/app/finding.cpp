#include "app/finding.hpp"

#include <algorithm>
#include <array>

namespace oms::app {

std::string_view to_text(Severity severity) {
    switch (severity) {
    case Severity::ok: return "ok";
    case Severity::note: return "note";
    case Severity::fault: return "fault";
    }
    return "";
}

std::string group_of(const Finding& finding) {
    return finding.code.substr(0, finding.code.find('.'));
}

std::string group_title(const std::string& group) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 17> titles{{
        {"settings", "Settings"},
        {"files", "Files"},
        {"database", "Database"},
        {"redis", "Redis"},
        {"marketplace", "Marketplace"},
        {"trigger", "Trigger, from the marketplace to here"},
        {"jira", "Jira"},
        {"project", "Jira's project"},
        {"permissions", "Permissions"},
        {"types", "Issue types"},
        {"statuses", "Statuses"},
        {"fields", "Fields"},
        {"screens", "Screens"},
        {"options", "Options"},
        {"workflow", "Workflow"},
        {"comments", "Comments"},
        {"webhook", "Webhook, from Jira to here"},
    }};
    for (const auto& [name, title] : titles) {
        if (name == group) return std::string{title};
    }
    if (group == "door") return "This service, as others reach it";
    return group == "write" ? "A test order" : group;
}

std::string whole_remedy(const Finding& finding) {
    std::string text = finding.remedy;
    const auto add = [&text](const SettingLine& line) {
        if (!text.empty()) text += "\n";
        text += line.name + "=" + line.value;
        if (!line.means.empty()) text += "   # " + line.means;
    };
    for (const SettingLine& line : finding.set)
        add(line);
    if (finding.choices.empty()) return text;
    if (!text.empty()) text += "\n";
    text += "one of";
    for (const SettingLine& line : finding.choices)
        add(line);
    return text;
}

void Findings::add(Finding finding) {
    // What is to be set names its variables.
    for (const auto* lines : {&finding.set, &finding.choices}) {
        for (const SettingLine& line : *lines) {
            if (std::ranges::find(finding.variables, line.name) == finding.variables.end())
                finding.variables.push_back(line.name);
        }
    }
    all_.push_back(std::move(finding));
    if (told_) told_(all_.back());
}

void Findings::ok(std::string code, std::string about, std::string found) {
    add({.code = std::move(code), .about = std::move(about), .found = std::move(found)});
}

void Findings::note(Finding finding) {
    finding.severity = Severity::note;
    add(std::move(finding));
}

void Findings::fault(Finding finding) {
    finding.severity = Severity::fault;
    add(std::move(finding));
}

int Findings::count(Severity severity) const {
    return static_cast<int>(std::ranges::count(all_, severity, &Finding::severity));
}

bool Findings::has(std::string_view code) const {
    return std::ranges::find(all_, code, &Finding::code) != all_.end();
}

}  // namespace oms::app
