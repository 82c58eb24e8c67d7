#include "sim/marketplace_bodies.hpp"

#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::sim::mp {
namespace {

bool blank(const json::value& value) {
    if (value.is_null()) return true;
    const auto* text = value.if_string();
    return text != nullptr && trim(*text).empty();
}

std::string type_of(const json::value& value) {
    if (value.is_string()) return "string";
    if (value.is_int64() || value.is_uint64()) return "integer";
    if (value.is_double()) return "number";
    if (value.is_bool()) return "boolean";
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    return "null";
}

const std::set<std::string> message_columns{
    "id",
    "author_id",
    "iid",
    "messageable_type",
    "messageable_id",
    "created_at",
    "updated_at",
    "edited",
    "author_email",
    "author_name",
    "author_role",
    "scope",
    "author_uid"};
const std::set<std::string> item_columns{
    "id",
    "status_type",
    "created_at",
    "updated_at",
    "issue_id",
    "issue_status",
    "project_id",
    "offer_id",
    "properties",
    "request_voucher",
    "voucher_id",
    "iid",
    "name",
    "description",
    "order_type",
    "voucherable",
    "internal",
    "order_url",
    "status",
    "user_secrets",
    "ancestry",
    "ancestry_depth",
    "conversation_last_seen",
    "bundle_id",
    "deployment_link"};

std::string
wrong_type(const std::string& where, const json::value& value, const std::string& wanted) {
    return fmt::format(
        "The property '{}' of type {} did not match the following type: {}",
        where,
        type_of(value),
        wanted
    );
}

std::string lacks(const std::string& where, const std::string& name) {
    return fmt::format(
        "The property '{}' did not contain a required property of '{}'", where, name
    );
}

/// "" or the json-schema gem's words.
std::string extra_keys(
    const std::string& where,
    const json::object& body,
    const std::set<std::string>& allowed
) {
    std::string names;
    for (const auto& member : body) {
        if (allowed.contains(std::string{member.key()})) continue;
        names += (names.empty() ? "" : ", ") + json::write(json::value(member.key()));
    }
    if (names.empty()) return "";
    return fmt::format(
        "The property '{}' contains additional properties [{}] outside of the schema when none are "
        "allowed",
        where,
        names
    );
}

std::string
not_among(const std::string& where, const json::value& value, const std::string& allowed) {
    return fmt::format(
        "The property '{}' value {} did not match one of the following values: {}",
        where,
        json::write(value),
        allowed
    );
}

json::object columns_of(const json::object& given, const std::set<std::string>& columns) {
    json::object inner;
    for (const auto& member : given) {
        if (columns.contains(std::string{member.key()})) inner[member.key()] = member.value();
    }
    return inner;
}

/// A message's documented keys count only if they are not blank.
void copy_documented_keys(const json::object& given, json::object& inner) {
    for (const char* name : {"project_id", "project_item_id", "author", "content"}) {
        const auto* value = given.if_contains(name);
        if (value != nullptr && !blank(*value)) {
            inner[name] = *value;
        } else {
            inner.erase(name);
        }
    }
}

}  // namespace

json::object wrapped(const json::object& given, Wrapper wrapper) {
    const bool message = wrapper == Wrapper::message;
    json::object inner = columns_of(given, message ? message_columns : item_columns);
    if (message) copy_documented_keys(given, inner);
    return inner;
}

json::object documented(const json::object& given, Wrapper wrapper) {
    json::object inner = given;
    if (wrapper == Wrapper::message) copy_documented_keys(given, inner);
    return inner;
}

std::string message_fault(const json::object& body) {
    for (const char* name : {"project_id", "author", "content", "scope"}) {
        if (!body.contains(name)) return lacks("#/", name);
    }
    if (auto extra =
            extra_keys("#/", body, {"project_id", "project_item_id", "author", "content", "scope"});
        !extra.empty())
        return extra;
    const auto& project = body.at("project_id");
    if (type_of(project) != "integer") return wrong_type("#/project_id", project, "integer");
    if (const auto* item = body.if_contains("project_item_id");
        item != nullptr && type_of(*item) != "integer") {
        return wrong_type("#/project_item_id", *item, "integer");
    }
    const auto* author = body.at("author").if_object();
    if (author == nullptr) return wrong_type("#/author", body.at("author"), "object");
    for (const char* name : {"email", "name", "role"}) {
        if (!author->contains(name)) return lacks("#/author", name);
    }
    if (auto extra = extra_keys("#/author", *author, {"uid", "email", "name", "role"});
        !extra.empty())
        return extra;
    for (const auto& member : *author) {
        if (!member.value().is_string())
            return wrong_type("#/author/" + std::string{member.key()}, member.value(), "string");
    }
    const std::string role = json::text_or_empty(author->at("role"));
    if (role != "provider" && role != "mediator")
        return not_among("#/author/role", author->at("role"), "provider, mediator");
    if (!body.at("content").is_string())
        return wrong_type("#/content", body.at("content"), "string");
    const std::string scope = json::text_or_empty(body.at("scope"));
    if (scope != "public" && scope != "internal" && scope != "user_direct") {
        return not_among("#/scope", body.at("scope"), "public, internal, user_direct");
    }
    return "";
}

std::string item_fault(const json::object& body) {
    if (auto extra = extra_keys("#/", body, {"status", "user_secrets"}); !extra.empty())
        return extra;
    if (!body.contains("status") && !body.contains("user_secrets")) {
        return "The property '#/' of type object did not match one or more of the required schemas";
    }
    if (const auto* status = body.if_contains("status")) {
        const auto* members = status->if_object();
        if (members == nullptr) return wrong_type("#/status", *status, "object");
        for (const char* name : {"value", "type"}) {
            if (!members->contains(name)) return lacks("#/status", name);
        }
        if (auto extra = extra_keys("#/status", *members, {"value", "type"}); !extra.empty())
            return extra;
        if (!members->at("value").is_string())
            return wrong_type("#/status/value", members->at("value"), "string");
        const std::string type = json::text_or_empty(members->at("type"));
        const std::set<std::string> types{
            "rejected",
            "waiting_for_response",
            "registered",
            "in_progress",
            "ready",
            "closed",
            "approved"};
        if (!types.contains(type)) {
            return not_among(
                "#/status/type",
                members->at("type"),
                "rejected, waiting_for_response, registered, in_progress, ready, closed, approved"
            );
        }
    }
    if (const auto* secrets = body.if_contains("user_secrets");
        secrets != nullptr && !secrets->is_object()) {
        return wrong_type("#/user_secrets", *secrets, "object");
    }
    return "";
}

std::string edit_fault(const json::object& body) {
    if (!body.contains("content")) return lacks("#/", "content");
    if (auto extra = extra_keys("#/", body, {"content"}); !extra.empty()) return extra;
    const auto& content = body.at("content");
    return content.is_string() ? "" : wrong_type("#/content", content, "string");
}

}  // namespace oms::sim::mp
