#include "sim/marketplace_control.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::sim {
namespace {

using json::at;
using json::text_or_empty;

http::Response done(const json::object& body = {}) {
    return http::json_response(200, json::write(body));
}

http::Response wrong(const std::string& says) {
    return http::json_response(400, json::write(json::object{{"error", says}}));
}

std::int64_t number(const json::value& value, std::int64_t standard = 0) {
    return json::integer(value).value_or(standard);
}

}  // namespace

MarketplaceControl::MarketplaceControl(
    Marketplace& site,
    MarketplaceSettings& settings,
    Faults& faults,
    std::vector<MarketplaceRequest>& requests
)
    : site_{site},
      state_{site.state_},
      settings_{settings},
      faults_{faults},
      requests_{requests} {}

http::Response MarketplaceControl::answer(const http::Request& request) {
    auto path = split(http::path_of(request.url), '/');
    std::erase(path, "");
    path.erase(path.begin());
    if (path.empty()) return wrong("what of /sim/?");
    if (request.method == "GET" && path[0] == "state") return done(state());
    if (request.method == "GET" && path[0] == "requests") return log(request);
    if (request.method == "GET" && path[0] == "faults") {
        json::array list;
        for (const Fault& fault : faults_.all())
            list.push_back(fault_json(fault));
        return done({{"faults", std::move(list)}});
    }
    if (request.method != "POST") return wrong("use POST");
    json::value body = json::object{};
    if (!request.body.empty()) {
        auto parsed = json::parse(request.body);
        if (!parsed) return wrong(parsed.error().says);
        body = std::move(*parsed);
    }
    return post(path, body);
}

http::Response
MarketplaceControl::post(const std::vector<std::string>& path, const json::value& body) {
    const std::string& what = path[0];
    const std::string verb = path.size() > 1 ? path.back() : "";
    if (what == "projects" || what == "orders" || what == "messages") return people(path, body);
    if (what == "offers") return offer(path, body);
    if (what == "oms" && verb == "trigger")
        return trigger(static_cast<int>(parse_int(path[1]).value_or(0)), body);
    if (what == "bulk") return bulk(body);
    if (what == "settings") return change_settings(body);
    if (what == "approval") return approval(body);
    if (what == "faults") return verb == "clear" ? clear_faults() : add_fault(body);
    if (what == "requests" && verb == "clear") {
        requests_.clear();
        return done();
    }
    return wrong("there is no /sim/" + what);
}

http::Response
MarketplaceControl::people(const std::vector<std::string>& path, const json::value& body) {
    const std::string& what = path[0];
    const auto id = path.size() > 1 ? parse_int(path[1]).value_or(0) : 0;
    const std::string verb = path.size() > 2 ? path[2] : "";
    if (path.size() == 1) {
        if (what == "projects") return project(body);
        return what == "orders" ? order(body) : message(body);
    }
    if (what == "projects" && verb == "edit") return edit_project(id, body);
    if (what == "projects" && verb == "delete") return delete_project(id);
    if (what == "orders" && path.size() == 4) return change_order(path, body);
    if (what == "messages" && verb == "edit") return edit_message(id, body);
    return wrong("there is no such verb of /sim/" + what);
}

http::Response MarketplaceControl::approval(const json::value& body) {
    const std::string given = text_or_empty(at(body, "content"));
    const auto& added = site_.add_message(
        {.role = "mediator",
         .content = given.empty() ? "Please approve" : given,
         .scope = "user_direct"}
    );
    return done({{"id", added.id}});
}

http::Response MarketplaceControl::add_fault(const json::value& body) {
    auto fault = read_fault(body);
    if (!fault) return wrong(fault.error().says);
    faults_.add(*fault);
    return done();
}

http::Response MarketplaceControl::clear_faults() {
    faults_.clear();
    return done();
}

http::Response MarketplaceControl::log(const http::Request& request) {
    const auto query = http::query_of(request.url);
    const std::string method = http::parameter(query, "method").value_or("");
    const std::string path = http::parameter(query, "path").value_or("*");
    const auto since = parse_int(http::parameter(query, "since").value_or("0")).value_or(0);
    json::array list;
    json::object counts;
    for (const auto& one : requests_) {
        if (static_cast<std::int64_t>(one.number) <= since) continue;
        if (!method.empty() && one.method != method) continue;
        if (!fits(path, http::path_of(one.target))) continue;
        const auto before = number(at(counts, one.method));
        counts[one.method] = before + 1;
        list.push_back(json::object{
            {"number", one.number},
            {"method", one.method},
            {"target", one.target},
            {"status", one.status},
            {"at", to_rfc3339(one.at, 6)}});
    }
    return done(
        {{"requests", std::move(list)},
         {"counts", std::move(counts)},
         {"last", requests_.empty() ? 0 : requests_.back().number}}
    );
}

