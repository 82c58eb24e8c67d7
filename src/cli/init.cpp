#include "app/init.hpp"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace oms::cli {
namespace {

/// An option for an answer, by the variable that it sets.
struct AnswerOption {
    const char* name;
    const char* variable;
    const char* what;
};

constexpr AnswerOption answer_options[] = {
    {"--mp-url", "OMS_MP_URL", "The marketplace's address"},
    {"--oms-id", "OMS_ID", "The OMS's number"},
    {"--jira-url", "OMS_JIRA_URL", "Jira's address"},
    {"--jira-context-path", "OMS_JIRA_CONTEXT_PATH", "Path below it, such as /jira"},
    {"--jira-username", "OMS_JIRA_USERNAME", "Our account, on Cloud its e-mail address"},
    {"--jira-project", "OMS_JIRA_PROJECT", "The project's key"},
    {"--order-type", "OMS_JIRA_ISSUE_TYPE_ID", "Issue type of orders, by id"},
    {"--project-type", "OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "Issue type of projects, by id"},
    {"--internal-role", "OMS_JIRA_INTERNAL_ROLE", "Who in Jira may read internal messages"},
    {"--public-url", "OMS_PUBLIC_URL", "Where this service is reached"},
    {"--database", "OMS_DB_HOST", "Its database"}};

}  // namespace

void add_init(CLI::App& cli, Chosen& chosen) {
    auto options = std::make_shared<app::InitOptions>();
    CLI::App* command =
        cli.add_subcommand("init", "Ask the way to a complete .env, testing each answer");
    command->add_option("--file", options->file, "The file to write")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_flag(
        "--force", options->force, "Replace a file that is there, and keep it beside"
    );
    command->add_flag("--yes", options->yes, "Ask nothing: take what is given and every proposal");
    auto given = std::make_shared<std::map<std::string, std::string>>();
    for (const AnswerOption& answer : answer_options) {
        const std::string variable = answer.variable;
        command
            ->add_option_function<std::string>(
                answer.name,
                [given, variable](const std::string& value) { (*given)[variable] = value; },
                answer.what
            )
            ->type_name("TEXT");
    }
    command->footer(
        "What is set in the environment or in a .env is proposed. Secrets are asked for, or come "
        "from "
        "OMS_MP_TOKEN, OMS_JIRA_TOKEN or OMS_JIRA_PASSWORD (or NAME_FILE): an argument could be "
        "read by "
        "others. Writes nothing until the end, and nothing to either remote.\n\n"
        "Exit codes: 0 written, 1 something could not be found or answered, 2 the file is there."
    );
    command->callback([&chosen, options, given] {
        chosen = [options, given] {
            options->answers = *given;
            return app::init(*options, app::read_environment("."), {});
        };
    });
}

}  // namespace oms::cli
