#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"

// Completion for three shells, from the same tree as --help. Each script finds the command that is
// being typed (its path) and offers that one's words.
namespace oms::cli {

namespace {

std::string in_single_quotes(std::string_view text) {
    return "'" + replace_all(std::string{text}, "'", R"('\'')") + "'";
}

std::vector<std::string> names_of(const Argument& option) {
    std::vector<std::string> names{option.name};
    names.insert(names.end(), option.others.begin(), option.others.end());
    return names;
}

bool names_a_file(const Argument& argument) {
    return argument.value == "FILE" || argument.name == "FILE";
}

bool takes_a_file(const Command& command) {
    return std::ranges::any_of(command.arguments, names_a_file);
}

/// All paths below the program's own, each in quotes.
std::vector<std::string> quoted_paths(const Command& root) {
    std::vector<std::string> paths;
    for (const Command* command : all_of(root)) {
        if (command != &root) paths.push_back(in_single_quotes(command->path));
    }
    return paths;
}

/// `'oms-jira sandbox --seed'|…`: an option where it takes a value.
std::string quoted_places(const Command& command, const Argument& option) {
    std::vector<std::string> places;
    for (const std::string& name : names_of(option))
        places.push_back(in_single_quotes(command.path + " " + name));
    return join(places, "|");
}

// bash

std::string bash_values(const Command& root) {
    std::string text;
    for (const Command* command : all_of(root)) {
        for (const Argument& option : command->options) {
            if (option.value.empty()) continue;
            text += "        " + quoted_places(*command, option) + ") ";
            if (!option.choices.empty()) {
                text += "words=" + in_single_quotes(join(option.choices, " "));
            } else {
                text += names_a_file(option) ? "files=yes" : "return";
            }
            text += " ;;\n";
        }
    }
    return text;
}

std::string bash_words(const Command& root) {
    std::string text;
    for (const Command* command : all_of(root)) {
        std::vector<std::string> words;
        for (const Command& below : command->commands)
            words.push_back(below.name);
        for (const Argument& option : command->options) {
            for (const std::string& name : names_of(option))
                words.push_back(name);
        }
        text += "            " + in_single_quotes(command->path) +
                ") words=" + in_single_quotes(join(words, " ")) +
                (takes_a_file(*command) ? " files=yes" : "") + " ;;\n";
    }
    return text;
}

std::string bash(const Command& root) {
    std::string text = R"(# bash completion for oms-jira; made by `oms-jira completion bash`.
_oms_jira() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    # --name=value comes as three words.
    [[ $current != = ]] || current=
    [[ $previous != = ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}
    local path=oms-jira words='' files='' index
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "$path ${COMP_WORDS[index]}" in
        @PATHS@) path+=" ${COMP_WORDS[index]}" ;;
        esac
    done
    COMPREPLY=()
    case "$path $previous" in
@VALUES@        *)
            case "$path" in
@WORDS@            esac
            ;;
    esac
    mapfile -t COMPREPLY < <(
        compgen -W "$words" -- "$current"
        [[ -z $files || $current == -* ]] || compgen -f -- "$current"
    )
    [[ -z $files ]] || compopt -o filenames 2>/dev/null
}
complete -F _oms_jira oms-jira
)";
    text = replace_all(text, "@PATHS@", join(quoted_paths(root), "|"));
    text = replace_all(text, "@VALUES@", bash_values(root));
    return replace_all(text, "@WORDS@", bash_words(root));
}

// zsh

std::string zsh_function(const Command& command) {
    // The first is named after its file, by which zsh finds it.
    return "_" + replace_all(command.path, " ", "_");
}

/// Within `…[what]` and `name:what`, some characters would end it.
std::string zsh_text(std::string text) {
    for (const char* special : {"\\", "[", "]", ":"})
        text = replace_all(std::move(text), special, std::string{"\\"} + special);
    return split(text, '\n').front();
}

std::string zsh_value(const Argument& argument) {
    if (!argument.choices.empty()) return "(" + join(argument.choices, " ") + ")";
    return names_a_file(argument) ? "_files" : " ";
}

