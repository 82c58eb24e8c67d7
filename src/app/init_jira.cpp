#include "app/init_jira.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/jira_names.hpp"
#include "app/scratch_agent.hpp"
#include "app/variables.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

std::vector<Asker::Choice> choices_of(const std::vector<jira::Named>& all) {
    std::vector<Asker::Choice> choices;
    for (const jira::Named& one : all)
        choices.push_back({one.id, one.name});
    return choices;
}

/// `10204 (Service Order), 10000 (Epic)`.
std::string listed(const std::vector<Asker::Choice>& choices) {
    constexpr std::size_t shown_max = 20;
    std::vector<std::string> words;
    for (const Asker::Choice& one : choices) {
        if (words.size() == shown_max) {
            words.push_back(fmt::format("and {} more", choices.size() - shown_max));
            break;
        }
        words.push_back(
            one.means.empty() ? one.value : fmt::format("{} ({})", one.value, one.means)
        );
    }
    return join(words, ", ");
}

bool has_id(const std::vector<jira::Named>& all, const std::string& id) {
    return std::ranges::find(all, id, &jira::Named::id) != all.end();
}

template <class T>
T wanted(Result<T> result, const char* what) {
    if (result) return std::move(*result);
    throw AskingEnded{fmt::format("{}: {}; nothing was written", what, result.error().says)};
}

class Finder {
public:
    Finder(
        SettingsDraft& draft,
        const Answers& given,
        jira::Client& client,
        Asker& asker,
        std::ostream& out
    )
        : draft_{draft},
          given_{given},
          client_{client},
          asker_{asker},
          out_{out} {}

    void project();
    void types(jira::Client& client);
    void statuses(jira::Client& client);
    void fields(jira::Client& client);
    void options(jira::Client& client);
    void roles();

private:
    /// What is configured and there, else what the name tells, else what a person says.
    void choose(
        const std::string& variable,
        const std::string& question,
        const std::vector<jira::Named>& all,
        const Match& match
    );

    /// What the environment or a .env has, and Jira has not.
    void tell_absent(const std::string& variable, const std::vector<jira::Named>& all);

    SettingsDraft& draft_;
    const Answers& given_;
    jira::Client& client_;
    Asker& asker_;
    std::ostream& out_;
    jira::ProjectFacts facts_;
};

void Finder::choose(
    const std::string& variable,
    const std::string& question,
    const std::vector<jira::Named>& all,
    const Match& match
) {
    refuse_unless_there(given_, variable, question, choices_of(all));
    const std::string before = draft_.get(variable);
    if (has_id(all, before)) return;
    tell_absent(variable, all);
    if (match.one != nullptr && !match.ambiguous) {
        draft_.set(variable, match.one->id);
        out_ << "  "
             << visible(fmt::format("{}: '{}' ({})", question, match.one->name, match.one->id))
             << "\n";
        return;
    }
    const std::string proposal = match.one != nullptr ? match.one->id : "";
    draft_.set(variable, asker_.choose(question, choices_of(all), proposal));
}

void Finder::tell_absent(const std::string& variable, const std::vector<jira::Named>& all) {
    const std::string before = draft_.get(variable);
    if (before.empty() || has_id(all, before)) return;
    out_ << "  " << fmt::format("{} was {}, which is not there\n", variable, in_quotes(before));
}

void Finder::project() {
    const auto all = wanted(client_.visible_projects(), "Jira's projects");
    if (all.empty()) {
        throw AskingEnded{
            "our account sees no project: grant it Browse Projects; nothing was written"};
    }
    refuse_unless_there(given_, "OMS_JIRA_PROJECT", "Jira's project", choices_of(all));
    tell_absent("OMS_JIRA_PROJECT", all);
    std::string proposal = draft_.get("OMS_JIRA_PROJECT");
    if (!has_id(all, proposal)) proposal = all.size() == 1 ? all.front().id : "";
    draft_.set("OMS_JIRA_PROJECT", asker_.choose("Which project", choices_of(all), proposal));
}

void Finder::types(jira::Client& client) {
    facts_ = wanted(client.project_facts(), "the project");
    const auto& all = facts_.issue_types;
    choose("OMS_JIRA_ISSUE_TYPE_ID", "Issue type of orders", all, type_named_for(all, true));
    choose(
        "OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "Issue type of projects", all, type_named_for(all, false)
    );
    const std::string orders = draft_.get("OMS_JIRA_ISSUE_TYPE_ID");
    if (orders != draft_.get("OMS_JIRA_PROJECT_ISSUE_TYPE_ID")) return;
    throw AskingEnded{fmt::format(
        "{} is the issue type of orders and of projects: each needs its own; there are: {}; "
        "nothing "
        "was written",
        in_quotes(orders),
        listed(choices_of(all))
    )};
}

void Finder::statuses(jira::Client& client) {
    auto by_type = wanted(client.project_statuses(), "the project's statuses");
    const auto& all = by_type[draft_.get("OMS_JIRA_ISSUE_TYPE_ID")];
    for (const Status status : oms::statuses) {
        if (status == Status::created) continue;
        choose(
            workflow_variable(status),
            fmt::format("Jira's status for {}", oms::to_text(status)),
            all,
            status_named_for(all, status)
        );
    }
}

