#include <filesystem>
#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/variables.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"

// Man pages, from the same texts as --help and the README's table.
namespace oms::cli {

namespace {

struct Page {
    std::string file = {};  ///< oms-jira-serve.1
    std::string text = {};
};

/// As text, wherever it stands: nothing in it is a request of roff's.
std::string plain(std::string_view text) {
    std::string escaped = replace_all(replace_all(std::string{text}, "\\", "\\e"), "-", "\\-");
    escaped = replace_all(std::move(escaped), "\n.", "\n\\&.");
    escaped = replace_all(std::move(escaped), "\n'", "\n\\&'");
    if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped.insert(0, "\\&");
    return escaped;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fR"; }

std::string head(std::string_view title, std::string_view section, std::string_view what) {
    return fmt::format(
        ".\\\" Made by `oms-jira manual`.\n.TH {} {} \"\" \"oms-jira {}\" \"oms-jira\"\n"
        ".SH NAME\n{} \\- {}\n",
        plain(title),
        section,
        app::version,
        plain(title),
        plain(what)
    );
}

/// `--seed {demo,recorded}`, `FILE…`
std::string shown(const Argument& argument) {
    std::string text;
    if (argument.name.starts_with('-')) {
        text = bold(argument.name);
        for (const std::string& other : argument.others)
            text += ", " + bold(other);
        if (!argument.choices.empty()) {
            text += " " + italic(join(argument.choices, "|"));
        } else if (!argument.value.empty()) {
            text += " " + italic(argument.value);
        }
    } else {
        text = italic(argument.name);
    }
    return argument.repeated ? text + " …" : text;
}

bool is_help(const Argument& option) { return option.name == "--help"; }

std::string synopsis(const Command& command) {
    std::string text = bold(command.path);
    for (const Argument& option : command.options) {
        if (is_help(option)) continue;
        const std::string one = shown(option);
        text += option.required ? " " + one : " [" + one + "]";
    }
    for (const Argument& argument : command.arguments) {
        const std::string one = shown(argument);
        text += argument.required ? " " + one : " [" + one + "]";
    }
    return text + "\n";
}

enum class Help { told, left_out };

std::string options(const Command& command, Help help) {
    std::string text;
    for (const auto* list : {&command.arguments, &command.options}) {
        for (const Argument& one : *list) {
            if (help == Help::left_out && is_help(one)) continue;
            text += ".TP\n" + shown(one) + "\n" + plain(one.what) + "\n";
            if (!one.standard.empty()) text += "(default: " + plain(one.standard) + ")\n";
        }
    }
    return text;
}

constexpr std::string_view exit_codes = "Exit codes:";
constexpr std::string_view example = "Example:";

std::string without(const std::string& text, std::string_view beginning) {
    return text.substr(beginning.size());
}

/// What stands below the options; the exit codes and the example under their own headings.
std::string more(const Command& command) {
    std::string text;
    bool after_text = false;
    for (const std::string& raw : split(replace_all(command.more, "\n\n", "\f"), '\f')) {
        const std::string paragraph = trim(raw);
        if (paragraph.empty()) continue;
        if (paragraph.starts_with(exit_codes)) {
            text += ".SH EXIT STATUS\n" + plain(trim(without(paragraph, exit_codes))) + "\n";
        } else if (paragraph.starts_with(example)) {
            text += ".SH EXAMPLES\n.nf\n" + plain(trim(without(paragraph, example))) + "\n.fi\n";
        } else {
            text += (after_text ? ".PP\n" : "") + plain(paragraph) + "\n";
            after_text = true;
        }
    }
    return text;
}

/// Without our own name in front, and with one line.
std::string name_line(const Command& root) {
    std::string text = split(root.what, '\n').front();
    if (text.starts_with(root.name + " ")) text.erase(0, root.name.size() + 1);
    while (text.ends_with(','))
        text.pop_back();
    return text;
}

std::string see_also(const std::vector<std::string>& pages) {
    std::string text = ".SH SEE ALSO\n";
    for (std::size_t i = 0; i < pages.size(); ++i)
        text += pages[i] + (i + 1 < pages.size() ? ",\n" : "\n");
    return text;
}

std::string reference(const std::string& page, char section) {
    return fmt::format("{}({})", bold(page), section);
}

std::string page_name(const Command& command) { return replace_all(command.path, " ", "-"); }

Page root_page(const Command& root) {
    std::string text = head("oms-jira", "1", name_line(root));
    text += ".SH SYNOPSIS\n" + bold("oms-jira") + " " + italic("COMMAND") + " [" +
            italic("ARGUMENT") + " …]\n";
    text += ".SH DESCRIPTION\n" + plain(root.what) + "\n.PP\n" + plain(trim(root.more)) + "\n";
    text += ".SH COMMANDS\n";
    std::vector<std::string> pages;
    for (const Command& command : root.commands) {
        text += ".TP\n" + reference(page_name(command), '1') + "\n" + plain(command.what) + "\n";
        pages.push_back(reference(page_name(command), '1'));
    }
    text += ".SH OPTIONS\n" + options(root, Help::told);
    text +=
        ".SH ENVIRONMENT\nAll settings are variables of the environment, or of a file .env in the "
        "working directory:\nsee " +
        reference("oms-jira.env", '5') + ".\n";
    pages.push_back(reference("oms-jira.env", '5'));
    return {.file = "oms-jira.1", .text = text + see_also(pages)};
}

/// One page a command; what it has below it is a section each.
Page command_page(const Command& command) {
    std::string text = head(page_name(command), "1", command.what);
    text += ".SH SYNOPSIS\n";
    if (command.commands.empty()) text += synopsis(command);
    for (const Command& below : command.commands)
        text += (&below == command.commands.data() ? "" : ".br\n") + synopsis(below);
    text += ".SH DESCRIPTION\n" + plain(command.what) + ".\n";
    if (!command.commands.empty()) {
        text += ".SH COMMANDS\n";
        for (const Command& below : command.commands) {
            text += ".SS " + plain(below.path) + "\n" + plain(below.what) + ".\n";
            text += options(below, Help::left_out) + more(below);
        }
    }
    text += ".SH OPTIONS\n" + options(command, Help::told);
    if (!command.more.empty()) {
        const std::string rest = more(command);
        text += rest.starts_with(".SH") ? rest : ".SH NOTES\n" + rest;
    }
    text += see_also({reference("oms-jira", '1'), reference("oms-jira.env", '5')});
    return {.file = page_name(command) + ".1", .text = text};
}

Page variables_page() {
    std::string text = head("oms-jira.env", "5", "the settings of oms-jira");
    text += ".SH DESCRIPTION\nEach setting is a variable of the environment, or a line\n" +
            italic("NAME") + "=" + italic("value") +
            "\nof a file .env in the working directory; the environment wins. Packages read\n" +
            italic("/etc/oms-jira/oms-jira.env") +
            "\ninto the environment of the service. Any variable may be given as\n" +
            italic("NAME") + bold("_FILE") +
            ":\nthe name of a file that holds the value, as containers and systemd hand out "
            "secrets.\n.PP\n" +
            bold("oms-jira settings") + "\nshows what is in force and where that came from;\n" +
            bold("oms-jira check") + "\ntests it and says what to set.\n.SH VARIABLES\n";
    for (const app::Variable& variable : app::variables()) {
        text += ".TP\n" + bold(variable.name) + "\n" + plain(variable.what) +
                (variable.what.ends_with("…") ? "\n" : ".\n");
        if (!variable.standard.empty()) text += "Default: " + plain(variable.standard) + ".\n";
        if (!variable.old_name.empty())
            text += "Formerly " + bold(variable.old_name) + ", which still works.\n";
        if (variable.secret) text += "A secret.\n";
    }
    text += see_also({reference("oms-jira", '1')});
    return {.file = "oms-jira.env.5", .text = text};
}

std::vector<Page> pages_of(const Command& root) {
    std::vector<Page> pages{root_page(root)};
    for (const Command& command : root.commands)
        pages.push_back(command_page(command));
    pages.push_back(variables_page());
    return pages;
}

int write_into(const std::filesystem::path& folder, const std::vector<Page>& pages) {
    std::filesystem::create_directories(folder);
    for (const Page& page : pages) {
        std::ofstream file{folder / page.file, std::ios::binary};
        file << page.text;
        file.close();
        if (!file) {
            std::cerr << (folder / page.file).string() << " cannot be written\n";
            return app::exit_faults;
        }
    }
    return app::exit_ok;
}

int print(const std::string& name, const std::vector<Page>& pages) {
    for (const Page& page : pages) {
        if (page.file != name) continue;
        std::cout << page.text;
        return app::exit_ok;
    }
    std::cerr << in_quotes(name) << " is no page; there are:\n";
    for (const Page& page : pages)
        std::cerr << "  " << page.file << "\n";
    return app::exit_usage;
}

}  // namespace

void add_manual(CLI::App& cli, Chosen& chosen) {
    auto page = std::make_shared<std::string>("oms-jira.1");
    auto folder = std::make_shared<std::string>();
    CLI::App* command = cli.add_subcommand("manual", "Print a man page, or write all of them");
    command->group("");
    command->add_option("PAGE", *page, "Such as oms-jira-serve.1 or oms-jira.env.5");
    command->add_option("--into", *folder, "Write all pages into this folder");
    command->callback([&cli, &chosen, page, folder] {
        chosen = [&cli, page, folder] {
            const auto pages = pages_of(describe(cli));
            return folder->empty() ? print(*page, pages) : write_into(*folder, pages);
        };
    });
}

}  // namespace oms::cli
