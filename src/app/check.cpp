#include "app/check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/agent.hpp"
#include "app/check_database.hpp"
#include "app/check_webhook.hpp"
#include "app/exposed_files.hpp"
#include "app/paces.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::app {
namespace {

std::string_view to_text(Grade grade) {
    switch (grade) {
    case Grade::fine: return "ok";
    case Grade::warning: return "warning";
    case Grade::fault: return "FAULT";
    }
    return "";
}

/// Names as Jira shows them, from those of the variables: CP_INeedAVoucher, SO_1, Epic_Link.
std::string jira_name(const std::string& variable) {
    if (variable == "Epic_Link" || variable == "Epic_Name" || variable == "Order_reference") {
        return replace_all(variable, "_", " ");
    }
    return replace_all(variable, "_", "-");
}

/// `OMS_JIRA_WF_…`, without that: READY.
std::string workflow_variable(Status status) {
    if (status == Status::registered) return "TODO";
    std::string upper{oms::to_text(status)};
    std::ranges::transform(upper, upper.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
    });
    return upper;
}

/// Without what only other projects have; what only this one has goes first.
Result<std::vector<jira::Named>>
usable_in(const jira::Named& project, Result<std::vector<jira::Named>> all) {
    if (!all) return all;
    std::erase_if(*all, [&](const jira::Named& one) {
        return !one.project_id.empty() && one.project_id != project.id;
    });
    std::ranges::stable_partition(*all, [](const jira::Named& one) {
        return !one.project_id.empty();
    });
    return all;
}

class Check {
public:
    Check(const Settings& settings, const CheckOptions& options, const Console& console)
        : settings_{settings},
          options_{options},
          console_{console},
          address_{settings.public_url} {}

    int run(const std::vector<Fault>& faults);

private:
    void database();
    void marketplace(marketplace::Client& client);
    void jira(jira::Client& client);
    void statuses(jira::Client& client, const jira::Named& project);
    void fields(jira::Client& client, const jira::Named& project);
    void screen(jira::Client& client, const std::string& type, bool order);
    static void want_epic(
        const jira::Client& client,
        const std::vector<jira::CreateField>& screen,
        bool order,
        std::vector<std::string>& wanted
    );
    void required_field(
        const std::string& what,
        const jira::CreateField& field,
        const std::vector<std::string>& sent
    );
    void
    option_of(const std::string& what, const jira::CreateField& field, const FieldValue& value);
    void permissions(jira::Client& client);
    void webhook(jira::Client& client);
    void try_writing(jira::Client& client);
    void note(const std::string& what, Grade grade, std::string says = {}, std::string remedy = {});
    int end();

    const Settings& settings_;
    CheckOptions options_;
    const Console& console_;
    std::vector<Finding> findings_;
    /// Where this service is reached: as it is configured, or as the marketplace calls it.
    std::string address_;
};

void Check::note(const std::string& what, Grade grade, std::string says, std::string remedy) {
    findings_.push_back({what, grade, std::move(says), std::move(remedy)});
    const Finding& one = findings_.back();
    if (console_.json) return;
    std::string text =
        fmt::format("{:<8} {}{}\n", to_text(grade), what, one.says.empty() ? "" : ": " + one.says);
    if (!one.remedy.empty())
        text += fmt::format("         → {}\n", replace_all(one.remedy, "\n", "\n           "));
    console_.out << visible(text);
}

void Check::database() {
    Finding found = check_database(settings_);
    note(found.what, found.grade, std::move(found.says), std::move(found.remedy));
}

void Check::marketplace(marketplace::Client& client) {
    const auto oms = client.oms();
    if (!oms) {
        return note(
            "marketplace",
            Grade::fault,
            oms.error().says,
            "look at OMS_MP_URL, OMS_MP_TOKEN and OMS_ID"
        );
    }
    note(
        "marketplace",
        Grade::fine,
        fmt::format(
            "OMS {} '{}'{}", oms->id.value, oms->name, oms->is_default ? ", the default one" : ""
        )
    );
    const std::string trigger = "/mp/trigger";
    if (address_.empty() && oms->trigger_url.ends_with(trigger))
        address_ = oms->trigger_url.substr(0, oms->trigger_url.size() - trigger.size());
    if (oms->trigger_url.empty()) {
        return note(
            "trigger",
            Grade::warning,
            "the marketplace has no trigger for this OMS: events are read every " +
                oms::to_text(settings_.poll_interval),
            "ask the marketplace's team to set it to this service's /mp/trigger"
        );
    }
    const bool wants = !settings_.trigger.password.empty();
    if (wants != oms->trigger_has_authorization) {
        return note(
            "trigger",
            Grade::fault,
            wants ? "the marketplace calls it without credentials"
                  : "the marketplace sends credentials that nobody asks for",
            wants ? "have them set at the marketplace, or unset OMS_AUTHORIZATION_PASSWORD"
                  : "set OMS_AUTHORIZATION_USER and OMS_AUTHORIZATION_PASSWORD"
        );
    }
    note("trigger", Grade::fine, oms->trigger_method + " " + oms->trigger_url);
}