http::Response MarketplaceControl::project(const json::value& body) {
    if (text_or_empty(at(body, "name")).empty()) return wrong("a project needs a name");
    int owner = -1;
    const std::string login = text_or_empty(at(body, "owner"));
    for (std::size_t i = 0; i < state_.users.size(); ++i) {
        const bool customer = state_.users[i].administers.empty();
        if (login.empty() ? customer && owner < 0 : state_.users[i].login == login)
            owner = static_cast<int>(i);
    }
    if (owner < 0) return wrong("there is no user " + in_quotes(login));
    json::object attributes = body.as_object();
    if (const auto* typology = attributes.if_contains("typology"))
        attributes["customer_typology"] = json::value(*typology);
    return done({{"id", site_.add_project(owner, std::move(attributes)).id}});
}

http::Response MarketplaceControl::edit_project(std::int64_t id, const json::value& body) {
    const auto found = state_.projects.find(id);
    if (found == state_.projects.end() || !body.is_object())
        return wrong("there is no such project");
    for (const auto& member : body.as_object()) {
        mp::User& owner = state_.users.at(static_cast<std::size_t>(found->second.owner));
        if (member.key() == "first_name") {
            owner.first_name = text_or_empty(member.value());
        } else if (member.key() == "last_name") {
            owner.last_name = text_or_empty(member.value());
        } else if (found->second.attributes.contains(member.key())) {
            found->second.attributes[member.key()] = member.value();
        } else {
            return wrong("a project has no " + in_quotes(std::string{member.key()}));
        }
    }
    return done();
}

void MarketplaceControl::delete_item(std::int64_t id) {
    const mp::Item item = state_.items.at(id);
    std::set<std::int64_t> messages{
        state_.item_messages[id].begin(), state_.item_messages[id].end()};
    std::erase_if(state_.events, [&](const mp::Event& event) {
        return (event.resource == "project_item" && event.entity == id) ||
               (event.resource == "message" && messages.contains(event.entity));
    });
    for (const auto message : messages)
        state_.messages.erase(message);
    state_.item_messages.erase(id);
    state_.projects.at(item.project).items.erase(item.iid);
    state_.items.erase(id);
}

http::Response MarketplaceControl::delete_project(std::int64_t id) {
    const auto found = state_.projects.find(id);
    if (found == state_.projects.end()) return wrong("there is no such project");
    const auto items = found->second.items;
    for (const auto& [iid, item] : items)
        delete_item(item);
    const std::set<std::int64_t> messages{
        found->second.messages.begin(), found->second.messages.end()};
    std::erase_if(state_.events, [&](const mp::Event& event) {
        return (event.resource == "project" && event.entity == id) ||
               (event.resource == "message" && messages.contains(event.entity));
    });
    for (const auto message : messages)
        state_.messages.erase(message);
    state_.projects.erase(found);
    return done();
}

http::Response MarketplaceControl::order(const json::value& body) {
    const auto project = number(at(body, "project"));
    const auto offer = static_cast<int>(number(at(body, "offer"), 1));
    if (!state_.projects.contains(project)) return wrong("there is no such project");
    if (!state_.offers.contains(offer)) return wrong("there is no such offer");
    const mp::Item& added = site_.add_item(project, offer, body.as_object());
    return done({{"project", project}, {"id", added.iid}});
}

http::Response
MarketplaceControl::change_order(const std::vector<std::string>& path, const json::value& body) {
    const auto project = state_.projects.find(parse_int(path[1]).value_or(0));
    if (project == state_.projects.end()) return wrong("there is no such project");
    const auto item = project->second.items.find(parse_int(path[2]).value_or(0));
    if (item == project->second.items.end()) return wrong("there is no such order");
    if (path[3] == "delete") {
        delete_item(item->second);
        return done();
    }
    if (path[3] != "status") return wrong("an order takes status or delete");
    const std::string type = text_or_empty(at(body, "type"));
    const std::string value = text_or_empty(at(body, "value"));
    site_.set_status(state_.items.at(item->second), type, value.empty() ? type : value);
    return done();
}

http::Response MarketplaceControl::message(const json::value& body) {
    const auto project = state_.projects.find(number(at(body, "project")));
    if (project == state_.projects.end()) return wrong("there is no such project");
    std::int64_t item = 0;
    if (!at(body, "item").is_null()) {
        const auto found = project->second.items.find(number(at(body, "item")));
        if (found == project->second.items.end()) return wrong("there is no such order");
        item = found->second;
    }
    const std::string role = text_or_empty(at(body, "role"));
    const std::string scope = text_or_empty(at(body, "scope"));
    mp::Message message{
        .project = project->first,
        .item = item,
        .name = text_or_empty(at(body, "name")),
        .role = role.empty() ? "user" : role,
        .content = text_or_empty(at(body, "content")),
        .scope = scope.empty() ? "public" : scope};
    if (message.role == "user") {
        const mp::User& owner = state_.users.at(static_cast<std::size_t>(project->second.owner));
        message.uid = owner.uid;
        message.email = owner.email;
        message.name = owner.first_name + " " + owner.last_name;
    }
    return done({{"id", site_.add_message(std::move(message)).id}});
}

