#include "marketplace/client.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "marketplace/answers.hpp"
#include "marketplace/wire.hpp"

namespace oms::marketplace {
namespace {

/// Elements that can be read; the rest is counted.
template <class T, class Read>
Page<T> page_of(const json::value& list, Read read) {
    Page<T> page;
    for (const auto& element : json::elements(list)) {
        ++page.count;
        if (auto value = read(element)) {
            page.elements.push_back(std::move(*value));
        } else {
            ++page.unreadable;
        }
    }
    return page;
}

/// A single entity that cannot be read is the remote's refusal to make sense.
template <class T>
Result<T> one(std::optional<T> value, std::string_view what, bool write) {
    if (value) return std::move(*value);
    return failure(
        write ? ErrorKind::outcome_unknown : ErrorKind::refused,
        fmt::format("the marketplace's {} lacks its id or a known status", what)
    );
}

std::string path_of(OrderId id) {
    return fmt::format("/projects/{}/project_items/{}", id.project.value, id.item.value);
}

}  // namespace

Client::Client(http::Transport& transport, Settings settings)
    : transport_{transport},
      settings_{std::move(settings)} {}

std::string Client::of_oms(const std::string& rest) const {
    return fmt::format("/api/v1/oms/{}{}", settings_.oms.value, rest);
}

Result<json::value> Client::call(http::Request request, bool write) {
    request.url = settings_.url + request.url;
    // Exactly this: with */* the marketplace answers errors with 200 or a redirect (trap 1).
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("X-User-Token", settings_.token.reveal());
    const auto response = transport_.send(request);
    Result<json::value> answer =
        response ? read_answer(*response, write) : Result<json::value>{Failure{response.error()}};
    if (answer) return answer;
    Error error = answer.error();
    const bool unanswered = !response && error.kind == ErrorKind::outcome_unknown;
    if (!write && unanswered) error.kind = ErrorKind::not_sent;
    // Its own words may quote what we sent.
    error.says = redacted(std::move(error.says), settings_.token);
    return Failure{error};
}

Result<json::value> Client::get(const std::string& path) {
    return call({.method = "GET", .url = path}, false);
}

Result<json::value>
Client::send(const std::string& method, const std::string& path, std::string body) {
    return call(
        {.method = method,
         .url = path,
         .headers = {{"Content-Type", "application/json"}},
         .body = std::move(body)},
        true
    );
}

Result<std::vector<Oms>> Client::omses() {
    const auto answer = get("/api/v1/oms");
    if (!answer) return Failure{answer.error()};
    return page_of<Oms>(json::at(*answer, "omses"), wire::oms).elements;
}

Result<Oms> Client::oms() {
    const auto answer = get(of_oms(""));
    if (!answer) return Failure{answer.error()};
    return one(wire::oms(*answer), "OMS", false);
}

Result<Page<Event>> Client::events(Instant from, int limit) {
    const auto answer =
        get(of_oms(fmt::format("/events?from_timestamp={}&limit={}", to_rfc3339(from, 6), limit)));
    if (!answer) return Failure{answer.error()};
    return page_of<Event>(json::at(*answer, "events"), wire::event);
}

Result<Page<Project>> Client::projects(ProjectId after, int limit) {
    const auto answer =
        get(of_oms(fmt::format("/projects?from_id={}&limit={}", after.value, limit)));
    if (!answer) return Failure{answer.error()};
    return page_of<Project>(json::at(*answer, "projects"), wire::project);
}

Result<Project> Client::project(ProjectId id) {
    const auto answer = get(of_oms(fmt::format("/projects/{}", id.value)));
    if (!answer) return Failure{answer.error()};
    return one(wire::project(*answer), "project", false);
}

Result<Page<Order>> Client::orders(ProjectId project, ProjectItemId after, int limit) {
    const auto answer = get(of_oms(fmt::format(
        "/projects/{}/project_items?from_id={}&limit={}", project.value, after.value, limit
    )));
    if (!answer) return Failure{answer.error()};
    return page_of<Order>(json::at(*answer, "project_items"), [&](const json::value& value) {
        return wire::order(project, value);
    });
}

Result<Order> Client::order(OrderId id) {
    const auto answer = get(of_oms(path_of(id)));
    if (!answer) return Failure{answer.error()};
    return one(wire::order(id.project, *answer), "order", false);
}

Result<Order> Client::patch_order(OrderId id, const OrderPatch& patch) {
    json::object body;
    if (patch.status) {
        const std::string_view type = to_text(*patch.status);
        body["status"] = json::object{{"value", type}, {"type", type}};
    }
    if (patch.voucher) body["user_secrets"] = json::object{{"voucher_id", clean(*patch.voucher)}};
    const auto answer = send("PATCH", of_oms(path_of(id)), json::write(body));
    if (!answer) return Failure{answer.error()};
    return one(wire::order(id.project, *answer), "order", true);
}

Result<bool> Client::may_patch(OrderId id) {
    const auto answer = send("PATCH", of_oms(path_of(id)), R"({"user_secrets":{}})");
    if (answer) return true;
    if (answer.error().kind == ErrorKind::forbidden) return false;
    return Failure{answer.error()};
}

Result<Page<Message>> Client::messages(const Subject& subject, MessageId after, int limit) {
    std::string path = fmt::format("/messages?project_id={}", subject.project.value);
    if (subject.item) path += fmt::format("&project_item_id={}", subject.item->value);
    path += fmt::format("&from_id={}&limit={}", after.value, limit);
    const auto answer = get(of_oms(path));
    if (!answer) return Failure{answer.error()};
    return page_of<Message>(json::at(*answer, "messages"), wire::message);
}

Result<Message> Client::message(MessageId id) {
    const auto answer = get(of_oms(fmt::format("/messages/{}", id.value)));
    if (!answer) return Failure{answer.error()};
    return one(wire::message(*answer), "message", false);
}

Result<Message> Client::post_message(const MessageDraft& draft) {
    json::object author{
        {"email", clean(draft.author.email)},
        {"name", clean(draft.author.name)},
        {"role", draft.author.role}};
    // A null uid is refused, an absent one is not.
    if (!draft.author.uid.empty()) author["uid"] = clean(draft.author.uid);
    json::object body{
        {"project_id", draft.subject.project.value},
        {"author", std::move(author)},
        {"content", clean(draft.content)},
        {"scope", "public"}};
    if (draft.subject.item) body["project_item_id"] = draft.subject.item->value;
    const auto answer = send("POST", of_oms("/messages"), json::write(body));
    if (!answer) return Failure{answer.error()};
    return one(wire::message(*answer), "message", true);
}

Result<Message> Client::edit_message(MessageId id, const std::string& content) {
    const json::object body{{"content", clean(content)}};
    const auto answer =
        send("PATCH", of_oms(fmt::format("/messages/{}", id.value)), json::write(body));
    if (!answer) return Failure{answer.error()};
    return one(wire::message(*answer), "message", true);
}

}  // namespace oms::marketplace
