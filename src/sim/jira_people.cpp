#include <stdexcept>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira.hpp"
#include "sim/jira_control.hpp"

/// What people do, as tests tell them.
namespace oms::sim {
namespace {

/// Waiting people and what they may do are the same to a test: it asked for the impossible.
void demand(const JiraDone& outcome) {
    if (outcome) return;
    const JiraRefusal& refusal = outcome.error();
    std::string says = join(refusal.messages, " ");
    for (const auto& [field, text] : refusal.errors)
        says += field + ": " + text;
    throw std::invalid_argument(says);
}

JiraComment& comment_of(JiraIssue& issue, const std::string& id) {
    JiraComment* found = JiraStore::comment(issue, id);
    if (found == nullptr) throw std::invalid_argument("no comment " + id);
    return *found;
}

json::value comment_with_role(const std::string& body, const std::string& role) {
    json::object shape{{"body", body}};
    if (!role.empty()) shape["visibility"] = json::object{{"type", "role"}, {"value", role}};
    return shape;
}

std::string role_of(const JiraComment& comment) {
    return comment.visibility ? comment.visibility->value : "";
}

}  // namespace

template <class Act>
void Jira::as_person(const std::string& user, const std::string& issue, const Act& act) {
    std::function<void()> tell;
    {
        const std::lock_guard lock{mutex_};
        const JiraUser* actor = model_.site.user(user);
        JiraIssue* found = issue.empty() ? nullptr : model_.store.find(issue);
        if (actor == nullptr) throw std::invalid_argument("no user " + user);
        if (found == nullptr && !issue.empty()) throw std::invalid_argument("no issue " + issue);
        const std::uint64_t before = model_.outbox.count();
        act(*actor, found);
        if (model_.outbox.count() != before) tell = tell_;
    }
    if (tell) tell();
}

std::string Jira::create(const std::string& user, const json::value& body) {
    std::string key;
    as_person(user, "", [&](const JiraUser& actor, JiraIssue*) {
        const auto created = create_issue(model_, actor, body);
        if (!created) demand(JiraRefused{created.error()});
        key = (*created)->row.key;
    });
    return key;
}

std::string Jira::comment(
    const std::string& user,
    const std::string& issue,
    const std::string& body,
    const std::string& role
) {
    std::string id;
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        const auto added = add_comment(model_, actor, *found, comment_with_role(body, role));
        if (!added) demand(JiraRefused{added.error()});
        id = fmt::format("{}", (*added)->id);
    });
    return id;
}

void Jira::edit_comment(
    const std::string& user,
    const std::string& issue,
    const std::string& comment,
    const std::string& body
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        JiraComment& edited = comment_of(*found, comment);
        const json::value given = comment_with_role(body, role_of(edited));
        demand(sim::edit_comment(model_, actor, *found, edited, given));
    });
}

void Jira::restrict_comment(
    const std::string& user,
    const std::string& issue,
    const std::string& comment,
    const std::string& role
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        JiraComment& edited = comment_of(*found, comment);
        json::value given = comment_with_role(edited.body, role);
        const bool markup = edited.document.is_null();
        if (!markup) given.as_object()["body"] = edited.document;
        model_.api = markup ? 2 : 3;
        const JiraDone edited_well = sim::edit_comment(model_, actor, *found, edited, given);
        model_.api = 2;
        demand(edited_well);
    });
}

void Jira::delete_comment(
    const std::string& user,
    const std::string& issue,
    const std::string& comment
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        sim::delete_comment(model_, actor, *found, comment_of(*found, comment));
    });
}

void Jira::transition(
    const std::string& user,
    const std::string& issue,
    const std::string& status
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        demand(go_to(model_, actor, *found, status));
    });
}

void Jira::set_voucher(
    const std::string& user,
    const std::string& issue,
    const std::string& voucher
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        const JiraField* field = model_.site.field_in_jql("CP-VoucherID");
        if (field == nullptr) throw std::invalid_argument("no field CP-VoucherID");
        const json::value body = json::object{{"fields", json::object{{field->id, voucher}}}};
        demand(edit_issue(model_, actor, *found, body));
    });
}

void Jira::edit(const std::string& user, const std::string& issue, const json::value& body) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        demand(edit_issue(model_, actor, *found, body));
    });
}

void Jira::move(const std::string& user, const std::string& issue, const std::string& project) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        move_issue(model_, actor, *found, project);
    });
}

void Jira::remove(const std::string& user, const std::string& issue) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        delete_issue(model_, actor, *found);
    });
}

void Jira::seed_demo() {
    static const std::vector<std::pair<std::string, std::string>> foreign{
        {"Renew the certificate of the help desk", "In Progress"},
        {"Order two disks for the test cluster", "To Do"},
        {"Minutes of the providers' meeting", "Closed"}};
    for (const auto& [summary, status] : foreign) {
        const std::string key = create(
            "piotr",
            json::object{
                {"fields",
                 {{"project", {{"key", model_.settings.project_key}}},
                  {"issuetype", {{"name", "Service Order"}}},
                  {"summary", summary}}}}
        );
        comment("anna", key, "Not an order of the marketplace: please leave it alone.", "Staff");
        transition("anna", key, status);
    }
}

}  // namespace oms::sim