void Check::jira(jira::Client& client) {
    const auto info = client.server_info();
    if (!info)
        return note(
            "Jira",
            Grade::fault,
            info.error().says,
            "look at OMS_JIRA_URL and OMS_JIRA_CONTEXT_PATH"
        );
    (void)client.prepare();  // cannot fail now
    note(
        "Jira", Grade::fine, fmt::format("{}, spoken to as {}", info->version, client.generation())
    );
    if (options_.webhook) return webhook(client);
    const auto myself = client.myself();
    if (!myself) return note("account", Grade::fault, myself.error().says);
    note("account", Grade::fine, fmt::format("{} ({})", myself->display_name, myself->name));
    const auto project = client.project();
    if (!project) {
        return note(
            "project",
            Grade::fault,
            fmt::format("{}: {}", settings_.jira.project, project.error().says),
            "set OMS_JIRA_PROJECT to the project's key, and let our account browse it"
        );
    }
    note("project", Grade::fine, fmt::format("{} '{}'", settings_.jira.project, project->name));
    permissions(client);
    const auto types = client.issue_types();
    for (const auto& [variable, id] :
         {std::pair{"OMS_JIRA_ISSUE_TYPE_ID", settings_.plan.order_issue_type_id},
          std::pair{"OMS_JIRA_PROJECT_ISSUE_TYPE_ID", settings_.plan.project_issue_type_id}}) {
        if (!types) {
            note(variable, Grade::fault, types.error().says);
            continue;
        }
        const auto found = std::ranges::find(*types, id, &jira::Named::id);
        if (found != types->end()) {
            note(variable, Grade::fine, fmt::format("{} is '{}'", id, found->name));
            continue;
        }
        std::string choices;
        for (const auto& type : *types)
            choices += fmt::format("\n{}={}   {}", variable, type.id, type.name);
        note(
            variable,
            Grade::fault,
            fmt::format("the project has no issue type {}", id),
            "set one of:" + choices
        );
    }
    statuses(client, *project);
    fields(client, *project);
    screen(client, settings_.plan.project_issue_type_id, false);
    screen(client, settings_.plan.order_issue_type_id, true);
    webhook(client);
    if (options_.write) try_writing(client);
}

void Check::permissions(jira::Client& client) {
    const auto missing = client.missing_permissions(
        {"BROWSE_PROJECTS",
         "CREATE_ISSUES",
         "EDIT_ISSUES",
         "TRANSITION_ISSUES",
         "ADD_COMMENTS",
         "EDIT_OWN_COMMENTS"}
    );
    if (!missing) return note("permissions", Grade::warning, missing.error().says);
    if (missing->empty()) return note("permissions", Grade::fine);
    note(
        "permissions",
        Grade::fault,
        "our account lacks " + join(*missing, ", "),
        "grant them in the permission scheme of project " + settings_.jira.project
    );
}

void Check::statuses(jira::Client& client, const jira::Named& project) {
    auto all = usable_in(project, client.statuses());
    if (!all) return note("statuses", Grade::fault, all.error().says);
    // A project that has statuses of its own has no others.
    if (!all->empty() && !all->front().project_id.empty())
        std::erase_if(*all, [](const jira::Named& one) { return one.project_id.empty(); });
    for (const auto& [status, id] : settings_.plan.workflow) {
        const std::string variable = workflow_variable(status);
        const auto found = std::ranges::find(*all, id.value, &jira::Named::id);
        if (found != all->end()) {
            note(
                "OMS_JIRA_WF_" + variable,
                Grade::fine,
                fmt::format("{} is '{}'", id.value, found->name)
            );
            continue;
        }
        std::string choices;
        for (const auto& one : *all)
            choices += fmt::format("\nOMS_JIRA_WF_{}={}   {}", variable, one.id, one.name);
        note(
            "OMS_JIRA_WF_" + variable,
            Grade::fault,
            fmt::format("Jira has no status {}", id.value),
            "set one of:" + choices
        );
    }
}

