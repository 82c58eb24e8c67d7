#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace oms::cli {

/// An option or an argument as `--help` has it.
struct Argument {
    std::string name = {};  ///< `--json`, `-m`; an argument's own name without dashes
    std::vector<std::string> others = {};   ///< more names of the same option
    std::string value = {};                 ///< what it takes, such as FILE; "" for a flag
    std::vector<std::string> choices = {};  ///< where only these may be given
    std::string standard = {};
    bool required = false;
    bool repeated = false;
    std::string what = {};
};

/// A command as `--help` has it, without the parser's types: what man pages and completion are
/// made of, so that neither can say anything else.
struct Command {
    std::string path = {};  ///< `oms-jira db upgrade`
    std::string name = {};  ///< `upgrade`
    std::string what = {};
    std::string more = {};  ///< what stands below the options
    std::vector<Argument> options = {};
    std::vector<Argument> arguments = {};
    std::vector<Command> commands = {};
};

/// The whole tree, without what `--help` hides.
Command describe(const CLI::App& cli);

/// All commands of the tree, each before its own.
std::vector<const Command*> all_of(const Command& root);

}  // namespace oms::cli
