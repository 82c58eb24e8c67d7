#include "app/init.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/asker.hpp"
#include "app/check_jira.hpp"
#include "app/check_marketplace.hpp"
#include "app/check_own.hpp"
#include "app/check_report.hpp"
#include "app/env_file.hpp"
#include "app/exposed_files.hpp"
#include "app/init_jira.hpp"
#include "app/reach.hpp"
#include "app/scratch_agent.hpp"
#include "app/service.hpp"
#include "app/variables.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

constexpr int attempts_max = 5;

/// Only a `.env` in the working directory is read by itself.
std::string how_it_is_read(const std::filesystem::path& file) {
    const auto whole = std::filesystem::absolute(file).lexically_normal();
    if (whole == std::filesystem::absolute(".env").lexically_normal()) return "";
    const std::string elsewhere = "\noms-jira reads .env in the working directory: ";
    if (whole.filename() == ".env")
        return elsewhere + "work in " + whole.parent_path().string() + ", or hand the file on.";
    return elsewhere +
           "name the file so there, or hand it on,\nas systemd does by EnvironmentFile=" +
           whole.string() + " and Docker by --env-file.";
}

class Init {
public:
    Init(const InitOptions& options, const Environment& environment, const Console& console)
        : options_{options},
          console_{console},
          asker_{console.out, options.yes},
          draft_{environment, options.answers} {}

    int run();

private:
    void head(const std::string& title) { console_.out << "\n" << title << "\n"; }
    bool reached(const Side& side);
    void ask_address(const std::string& variable, const std::string& question, bool jira);
    void ask_secret(const std::string& variable, const std::string& question);
    void marketplace();
    void choose_oms(const std::vector<Oms>& omses);
    void jira();
    void jira_account();
    void own_side();
    void write();
    /// Prints what a test found; true where there was no fault.
    bool tell(const Findings& findings);

    const InitOptions& options_;
    const Console& console_;
    Asker asker_;
    SettingsDraft draft_;
    std::string trigger_base_;
};

bool Init::tell(const Findings& findings) {
    CheckReport report{console_.out, Paint::of_output(), CheckReport::Headings::none};
    for (const Finding& one : findings.all())
        report.tell(one);
    return findings.count(Severity::fault) == 0;
}

/// Takes up what the test proposes, as the next proposal; but nothing in place of an argument where
/// nobody is asked.
bool Init::reached(const Side& side) {
    Findings findings;
    if (check_reach(draft_.settings(), side, findings)) return tell(findings);
    tell(findings);
    for (const Finding& one : findings.all()) {
        for (const SettingLine& line : one.set) {
            if (!line.name.starts_with("OMS_") || line.name == "OMS_CA_FILE") continue;
            const auto given = options_.answers.find(line.name);
            if (options_.yes && given != options_.answers.end() && given->second != line.value) {
                throw AskingEnded{fmt::format(
                    "{} was given for {}, and does not work as it stands; nothing was written",
                    in_quotes(given->second),
                    line.name
                )};
            }
            draft_.set(line.name, line.value);
        }
    }
    return false;
}

void Init::ask_address(const std::string& variable, const std::string& question, bool jira) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        draft_.set(variable, asker_.ask(question, draft_.get(variable)));
        const auto faults = draft_.faults_of(variable);
        for (const Fault& fault : faults)
            console_.out << "  " << fault.says << ": " << fault.fix << "\n";
        if (!faults.empty() || draft_.get(variable).empty()) {
            if (options_.yes) break;
            continue;
        }
        const Settings settings = draft_.settings();
        if (reached(jira ? jira_side(settings) : marketplace_side(settings))) return;
    }
    throw AskingEnded{variable + ": nothing was found there; nothing was written"};
}

void Init::ask_secret(const std::string& variable, const std::string& question) {
    const bool known = !draft_.get(variable).empty();
    const std::string answer =
        asker_.ask_secret(question + (known ? " [the one that is set]" : ""));
    if (!answer.empty()) draft_.set(variable, answer);
}

void Init::choose_oms(const std::vector<Oms>& omses) {
    std::vector<Asker::Choice> choices;
    choices.reserve(omses.size());
    for (const Oms& one : omses) {
        choices.push_back(
            {std::to_string(one.id.value), one.name + (one.is_default ? ", the default one" : "")}
        );
    }
    refuse_unless_there(options_.answers, "OMS_ID", "the OMS", choices);
    std::string proposal = draft_.get("OMS_ID");
    const bool there = std::ranges::find(choices, proposal, &Asker::Choice::value) != choices.end();
    if (!there && !proposal.empty())
        console_.out << "  OMS_ID was " << in_quotes(proposal) << ", which is not there\n";
    if (!there) proposal = choices.size() == 1 ? choices.front().value : "";
    draft_.set("OMS_ID", asker_.choose("Which OMS", choices, proposal));
}