http::Response MarketplaceControl::edit_message(std::int64_t id, const json::value& body) {
    const auto found = state_.messages.find(id);
    if (found == state_.messages.end()) return wrong("there is no such message");
    site_.edit_message(found->second, text_or_empty(at(body, "content")));
    return done();
}

http::Response
MarketplaceControl::offer(const std::vector<std::string>& path, const json::value& body) {
    if (path.size() == 2) {
        const auto found = state_.offers.find(static_cast<int>(parse_int(path[1]).value_or(0)));
        if (found == state_.offers.end()) return wrong("there is no such offer");
        found->second.primary_oms = static_cast<int>(number(at(body, "primary_oms")));
        if (!at(body, "oms_params").is_null()) found->second.oms_params = at(body, "oms_params");
        return done();
    }
    const int id = state_.offers.empty() ? 1 : state_.offers.rbegin()->first + 1;
    mp::Offer offer{
        .id = id,
        .name = text_or_empty(at(body, "name")),
        .service = text_or_empty(at(body, "service")),
        .category = text_or_empty(at(body, "category")),
        .internal = json::boolean(at(body, "internal")).value_or(true),
        .primary_oms = static_cast<int>(number(at(body, "primary_oms"))),
        .oms_params = at(body, "oms_params"),
        .deployable = json::boolean(at(body, "deployable")).value_or(false)};
    if (const auto type = text_or_empty(at(body, "order_type")); !type.empty())
        offer.order_type = type;
    if (at(body, "form").is_array()) offer.form = at(body, "form").as_array();
    site_.set_offer(std::move(offer));
    return done({{"id", id}});
}

http::Response MarketplaceControl::trigger(int oms, const json::value& body) {
    const auto found = state_.omses.find(oms);
    if (found == state_.omses.end()) return wrong("there is no such OMS");
    if (text_or_empty(at(body, "url")).empty()) {
        found->second.trigger = std::nullopt;
        return done();
    }
    mp::Trigger trigger{
        .url = text_or_empty(at(body, "url")),
        .user = text_or_empty(at(body, "user")),
        .password = text_or_empty(at(body, "password"))};
    if (const auto method = text_or_empty(at(body, "method")); !method.empty())
        trigger.method = method;
    found->second.trigger = std::move(trigger);
    return done();
}

http::Response MarketplaceControl::bulk(const json::value& body) {
    const auto projects = number(at(body, "projects"), 1);
    const auto items = number(at(body, "items_per_project"), 1);
    const auto offer = static_cast<int>(number(at(body, "offer"), 1));
    if (projects > 100'000 || items > 1000 || !state_.offers.contains(offer))
        return wrong("too many, or no such offer");
    for (std::int64_t i = 0; i < projects; ++i) {
        auto made = project(json::object{{"name", fmt::format("Bulk project {}", i + 1)}});
        if (made.status != 200) return made;
        const std::int64_t id = state_.last_project;
        for (std::int64_t j = 0; j < items; ++j)
            site_.add_item(id, offer, {});
    }
    return done({{"projects", projects}, {"orders", projects * items}});
}

http::Response MarketplaceControl::change_settings(const json::value& body) {
    if (!body.is_object()) return wrong("settings are an object");
    for (const auto& member : body.as_object()) {
        const auto& value = member.value();
        const double fraction = value.is_number() ? value.to_number<double>() : 0;
        if (member.key() == "in_process_jira") {
            settings_.in_process_jira = json::boolean(value).value_or(false);
        } else if (member.key() == "event_delay_ms") {
            settings_.event_delay = std::chrono::milliseconds{number(value)};
        } else if (member.key() == "drop_events") {
            settings_.drop_events = static_cast<int>(number(value));
        } else if (member.key() == "poison_events") {
            settings_.poison_events = static_cast<int>(number(value));
        } else if (member.key() == "same_second") {
            settings_.same_second = json::boolean(value).value_or(false);
        } else if (member.key() == "trigger_lose") {
            settings_.trigger_lose = fraction;
        } else if (member.key() == "trigger_twice") {
            settings_.trigger_twice = fraction;
        } else {
            return wrong("there is no setting " + in_quotes(std::string{member.key()}));
        }
    }
    return done();
}

}  // namespace oms::sim
