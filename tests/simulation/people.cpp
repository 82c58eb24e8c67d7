#include "tests/simulation/people.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace oms::simulation {
namespace {

const std::array<const char*, 7> jira_statuses{"1", "2", "3", "4", "5", "6", "7"};
const std::array<const char*, 7> market_statuses{
    "registered",
    "in_progress",
    "waiting_for_response",
    "approved",
    "rejected",
    "closed",
    "ready"};

}  // namespace

std::string canary(const Text& text, int version) {
    const char* word = text.scope == "user_direct" ? "hush" : "t";
    return fmt::format("{}{}-v{}", word, text.number, version);
}

json::value People::market_do(const std::string& path, const json::object& body) {
    const auto response =
        market_.handle({.method = "POST", .url = "/sim/" + path, .body = json::write(body)});
    const auto answer = json::parse(response.body);
    return answer && response.status == 200 ? *answer : json::value(nullptr);
}

int People::jira_do(const std::string& path, const json::object& body, json::value* answer) {
    const auto response =
        jira_.handle({.method = "POST", .url = "/sim/" + path, .body = json::write(body)});
    if (answer != nullptr) *answer = json::parse(response.body).value_or(json::value(nullptr));
    return response.status;
}

std::string People::issue_of(const Subject& subject) {
    if (const auto found = stood_in_.find(subject); found != stood_in_.end()) return found->second;
    const std::string label = marker_of(OmsId{1}, subject);
    std::string id;
    jira_.administer([&](sim::JiraModel& model, sim::JiraAccess&) {
        for (const auto& [number, issue] : model.store.issues()) {
            const auto& labels = issue.row.labels;
            if (!id.empty() || std::ranges::find(labels, label) == labels.end()) continue;
            id = std::to_string(number);
        }
    });
    return id;
}

People::OrderFacts* People::any_order() {
    if (orders_.empty()) return nullptr;
    if (aim_) {
        const auto aimed = std::ranges::find_if(orders_, [&](const OrderFacts& one) {
            return Subject::of(one.id) == *aim_;
        });
        return aimed == orders_.end() || aimed->deleted_in_jira ? nullptr : &*aimed;
    }
    OrderFacts& order = orders_[pick(orders_.size())];
    return order.deleted_in_jira ? nullptr : &order;
}

std::optional<Subject> People::any_subject() {
    if (projects_.empty()) return std::nullopt;
    if (aim_) return aim_;
    const bool project = orders_.empty() || random_.fraction() < 0.2;
    if (project) return Subject::of(projects_[pick(projects_.size())]);
    const OrderFacts* order = any_order();
    if (order == nullptr) return std::nullopt;
    return Subject::of(order->id);
}

Text* People::any_text(bool by_customer_side) {
    std::vector<Text*> found;
    for (Text& text : texts_) {
        if (text.by_customer_side == by_customer_side && !text.deleted) found.push_back(&text);
    }
    return found.empty() ? nullptr : found[pick(found.size())];
}

std::string People::new_project() {
    const auto made = market_do(
        "projects",
        {{"name", fmt::format("Project {}", projects_.size() + 1)},
         {"customer_typology", random_.fraction() < 0.5 ? "single_user" : "project"}}
    );
    const auto id = json::integer(json::at(made, "id"));
    if (!id) return "";
    projects_.push_back({*id});
    ++changes_;
    return fmt::format("a customer makes project {}", *id);
}

std::string People::new_order(int offer) {
    if (projects_.empty()) return new_project();
    const ProjectId project = projects_[pick(projects_.size())];
    json::object body{{"project", project.value}, {"offer", offer}};
    if (random_.fraction() < 0.2) body["supplied_voucher"] = "OWN-1";
    const auto made = market_do("orders", body);
    const auto id = json::integer(json::at(made, "id"));
    if (!id) return "";
    orders_.push_back({.id = {project, {*id}}, .offer = offer});
    ++changes_;
    return fmt::format("a customer orders {}/{} (offer {})", project.value, *id, offer);
}

