#include "app/reference.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/variables.hpp"

namespace oms::app {
namespace {

constexpr std::string_view head = R"(# Configuration

<!-- Made by `oms-jira settings --markdown`: change the program, not this page. -->

Each setting is a variable of the environment, or a line `NAME=value` of the file `.env` in the
working directory. The environment wins, also where it sets a variable to nothing: then it is not set,
whatever `.env` has. The Debian package reads `/etc/oms-jira/oms-jira.env` in
place of `.env`. A change takes effect at the next start.

- **Any variable may be given as a file**: `NAME_FILE` names a file that holds the value, as
  containers and systemd hand out secrets. Line ends at its end do not count; a file that is not
  there, cannot be read or is empty is a fault. The file goes before the same variable given beside it.
- **Durations** are a number and a unit: `500ms`, `30s`, `5m`, `6h`, `2d`.
- **Secrets** are shown nowhere: not in logs, pages, metrics, nor by any command.
- **A name that is not known** is warned of, with the nearest one that is.

```sh
# what is in force, and where each value came from
oms-jira settings
# a file to begin with, all commented out
oms-jira settings --example
# tests it all, and says what to set
oms-jira check
```

A wrong configuration is told whole, each fault with a remedy, and nothing starts (exit code 2).
)";

const Variable* find_variable(std::string_view name) {
    const auto& all = variables();
    const auto found = std::ranges::find(all, name, &Variable::name);
    return found == all.end() ? nullptr : &*found;
}

std::string sentence(std::string_view text) {
    if (text.empty()) return "";
    std::string made{text};
    if (made.front() >= 'a' && made.front() <= 'z') made.front() -= 'a' - 'A';
    if (!made.ends_with('.') && !made.ends_with("…")) made += '.';
    return made;
}

/// A default that is a value, and not words for one.
bool is_value(const Variable& variable) {
    return variable.standard.find(' ') == std::string::npos && variable.standard != "everything";
}

std::string origin(const Variable& variable, const VariableNote& note) {
    if (!variable.old_name.empty()) {
        return fmt::format("- Python adapter: `{}`, which still works\n", variable.old_name);
    }
    return note.of_python ? "- Python adapter: the same name\n" : "";
}

std::string default_line(const Variable& variable, const VariableNote& note) {
    if (note.needed) return "- Needed\n";
    if (variable.standard.empty()) return "- Default: not set\n";
    return is_value(variable) ? fmt::format("- Default: `{}`\n", variable.standard)
                              : fmt::format("- Default: {}\n", variable.standard);
}

std::string section(const Variable& variable, const VariableNote& note) {
    std::string text = fmt::format("\n### {}\n{}", variable.name, sentence(variable.what));
    if (!note.more.empty()) text += fmt::format("\n{}", note.more);
    text += "\n\n" + default_line(variable, note);
    if (!note.example.empty())
        text += fmt::format("- Example: `{}={}`\n", variable.name, note.example);
    text += origin(variable, note);
    if (variable.secret)
        text += fmt::format("- A secret: better a file, `{}_FILE`\n", variable.name);
    return text;
}

std::string line(const Variable& variable, const VariableNote& note) {
    std::string text = fmt::format("- `{}`: {}", variable.name, note.more);
    if (!variable.standard.empty()) text += fmt::format(" (default `{}`)", variable.standard);
    return text + "\n";
}

std::string group_text(const VariableGroup& group) {
    std::string text = fmt::format("\n## {}\n{}\n", group.title, group.what);
    if (group.as_list) text += "\n";
    for (const VariableNote& note : group.notes) {
        const Variable* variable = find_variable(note.name);
        if (variable == nullptr) continue;
        text += group.as_list ? line(*variable, note) : section(*variable, note);
    }
    return text;
}

bool is_in_a_group(const Variable& variable) {
    return std::ranges::any_of(variable_groups(), [&](const VariableGroup& group) {
        return std::ranges::find(group.notes, variable.name, &VariableNote::name) !=
               group.notes.end();
    });
}

std::string others() {
    std::string text;
    for (const Variable& variable : variables()) {
        if (is_in_a_group(variable)) continue;
        text += section(variable, {.of_python = false});
    }
    return text.empty() ? "" : "\n## More\n" + text;
}

}  // namespace

std::string configuration_page() {
    std::string text{head};
    for (const VariableGroup& group : variable_groups())
        text += group_text(group);
    return text + others();
}

}  // namespace oms::app