void Finder::fields(jira::Client& client) {
    (void)client.learn_fields();
    const auto all = jira::usable_in(facts_.id, wanted(client.fields(), "Jira's fields"));
    int found = 0;
    std::vector<std::string> absent;
    for (const KnownField& known : known_fields()) {
        if (known.shape == FieldShape::epic && !client.has_epic_fields()) continue;
        const std::string variable = field_variable(known.name);
        const Match match = named_like(all, field_title(known.name));
        if (has_id(all, draft_.get(variable))) {
            ++found;
        } else if (match.one != nullptr) {
            draft_.set(variable, match.one->id);
            ++found;
        } else {
            draft_.set(variable, "");
            absent.push_back(field_title(known.name));
        }
    }
    out_ << fmt::format("  found by their names: {}\n", counted(found, "field"));
    if (!absent.empty()) out_ << "  not there, and not sent: " << join(absent, ", ") << "\n";
}

void Finder::options(jira::Client& client) {
    std::vector<jira::CreateField> screens;
    for (const char* type : {"OMS_JIRA_ISSUE_TYPE_ID", "OMS_JIRA_PROJECT_ISSUE_TYPE_ID"}) {
        if (auto screen = client.create_fields(draft_.get(type)))
            screens.insert(screens.end(), screen->begin(), screen->end());
    }
    int found = 0;
    for (const KnownOption& option : known_options()) {
        const std::string field = draft_.get(field_variable(option.field));
        const auto on_screen = std::ranges::find_if(screens, [&](const jira::CreateField& one) {
            return one.id == field && !one.options.empty();
        });
        if (field.empty() || on_screen == screens.end()) continue;
        const Match match = option_named_for(on_screen->options, option);
        if (has_id(on_screen->options, draft_.get(option_variable(option)))) {
            ++found;
        } else if (match.one != nullptr) {
            draft_.set(option_variable(option), match.one->id);
            ++found;
        } else {
            out_ << "  "
                 << visible(fmt::format("'{}' has no option for {}", on_screen->name, option.value))
                 << "\n";
        }
    }
    out_ << fmt::format("  found by their names: {}\n", counted(found, "option"));
}

void Finder::roles() {
    std::vector<Asker::Choice> there;
    for (const std::string& role : facts_.roles)
        there.push_back({role, ""});
    if (!there.empty())
        refuse_unless_there(given_, "OMS_JIRA_INTERNAL_ROLE", "the role in Jira", there);
    if (facts_.roles.empty() || asker_.takes_proposals()) return;
    const std::string before = draft_.get("OMS_JIRA_INTERNAL_ROLE");
    std::vector<Asker::Choice> choices{{"-", "everybody in the project"}};
    choices.insert(choices.end(), there.begin(), there.end());
    const std::string role = asker_.choose(
        "Who in Jira may read internal messages", choices, before.empty() ? "-" : before
    );
    draft_.set("OMS_JIRA_INTERNAL_ROLE", role == "-" ? "" : role);
}

}  // namespace

SettingsDraft::SettingsDraft(
    Environment environment,
    const std::map<std::string, std::string>& answers
)
    : environment_{std::move(environment)} {
    for (const auto& [name, value] : answers)
        set(name, value);
}

std::string SettingsDraft::get(const std::string& name) const {
    return environment_.find(name).value_or("");
}

void SettingsDraft::set(const std::string& name, const std::string& value) {
    const auto& all = environment_.all();
    const auto found = all.find(name);
    if (found != all.end() && found->second.value == value) return;
    environment_.set(name, value, "init");
}

Settings SettingsDraft::settings() const {
    return load_settings(environment_, Needs::remotes, SystemClock{}.now()).settings;
}

std::vector<Fault> SettingsDraft::faults() const {
    return load_settings(environment_, Needs::remotes, SystemClock{}.now()).faults;
}

std::vector<Fault> SettingsDraft::faults_of(const std::string& variable) const {
    std::vector<Fault> found;
    for (const Fault& fault : faults()) {
        if (fault.variable == variable) found.push_back(fault);
    }
    return found;
}

std::map<std::string, std::string> SettingsDraft::to_write() const {
    std::map<std::string, std::string> values;
    for (const Variable& variable : variables()) {
        const auto& all = environment_.all();
        for (const std::string& name : {variable.name, variable.old_name}) {
            const auto found = name.empty() ? all.end() : all.find(name);
            if (found == all.end() || found->second.value.empty()) continue;
            const auto named = all.find(name + "_FILE");
            const bool in_file = named != all.end() && found->second.from == named->second.value;
            values[in_file ? name + "_FILE" : name] =
                in_file ? named->second.value : found->second.value;
        }
    }
    return values;
}

void refuse_unless_there(
    const Answers& given,
    const std::string& variable,
    const std::string& what,
    const std::vector<Asker::Choice>& there
) {
    const auto found = given.find(variable);
    if (found == given.end() || found->second.empty()) return;
    if (std::ranges::find(there, found->second, &Asker::Choice::value) != there.end()) return;
    throw AskingEnded{fmt::format(
        "{}: {} was given, which is not there; there are: {}; nothing was written",
        what,
        in_quotes(found->second),
        listed(there)
    )};
}

void find_in_jira(
    SettingsDraft& draft,
    const Answers& given,
    jira::Client& client,
    Asker& asker,
    std::ostream& out
) {
    Finder finder{draft, given, client, asker, out};
    finder.project();
    // What was chosen is part of what the next client asks.
    const Settings settings = draft.settings();
    ScratchAgent agent{settings};
    jira::Client& chosen = agent.jira();
    (void)chosen.prepare();
    finder.types(chosen);
    finder.statuses(chosen);
    finder.fields(chosen);
    finder.options(chosen);
    finder.roles();
}

}  // namespace oms::app
