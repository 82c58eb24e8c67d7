#include <algorithm>

#include <fmt/format.h>

#include "app/check_jira.hpp"
#include "app/jira_names.hpp"
#include "base/text.hpp"

// Fields: by id, by name, and what kind they are.
namespace oms::app {
namespace {

using jira::AdminPage;

constexpr std::size_t line_max = 255;  // what Jira takes in a field of one line

const jira::Named* field_by_id(const std::vector<jira::Named>& all, const std::string& id) {
    const auto found = std::ranges::find(all, id, &jira::Named::id);
    return found == all.end() ? nullptr : &*found;
}

bool is_one_line(const jira::Named& field) { return field.kind.ends_with(":textfield"); }

bool is_option(const jira::Named& field) {
    return field.kind.ends_with(":select") || field.kind.ends_with(":radiobuttons");
}

/// As far as its kind tells: what is not known fits.
bool fits(const KnownField& known, const jira::Named& field) {
    const bool text = is_one_line(field) || field.kind.ends_with(":textarea");
    const bool several = field.kind.ends_with(":multiselect") ||
                         field.kind.ends_with(":multicheckboxes") ||
                         field.kind.ends_with(":cascadingselect");
    switch (known.shape) {
    case FieldShape::option: return !text && !several;
    case FieldShape::line:
    case FieldShape::lines:
        return !is_option(field) && !several && !field.kind.ends_with(":float") &&
               !field.kind.ends_with(":datepicker");
    case FieldShape::epic: return true;
    }
    return true;
}

/// Looks at one field after the other, and collects those that are not set.
class FieldCheck {
public:
    explicit FieldCheck(JiraView& view) : view_{view} {}
    void run();

private:
    void look_at(const KnownField& known);
    void unset(const KnownField& known, const Match& by_name);
    void unknown(const KnownField& known, const std::string& id, const Match& by_name);
    void other_name(const KnownField& known, const jira::Named& field, const Match& by_name);
    void shape(const KnownField& known, const jira::Named& field);
    void end();

