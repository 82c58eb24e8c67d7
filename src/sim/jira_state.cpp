#include "sim/jira_state.hpp"

#include <fmt/format.h>

#include "sim/jira_document.hpp"

namespace oms::sim {

json::object webhook_state(const JiraWebhook& webhook) {
    return {
        {"id", webhook.id},
        {"name", webhook.name},
        {"url", webhook.url},
        {"events", json::array(webhook.events.begin(), webhook.events.end())},
        {"jql", webhook.jql},
        {"exclude_body", webhook.exclude_body},
        {"enabled", webhook.enabled},
        {"signed", !webhook.secret.empty()}};
}

json::array webhooks_state(const JiraModel& model) {
    json::array list;
    for (const auto& [id, webhook] : model.webhooks)
        list.push_back(webhook_state(webhook));
    return list;
}

json::array faults_state(const Faults& faults) {
    json::array list;
    for (const Fault& fault : faults.all())
        list.push_back(fault_json(fault));
    return list;
}

json::object site_state(const JiraModel& model) {
    json::object statuses;
    for (const JiraStatus& status : model.site.statuses)
        statuses[status.id] = status.name;
    json::object fields;
    for (const JiraField& field : model.site.fields)
        fields[field.id] = field.name;
    json::object types;
    for (const auto& [id, type] : model.site.types)
        types[id] = type.name;
    json::array users;
    for (const auto& [name, user] : model.site.users) {
        users.push_back(json::object{
            {"name", name},
            {"account_id", user.account_id},
            {"display_name", user.display_name},
            {"roles", json::array(user.roles.begin(), user.roles.end())}});
    }
    // The variables of an adapter that is to work with this Jira.
    json::object environment;
    for (const auto& [name, value] : jira_environment(
             model.site,
             model.profile,
             model.settings.project_key,
             model.settings.base_url,
             model.settings.context_path
         ))
        environment[name] = value;
    return {
        {"environment", std::move(environment)},
        {"statuses", std::move(statuses)},
        {"fields", std::move(fields)},
        {"types", std::move(types)},
        {"users", std::move(users)},
        {"roles", json::array(model.site.roles.begin(), model.site.roles.end())}};
}

json::array mentions_state(const JiraModel& model) {
    json::array list;
    for (const JiraMention& mention : model.mentions) {
        list.push_back(json::object{
            {"issue", fmt::format("{}", mention.issue)},
            {"comment", fmt::format("{}", mention.comment)},
            {"user", mention.user}});
    }
    return list;
}

json::object issue_state(const JiraModel& model, const JiraIssue& issue) {
    const JiraRow& row = issue.row;
    json::object fields;
    for (const auto& [id, text] : row.fields) {
        const JiraField* field = model.site.field(id);
        fields[field == nullptr ? id : field->name] = text;
    }
    json::array comments;
    for (const JiraComment& comment : issue.comments) {
        json::value visibility;
        if (comment.visibility) {
            visibility = json::object{
                {"type", comment.visibility->type}, {"value", comment.visibility->value}};
        }
        json::object properties;
        for (const auto& [key, value] : comment.properties)
            properties[key] = value;
        const bool markup = comment.document.is_null();
        const json::value document =
            markup ? json::value(document_of(comment.body)) : comment.document;
        const auto effects = effects_of(document);
        comments.push_back(json::object{
            {"id", fmt::format("{}", comment.id)},
            {"author", comment.author},
            {"body", comment.body},
            {"document", comment.document},
            {"text", plain_of(document)},
            {"effects", json::array(effects.begin(), effects.end())},
            {"visibility", std::move(visibility)},
            {"properties", std::move(properties)},
            {"created", to_rfc3339(comment.created, 3)},
            {"updated", to_rfc3339(comment.updated, 3)}});
    }
    json::object properties;
    for (const auto& [key, value] : issue.properties)
        properties[key] = value;
    const JiraIssue* epic = row.epic == 0 ? nullptr : model.store.find(row.epic);
    return {
        {"id", fmt::format("{}", row.id)},
        {"key", row.key},
        {"project", row.project},
        {"type", row.type},
        {"type_name", model.site.types.at(row.type).name},
        {"epic", model.site.types.at(row.type).epic},
        {"status", row.status},
        {"status_name", model.site.status(row.status)->name},
        {"reporter", row.reporter},
        {"labels", json::array(row.labels.begin(), row.labels.end())},
        {"fields", std::move(fields)},
        {"epic_link", epic == nullptr ? "" : epic->row.key},
        {"properties", std::move(properties)},
        {"comments", std::move(comments)},
        {"created", to_rfc3339(row.created, 3)},
        {"updated", to_rfc3339(row.updated, 3)}};
}

}  // namespace oms::sim
