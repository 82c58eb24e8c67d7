#include "base/text.hpp"
#include "sim/marketplace_api.hpp"
#include "sim/marketplace_bodies.hpp"

/// What an OMS writes: messages, and the status and secrets of an order.
namespace oms::sim {

/// Contract 1.3: which of the body's keys reach the inner object.
std::optional<http::Response> MarketplaceApi::read_body(mp::Wrapper wrapper, json::object& inner) {
    const std::string type = lower(http::header(request_.headers, "Content-Type").value_or(""));
    if (type.starts_with("application/x-www-form-urlencoded"))
        return broken("internal_server_error");
    if (!type.starts_with("application/json")) {
        return error(
            400, "The property '#/' of type null did not match the following type: object"
        );
    }
    json::value body = json::object{};
    if (!request_.body.empty()) {
        auto parsed = json::parse(request_.body);
        if (!parsed) return bad_json();
        if (parsed->is_object()) body = std::move(*parsed);
    }
    const json::object& given = body.as_object();
    const auto* whole =
        given.if_contains(wrapper == mp::Wrapper::message ? "message" : "project_item");
    if (whole != nullptr && !whole->is_object()) return broken("internal_server_error");
    inner = whole != nullptr ? mp::documented(whole->as_object(), wrapper)
                             : mp::wrapped(given, wrapper);
    return std::nullopt;
}

http::Response MarketplaceApi::post_message() {
    json::object body;
    if (auto wrong = read_body(mp::Wrapper::message, body)) return *wrong;
    if (const auto fault = mp::message_fault(body); !fault.empty()) return error(400, fault);
    const auto found = state_.projects.find(json::integer(body.at("project_id")).value_or(0));
    if (found == state_.projects.end() || !sees(found->second))
        return error(404, "Project not found");
    std::int64_t item = 0;
    if (const auto* iid = body.if_contains("project_item_id")) {
        const auto one = found->second.items.find(json::integer(*iid).value_or(0));
        if (one == found->second.items.end() || !sees(state_.items.at(one->second)))
            return error(404, "Project item not found");
        item = one->second;
    }
    const auto& author = body.at("author");
    mp::Message message{
        .project = found->first,
        .item = item,
        .uid = json::text_or_empty(json::at(author, "uid")),
        .email = json::text_or_empty(json::at(author, "email")),
        .name = json::text_or_empty(json::at(author, "name")),
        .role = json::text_or_empty(json::at(author, "role")),
        .content = json::text_or_empty(body.at("content")),
        .scope = json::text_or_empty(body.at("scope"))};
    if (!may_write(message.role, message.scope, message.project, item)) return denied();
    if (message.content.find('\0') != std::string::npos) return broken("internal_server_error");
    return ok(201, message_json(site_.add_message(std::move(message)), true));
}

http::Response MarketplaceApi::patch_message(mp::Message& message) {
    const bool may = message.project != 0 && message.role != "user" &&
                     may_write(message.role, message.scope, message.project, message.item);
    if (!may) return denied();
    json::object body;
    if (auto wrong = read_body(mp::Wrapper::message, body)) return *wrong;
    if (const auto fault = mp::edit_fault(body); !fault.empty()) return error(400, fault);
    const std::string content = json::text_or_empty(body.at("content"));
    if (content.find('\0') != std::string::npos) return broken("internal_server_error");
    site_.edit_message(message, content);
    return ok(200, message_json(message, true));
}

http::Response MarketplaceApi::patch_item(mp::Item& item) {
    if (!administers(current_oms(item))) return denied();
    json::object body;
    if (auto wrong = read_body(mp::Wrapper::project_item, body)) return *wrong;
    if (const auto fault = mp::item_fault(body); !fault.empty()) return error(400, fault);
    std::optional<std::pair<std::string, std::string>> status;
    if (const auto* given = body.if_contains("status")) {
        status = {
            json::text_or_empty(json::at(*given, "type")),
            json::text_or_empty(json::at(*given, "value"))};
    }
    std::map<std::string, std::string> secrets;
    if (const auto* given = body.if_contains("user_secrets")) {
        for (const auto& member : given->as_object()) {
            if (!member.value().is_string()) {
                return ok(
                    400,
                    json::object{
                        {"error",
                         json::object{{"user_secrets", json::array{"values must be strings"}}}}}
                );
            }
            secrets[std::string{member.key()}] = json::text_or_empty(member.value());
        }
    }
    if (status && trim(status->second).empty()) {
        return ok(
            400, json::object{{"error", json::object{{"status", json::array{"can't be blank"}}}}}
        );
    }
    site_.change_item(item, status, secrets);
    return ok(200, item_json(item, secrets));
}

}  // namespace oms::sim