    JiraView& view_;
    std::vector<SettingLine> block_;
    std::vector<std::string> absent_;
    std::vector<std::string> ambiguous_;
};

void FieldCheck::unset(const KnownField& known, const Match& by_name) {
    if (known.shape == FieldShape::epic && !view_.client.has_epic_fields()) return;
    if (by_name.one == nullptr) {
        absent_.push_back(field_title(known.name));
        return;
    }
    if (by_name.ambiguous) ambiguous_.push_back(by_name.one->name);
    block_.push_back({.name = field_variable(known.name), .value = by_name.one->id});
}

void FieldCheck::unknown(const KnownField& known, const std::string& id, const Match& by_name) {
    const std::string variable = field_variable(known.name);
    Finding finding{
        .code = "fields.unknown",
        .about = variable,
        .found = fmt::format("Jira has no field {}", id),
        .cause = "an issue with a field that Jira does not know is refused"};
    if (by_name.one != nullptr) {
        finding.remedy = fmt::format("set the field '{}':", by_name.one->name);
        finding.set = {{.name = variable, .value = by_name.one->id}};
    } else {
        finding.remedy = fmt::format(
            "no field is called {}: make it ({}), or do not send it:",
            field_title(known.name),
            view_.client.admin_page(AdminPage::fields)
        );
        finding.set = {{.name = variable, .value = "", .means = "unset"}};
    }
    view_.findings.fault(std::move(finding));
}

void FieldCheck::other_name(
    const KnownField& known,
    const jira::Named& field,
    const Match& by_name
) {
    const std::string variable = field_variable(known.name);
    const bool of_another = std::ranges::any_of(known_fields(), [&](const KnownField& other) {
        return plain_name(field_title(other.name)) == plain_name(field.name);
    });
    Finding finding{
        .code = of_another ? "fields.mixed-up" : "fields.other-name",
        .about = variable,
        .found = fmt::format("{} is '{}'", field.id, field.name),
        .cause =
            of_another
                ? "by its name it is another field of ours: values would stand in the wrong one"
                : "another field bears the usual name",
        .remedy = fmt::format("the field '{}' is", by_name.one->name),
        .set = {{.name = variable, .value = by_name.one->id}}};
    finding.severity = of_another ? Severity::fault : Severity::note;
    view_.findings.add(std::move(finding));
}

void FieldCheck::shape(const KnownField& known, const jira::Named& field) {
    const std::string variable = field_variable(known.name);
    const auto& plan = view_.settings.plan;
    if (!fits(known, field)) {
        const bool option = known.shape == FieldShape::option;
        return view_.findings.fault(
            {.code = "fields.kind",
             .about = variable,
             .found = fmt::format("'{}' ({}) is of the kind {}", field.name, field.id, field.kind),
             .cause = option ? "we send one option of a select list: Jira refuses it"
                             : "we send text: Jira refuses it",
             .remedy = fmt::format(
                 "make a field '{}' of the kind {} and set its id ({}); or do not send it:",
                 field_title(known.name),
                 option                             ? "Select List (single choice)"
                 : known.shape == FieldShape::lines ? "Text Field (multi-line)"
                                                    : "Text Field (single line)",
                 view_.client.admin_page(AdminPage::fields)
             ),
             .set = {{.name = variable, .value = "", .means = "unset"}}}
        );
    }
    const bool uncut = plan.untruncated_fields.contains(std::string{known.name});
    if (uncut && is_one_line(field)) {
        std::vector<std::string> rest;
        for (const std::string& name : plan.untruncated_fields) {
            if (name != known.name) rest.push_back(name);
        }
        return view_.findings.fault(
            {.code = "fields.too-short",
             .about = variable,
             .found = fmt::format(
                 "'{}' ({}) has one line of {} characters", field.name, field.id, line_max
             ),
             .cause = "what we send may be longer: Jira would refuse such orders",
             .remedy = fmt::format(
                 "make a field of the kind Text Field (multi-line) and set its id ({}), since a "
                 "field's "
                 "kind cannot be changed; or have this one cut as well:",
                 view_.client.admin_page(AdminPage::fields)
             ),
             .set = {{.name = "OMS_JIRA_UNTRUNCATED_FIELDS", .value = join(rest, ",")}}}
        );
    }
    if (!uncut && is_one_line(field) && plan.truncate_length > line_max &&
        !view_.findings.has("fields.truncate-length")) {
        view_.findings.fault(
            {.code = "fields.truncate-length",
             .about = "OMS_JIRA_TRUNCATE_LENGTH",
             .found = fmt::format(
                 "it is {}, and '{}' takes {} characters",
                 plan.truncate_length,
                 field.name,
                 line_max
             ),
             .cause = "Jira refuses longer texts in a field of one line",
             .remedy = "cut them:",
             .set = {{.name = "OMS_JIRA_TRUNCATE_LENGTH", .value = std::to_string(line_max)}}}
        );
    }
}

void FieldCheck::look_at(const KnownField& known) {
    const auto& ids = view_.settings.plan.field_ids;
    const Match by_name = named_like(view_.fields, field_title(known.name));
    const auto configured = ids.find(std::string{known.name});
    if (configured == ids.end()) return unset(known, by_name);
    const jira::Named* field = field_by_id(view_.fields, configured->second);
    if (field == nullptr) return unknown(known, configured->second, by_name);
    const bool named_so = plain_name(field->name) == plain_name(field_title(known.name));
    if (!named_so && by_name.one != nullptr) other_name(known, *field, by_name);
    shape(known, *field);
}

void FieldCheck::end() {
    if (!block_.empty()) {
        std::string more;
        if (!ambiguous_.empty())
            more = fmt::format(
                " Several are called {}: look which one stands on the screens.",
                join(ambiguous_, ", ")
            );
        view_.findings.note(
            {.code = ambiguous_.empty() ? "fields.unset" : "fields.ambiguous",
             .about = "fields",
             .found = fmt::format("{} are not configured, and will not be sent", block_.size()),
             .cause =
                 "without Order reference and SO-ProjectName, issues of an earlier integration are "
                 "not recognised; without CP-VoucherID, vouchers are not carried." +
                 more,
             .remedy = "Jira has them:",
             .set = block_}
        );
    }
    if (!absent_.empty()) {
        view_.findings.note(
            {.code = "fields.absent",
             .about = "fields",
             .found = "Jira has none called " + join(absent_, ", "),
             .cause = "they are not sent",
             .remedy =
                 "where they are wanted, make them: " + view_.client.admin_page(AdminPage::fields)}
        );
    }
    if (block_.empty() && absent_.empty()) {
        view_.findings.ok(
            "fields.configured",
            "fields",
            fmt::format("{} are configured", view_.settings.plan.field_ids.size())
        );
    }
}

void FieldCheck::run() {
    (void)view_.client.learn_fields();  // its failure is the same as that of the next
    auto all = view_.client.fields();
    if (!all) return could_not_ask(view_, "fields.hidden", "fields", all.error());
    view_.fields = jira::usable_in(view_.project.id, *all);
    for (const KnownField& known : known_fields())
        look_at(known);
    end();
}

}  // namespace

void check_fields(JiraView& view) { FieldCheck{view}.run(); }

}  // namespace oms::app
