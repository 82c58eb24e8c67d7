#include "sim/marketplace_control.hpp"

/// What the marketplace holds, as tests and the sandbox's page read it.
namespace oms::sim {
namespace {

std::string name_of(const mp::User& user) { return user.first_name + " " + user.last_name; }

json::object message_row(const mp::Message& message) {
    return {
        {"id", message.id},
        {"name", message.name},
        {"role", message.role},
        {"content", message.content},
        {"scope", message.scope},
        {"created_at", to_rfc3339(message.created)},
        {"email", message.email},
        {"uid", message.uid}};
}

json::array message_rows(const mp::State& state, const std::vector<std::int64_t>& ids) {
    json::array rows;
    for (const std::int64_t id : ids)
        rows.push_back(message_row(state.messages.at(id)));
    return rows;
}

json::object order_row(const mp::State& state, const mp::Item& item) {
    const mp::Offer& offer = state.offers.at(item.offer);
    json::object secrets;
    for (const auto& [name, value] : item.secrets)
        secrets[name] = value;
    const auto messages = state.item_messages.find(item.id);
    return {
        {"id", item.iid},
        {"status", item.status_type},
        {"status_value", item.status_value},
        {"service", offer.service},
        {"offer", item.offer_name},
        {"properties", item.properties},
        {"request_voucher", item.request_voucher},
        {"supplied_voucher", item.supplied_voucher},
        {"secrets", std::move(secrets)},
        {"messages",
         messages == state.item_messages.end() ? json::array{}
                                               : message_rows(state, messages->second)}};
}

json::object project_row(const mp::State& state, const mp::Project& project) {
    const mp::User& owner = state.users.at(static_cast<std::size_t>(project.owner));
    json::array orders;
    for (const auto& [iid, item] : project.items)
        orders.push_back(order_row(state, state.items.at(item)));
    return {
        {"id", project.id},
        {"name", project.attributes.at("name")},
        {"attributes", project.attributes},
        {"owner", json::object{{"name", name_of(owner)}, {"email", owner.email}}},
        {"messages", message_rows(state, project.messages)},
        {"orders", std::move(orders)}};
}

json::object offer_row(const mp::Offer& offer) {
    return {
        {"id", offer.id},
        {"name", offer.name},
        {"service", offer.service},
        {"category", offer.category},
        {"order_type", offer.order_type},
        {"primary_oms", offer.primary_oms},
        {"form", offer.form}};
}

}  // namespace

json::object MarketplaceControl::state() const {
    json::array projects;
    for (const auto& [id, project] : state_.projects)
        projects.push_back(project_row(state_, project));
    json::array offers;
    for (const auto& [id, offer] : state_.offers)
        offers.push_back(offer_row(offer));
    json::array users;
    for (const mp::User& user : state_.users)
        users.push_back(json::object{{"login", user.login}, {"name", name_of(user)}});
    return {
        {"projects", std::move(projects)},
        {"offers", std::move(offers)},
        {"users", std::move(users)},
        {"events", state_.events.size()},
        {"last_message", state_.last_message}};
}

}  // namespace oms::sim