void Check::fields(jira::Client& client, const jira::Named& project) {
    (void)client.learn_fields();  // its failure is the same as that of the next
    const auto all = usable_in(project, client.fields());
    if (!all) return note("fields", Grade::fault, all.error().says);
    constexpr std::array<std::string_view, 23> used{
        "Epic_Link",
        "Epic_Name",
        "Order_reference",
        "CI_Name",
        "CI_Surname",
        "CI_Email",
        "CI_DisplayName",
        "CI_EOSC_UniqueID",
        "CI_Institution",
        "CI_Department",
        "CI_DepartmentalWebPage",
        "CP_CustomerTypology",
        "CP_UserGroupName",
        "SO_ProjectName",
        "CP_ScientificDiscipline",
        "CP_Platforms",
        "CP_INeedAVoucher",
        "CP_VoucherID",
        "SO_1",
        "SO_ServiceOrderTarget",
        "SO_OfferType",
        "CP_CustomerCountry",
        "CP_CollaborationCountry"};
    std::string block;
    for (const std::string_view one : used) {
        const std::string name{one};
        const auto by_name = std::ranges::find(*all, jira_name(name), &jira::Named::name);
        const auto configured = settings_.plan.field_ids.find(name);
        if (configured == settings_.plan.field_ids.end()) {
            if (by_name != all->end())
                block += fmt::format("OMS_JIRA_FIELD_{}={}\n", name, by_name->id);
            continue;
        }
        const auto by_id = std::ranges::find(*all, configured->second, &jira::Named::id);
        if (by_id == all->end()) {
            note(
                "OMS_JIRA_FIELD_" + name,
                Grade::fault,
                "Jira has no field " + configured->second,
                by_name == all->end() ? ""
                                      : fmt::format("set OMS_JIRA_FIELD_{}={}", name, by_name->id)
            );
        } else if (by_name != all->end() && by_name->id != by_id->id) {
            note(
                "OMS_JIRA_FIELD_" + name,
                Grade::warning,
                fmt::format("{} is '{}'", by_id->id, by_id->name),
                fmt::format("the field of that name is OMS_JIRA_FIELD_{}={}", name, by_name->id)
            );
        }
    }
    if (block.empty())
        return note(
            "fields", Grade::fine, fmt::format("{} are configured", settings_.plan.field_ids.size())
        );
    note(
        "fields",
        Grade::warning,
        "some are not configured, and will not be sent",
        "Jira has these:\n" + block
    );
}

/// What says under which epic an order hangs, and how an epic is called: fields of their own, or
/// `parent` and nothing.
void Check::want_epic(
    const jira::Client& client,
    const std::vector<jira::CreateField>& screen,
    bool order,
    std::vector<std::string>& wanted
) {
    const jira::FieldIds ids = client.field_ids();
    std::erase(wanted, ids.epic_name);
    const std::string& own = order ? ids.epic_link : ids.epic_name;
    if (client.has_epic_fields()) {
        if (!own.empty()) wanted.push_back(own);
        return;
    }
    const bool by_link =
        !own.empty() && std::ranges::find(screen, own, &jira::CreateField::id) != screen.end();
    if (order) wanted.push_back(by_link ? own : "parent");
}

void Check::screen(jira::Client& client, const std::string& type, bool order) {
    const std::string what = order ? "create screen of orders" : "create screen of projects";
    const auto screen = client.create_fields(type);
    if (!screen) return note(what, Grade::warning, screen.error().says);
    const Project project{.id = {1}, .name = "x", .customer_typology = "single_user"};
    const Order example{.id = {{1}, {1}}, .supplied_voucher_id = "x"};
    const FieldValues sent = order ? plan::order_fields(settings_.plan, project, example, false)
                                   : plan::project_fields(settings_.plan, project);
    std::vector<std::string> wanted{"labels"};
    for (const auto& [id, value] : sent)
        wanted.push_back(id);
    want_epic(client, *screen, order, wanted);
    std::vector<std::string> lacking;
    for (const std::string& id : wanted) {
        if (std::ranges::find(*screen, id, &jira::CreateField::id) == screen->end())
            lacking.push_back(id);
    }
    if (!lacking.empty()) {
        note(
            what,
            Grade::fault,
            "it lacks " + join(lacking, ", "),
            fmt::format(
                "add them to the create screen of issue type {} in project {}",
                type,
                settings_.jira.project
            )
        );
    }
    for (const auto& field : *screen) {
        required_field(what, field, wanted);
        const auto value = sent.find(field.id);
        if (value != sent.end()) option_of(what, field, value->second);
    }
    if (lacking.empty()) note(what, Grade::fine);
}

