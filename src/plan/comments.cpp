#include "plan/comments.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/planted.hpp"
#include "base/text.hpp"

namespace oms::plan {
namespace {

std::string name_of(const Author& author) {
    if (!author.name.empty()) return author.name;
    if (!author.email.empty()) return author.email;
    if (!author.uid.empty()) return author.uid;
    return "Somebody";
}

std::string mark_of(const Message& message) {
    return message.scope == Scope::internal ? "[internal] " : "";
}

std::string
heading(const TextForms& forms, const Message& message, std::size_t name_characters_max) {
    const std::string name =
        truncate(replace_all(clean(name_of(message.author)), "\n", " "), name_characters_max);
    // Neutralised as one text: a name could be half of a macro.
    return forms.neutralise(
               mark_of(message) + name + " (" + clean(message.author.role) + ") wrote:"
           ) +
           "\n";
}

}  // namespace

std::vector<std::string>
comment_bodies(const Settings& settings, const TextForms& forms, const Message& message) {
    // The heading leaves half of the first comment to the text, whatever the limit.
    const std::string first = heading(forms, message, settings.comment_units_max / 16);
    const std::string text = clean(message.content);
    const std::size_t room =
        settings.comment_units_max -
        std::min<std::size_t>(utf16_length(first) + 40, settings.comment_units_max / 2);
    // Cut before it is neutralised, so that no escape is torn; shorter until every part fits.
    for (std::size_t length = room;; length /= 2) {
        std::vector<std::string> bodies;
        for (const std::string& part : split_for_java(text, length)) {
            bodies.push_back(forms.neutralise(part));
        }
        const bool fits = std::ranges::all_of(bodies, [&](const std::string& body) {
            return utf16_length(body) <= room;
        });
        if (!fits && length >= 4) continue;
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const std::string continued =
                forms.neutralise(fmt::format("{}({}/{})", mark_of(message), i + 1, bodies.size()));
            bodies[i] = i == 0 ? first + bodies[i] : continued + "\n" + bodies[i];
        }
        return bodies;
    }
}

std::optional<Visibility> visibility_of(const Settings& settings, const Message& message) {
    if (OMS_PLANTED("plan.internal_is_open")) return std::nullopt;
    if (message.scope != Scope::internal || settings.internal_role.empty()) return std::nullopt;
    return Visibility{.type = "role", .value = settings.internal_role};
}

bool is_public(const Settings& settings, const Comment& comment) {
    if (OMS_PLANTED("plan.restrictions_ignored")) return true;
    if (comment.service_desk_internal || trim(comment.body).empty()) return false;
    if (!comment.visibility) return true;
    return comment.visibility->type == "role" && comment.visibility->value == settings.public_role;
}

Author author_of(const Settings& settings, bool default_oms, const Comment& comment) {
    const JiraUser& user = comment.author;
    const std::string own_role = default_oms ? "mediator" : "provider";
    const std::string name = user.display_name.empty() ? user.name : user.display_name;
    return {
        .uid = user.name.empty() ? user.account : user.name,
        .email = user.email.empty() ? settings.author_email : user.email,
        .name = clean(name),
        .role = settings.author_role.empty() ? own_role : settings.author_role};
}

std::string message_hash(std::string_view content) { return fingerprint(clean(content)); }

std::string author_hash(const Author& author) {
    return fingerprint(
        clean(author.role) + "\n" + trim(clean(author.name)) + "\n" + trim(clean(author.email))
    );
}

std::string comment_hash(const Comment& comment) {
    std::optional<Visibility> visibility = comment.visibility;
    if (comment.service_desk_internal) visibility = Visibility{.type = "desk", .value = "internal"};
    return comment_hash(comment.body, visibility);
}

std::string comment_hash(std::string_view body, const std::optional<Visibility>& visibility) {
    // Jira may store other line ends than it was given, and no space at the end.
    const std::string text = trim(clean(body));
    const std::string who = visibility ? visibility->type + "/" + visibility->value : "all";
    return fingerprint(who + "\n" + text);
}

std::string message_marker(OmsId oms, MessageId message, int part) {
    const std::string marker = fmt::format("oms-{}-message-{}", oms.value, message.value);
    return part == 0 ? marker : fmt::format("{}-{}", marker, part + 1);
}

std::optional<MarkedMessage> parse_message_marker(OmsId oms, std::string_view marker) {
    const auto parts = split(marker, '-');
    const bool shaped = parts.size() == 4 || parts.size() == 5;
    if (!shaped || parts[0] != "oms" || parts[2] != "message") return std::nullopt;
    const auto ours = parse_int(parts[1]);
    const auto message = parse_int(parts[3]);
    if (!ours || *ours != oms.value || !message) return std::nullopt;
    const auto part = parts.size() == 5 ? parse_int(parts[4]) : 1;
    if (!part || *part < 1) return std::nullopt;
    const MarkedMessage marked{.message = {*message}, .part = static_cast<int>(*part - 1)};
    if (message_marker(oms, marked.message, marked.part) != marker) return std::nullopt;
    return marked;
}

}  // namespace oms::plan
