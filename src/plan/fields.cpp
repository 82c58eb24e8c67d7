#include "plan/fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace oms::plan {
namespace {

/// Collects values under the ids that are configured, cut where they are to be cut.
class Fields {
public:
    explicit Fields(const Settings& settings) : settings_{settings} {}

    void summary(const std::string& text) {
        // Jira refuses line breaks in it.
        const std::string line = replace_all(clean(text), "\n", " ");
        values_["summary"] = {.text = truncate(line, settings_.truncate_length)};
    }

    void text(const std::string& name, const std::string& value) {
        const bool whole = settings_.untruncated_fields.contains(name);
        const std::string cleaned = clean(value);
        set(name, {.text = whole ? cleaned : truncate(cleaned, settings_.truncate_length)});
    }

    template <class Key>
    void
    option(const std::string& name, const std::map<Key, std::string>& options, const Key& key) {
        const auto found = options.find(key);
        if (found == options.end() || found->second.empty()) return;
        set(name, {.kind = FieldValue::Kind::option, .text = found->second});
    }

    [[nodiscard]] FieldValues take() { return std::move(values_); }

private:
    void set(const std::string& name, FieldValue value) {
        const auto id = settings_.field_ids.find(name);
        if (id == settings_.field_ids.end() || id->second.empty()) return;
        values_[id->second] = std::move(value);
    }

    const Settings& settings_;
    FieldValues values_;
};

std::string or_not_available(const std::string& text) { return text.empty() ? "N/A" : text; }

std::string display_name(const Owner& owner) {
    if (owner.first_name.empty() || owner.last_name.empty()) return owner.name;
    return owner.first_name + " " + owner.last_name;
}

std::string kind_of(const FieldValue& value) {
    switch (value.kind) {
    case FieldValue::Kind::text: return "text";
    case FieldValue::Kind::option: return "option";
    case FieldValue::Kind::null: return "null";
    }
    return "";
}

json::value property_value(const OfferProperty& property) {
    if (property.sensitive) return "***";
    if (!property.value_json) return nullptr;
    const auto parsed = json::parse(*property.value_json);
    return parsed ? *parsed : json::value(*property.value_json);
}

json::value clean_or_null(const std::optional<std::string>& text) {
    return text ? json::value(clean(*text)) : json::value(nullptr);
}

}  // namespace

FieldValues project_fields(const Settings& settings, const Project& project) {
    const Owner& owner = project.owner;
    const bool single = project.customer_typology == "single_user";
    const bool research = project.customer_typology == "research";

    Fields fields{settings};
    fields.summary(
        fmt::format("Project, {} {}, {}", owner.first_name, owner.last_name, project.name)
    );
    fields.text("Epic_Name", project.name);
    fields.text("SO_ProjectName", project_reference(project));
    fields.text("CI_Name", owner.first_name);
    fields.text("CI_Surname", owner.last_name);
    fields.text("CI_DisplayName", display_name(owner));
    fields.text("CI_Email", owner.email);
    fields.text("CI_EOSC_UniqueID", owner.uid);
    if (single || research) {
        fields.text("CI_Institution", project.organization);
        fields.text("CI_Department", project.department);
        fields.text("CI_DepartmentalWebPage", project.department_webpage);
    }
    fields.text(
        "CP_ScientificDiscipline", or_not_available(join(project.scientific_domains, ", "))
    );
    fields.option("CP_CustomerTypology", settings.typology_options, project.customer_typology);
    fields.text("CP_CustomerCountry", or_not_available(project.country));
    fields.text(
        "CP_CollaborationCountry", or_not_available(join(project.collaboration_countries, ", "))
    );
    fields.text("CP_UserGroupName", project.user_group_name);
    return fields.take();
}

FieldValues order_fields(
    const Settings& settings,
    const Project& project,
    const Order& order,
    bool ready_when_first_seen
) {
    const bool required = order.order_type == "order_required";
    const std::string required_type = ready_when_first_seen ? "catalog" : "normal";

    Fields fields{settings};
    fields.summary(fmt::format(
        "Service order, {} {}, {}",
        project.owner.first_name,
        project.owner.last_name,
        order.service.value_or("")
    ));
    fields.text("Order_reference", order_reference(settings, order.id));
    fields.text("CP_Platforms", join(order.platforms, ", "));
    fields.option("CP_INeedAVoucher", settings.voucher_options, order.request_voucher);
    if (order.supplied_voucher_id) fields.text("CP_VoucherID", *order.supplied_voucher_id);
    fields.text("SO_1", so_1(order));
    fields.text("SO_ServiceOrderTarget", order.order_target);
    fields.option(
        "SO_OfferType",
        settings.offer_type_options,
        required ? required_type : std::string{"open_access"}
    );
    return fields.take();
}