std::string
People::write_message(const std::string& scope, const std::string& role, std::size_t length) {
    const auto subject = any_subject();
    if (!subject) return "";
    Text text{
        .number = static_cast<int>(texts_.size()) + 1,
        .subject = *subject,
        .scope = scope,
        .role = role};
    text.content = canary(text, 1) + " {code} [~anna] *bold*";
    json::object body{
        {"project", subject->project.value},
        {"content", text.content + (length > 0 ? " " : "") + std::string(length, 'x')},
        {"scope", scope},
        {"role", role}};
    if (subject->item) body["item"] = subject->item->value;
    const auto made = market_do("messages", body);
    const auto id = json::integer(json::at(made, "id"));
    if (!id) return "";
    text.message = *id;
    texts_.push_back(text);
    if (scope != "user_direct") ++changes_;
    return fmt::format(
        "a {} writes {} ({}) on {}", role, canary(text, 1), scope, to_text(*subject)
    );
}

std::string People::edit_message() {
    Text* text = any_text(true);
    if (text == nullptr) return "";
    ++text->version;
    text->content = canary(*text, text->version) + " edited {noformat}";
    market_do(fmt::format("messages/{}/edit", text->message), {{"content", text->content}});
    if (text->scope != "user_direct") ++changes_;
    return fmt::format("message {} becomes {}", text->message, canary(*text, text->version));
}

std::string People::market_status(const char* wanted) {
    OrderFacts* order = any_order();
    if (order == nullptr) return "";
    const char* status =
        wanted != nullptr ? wanted : market_statuses.at(pick(market_statuses.size()));
    market_do(
        fmt::format("orders/{}/{}/status", order->id.project.value, order->id.item.value),
        {{"type", status}}
    );
    order->last_in_marketplace = status;
    ++changes_;
    return fmt::format("the marketplace sets {} to {}", to_text(Subject::of(order->id)), status);
}

std::string People::edit_project() {
    if (projects_.empty()) return "";
    const ProjectId project = projects_[pick(projects_.size())];
    market_do(
        fmt::format("projects/{}/edit", project.value),
        {{"name", fmt::format("Renamed {}", random_.next() % 1000)}}
    );
    ++changes_;
    return fmt::format("a customer renames project {}", project.value);
}

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

std::string People::delete_project() {
    if (projects_.empty()) return "";
    const ProjectId project = projects_.back();
    market_do(fmt::format("projects/{}/delete", project.value), {});
    deleted_projects_.insert(project);
    return fmt::format("the marketplace deletes project {}", project.value);
}

std::string People::act() {
    const double die = random_.fraction();
    if (projects_.empty() || die < 0.06) return new_project();
    if (orders_.empty() || die < 0.20) return new_order(static_cast<int>(pick(5)) + 1);
    return die < 0.57 ? act_at_marketplace(die) : act_in_jira(die);
}

std::string People::act_at_marketplace(double die) {
    if (die < 0.34) return write_message("public", "user");
    if (die < 0.38) return write_message("internal", "provider");
    if (die < 0.42) return write_message("user_direct", "provider");
    if (die < 0.46) return write_message("public", "mediator");
    if (die < 0.50) return edit_message();
    if (die < 0.55) return market_status();
    return edit_project();
}

std::string People::act_in_jira(double die) {
    if (die < 0.68) return move_status();
    if (die < 0.79) return write_comment(false);
    if (die < 0.83) return write_comment(true);
    if (die < 0.88) return edit_comment();
    if (die < 0.90) return restrict_comment(true);
    if (die < 0.92) return restrict_comment(false);
    if (die < 0.935) return delete_comment();
    if (die < 0.965) return set_voucher();
    if (die < 0.97) return move_issue();
    if (die < 0.975) return delete_issue();
    return other_issue();
}

}  // namespace oms::simulation