void Check::required_field(
    const std::string& what,
    const jira::CreateField& field,
    const std::vector<std::string>& sent
) {
    const bool ours = field.id == "project" || field.id == "issuetype" || field.id == "summary" ||
                      std::ranges::find(sent, field.id) != sent.end();
    if (!field.required || field.has_default || ours) return;
    note(
        what,
        Grade::fault,
        fmt::format("'{}' ({}) is required, and we do not send it", field.name, field.id),
        "make it optional, give it a default, or configure it"
    );
}

void Check::option_of(
    const std::string& what,
    const jira::CreateField& field,
    const FieldValue& value
) {
    const bool known =
        value.kind != FieldValue::Kind::option || field.options.empty() ||
        std::ranges::find(field.options, value.text, &jira::Named::id) != field.options.end();
    if (known) return;
    std::string options;
    for (const auto& option : field.options)
        options += fmt::format("\n{}   {}", option.id, option.name);
    note(
        what,
        Grade::fault,
        fmt::format("'{}' has no option {}", field.name, value.text),
        "its options are:" + options
    );
}

void Check::webhook(jira::Client& client) {
    const bool apply = options_.apply;
    for (Finding& one : check_webhook(settings_, client, address_, apply))
        note(one.what, one.grade, std::move(one.says), std::move(one.remedy));
}

void Check::try_writing(jira::Client& client) {
    const auto created = client.create_issue(
        {.project_key = settings_.jira.project,
         .issue_type_id = settings_.plan.project_issue_type_id,
         .fields = plan::project_fields(
             settings_.plan,
             {.id = {1},
              .owner = {.first_name = "Test", .last_name = "Test"},
              .name = "oms-jira check, may be deleted"}
         ),
         .marker = "oms-jira-check"}
    );
    if (!created) return note("write: create", Grade::fault, created.error().says);
    note("write: create", Grade::fine, created->key.value);
    const auto transitions = client.transitions(created->id);
    if (!transitions || transitions->empty()) {
        note(
            "write: move",
            Grade::warning,
            transitions ? "no transition leads from the first status" : transitions.error().says
        );
    } else {
        const auto moved = client.transition(created->id, transitions->front().id);
        note(
            "write: move",
            moved ? Grade::fine : Grade::fault,
            moved ? transitions->front().name : moved.error().says
        );
    }
    const auto deleted = client.delete_issue(created->id);
    if (deleted) return note("write: delete", Grade::fine);
    note(
        "write: delete",
        Grade::warning,
        deleted.error().says,
        "delete " + created->key.value + " by hand; the adapter itself never deletes"
    );
}

int Check::end() {
    const auto faults = std::ranges::count(findings_, Grade::fault, &Finding::grade);
    const auto warnings = std::ranges::count(findings_, Grade::warning, &Finding::grade);
    if (console_.json) {
        json::array list;
        for (const auto& one : findings_) {
            list.push_back(json::object{
                {"what", one.what},
                {"grade", lower(to_text(one.grade))},
                {"says", one.says},
                {"remedy", one.remedy}});
        }
        console_.out << json::write(json::object{
                            {"findings", std::move(list)},
                            {"faults", faults},
                            {"warnings", warnings}})
                     << "\n";
    } else {
        console_.out << fmt::format("\n{} faults, {} warnings\n", faults, warnings);
    }
    return faults == 0 ? exit_ok : exit_faults;
}

int Check::run(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults)
        note(fault.variable, Grade::fault, fault.says, fault.fix);
    for (const std::string& warning : settings_.warnings)
        note("configuration", Grade::warning, warning);
    if (!faults.empty()) {
        end();
        return exit_usage;
    }
    note("configuration", Grade::fine);
    for (const ExposedFile& file : exposed_files(settings_))
        note("permissions", Grade::warning, file.says, file.fix);
    database();
    if (!options_.offline) {
        SystemClock clock;
        SystemRandom random;
        // The gates want a database for what they write down; a check leaves no trace.
        const auto scratch =
            store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
        store::upgrade(*scratch, clock.now());
        const Log silent{LogLevel::critical, LogFormat::text};
        Gates gates{settings_, *scratch, clock, random, silent};
        Paces paces{settings_, clock, silent};
        Agent agent{settings_, gates, paces.pace(), clock, std::nullopt};
        marketplace(agent.marketplace_client());
        jira(agent.jira_client());
    }
    return end();
}

}  // namespace

int check(
    const Settings& settings,
    const std::vector<Fault>& faults,
    const CheckOptions& options,
    const Console& console
) {
    return Check{settings, options, console}.run(faults);
}

}  // namespace oms::app
