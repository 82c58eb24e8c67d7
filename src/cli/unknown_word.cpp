#include "cli/unknown_word.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"

namespace oms::cli {
namespace {

constexpr std::size_t changes_max = 3;

std::vector<std::string> names_of_options(const Command& command) {
    std::vector<std::string> names;
    for (const Argument& option : command.options) {
        names.push_back(option.name);
        names.insert(names.end(), option.others.begin(), option.others.end());
    }
    return names;
}

std::vector<std::string> names_of_commands(const Command& command) {
    std::vector<std::string> names;
    for (const Command& below : command.commands)
        names.push_back(below.name);
    return names;
}

std::string told(
    const Command& command,
    const std::string& word,
    const std::vector<std::string>& names,
    const char* kind
) {
    // A short word is near to everything.
    const std::string near = nearest_of(names, word, std::min(changes_max, word.size() / 2));
    return fmt::format(
        "{} is no {} of {}{}\n`{} --help` lists them.",
        in_quotes(word),
        kind,
        command.path,
        near.empty() ? "" : fmt::format("; did you mean {}?", near),
        command.path
    );
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string unknown_word(const CLI::App& cli, const std::vector<std::string>& words) {
    const Command root = describe(cli);
    const Command* command = &root;
    for (const std::string& word : words) {
        if (word.starts_with("-") && word != "-") {
            const auto names = names_of_options(*command);
            const std::string name = word.substr(0, word.find('='));
            if (!has(names, name)) return told(*command, name, names, "option");
            continue;
        }
        // What takes arguments may be given any word.
        if (command->commands.empty()) continue;
        const auto below = std::ranges::find(command->commands, word, &Command::name);
        if (below == command->commands.end()) {
            // A hidden one takes what it takes.
            const auto all =
                cli.get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
            if (!all.empty()) return "";
            return told(*command, word, names_of_commands(*command), "command");
        }
        command = &*below;
    }
    return "";
}

}  // namespace oms::cli
