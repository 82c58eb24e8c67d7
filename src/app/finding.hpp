#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oms::app {

enum class Severity {
    ok,
    note,   ///< works, and may not be meant
    fault,  ///< something will not work as promised
};

std::string_view to_text(Severity severity);

/// A line to be pasted into the settings. An empty value unsets the variable.
struct SettingLine {
    std::string name = {};
    std::string value = {};
    std::string means = {};  ///< for people: what stands at the other end
    friend bool operator==(const SettingLine&, const SettingLine&) = default;
};

/// What a check says of one thing. Never a secret, nor a customer's text.
struct Finding {
    /// Stable: `fields.unknown`. The part before the dot is the group. docs/check.md has them all.
    std::string code = {};
    Severity severity = Severity::ok;
    std::string about = {};                 ///< which variable, field, screen, side
    std::string found = {};                 ///< what is there
    std::string cause = {};                 ///< what it comes from, or does
    std::string remedy = {};                ///< what to do, and where to click
    std::vector<SettingLine> set = {};      ///< pasted all together they mend it
    std::vector<SettingLine> choices = {};  ///< of which one for each variable is to be taken
    std::vector<std::string> variables = {};
};

/// `fields` of `fields.unknown`, and how people call it.
std::string group_of(const Finding& finding);
std::string group_title(const std::string& group);

/// The remedy as it is printed: its sentences, then the lines.
std::string whole_remedy(const Finding& finding);

/// Collects what the checks say, and tells it as it comes.
class Findings {
public:
    using Told = std::function<void(const Finding&)>;
    explicit Findings(Told told = {}) : told_{std::move(told)} {}

    void add(Finding finding);
    void ok(std::string code, std::string about, std::string found = {});
    void note(Finding finding);
    void fault(Finding finding);

    [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
    [[nodiscard]] int count(Severity severity) const;
    [[nodiscard]] bool has(std::string_view code) const;

private:
    Told told_;
    std::vector<Finding> all_;
};

}  // namespace oms::app
