#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace oms::cli {
namespace {

/// CLI11 writes a limited choice as `TEXT:{demo,recorded,empty}`.
std::vector<std::string> choices_of(const std::string& type) {
    const auto begin = type.find('{');
    const auto end = type.rfind('}');
    if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
    return split(std::string_view{type}.substr(begin + 1, end - begin - 1), ',');
}

std::string value_of(const CLI::Option& option) {
    if (option.get_type_size() == 0) return "";
    return split(option.get_type_name(), ':').front();
}

Argument describe(const CLI::Option& option) {
    Argument argument{
        .value = value_of(option),
        .choices = choices_of(option.get_type_name()),
        .standard = option.get_default_str(),
        .required = option.get_required(),
        .repeated = option.get_expected_max() >= CLI::detail::expected_max_vector_size,
        .what = option.get_description()};
    if (!option.nonpositional()) {
        argument.name = option.get_name();
        return argument;
    }
    // A long name tells more than a short one.
    std::vector<std::string> names;
    for (const std::string& name : option.get_lnames())
        names.push_back("--" + name);
    for (const std::string& name : option.get_snames())
        names.push_back("-" + name);
    argument.name = names.front();
    argument.others.assign(names.begin() + 1, names.end());
    return argument;
}

Command describe(const CLI::App& cli, const CLI::App* above, const std::string& path) {
    Command command{
        .path = path,
        .name = cli.get_name(),
        .what = cli.get_description(),
        // CLI11 hands a footer down to commands that have none.
        .more =
            above != nullptr && cli.get_footer() == above->get_footer() ? "" : cli.get_footer()};
    for (const CLI::Option* option : cli.get_options({})) {
        if (option->get_group().empty()) continue;
        (option->nonpositional() ? command.options : command.arguments)
            .push_back(describe(*option));
    }
    for (const CLI::App* below : cli.get_subcommands({})) {
        if (below->get_group().empty()) continue;
        command.commands.push_back(describe(*below, &cli, path + " " + below->get_name()));
    }
    return command;
}

void add_all(const Command& command, std::vector<const Command*>& list) {
    list.push_back(&command);
    for (const Command& below : command.commands)
        add_all(below, list);
}

}  // namespace

Command describe(const CLI::App& cli) { return describe(cli, nullptr, cli.get_name()); }

std::vector<const Command*> all_of(const Command& root) {
    std::vector<const Command*> list;
    add_all(root, list);
    return list;
}

}  // namespace oms::cli
