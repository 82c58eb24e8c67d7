#include "tests/simulation/people.hpp"

#include <algorithm>

#include <fmt/format.h>

// What all do, and what customers and their marketplace do; people_jira.cpp has the staff.
namespace oms::simulation {

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