std::string zsh_options(const Command& command) {
    std::string text;
    for (const Argument& option : command.options) {
        const auto names = names_of(option);
        for (const std::string& name : names) {
            // Offered once, whichever of its names was given.
            std::string spec = fmt::format("({}){}", join(names, " "), name);
            if (!option.value.empty() && name.starts_with("--")) spec += "=";
            spec += "[" + zsh_text(option.what) + "]";
            if (!option.value.empty())
                spec += ":" + zsh_text(lower(option.value)) + ":" + zsh_value(option);
            text += "        " + in_single_quotes(spec) + " \\\n";
        }
    }
    return text;
}

std::string zsh_one(const Command& command) {
    std::string text = zsh_function(command) + "() {\n";
    if (command.commands.empty()) {
        text += "    _arguments -s -S \\\n" + zsh_options(command);
        for (const Argument& argument : command.arguments) {
            text += "        " +
                    in_single_quotes(
                        (argument.repeated ? "*:" : ":") + zsh_text(argument.name) + ":" +
                        zsh_value(argument)
                    ) +
                    " \\\n";
        }
        return text + "        && return 0\n}\n";
    }
    text +=
        "    local curcontext=$curcontext state line\n    local -A opt_args\n"
        "    _arguments -C \\\n" +
        zsh_options(command) +
        "        '1:command:->command' '*::argument:->argument' && return 0\n"
        "    case $state in\n    command)\n        local -a commands=(\n";
    for (const Command& below : command.commands) {
        text += "            " +
                in_single_quotes(zsh_text(below.name) + ":" + zsh_text(below.what)) + "\n";
    }
    text +=
        "        )\n        _describe command commands ;;\n    argument)\n"
        "        case $line[1] in\n";
    for (const Command& below : command.commands)
        text += "        " + below.name + ") " + zsh_function(below) + " ;;\n";
    return text + "        esac ;;\n    esac\n}\n";
}

std::string zsh(const Command& root) {
    std::string text = "#compdef oms-jira\n# Made by `oms-jira completion zsh`.\n";
    for (const Command* command : all_of(root))
        text += zsh_one(*command);
    return text + R"(if [ "$funcstack[1]" = _oms-jira ]; then
    _oms-jira "$@"
else
    compdef _oms-jira oms-jira
fi
)";
}

// fish

std::string fish_quoted(std::string_view text) {
    return "'" + replace_all(replace_all(std::string{text}, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_line(const Command& command, const std::string& what) {
    return fmt::format("complete -c oms-jira -n \"__oms_jira_at '{}'\" {}\n", command.path, what);
}

std::string fish_option(const Argument& option) {
    std::string text;
    for (const std::string& name : names_of(option))
        text +=
            name.starts_with("--") ? "-l " + name.substr(2) + " " : "-s " + name.substr(1) + " ";
    if (!option.value.empty()) text += names_a_file(option) ? "-r -F " : "-x ";
    if (!option.choices.empty()) text += "-a " + fish_quoted(join(option.choices, " ")) + " ";
    return text + "-d " + fish_quoted(option.what);
}

std::string fish_one(const Command& command) {
    std::string text;
    for (const Command& below : command.commands) {
        const std::string what = fish_quoted(split(below.what, '\n').front());
        text += fish_line(command, "-a " + below.name + " -d " + what);
    }
    for (const Argument& option : command.options)
        text += fish_line(command, fish_option(option));
    return takes_a_file(command) ? text + fish_line(command, "-F") : text;
}

std::string fish(const Command& root) {
    std::string text = R"(# Made by `oms-jira completion fish`.
function __oms_jira_at
    set -l path oms-jira
    for word in (commandline -opc)[2..-1]
        switch "$path $word"
            case @PATHS@
                set path "$path $word"
        end
    end
    test "$path" = "$argv"
end
complete -c oms-jira -f
)";
    text = replace_all(text, "@PATHS@", join(quoted_paths(root), " "));
    for (const Command* command : all_of(root))
        text += fish_one(*command);
    return text;
}

}  // namespace

void add_completion(CLI::App& cli, Chosen& chosen) {
    auto shell = std::make_shared<std::string>();
    CLI::App* command =
        cli.add_subcommand("completion", "Print what makes a shell complete our commands");
    command->add_option("SHELL", *shell, "Which shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->group("");
    command->footer("Example:\n  . <(oms-jira completion bash)");
    command->callback([&cli, &chosen, shell] {
        chosen = [&cli, shell] {
            const Command root = describe(cli);
            std::cout << (*shell == "bash" ? bash(root) : *shell == "zsh" ? zsh(root) : fish(root));
            return app::exit_ok;
        };
    });
}

}  // namespace oms::cli