void Init::marketplace() {
    head("The marketplace");
    ask_address("OMS_MP_URL", "Its address, https://…", false);
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        ask_secret("OMS_MP_TOKEN", "The token of the OMS's user");
        ScratchAgent agent{draft_.settings()};
        const auto omses = agent.marketplace().omses();
        if (!omses || omses->empty()) {
            console_.out << "  "
                         << (omses ? "its user administers no OMS" : visible(omses.error().says))
                         << "\n";
            if (options_.yes) break;
            draft_.set("OMS_MP_TOKEN", "");
            continue;
        }
        choose_oms(*omses);
        ScratchAgent chosen{draft_.settings()};
        Findings findings;
        const auto oms = check_marketplace(draft_.settings(), chosen.marketplace(), findings);
        if (!tell(findings) || !oms) break;
        trigger_base_ = address_of_this_service(Settings{}, oms);
        return;
    }
    throw AskingEnded{"the marketplace does not let us in: nothing was written"};
}

void Init::jira_account() {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const bool by_token_alone =
            draft_.get("OMS_JIRA_USERNAME").empty() && !draft_.get("OMS_JIRA_TOKEN").empty();
        if (!by_token_alone || attempt > 0) {
            draft_.set(
                "OMS_JIRA_USERNAME",
                asker_.ask(
                    "Our account's name, on Cloud its e-mail address (empty: a token alone)",
                    draft_.get("OMS_JIRA_USERNAME")
                )
            );
        }
        // A name with a password is one way, a token is the other; on Cloud both a name and a token.
        const bool with_token = draft_.get("OMS_JIRA_PASSWORD").empty();
        if (with_token) ask_secret("OMS_JIRA_TOKEN", "Its token (empty: it has a password)");
        if (draft_.get("OMS_JIRA_TOKEN").empty()) ask_secret("OMS_JIRA_PASSWORD", "Its password");
        const Settings settings = draft_.settings();
        ScratchAgent agent{settings};
        Findings findings;
        const bool let_in = check_jira_access(settings, agent.jira(), findings).has_value();
        tell(findings);
        if (let_in) return;
        if (options_.yes) break;
        draft_.set("OMS_JIRA_TOKEN", "");
        draft_.set("OMS_JIRA_PASSWORD", "");
    }
    throw AskingEnded{"Jira does not let us in: nothing was written"};
}

void Init::jira() {
    head("Jira");
    ask_address("OMS_JIRA_URL", "Its address, https://…", true);
    jira_account();
    ScratchAgent agent{draft_.settings()};
    (void)agent.jira().prepare();
    find_in_jira(draft_, options_.answers, agent.jira(), asker_, console_.out);
}

void Init::own_side() {
    head("This service");
    const std::string before = draft_.get("OMS_PUBLIC_URL");
    draft_.set(
        "OMS_PUBLIC_URL",
        asker_.ask(
            "Where Jira and the marketplace reach it, https://… (empty: not known yet)",
            before.empty() ? trigger_base_ : before
        )
    );
    const std::string database = draft_.get("OMS_DB_HOST");
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        draft_.set(
            "OMS_DB_HOST",
            asker_.ask("Its database", database.empty() ? "sqlite:///oms-jira.db" : database)
        );
        const auto faults = draft_.faults_of("OMS_DB_HOST");
        for (const Fault& fault : faults)
            console_.out << "  " << visible(fault.says) << ": " << fault.fix << "\n";
        if (!faults.empty() && options_.yes)
            throw AskingEnded{"OMS_DB_HOST: there is no such database; nothing was written"};
        if (!faults.empty()) continue;
        Findings findings;
        check_database(draft_.settings(), findings);
        if (tell(findings) || options_.yes) break;
    }
    if (draft_.get("OMS_JIRA_WEBHOOK_SECRET").empty()) {
        draft_.set("OMS_JIRA_WEBHOOK_SECRET", new_secret());
        console_.out << "  a secret for Jira's webhook was made\n";
    }
}

void Init::write() {
    const auto faults = draft_.faults();
    for (const Fault& fault : faults)
        console_.out << "  " << fault.variable << ": " << visible(fault.says) << ": " << fault.fix
                     << "\n";
    if (!faults.empty()) throw AskingEnded{"the settings are not complete: nothing was written"};
    // From here to the end it is short, and better whole.
    block_signals();
    const auto backup = write_env_file(options_.file, env_text(draft_.to_write()));
    console_.out << "\nWritten to " << options_.file.string() << ", for this user alone.";
    if (!backup.empty()) console_.out << " The one before is kept as " << backup.string() << ".";
    console_.out << how_it_is_read(options_.file)
                 << "\n\nNext:\n  oms-jira check                     # tests all of it\n";
    if (!draft_.get("OMS_PUBLIC_URL").empty())
        console_.out << "  oms-jira check --webhook --apply   # makes Jira's webhook\n";
    console_.out << "  oms-jira serve\n";
}

int Init::run() {
    if (std::filesystem::exists(options_.file) && !options_.force) {
        console_.error
            << options_.file.string()
            << " is there already: --force replaces it and keeps it beside the new one\n";
        return exit_usage;
    }
    try {
        marketplace();
        jira();
        own_side();
        write();
        return exit_ok;
    } catch (const AskingEnded& end) {
        console_.out.flush();
        console_.error << "\noms-jira init: " << visible(end.what()) << "\n";
        return exit_faults;
    }
}

}  // namespace

int init(const InitOptions& options, const Environment& environment, const Console& console) {
    return Init{options, environment, console}.run();
}

}  // namespace oms::app
