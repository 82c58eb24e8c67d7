#include "sim/marketplace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "sim/marketplace_api.hpp"
#include "sim/marketplace_control.hpp"

namespace oms::sim {
namespace {

constexpr std::size_t marketplace_requests_kept_max = 200'000;

/// Base64 with the URL's alphabet and padding, as the marketplace writes it.
std::string base64url(std::string_view bytes) {
    return replace_all(replace_all(base64(bytes), "+", "-"), "/", "_");
}

/// The trigger's bytes: the credentials travel as a parameter, never as a header (contract 7).
http::Request trigger_call(const mp::Trigger& trigger) {
    http::Request call{
        .method = trigger.method == "get"   ? "GET"
                  : trigger.method == "put" ? "PUT"
                                            : "POST",
        .url = trigger.url,
        .headers = {{"User-Agent", "Faraday v1.10.4"}, {"Accept", "*/*"}},
        .timeout = std::chrono::seconds{60}};
    std::string parameter;
    if (!trigger.password.empty()) {
        parameter = "authorization=Basic+" +
                    percent_encode(base64url(trigger.user + ":" + trigger.password));
    }
    if (call.method == "GET") {
        if (!parameter.empty())
            call.url += (call.url.find('?') == std::string::npos ? "?" : "&") + parameter;
        return call;
    }
    call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    call.body = parameter;
    return call;
}

json::object change(std::string_view field, const std::string& before, const std::string& after) {
    return {{"after", after}, {"field", field}, {"before", before}};
}

/// What the marketplace tells the customer of a voucher (contract 6.5).
std::string voucher_notice(const std::string& before, const std::string& now) {
    if (now.empty()) return before.empty() ? "" : "Voucher has been revoked";
    if (before.empty()) return "Voucher has been granted to you, ID: " + now;
    return "Voucher ID has been updated: " + now;
}

}  // namespace

Marketplace::Marketplace(Clock& clock, Random& random) : clock_{clock}, random_{random} {}

http::Response Marketplace::handle(const http::Request& request) {
    std::function<void()> tell;
    http::Response response;
    {
        const std::scoped_lock lock{mutex_};
        response = answer(request);
        if (!outgoing_.empty()) tell = tell_;
    }
    if (tell) tell();
    return response;
}

http::Response Marketplace::answer(const http::Request& request) {
    const std::string_view path = http::path_of(request.url);
    if (path.starts_with("/sim/")) {
        return MarketplaceControl{*this, settings_, faults_, requests_}.answer(request);
    }
    if (requests_.size() >= marketplace_requests_kept_max) requests_.clear();
    requests_.push_back(
        {.number = ++request_count_,
         .at = clock_.now(),
         .method = request.method,
         .target = request.url}
    );
    const std::size_t line = requests_.size() - 1;

    const auto fault = faults_.strike(request.method, path);
    http::Response response;
    const bool before =
        fault && (fault->kind == FaultKind::fail_before || fault->kind == FaultKind::close_before ||
                  fault->kind == FaultKind::hang_before || fault->kind == FaultKind::throttle);
    if (fault && fault->kind == FaultKind::unauthorized) {
        response = http::json_response(
            401, R"({"error":"You need to sign in or sign up before continuing."})"
        );
    } else if (before) {
        response = answer_before(*fault);
    } else {
        response = MarketplaceApi{*this, request}.answer();
        if (fault) response = answer_after(*fault, std::move(response));
    }
    requests_[line].status = response.status;
    return response;
}

std::vector<http::Request> Marketplace::take_outgoing() {
    const std::scoped_lock lock{mutex_};
    return std::exchange(outgoing_, {});
}

void Marketplace::on_outgoing(std::function<void()> tell) {
    const std::scoped_lock lock{mutex_};
    tell_ = std::move(tell);
}

void Marketplace::set_trigger(int oms, mp::Trigger trigger) {
    const std::scoped_lock lock{mutex_};
    state_.omses.at(oms).trigger = std::move(trigger);
}

void Marketplace::emit(mp::Event event) {
    if (settings_.drop_events > 0) {
        --settings_.drop_events;
        return;
    }
    const Instant now = clock_.now();
    event.created = now;
    if (settings_.same_second) event.created = std::chrono::floor<std::chrono::seconds>(now);
    event.visible_from = now + settings_.event_delay;
    if (settings_.poison_events > 0) {
        --settings_.poison_events;
        event.poison = true;
    }
    // Two saves within one microsecond do not happen on a real clock.
    if (!state_.events.empty() && !settings_.same_second &&
        event.created <= state_.events.back().created) {
        event.created = state_.events.back().created + Duration{1};
    }
    ring(event);
    const auto place =
        std::ranges::upper_bound(state_.events, event.created, {}, &mp::Event::created);
    state_.events.insert(place, std::move(event));
}

/// One call for each OMS concerned: the default one, and those of the items.
void Marketplace::ring(const mp::Event& event) {
    std::int64_t project = event.resource == "project" ? event.entity : 0;
    std::int64_t item = event.resource == "project_item" ? event.entity : 0;
    if (event.resource == "message") {
        project = state_.messages.at(event.entity).project;
        item = state_.messages.at(event.entity).item;
    }
    for (const auto& [id, oms] : state_.omses) {
        if (!oms.trigger) continue;
        const auto of_oms = [&, number = id](std::int64_t one) {
            return state_.offers.at(state_.items.at(one).offer).primary_oms == number;
        };
        bool concerned = oms.is_default || (item != 0 && of_oms(item));
        if (item == 0 && project != 0) {
            for (const auto& [iid, one] : state_.projects.at(project).items)
                concerned = concerned || of_oms(one);
        }
        if (!concerned || random_.fraction() < settings_.trigger_lose) continue;
        outgoing_.push_back(trigger_call(*oms.trigger));
        if (random_.fraction() < settings_.trigger_twice)
            outgoing_.push_back(trigger_call(*oms.trigger));
    }
}

mp::Project& Marketplace::add_project(int owner, json::object attributes) {
    const std::int64_t id = ++state_.last_project;
    mp::Project project{.id = id, .owner = owner};
    project.attributes = {
        {"name", ""},
        {"customer_typology", "single_user"},
        {"organization", nullptr},
        {"department", nullptr},
        {"department_webpage", nullptr},
        {"scientific_domains", json::array{}},
        {"country", nullptr},
        {"collaboration_countries", json::array{}},
        {"user_group_name", nullptr}};
    for (auto& member : attributes) {
        if (project.attributes.contains(member.key()))
            project.attributes[member.key()] = member.value();
    }
    auto& added = state_.projects[id] = std::move(project);
    emit({.type = "create", .resource = "project", .entity = id});
    return added;
}

mp::Item& Marketplace::add_item(std::int64_t project, int offer_id, const json::object& order) {
    mp::Project& in = state_.projects.at(project);
    const mp::Offer& offer = state_.offers.at(offer_id);
    const bool orderable = offer.order_type == "order_required" && offer.internal;
    mp::Item item{
        .id = ++state_.last_item,
        .iid = in.items.empty() ? 1 : in.items.rbegin()->first + 1,
        .project = project,
        .offer = offer_id,
        .offer_name = offer.name,
        .order_type = offer.order_type};
    if (!orderable && !offer.deployable) item.status_type = item.status_value = "ready";
    item.properties = offer.form;
    if (const auto* given = order.if_contains("properties"); given != nullptr && given->is_array())
        item.properties = given->as_array();
    item.request_voucher = json::boolean(json::at(order, "request_voucher")).value_or(false);
    item.supplied_voucher = json::text_or_empty(json::at(order, "supplied_voucher"));
    in.items[item.iid] = item.id;
    const std::int64_t id = item.id;
    mp::Item& added = state_.items[id] = std::move(item);
    emit({.type = "create", .resource = "project_item", .entity = id});

    if (offer.deployable) set_status(added, "in_progress", "Deployment in progress");
    if (settings_.in_process_jira && orderable && !offer.deployable)
        set_status(added, "registered", "registered");
    const std::string comment = json::text_or_empty(json::at(order, "comment"));
    if (!comment.empty() && !offer.deployable) {
        const mp::User& owner = state_.users.at(static_cast<std::size_t>(in.owner));
        add_message(
            {.project = project,
             .item = id,
             .uid = owner.uid,
             .email = owner.email,
             .name = owner.first_name + " " + owner.last_name,
             .role = "user",
             .content = comment,
             .scope = "public"}
        );
    }
    return added;
}

mp::Message& Marketplace::add_message(mp::Message message) {
    message.id = ++state_.last_message;
    message.created = message.updated = clock_.now();
    const std::int64_t id = message.id;
    if (message.item != 0) {
        state_.item_messages[message.item].push_back(id);
    } else if (message.project != 0) {
        state_.projects.at(message.project).messages.push_back(id);
    }
    mp::Message& added = state_.messages[id] = std::move(message);
    emit({.type = "create", .resource = "message", .entity = id});
    return added;
}

void Marketplace::set_status(mp::Item& item, const std::string& type, const std::string& value) {
    change_item(item, std::pair{type, value}, {});
}

void Marketplace::change_item(
    mp::Item& item,
    const std::optional<std::pair<std::string, std::string>>& status,
    const std::map<std::string, std::string>& secrets
) {
    mp::Event event{.type = "update", .resource = "project_item", .entity = item.id};
    if (status && status->first != item.status_type)
        event.changes.push_back(change("status.type", item.status_type, status->first));
    if (status && status->second != item.status_value)
        event.changes.push_back(change("status.value", item.status_value, status->second));
    if (status) {
        item.status_type = status->first;
        item.status_value = status->second;
    }
    bool secret_changed = false;
    std::string voucher_says;
    for (const auto& [name, value] : secrets) {
        const auto before = item.secrets.find(name);
        const std::string had = before == item.secrets.end() ? "" : before->second;
        if (before != item.secrets.end() && had == value) continue;
        if (name == "voucher_id") voucher_says = voucher_notice(had, value);
        secret_changed = true;
        item.secrets[name] = value;
    }
    if (secret_changed) event.changes.push_back(change("user_secrets", "", ""));
    const std::int64_t id = item.id;
    const std::int64_t project = item.project;
    if (!event.changes.empty()) emit(std::move(event));
    if (voucher_says.empty()) return;
    add_message(
        {.project = project,
         .item = id,
         .role = "provider",
         .content = voucher_says,
         .scope = "user_direct"}
    );
}

void Marketplace::edit_message(mp::Message& message, const std::string& content) {
    message.updated = clock_.now();
    if (message.content == content) return;
    mp::Event event{.type = "update", .resource = "message", .entity = message.id};
    event.changes.push_back(change("content", message.content, content));
    message.content = content;
    emit(std::move(event));
}

void Marketplace::set_offer(mp::Offer offer) { state_.offers[offer.id] = std::move(offer); }

}  // namespace oms::sim