std::string so_1(const Order& order) {
    json::object attributes;
    for (const OfferProperty& property : order.offer_properties) {
        const std::string label = clean(property.label);
        std::string name = label;
        for (int repeat = 2; attributes.contains(name); ++repeat) {
            name = fmt::format("{} ({})", label, repeat);
        }
        attributes[name] = property_value(property);
    }
    json::object whole;
    whole["category"] = clean_or_null(order.category);
    whole["service"] = clean_or_null(order.service);
    whole["offer"] = clean(order.offer);
    whole["attributes"] = std::move(attributes);
    return json::write(whole);
}

std::string order_reference(const Settings& settings, OrderId order) {
    return fmt::format(
        "{}/projects/{}/services/{}",
        settings.marketplace_public_url,
        order.project.value,
        order.item.value
    );
}

std::string project_reference(const Project& project) {
    return fmt::format("{} ({})", project.name, project.id.value);
}

std::optional<Subject> subject_by_reference(const Settings& settings, const Issue& issue) {
    const std::string before = settings.marketplace_public_url + "/projects/";
    if (issue.order_reference.starts_with(before)) {
        const auto parts = split(issue.order_reference.substr(before.size()), '/');
        const bool order = parts.size() == 3 && parts[1] == "services";
        const auto project = order ? parse_int(parts[0]) : std::nullopt;
        const auto item = order ? parse_int(parts[2]) : std::nullopt;
        if (project && item && *project > 0) return Subject::of(OrderId{{*project}, {*item}});
        return std::nullopt;
    }
    const auto bracket = issue.project_name.rfind(" (");
    const bool named = bracket != std::string::npos && issue.project_name.ends_with(')');
    if (!named || !issue.order_reference.empty()) return std::nullopt;
    const std::string id = issue.project_name.substr(bracket + 2);
    const auto project = parse_int(std::string_view{id}.substr(0, id.size() - 1));
    if (!project || *project <= 0) return std::nullopt;
    return Subject::of(ProjectId{*project});
}

std::map<std::string, std::string> hashes_of(const FieldValues& fields) {
    std::map<std::string, std::string> hashes;
    for (const auto& [id, value] : fields) {
        hashes[id] = fingerprint(kind_of(value) + ":" + value.text);
    }
    return hashes;
}

std::string hash_of_all(const std::map<std::string, std::string>& hashes) {
    std::string text;
    for (const auto& [id, hash] : hashes)
        text += id + "=" + hash + "\n";
    return fingerprint(text);
}

FieldValues
changed_fields(const FieldValues& wanted, const std::map<std::string, std::string>& written) {
    FieldValues changed;
    const auto hashes = hashes_of(wanted);
    for (const auto& [id, value] : wanted) {
        const auto before = written.find(id);
        if (before == written.end() || before->second != hashes.at(id)) changed[id] = value;
    }
    for (const auto& [id, hash] : written) {
        if (!wanted.contains(id)) changed[id] = {.kind = FieldValue::Kind::null};
    }
    return changed;
}

std::string written_text(const std::map<std::string, std::string>& hashes) {
    std::string text;
    for (const auto& [field, hash] : hashes)
        text += field + "=" + hash + "\n";
    return text;
}

std::map<std::string, std::string> parse_written(const std::string& text) {
    std::map<std::string, std::string> hashes;
    for (const std::string& line : split(text, '\n')) {
        const auto equals = line.find('=');
        if (equals != std::string::npos) hashes[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return hashes;
}

bool reads_voucher(const Settings& settings) {
    const auto id = settings.field_ids.find("CP_VoucherID");
    return id != settings.field_ids.end() && !id->second.empty();
}

std::optional<std::string> voucher_in(const Settings& settings, const FieldValues& fields) {
    if (!reads_voucher(settings)) return std::nullopt;
    const auto value = fields.find(settings.field_ids.at("CP_VoucherID"));
    return value == fields.end() ? "" : value->second.text;
}

bool is_marketplace_driven(const Order& order) {
    if (order.category) return false;
    const bool sensitive = std::ranges::any_of(
        order.offer_properties, [](const OfferProperty& property) { return property.sensitive; }
    );
    const bool says_so = starts_with_ignoring_case(order.status_value, "Deployment") ||
                         starts_with_ignoring_case(order.status_value, "Infrastructure");
    return sensitive || says_so;
}

}  // namespace oms::plan
