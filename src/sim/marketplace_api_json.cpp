#include "base/text.hpp"
#include "sim/marketplace_api.hpp"

namespace oms::sim {

namespace {

constexpr const char* obfuscated = "<OBFUSCATED>";

}  // namespace

json::object MarketplaceApi::oms_json(const mp::OmsRow& oms) const {
    json::object shown{
        {"id", oms.id}, {"name", oms.name}, {"type", oms.type}, {"default", oms.is_default}};
    if (oms.trigger) {
        json::object trigger{{"url", oms.trigger->url}, {"method", oms.trigger->method}};
        if (!oms.trigger->password.empty()) {
            trigger["authorization"] =
                json::object{{"user", oms.trigger->user}, {"password", oms.trigger->password}};
        }
        shown["trigger"] = std::move(trigger);
    }
    if (!oms.custom_params.is_null()) shown["custom_params"] = oms.custom_params;
    return shown;
}

json::object MarketplaceApi::project_json(const mp::Project& project) const {
    const mp::User& owner = state_.users.at(static_cast<std::size_t>(project.owner));
    json::array items;
    for (const auto& [iid, id] : project.items)
        items.push_back(iid);
    return {
        {"id", project.id},
        {"owner",
         json::object{
             {"uid", owner.uid},
             {"email", owner.email},
             {"name", owner.first_name + " " + owner.last_name},
             {"first_name", owner.first_name},
             {"last_name", owner.last_name}}},
        {"project_items", std::move(items)},
        {"attributes", project.attributes}};
}

json::object MarketplaceApi::item_json(
    const mp::Item& item,
    const std::map<std::string, std::string>& clear
) const {
    const mp::Offer& offer = state_.offers.at(item.offer);
    json::object attributes{
        {"category", offer.category.empty() ? json::value(nullptr) : json::value(offer.category)},
        {"service", offer.service.empty() ? json::value(nullptr) : json::value(offer.service)},
        {"offer", item.offer_name},
        {"offer_properties", item.properties},
        {"platforms", json::array{}},
        {"request_voucher", item.request_voucher},
        {"order_type", item.order_type}};
    if (!item.supplied_voucher.empty()) attributes["supplied_voucher_id"] = item.supplied_voucher;
    json::object secrets;
    for (const auto& [name, value] : item.secrets)
        secrets[name] = clear.contains(name) ? value : obfuscated;
    json::object shown{
        {"id", item.iid},
        {"project_id", item.project},
        {"status", json::object{{"value", item.status_value}, {"type", item.status_type}}},
        {"attributes", std::move(attributes)}};
    if (!offer.oms_params.is_null()) shown["oms_params"] = offer.oms_params;
    shown["user_secrets"] = std::move(secrets);
    return shown;
}

json::object MarketplaceApi::message_json(const mp::Message& message, bool clear) const {
    json::object author;
    if (!message.uid.empty()) author["uid"] = message.uid;
    if (!message.email.empty()) author["email"] = message.email;
    if (!message.name.empty()) author["name"] = message.name;
    author["role"] = message.role;
    const bool hidden = message.scope == "user_direct" && !clear;
    return {
        {"id", message.id},
        {"author", std::move(author)},
        {"content", hidden ? std::string{obfuscated} : message.content},
        {"scope", message.scope},
        {"created_at", to_rfc3339(message.created)},
        {"updated_at", to_rfc3339(message.updated)}};
}

std::optional<json::object> MarketplaceApi::event_json(const mp::Event& event) const {
    if (event.poison) return std::nullopt;
    json::object shown{
        {"timestamp", to_rfc3339(event.created)},
        {"type", event.type},
        {"resource", event.resource}};
    json::array changes = event.changes;
    std::int64_t project = event.entity;
    std::int64_t item = 0;
    bool hidden = false;
    if (event.resource == "project_item") {
        const auto found = state_.items.find(event.entity);
        if (found == state_.items.end()) return std::nullopt;
        project = found->second.project;
        item = found->second.iid;
    } else if (event.resource == "message") {
        const auto found = state_.messages.find(event.entity);
        if (found == state_.messages.end()) return std::nullopt;
        project = found->second.project;
        if (found->second.item != 0) item = state_.items.at(found->second.item).iid;
        hidden = found->second.scope == "user_direct";
    }
    if (event.type == "update") {
        for (auto& change : changes) {
            auto& members = change.as_object();
            if (!hidden && json::text_or_empty(members.at("field")) != "user_secrets") continue;
            members["after"] = obfuscated;
            members["before"] = obfuscated;
        }
        shown["changes"] = std::move(changes);
    }
    shown["project_id"] = project == 0 ? json::value(nullptr) : json::value(project);
    if (item != 0) shown["project_item_id"] = item;
    if (event.resource == "message") shown["message_id"] = event.entity;
    return shown;
}

}  // namespace oms::sim
