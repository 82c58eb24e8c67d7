#include <algorithm>

#include <fmt/format.h>

#include "app/check_jira.hpp"
#include "app/jira_names.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"

// What an order will send, against what Jira's screens take.
namespace oms::app {
namespace {

using jira::AdminPage;
using Screen = std::vector<jira::CreateField>;

bool is_on(const Screen& screen, const std::string& id) {
    return std::ranges::find(screen, id, &jira::CreateField::id) != screen.end();
}

/// What says under which epic an order hangs, and how an epic is called: fields of their own, or
/// `parent` and nothing.
void want_epic(
    const jira::Client& client,
    const Screen& screen,
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
    const bool by_link = !own.empty() && is_on(screen, own);
    if (order) wanted.push_back(by_link ? own : "parent");
}

/// All that a creation may send: the longest of its kind.
std::vector<std::string> sent_by(const JiraView& view, const Screen& screen, bool order) {
    const auto& plan = view.settings.plan;
    const Project project{.id = {1}, .name = "x", .customer_typology = "single_user"};
    const Order example{.id = {{1}, {1}}, .supplied_voucher_id = "x"};
    const FieldValues values = order ? plan::order_fields(plan, project, example, false)
                                     : plan::project_fields(plan, project);
    std::vector<std::string> wanted{"labels"};
    for (const auto& [id, value] : values)
        wanted.push_back(id);
    want_epic(view.client, screen, order, wanted);
    return wanted;
}

std::string
where(const JiraView& view, const std::string& type, const char* operation = "Create Issue") {
    return fmt::format(
        "in project {}, issue type {}, screen of the operation {}: {}",
        view.settings.jira.project,
        view.type_name(type),
        operation,
        view.client.admin_page(AdminPage::screens)
    );
}

void lacking_fields(
    JiraView& view,
    const std::string& about,
    const std::string& type,
    const std::vector<std::string>& lacking
) {
    std::vector<std::string> names;
    bool labels = false;
    for (const std::string& id : lacking) {
        labels = labels || id == "labels";
        names.push_back(view.field_name(id));
    }
    view.findings.fault(
        {.code = "screens.field-missing",
         .about = about,
         .found = "it lacks " + join(names, ", "),
         .cause =
             labels ? "an issue with a field that is not on its screen is refused; by its label an "
                      "issue is found again after a crash"
                    : "an issue with a field that is not on its screen is refused",
         .remedy = fmt::format(
             "add {} ({}); or unset the variables of fields that are not wanted",
             join(names, ", "),
             where(view, type)
         )}
    );
}

void required_fields(
    JiraView& view,
    const std::string& about,
    const std::string& type,
    const Screen& screen,
    const std::vector<std::string>& sent
) {
    for (const auto& field : screen) {
        const bool ours = field.id == "project" || field.id == "issuetype" ||
                          field.id == "summary" || field.id == "reporter" ||
                          std::ranges::find(sent, field.id) != sent.end();
        if (!field.required || field.has_default || ours) continue;
        view.findings.fault(
            {.code = "screens.required-field",
             .about = about,
             .found =
                 fmt::format("'{}' ({}) is required, and we do not send it", field.name, field.id),
             .cause = "Jira refuses each issue without it",
             .remedy = fmt::format(
                 "make '{}' optional in the field configuration of issue type {}, or give it a "
                 "default "
                 "value: {}",
                 field.name,
                 view.type_name(type),
                 view.client.admin_page(AdminPage::fields)
             )}
        );
    }
}

std::optional<Screen> check_screen(JiraView& view, const std::string& type, bool order) {
    const std::string about = order ? "create screen of orders" : "create screen of projects";
    auto screen = view.client.create_fields(type);
    if (!screen) {
        const bool explained = view.findings.has("permissions.missing") ||
                               view.findings.has("types.unknown") ||
                               view.findings.has("types.swapped");
        if (!explained) could_not_ask(view, "screens.hidden", about, screen.error());
        return std::nullopt;
    }
    if (screen->empty()) {
        // Before 8.4 and where nothing may be created the list is empty rather than refused.
        view.findings.note(
            {.code = "screens.hidden",
             .about = about,
             .found = "Jira lists no field for it",
             .cause = "our account may not create such issues, or the type is not the project's"}
        );
        return std::nullopt;
    }
    const auto sent = sent_by(view, *screen, order);
    std::vector<std::string> lacking;
    for (const std::string& id : sent) {
        // What is no field at all was said of the fields.
        const bool unknown =
            id.starts_with("customfield_") && !view.fields.empty() &&
            std::ranges::find(view.fields, id, &jira::Named::id) == view.fields.end();
        if (!unknown && !is_on(*screen, id)) lacking.push_back(id);
    }
    if (!lacking.empty()) lacking_fields(view, about, type, lacking);
    required_fields(view, about, type, *screen, sent);
    if (lacking.empty()) view.findings.ok("screens.complete", about);
    return std::move(*screen);
}

/// What the sweep writes when a project was edited, against the edit screen of one that is there.
void check_edit_screen(JiraView& view) {
    const auto& plan = view.settings.plan;
    const std::string& type = plan.project_issue_type_id;
    const auto issue = view.client.one_issue(type, std::nullopt);
    if (!issue || !*issue || view.findings.has("permissions.missing")) return;
    const auto screen = view.client.edit_fields((*issue)->id);
    const char* about = "edit screen of projects";
    if (!screen) return could_not_ask(view, "screens.hidden", about, screen.error());
    const Project project{.id = {1}, .name = "x", .customer_typology = "single_user"};
    std::vector<std::string> names;
    for (const auto& [id, value] : plan::project_fields(plan, project)) {
        const bool is_name = id == view.client.field_ids().epic_name;
        const bool known =
            view.fields.empty() || id == "summary" ||
            std::ranges::find(view.fields, id, &jira::Named::id) != view.fields.end();
        if (known && !is_on(*screen, id) && (!is_name || view.client.has_epic_fields()))
            names.push_back(view.field_name(id));
    }
    if (names.empty()) return view.findings.ok("screens.complete", about);
    view.findings.fault(
        {.code = "screens.edit-field-missing",
         .about = about,
         .found = "it lacks " + join(names, ", "),
         .cause = "what was changed of a project in the marketplace cannot be written to its issue",
         .remedy = fmt::format("add {} ({})", join(names, ", "), where(view, type, "Edit Issue"))}
    );
}

/// The options of a field, from the screens that show it; null where none does.
const std::vector<jira::Named>* options_of(const JiraView& view, const std::string& id) {
    for (const auto* screen : {&view.order_screen, &view.project_screen}) {
        if (!*screen) continue;
        const auto found = std::ranges::find(**screen, id, &jira::CreateField::id);
        if (found != (*screen)->end() && !found->options.empty()) return &found->options;
    }
    return nullptr;
}

std::string configured_option(const plan::Settings& plan, const KnownOption& option) {
    const std::string value{option.value};
    const auto of = [&](const std::map<std::string, std::string>& options) {
        const auto found = options.find(value);
        return found == options.end() ? std::string{} : found->second;
    };
    if (option.field == "CP_CustomerTypology") return of(plan.typology_options);
    if (option.field == "SO_OfferType") return of(plan.offer_type_options);
    const auto found = plan.voucher_options.find(value == "true");
    return found == plan.voucher_options.end() ? "" : found->second;
}

void unknown_option(
    JiraView& view,
    const KnownOption& option,
    const std::string& id,
    const std::vector<jira::Named>& options
) {
    const std::string variable = option_variable(option);
    Finding finding{
        .code = "options.unknown",
        .about = variable,
        .found = fmt::format("'{}' has no option {}", field_title(option.field), id),
        .cause = "Jira refuses an issue with an option that it does not know",
        .remedy = "set the option's id:"};
    if (const Match match = option_named_for(options, option); match.one != nullptr) {
        finding.set = {{.name = variable, .value = match.one->id, .means = match.one->name}};
    } else {
        for (const jira::Named& one : options)
            finding.choices.push_back({.name = variable, .value = one.id, .means = one.name});
    }
    view.findings.fault(std::move(finding));
}

/// Options whose names say another value of the same field.
struct MixedUp {
    std::vector<SettingLine> lines = {};
    std::vector<std::string> found = {};
};

void look_for_mixed_up(
    const KnownOption& option,
    const std::string& id,
    const std::vector<jira::Named>& options,
    MixedUp& mixed
) {
    const Match wanted = option_named_for(options, option);
    if (wanted.one == nullptr || wanted.one->id == id) return;
    for (const KnownOption& other : known_options()) {
        if (other.field != option.field || other.value == option.value) continue;
        const Match match = option_named_for(options, other);
        if (match.one == nullptr || match.one->id != id) continue;
        mixed.found.push_back(fmt::format("{} is '{}'", option_variable(option), match.one->name));
        mixed.lines.push_back(
            {.name = option_variable(option), .value = wanted.one->id, .means = wanted.one->name}
        );
    }
}

std::string summary_of(const std::vector<std::string>& names) { return join(names, ", "); }

}  // namespace

void check_screens(JiraView& view) {
    const auto& plan = view.settings.plan;
    view.project_screen = check_screen(view, plan.project_issue_type_id, false);
    view.order_screen = check_screen(view, plan.order_issue_type_id, true);
    check_edit_screen(view);
}

void check_options(JiraView& view) {
    const auto& plan = view.settings.plan;
    std::vector<SettingLine> unset;
    MixedUp mixed;
    int right = 0;
    for (const KnownOption& option : known_options()) {
        const auto field = plan.field_ids.find(std::string{option.field});
        if (field == plan.field_ids.end()) continue;
        const auto* options = options_of(view, field->second);
        if (options == nullptr) continue;
        const std::string id = configured_option(plan, option);
        if (id.empty()) {
            const Match match = option_named_for(*options, option);
            if (match.one != nullptr)
                unset.push_back(
                    {.name = option_variable(option),
                     .value = match.one->id,
                     .means = match.one->name}
                );
            continue;
        }
        if (std::ranges::find(*options, id, &jira::Named::id) == options->end()) {
            unknown_option(view, option, id, *options);
            continue;
        }
        ++right;
        look_for_mixed_up(option, id, *options, mixed);
    }
    if (!mixed.lines.empty()) {
        view.findings.fault(
            {.code = "options.mixed-up",
             .about = "OMS_JIRA_FIELD_SELECT_VALUES_…",
             .found = summary_of(mixed.found),
             .cause =
                 "by their names these stand for other values: issues would show the wrong one",
             .remedy = "set them as their names say:",
             .set = mixed.lines}
        );
    }
    if (!unset.empty()) {
        view.findings.note(
            {.code = "options.unset",
             .about = "options",
             .found = fmt::format("{} are not configured", unset.size()),
             .cause = "their fields stay empty where such a value comes",
             .remedy = "by their names they are:",
             .set = unset}
        );
    } else if (right > 0 && mixed.lines.empty()) {
        view.findings.ok("options.found", "options", fmt::format("{} are configured", right));
    }
}

}  // namespace oms::app
