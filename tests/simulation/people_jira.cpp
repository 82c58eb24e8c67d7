#include <fmt/format.h>

#include "tests/simulation/people.hpp"

/// What staff do in Jira.
namespace oms::simulation {

std::string People::move_status(const char* wanted) {
    OrderFacts* order = any_order();
    if (order == nullptr) return "";
    const std::string issue = issue_of(Subject::of(order->id));
    if (issue.empty()) return "";
    const char* status = wanted != nullptr ? wanted : jira_statuses.at(pick(jira_statuses.size()));
    if (jira_do("issues/" + issue + "/transition", {{"status", status}}) >= 300) return "";
    const auto set = std::ranges::find(jira_statuses, std::string_view{status});
    order->last_in_jira = market_statuses.at(static_cast<std::size_t>(set - jira_statuses.begin()));
    ++changes_;
    return fmt::format("staff move issue {} to status {}", issue, status);
}

std::string People::write_comment(bool restricted) {
    const auto subject = any_subject();
    if (!subject) return "";
    const std::string issue = issue_of(*subject);
    if (issue.empty()) return "";
    Text text{
        .number = static_cast<int>(texts_.size()) + 1,
        .by_customer_side = false,
        .subject = *subject,
        .issue = issue,
        .restricted = restricted};
    text.was_public[1] = !restricted;
    json::object body{{"body", canary(text, 1)}};
    if (restricted) body["role"] = "Staff";
    if (!restricted && random_.fraction() < 0.1) body["role"] = "User";
    json::value answer;
    if (jira_do("issues/" + issue + "/comments", body, &answer) >= 300) return "";
    text.comment = json::text_or_empty(json::at(answer, "id"));
    texts_.push_back(text);
    if (!restricted) ++changes_;
    return fmt::format(
        "staff comment {}{} on issue {}", canary(text, 1), restricted ? " (restricted)" : "", issue
    );
}

std::string People::edit_comment() {
    Text* text = any_text(false);
    if (text == nullptr) return "";
    const std::string content = canary(*text, text->version + 1);
    if (jira_do("issues/" + text->issue + "/comments/" + text->comment, {{"body", content}}) >= 300)
        return "";
    ++text->version;
    text->was_public[text->version] = !text->restricted;
    ++changes_;
    return fmt::format("comment {} becomes {}", text->comment, content);
}

std::string People::restrict_comment(bool restricted) {
    Text* text = any_text(false);
    if (text == nullptr || text->restricted == restricted) return "";
    const char* role = restricted ? "Staff" : "";
    if (jira_do("issues/" + text->issue + "/comments/" + text->comment, {{"role", role}}) >= 300)
        return "";
    text->restricted = restricted;
    if (!restricted) text->was_public[text->version] = true;
    ++changes_;
    return fmt::format("comment {} is {}", text->comment, restricted ? "restricted" : "opened");
}

std::string People::hide_comment(bool hidden) {
    Text* text = any_text(false);
    if (text == nullptr || text->restricted == hidden) return "";
    const char* role = hidden ? "Board" : "";
    if (jira_do("issues/" + text->issue + "/comments/" + text->comment, {{"role", role}}) >= 300)
        return "";
    text->restricted = hidden;
    return fmt::format(
        "comment {} is {}", text->comment, hidden ? "hidden from us" : "shown again"
    );
}

std::string People::delete_comment() {
    if (nothing_vanishes) return "";
    Text* text = any_text(false);
    if (text == nullptr) return "";
    const std::string path = "issues/" + text->issue + "/comments/" + text->comment + "/delete";
    if (jira_do(path, {}) >= 300) return "";
    text->deleted = true;
    return fmt::format("comment {} is deleted", text->comment);
}

std::string People::set_voucher(const char* wanted) {
    OrderFacts* order = any_order();
    if (order == nullptr) return "";
    const std::string issue = issue_of(Subject::of(order->id));
    if (issue.empty()) return "";
    const std::string chance =
        random_.fraction() < 0.3 ? "" : fmt::format("V-{}", random_.next() % 100);
    const std::string voucher = wanted != nullptr ? wanted : chance;
    if (jira_do("issues/" + issue + "/voucher", {{"voucher", voucher}}) >= 300) return "";
    order->voucher = voucher;
    ++changes_;
    return fmt::format("staff set the voucher of issue {} to '{}'", issue, voucher);
}

std::string People::move_issue() {
    OrderFacts* order = any_order();
    if (nothing_vanishes || order == nullptr || order->moved) return "";
    const std::string issue = issue_of(Subject::of(order->id));
    if (issue.empty()) return "";
    if (jira_do("issues/" + issue + "/move", {{"project", "HELP"}}) >= 300) return "";
    order->moved = true;
    return fmt::format("issue {} moves to another Jira project", issue);
}

std::string People::move_epic() {
    if (projects_.empty()) return "";
    const std::string epic = issue_of(Subject::of(projects_.front()));
    if (epic.empty() || jira_do("issues/" + epic + "/move", {{"project", "HELP"}}) >= 300)
        return "";
    return fmt::format("epic {} moves to another Jira project", epic);
}

std::string People::delete_issue() {
    if (nothing_vanishes) return "";
    OrderFacts* order = any_order();
    if (order == nullptr) return "";
    const std::string issue = issue_of(Subject::of(order->id));
    if (issue.empty() || !is_linked(Subject::of(order->id))) return "";
    if (jira_do("issues/" + issue + "/delete", {{"user", "admin"}}) >= 300) return "";
    order->deleted_in_jira = true;
    return fmt::format("issue {} is deleted", issue);
}

std::string People::other_issue() {
    jira_do(
        "issues",
        {{"fields",
          json::object{
              {"project", json::object{{"key", "EOSC"}}},
              {"issuetype", json::object{{"id", "10204"}}},
              {"summary", "somebody else's business"}}}}
    );
    return "staff make an issue of their own";
}

std::string People::field(std::string_view name) {
    std::string id;
    jira_.administer([&](sim::JiraModel& model, sim::JiraAccess&) {
        for (const auto& field : model.site.fields) {
            if (field.name == name) id = field.id;
        }
    });
    return id;
}

std::string People::stand_in(const Subject& subject, const std::string& summary) {
    const bool order = subject.is_order();
    json::object fields{
        {"project", json::object{{"key", "EOSC"}}},
        {"issuetype", json::object{{"id", order ? "10204" : "10000"}}},
        {"summary", summary}};
    std::string name;
    const json::value state =
        json::parse(market_.handle({.method = "GET", .url = "/sim/state"}).body)
            .value_or(json::value(nullptr));
    for (const auto& project : json::elements(json::at(state, "projects"))) {
        if (json::integer(json::at(project, "id")) == subject.project.value)
            name = json::text_or_empty(json::at(project, "name"));
    }
    if (order) {
        fields[field("Order reference")] = fmt::format(
            "{}/projects/{}/services/{}", market_url, subject.project.value, subject.item->value
        );
    } else {
        fields[field("SO-ProjectName")] = fmt::format("{} ({})", name, subject.project.value);
        if (jira_.profile().epics == sim::JiraEpics::link) fields[field("Epic Name")] = name;
    }
    json::value answer;
    if (jira_do("issues", {{"user", "oms"}, {"fields", fields}}, &answer) >= 300) return "";
    stood_in_[subject] = json::text_or_empty(json::at(answer, "id"));
    return fmt::format("an older integration makes an issue for {}", to_text(subject));
}

std::string People::clone_issue() {
    const auto subject = any_subject();
    if (!subject || issue_of(*subject).empty()) return "";
    const int status = jira_do(
        "issues",
        {{"fields",
          json::object{
              {"project", json::object{{"key", "EOSC"}}},
              {"issuetype", json::object{{"id", "10204"}}},
              {"labels", json::array{marker_of(OmsId{1}, *subject)}},
              {"summary", "CLONE"}}}}
    );
    if (status >= 300) return "";
    ++clones_[*subject];
    return fmt::format("staff clone the issue of {}", to_text(*subject));
}

}  // namespace oms::simulation
