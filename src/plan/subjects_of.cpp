#include "plan/subjects_of.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "plan/comments.hpp"

namespace oms::plan {
namespace {

std::string_view name_of(Resource resource) {
    switch (resource) {
    case Resource::project: return "project";
    case Resource::project_item: return "project_item";
    case Resource::message: return "message";
    case Resource::other: return "other";
    }
    return "";
}

std::string message_claim(const Event& event) {
    std::string claim = fmt::format("m={}", event.message->value);
    for (const Event::Change& change : event.changes) {
        if (change.field == "content") claim += "#" + message_hash(change.after);
    }
    return claim;
}

}  // namespace

std::optional<Hint> hint_of(const Event& event) {
    if (!event.project || event.resource == Resource::other) return std::nullopt;
    const Subject subject = event.item ? Subject::of(OrderId{*event.project, *event.item})
                                       : Subject::of(*event.project);
    const bool created = event.type == EventType::create;
    Hint hint{
        .subject = subject,
        .lane = Lane::live,
        .cause =
            fmt::format("event {}/{}", name_of(event.resource), created ? "create" : "update")};
    if (event.resource == Resource::message) {
        if (!event.message) return std::nullopt;
        hint.claims.push_back(message_claim(event));
        hint.cause += fmt::format(" {}", event.message->value);
        return hint;
    }
    if (created) {
        hint.claims.emplace_back("x");
        return hint;
    }
    for (const Event::Change& change : event.changes) {
        if (change.field != "status.type") continue;
        hint.claims.push_back("s=" + change.after);
        hint.cause += " " + change.after;
    }
    const bool other_change = event.changes.empty();
    if (other_change) hint.aspects = bits(Aspect::marketplace);
    if (hint.claims.empty() && !other_change) return std::nullopt;
    return hint;
}

std::string identity_of(const Event& event) {
    std::string text = fmt::format(
        "{} {} {} {} {} {}",
        event.timestamp.time_since_epoch().count(),
        event.type == EventType::create ? "c" : "u",
        name_of(event.resource),
        event.project ? event.project->value : 0,
        event.item ? event.item->value : 0,
        event.message ? event.message->value : 0
    );
    for (const Event::Change& change : event.changes) {
        text += "\n" + change.field + "=" + change.after;
    }
    return fingerprint(text);
}

}  // namespace oms::plan
