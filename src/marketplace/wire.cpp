#include "marketplace/wire.hpp"

namespace oms::marketplace::wire {
namespace {

using json::at;
using json::text_or_empty;

std::vector<std::string> texts(const json::value& list) {
    std::vector<std::string> result;
    for (const auto& element : json::elements(list)) {
        if (auto text = json::text(element)) result.push_back(std::move(*text));
    }
    return result;
}

std::optional<std::int64_t> positive(const json::value& value) {
    const auto number = json::integer(value);
    if (!number || *number <= 0) return std::nullopt;
    return number;
}

std::optional<std::string> filled(const json::value& value) {
    auto text = json::text(value);
    if (text && text->empty()) return std::nullopt;
    return text;
}

Author author(const json::value& value) {
    return {
        .uid = text_or_empty(at(value, "uid")),
        .email = text_or_empty(at(value, "email")),
        .name = text_or_empty(at(value, "name")),
        .role = text_or_empty(at(value, "role"))};
}

std::optional<Scope> scope(const json::value& value) {
    const std::string text = text_or_empty(value);
    for (const Scope known : {Scope::public_scope, Scope::internal, Scope::user_direct}) {
        if (to_text(known) == text) return known;
    }
    return std::nullopt;
}

std::vector<OfferProperty> offer_properties(const json::value& list) {
    std::vector<OfferProperty> properties;
    for (const auto& element : json::elements(list)) {
        OfferProperty property{
            .label = text_or_empty(at(element, "label")),
            .sensitive = json::boolean(at(element, "sensitive")).value_or(false)};
        const auto& value = at(element, "value");
        if (!value.is_null()) property.value_json = json::write(value);
        properties.push_back(std::move(property));
    }
    return properties;
}

/// Swagger lists a type `delete`; whatever else may come is of no interest, but no fault either.
Resource resource_of(std::string_view type, std::string_view resource) {
    if (type != "create" && type != "update") return Resource::other;
    if (resource == "project") return Resource::project;
    if (resource == "project_item") return Resource::project_item;
    return resource == "message" ? Resource::message : Resource::other;
}

std::string any_as_text(const json::value& value) {
    if (auto text = json::text(value)) return *text;
    return value.is_null() ? "" : json::write(value);
}

}  // namespace

std::optional<Oms> oms(const json::value& value) {
    const auto id = positive(at(value, "id"));
    if (!id) return std::nullopt;
    const auto& trigger = at(value, "trigger");
    return Oms{
        .id = {*id},
        .name = text_or_empty(at(value, "name")),
        .is_default = json::boolean(at(value, "default")).value_or(false),
        .trigger_url = text_or_empty(at(trigger, "url")),
        .trigger_method = text_or_empty(at(trigger, "method")),
        .trigger_has_authorization = !at(trigger, "authorization").is_null()};
}

std::optional<Project> project(const json::value& value) {
    const auto id = positive(at(value, "id"));
    if (!id) return std::nullopt;
    const auto& owner = at(value, "owner");
    const auto& attributes = at(value, "attributes");
    Project project{
        .id = {*id},
        .owner =
            {.uid = text_or_empty(at(owner, "uid")),
             .email = text_or_empty(at(owner, "email")),
             .name = text_or_empty(at(owner, "name")),
             .first_name = text_or_empty(at(owner, "first_name")),
             .last_name = text_or_empty(at(owner, "last_name"))},
        .name = text_or_empty(at(attributes, "name")),
        .customer_typology = text_or_empty(at(attributes, "customer_typology")),
        .organization = text_or_empty(at(attributes, "organization")),
        .department = text_or_empty(at(attributes, "department")),
        .department_webpage = text_or_empty(at(attributes, "department_webpage")),
        .user_group_name = text_or_empty(at(attributes, "user_group_name")),
        .country = text_or_empty(at(attributes, "country")),
        .scientific_domains = texts(at(attributes, "scientific_domains")),
        .collaboration_countries = texts(at(attributes, "collaboration_countries"))};
    for (const auto& item : json::elements(at(value, "project_items"))) {
        if (const auto number = positive(item)) project.items.push_back({*number});
    }
    return project;
}

std::optional<Order> order(ProjectId in, const json::value& value) {
    const auto id = positive(at(value, "id"));
    const auto status = parse_status(text_or_empty(at(value, {"status", "type"})));
    if (!id || !status) return std::nullopt;
    const auto& attributes = at(value, "attributes");
    return Order{
        .id = {in, {*id}},
        .status = *status,
        .status_value = text_or_empty(at(value, {"status", "value"})),
        .category = json::text(at(attributes, "category")),
        .service = json::text(at(attributes, "service")),
        .offer = text_or_empty(at(attributes, "offer")),
        .offer_properties = offer_properties(at(attributes, "offer_properties")),
        .platforms = texts(at(attributes, "platforms")),
        .request_voucher = json::boolean(at(attributes, "request_voucher")).value_or(false),
        .order_type = text_or_empty(at(attributes, "order_type")),
        .supplied_voucher_id = filled(at(attributes, "supplied_voucher_id")),
        .order_target = any_as_text(at(value, {"oms_params", "order_target"}))};
}

std::optional<Message> message(const json::value& value) {
    const auto id = positive(at(value, "id"));
    const auto of = scope(at(value, "scope"));
    if (!id || !of) return std::nullopt;
    return Message{
        .id = {*id},
        .author = author(at(value, "author")),
        .content = text_or_empty(at(value, "content")),
        .scope = *of,
        .created_at = parse_time(text_or_empty(at(value, "created_at"))).value_or(Instant{}),
        .updated_at = parse_time(text_or_empty(at(value, "updated_at"))).value_or(Instant{})};
}

std::optional<Event> event(const json::value& value) {
    const auto timestamp = parse_time(text_or_empty(at(value, "timestamp")));
    const std::string type = text_or_empty(at(value, "type"));
    if (!timestamp) return std::nullopt;
    Event event{
        .timestamp = *timestamp, .type = type == "create" ? EventType::create : EventType::update};
    event.resource = resource_of(type, text_or_empty(at(value, "resource")));
    if (const auto id = positive(at(value, "project_id"))) event.project = ProjectId{*id};
    if (const auto id = positive(at(value, "project_item_id"))) event.item = ProjectItemId{*id};
    if (const auto id = positive(at(value, "message_id"))) event.message = MessageId{*id};
    for (const auto& change : json::elements(at(value, "changes"))) {
        event.changes.push_back(
            {.field = text_or_empty(at(change, "field")), .after = any_as_text(at(change, "after"))}
        );
    }
    return event;
}

}  // namespace oms::marketplace::wire
