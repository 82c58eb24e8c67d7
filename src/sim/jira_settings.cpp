#include "sim/jira_settings.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_team_managed.hpp"

namespace oms::sim {
namespace {

using Setter = std::function<void(JiraControl&, const json::value&)>;

double decimal(const json::value& value) {
    if (const double* fraction = value.if_double()) return *fraction;
    return static_cast<double>(json::integer(value).value_or(0));
}

Duration milliseconds(const json::value& value) {
    return std::chrono::milliseconds{json::integer(value).value_or(0)};
}

std::int64_t whole_ms(Duration time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

std::set<std::string> word_set(const json::value& list) {
    std::set<std::string> all;
    for (const json::value& element : json::elements(list))
        all.insert(json::text_or_empty(element));
    return all;
}

void take(bool& target, const json::value& value) {
    if (const auto given = json::boolean(value)) target = *given;
}

template <class Number>
void take_number(Number& target, const json::value& value) {
    if (!value.is_null()) target = static_cast<Number>(decimal(value));
}

void set_rate_limit(JiraControl& control, const json::value& value) {
    JiraRateLimit& limit = control.access.limit;
    take_number(limit.capacity, json::at(value, "capacity"));
    take_number(limit.fill_rate, json::at(value, "fill_rate"));
    take_number(limit.retry_after, json::at(value, "retry_after"));
    if (const auto seconds = json::integer(json::at(value, "interval_s")))
        limit.interval = std::chrono::seconds{std::max<std::int64_t>(1, *seconds)};
}

void set_webhooks(JiraControl& control, const json::value& value) {
    JiraWebhookFaults& faults = control.model.outbox.faults;
    take_number(faults.lose, json::at(value, "lose"));
    take_number(faults.twice, json::at(value, "twice"));
    take_number(faults.lose_next, json::at(value, "lose_next"));
    take_number(faults.twice_next, json::at(value, "twice_next"));
    if (!json::at(value, "delay_ms").is_null())
        faults.delay = milliseconds(json::at(value, "delay_ms"));
    if (!json::at(value, "jitter_ms").is_null())
        faults.jitter = milliseconds(json::at(value, "jitter_ms"));
    take(faults.shuffle, json::at(value, "shuffle"));
    take(faults.before_answer, json::at(value, "before_answer"));
}

void set_screens(JiraControl& control, const json::value& value) {
    JiraSite& site = control.model.site;
    const auto id_of = [&site](const std::string& name) {
        const JiraField* field = site.field_in_jql(name);
        return field == nullptr ? name : field->id;
    };
    for (auto& [id, type] : site.types) {
        const json::value& change = json::at(value, id);
        for (const std::string& name : word_set(json::at(change, "remove"))) {
            type.screen.erase(id_of(name));
            type.required.erase(id_of(name));
        }
        for (const std::string& name : word_set(json::at(change, "add")))
            type.screen.insert(id_of(name));
        for (const std::string& name : word_set(json::at(change, "require")))
            type.required.insert(id_of(name));
        for (const std::string& name : word_set(json::at(change, "edit_remove")))
            type.not_on_edit.insert(id_of(name));
        for (const std::string& name : word_set(json::at(change, "edit_add")))
            type.not_on_edit.erase(id_of(name));
    }
}

void set_any_transitions(JiraControl& control, const json::value& value) {
    JiraSite& site = control.model.site;
    std::erase_if(site.transitions, [&site](const JiraTransition& transition) {
        const JiraStatus* to = site.status(transition.to);
        return transition.from.empty() && to != nullptr && to->scope.empty();
    });
    if (!json::boolean(value).value_or(false)) return;
    for (JiraTransition& transition : any_transitions(site))
        site.transitions.push_back(std::move(transition));
}

void set_transitions(JiraControl& control, const json::value& value) {
    control.model.site.transitions.clear();
    for (const json::value& row : json::elements(value)) {
        control.model.site.transitions.push_back(
            {.id = json::text_or_empty(json::at(row, "id")),
             .name = json::text_or_empty(json::at(row, "name")),
             .from = word_set(json::at(row, "from")),
             .to = json::text_or_empty(json::at(row, "to")),
             .screen = word_set(json::at(row, "screen")),
             .required = word_set(json::at(row, "required")),
             .role = json::text_or_empty(json::at(row, "role"))}
        );
    }
}

void set_users(JiraControl& control, const json::value& value) {
    const json::object* members = value.if_object();
    if (members == nullptr) return;
    for (const auto& member : *members) {
        const std::string name{member.key()};
        const json::value& given = member.value();
        auto [found, fresh] = control.model.site.users.try_emplace(
            name,
            JiraUser{
                .name = name,
                .key = "JIRAUSER-" + name,
                .account_id = account_id_of(name),
                .display_name = name}
        );
        JiraUser& user = found->second;
        user.password = json::text(json::at(given, "password")).value_or(user.password);
        user.display_name = json::text(json::at(given, "display_name")).value_or(user.display_name);
        user.email = json::text(json::at(given, "email")).value_or(user.email);
        take(user.email_visible, json::at(given, "email_visible"));
        take(user.email_public, json::at(given, "email_public"));
        take(user.administrator, json::at(given, "administrator"));
        if (json::at(given, "tokens").is_array()) user.tokens = word_set(json::at(given, "tokens"));
        if (json::at(given, "roles").is_array()) user.roles = word_set(json::at(given, "roles"));
        if (json::at(given, "lacks").is_array()) user.lacks = word_set(json::at(given, "lacks"));
        if (const auto minutes = json::integer(json::at(given, "utc_offset_min")))
            user.utc_offset = std::chrono::minutes{*minutes};
    }
}

JiraFieldKind kind_of(const std::string& word, JiraFieldKind before) {
    static const std::map<std::string, JiraFieldKind> field_kinds{
        {"text", JiraFieldKind::text},
        {"area", JiraFieldKind::area},
        {"select", JiraFieldKind::select}};
    const auto found = field_kinds.find(word);
    return found == field_kinds.end() ? before : found->second;
}

/// By id or name; one that is not there is made, where it is given a name, and stands on no screen.
void set_fields(JiraControl& control, const json::value& value) {
    const json::object* members = value.if_object();
    if (members == nullptr) return;
    JiraSite& site = control.model.site;
    for (const auto& member : *members) {
        const json::value& given = member.value();
        const std::string word{member.key()};
        const JiraField* known = site.field_in_jql(word);
        const std::string id = known == nullptr ? word : known->id;
        if (known == nullptr) site.fields.push_back({.id = id, .name = word});
        for (JiraField& field : site.fields) {
            if (field.id != id) continue;
            field.name = json::text(json::at(given, "name")).value_or(field.name);
            field.kind = kind_of(json::text_or_empty(json::at(given, "kind")), field.kind);
            if (!json::at(given, "options").is_array()) continue;
            field.options.clear();
            for (const json::value& option : json::elements(json::at(given, "options"))) {
                field.options.push_back(
                    {.id = json::text_or_empty(json::at(option, "id")),
                     .value = json::text_or_empty(json::at(option, "value"))}
                );
            }
        }
    }
}

void drop_fields(JiraControl& control, const json::value& value) {
    JiraSite& site = control.model.site;
    for (const std::string& id : word_set(value)) {
        std::erase_if(site.fields, [&](const JiraField& field) { return field.id == id; });
        for (auto& [type, shape] : site.types) {
            shape.screen.erase(id);
            shape.required.erase(id);
        }
    }
}

/// Statuses that only other projects have: id to name; "" takes one away.
void set_other_statuses(JiraControl& control, const json::value& value) {
    const json::object* members = value.if_object();
    if (members == nullptr) return;
    auto& statuses = control.model.site.statuses;
    for (const auto& member : *members) {
        const std::string id{member.key()};
        std::erase_if(statuses, [&](const JiraStatus& one) { return one.id == id; });
        const std::string name = json::text_or_empty(member.value());
        if (!name.empty()) statuses.push_back({.id = id, .name = name, .elsewhere = true});
    }
}

JiraProject& own_project(JiraControl& control) {
    return control.model.site.projects.at(control.model.settings.project_key);
}

/// A project is what it was made as. "" where nothing is wrong.
std::string fault_of_style(const JiraModel& model, const json::value& value) {
    const std::string wanted = json::text_or_empty(value);
    if (wanted != "classic" && wanted != "next-gen") return "project_style is classic or next-gen.";
    const bool team_managed = model.site.projects.at(model.settings.project_key).team_managed;
    if (team_managed == (wanted == "next-gen")) return "";
    if (!model.profile.project_styles)
        return fmt::format("{} has no team-managed projects.", model.profile.name);
    if (team_managed || !model.store.issues().empty())
        return "A project's style can only be chosen before it has issues, and only once.";
    return "";
}

/// The field that hung orders under epics before `parent` did; many older sites show it still.
void set_epic_link(JiraControl& control, const json::value& value) {
    JiraSite& site = control.model.site;
    const bool there = site.field_of(JiraFieldKind::epic_link) != nullptr;
    if (there || !json::boolean(value).value_or(false)) return;
    const JiraField link{
        .id = "customfield_10008", .name = "Epic Link", .kind = JiraFieldKind::epic_link};
    site.fields.push_back(link);
    for (auto& [id, type] : site.types) {
        if (type.scope.empty() && !type.epic) type.screen.insert(link.id);
    }
}

void set_project_style(JiraControl& control, const json::value& value) {
    const JiraProject& project = own_project(control);
    if (json::text_or_empty(value) == "next-gen" && !project.team_managed)
        make_team_managed(control.model.site, project.key);
}

const std::map<std::string, Setter>& setters() {
    static const std::map<std::string, Setter> all{
        {"index_lag_ms", [](auto& c, auto& v) { c.model.index.lag = milliseconds(v); }},
        {"index_flicker", [](auto& c, auto& v) { c.model.index.flicker = decimal(v); }},
        {"anonymous_allowed",
         [](auto& c, auto& v) { take(c.model.settings.anonymous_allowed, v); }},
        {"everybody_anonymous", [](auto& c, auto& v) { take(c.access.everybody_anonymous, v); }},
        {"comment_units_max",
         [](auto& c, auto& v) { take_number(c.model.settings.comment_units_max, v); }},
        {"page_max", [](auto& c, auto& v) { take_number(c.model.settings.page_max, v); }},
        {"comment_properties_expand",
         [](auto& c, auto& v) { take(c.model.settings.comment_properties_expand, v); }},
        {"comments_max", [](auto& c, auto& v) { take_number(c.model.settings.comments_max, v); }},
        {"account_is_app", [](auto& c, auto& v) { take(c.model.settings.account_is_app, v); }},
        {"app_secret",
         [](auto& c, auto& v) { c.model.settings.app_secret = json::text_or_empty(v); }},
        {"webhook_retry_ms",
         [](auto& c, auto& v) { c.model.outbox.pace.retry_after = milliseconds(v); }},
        {"webhook_spread_ms",
         [](auto& c, auto& v) { c.model.outbox.pace.spread = milliseconds(v); }},
        {"base_url", [](auto& c, auto& v) { c.model.settings.base_url = json::text_or_empty(v); }},
        {"rate_limit", set_rate_limit},
        {"webhooks", set_webhooks},
        {"screens", set_screens},
        {"fields", set_fields},
        {"drop_fields", drop_fields},
        {"other_statuses", set_other_statuses},
        {"any_transitions", set_any_transitions},
        {"transitions", set_transitions},
        {"users", set_users},
        {"captcha", [](auto& c, auto& v) { c.access.challenge(json::text_or_empty(v)); }},
        {"log_in", [](auto& c, auto& v) { c.access.log_in_by_hand(json::text_or_empty(v)); }},
        {"service_desk", [](auto& c, auto& v) { take(own_project(c).service_desk, v); }},
        {"archived", [](auto& c, auto& v) { take(own_project(c).archived, v); }},
        {"epic_link", set_epic_link},
        {"project_style", set_project_style},
    };
    return all;
}

}  // namespace

std::string change_settings(JiraControl control, const json::value& body) {
    const json::object* members = body.if_object();
    if (members == nullptr) return "Give an object of settings.";
    for (const auto& member : *members) {
        const auto setter = setters().find(std::string{member.key()});
        if (setter == setters().end()) {
            std::vector<std::string> names;
            for (const auto& [name, function] : setters())
                names.push_back(name);
            return fmt::format(
                "{} is no setting: there are {}", in_quotes(member.key()), join(names, ", ")
            );
        }
        if (member.key() == "project_style") {
            std::string wrong = fault_of_style(control.model, member.value());
            if (!wrong.empty()) return wrong;
        }
        setter->second(control, member.value());
    }
    return "";
}

json::object settings_json(const JiraControl& control) {
    const JiraSettings& settings = control.model.settings;
    return {
        {"profile", control.model.profile.name},
        {"base_url", settings.base_url},
        {"context_path", settings.context_path},
        {"project", settings.project_key},
        {"index_lag_ms", whole_ms(control.model.index.lag)},
        {"index_flicker", control.model.index.flicker},
        {"anonymous_allowed", settings.anonymous_allowed},
        {"everybody_anonymous", control.access.everybody_anonymous},
        {"comment_units_max", settings.comment_units_max},
        {"page_max", settings.page_max},
        {"comments_max", settings.comments_max},
        {"account_is_app", settings.account_is_app},
        {"webhook_retry_ms", whole_ms(control.model.outbox.pace.retry_after)},
        {"webhook_spread_ms", whole_ms(control.model.outbox.pace.spread)},
        {"comment_properties_expand", settings.comment_properties_expand},
        {"project_style",
         control.model.site.projects.at(settings.project_key).team_managed ? "next-gen"
                                                                           : "classic"}};
}

}  // namespace oms::sim
