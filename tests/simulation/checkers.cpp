#include "tests/simulation/checkers.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "store/attention.hpp"
#include "store/subjects.hpp"

namespace oms::simulation {
namespace {

using json::at;
using json::elements;
using json::text_or_empty;

/// `t7-v2` wherever it stands, as number and version; `hush` ones too.
struct Seen {
    int number = 0;
    int version = 0;
};

std::vector<Seen> canaries_in(const std::string& text) {
    static const std::regex shape{R"((t|hush)(\d+)-v(\d+))"};
    std::vector<Seen> found;
    for (std::sregex_iterator it{text.begin(), text.end(), shape}, end; it != end; ++it) {
        found.push_back({std::stoi((*it)[2]), std::stoi((*it)[3])});
    }
    return found;
}

bool has_label(const json::value& issue, const std::string& label) {
    return std::ranges::any_of(elements(at(issue, "labels")), [&](const json::value& one) {
        return text_or_empty(one) == label;
    });
}

std::vector<json::value> issues_of(const Sides& sides, const Subject& subject) {
    const std::string label = marker_of(OmsId{1}, subject);
    std::vector<json::value> found;
    for (const auto& issue : elements(at(sides.jira, "issues"))) {
        if (has_label(issue, label)) found.push_back(issue);
    }
    return found;
}

json::value market_project(const Sides& sides, ProjectId id) {
    for (const auto& project : elements(at(sides.market, "projects"))) {
        if (json::integer(at(project, "id")) == id.value) return project;
    }
    return nullptr;
}

json::value market_order(const Sides& sides, OrderId id) {
    const json::value project = market_project(sides, id.project);
    for (const auto& order : elements(at(project, "orders"))) {
        if (json::integer(at(order, "id")) == id.item.value) return order;
    }
    return nullptr;
}

const People::OrderFacts* facts_of(const People& people, const Subject& subject) {
    for (const auto& order : people.orders()) {
        if (Subject::of(order.id) == subject) return &order;
    }
    return nullptr;
}

bool issue_deleted(const People& people, const Subject& subject) {
    const auto* facts = facts_of(people, subject);
    return facts != nullptr && facts->deleted_in_jira;
}

/// Number of the text to every comment of the adapter's that bears it.
using Comments = std::multimap<int, std::pair<json::value, int>>;

Comments own_comments(const Sides& sides) {
    Comments found;
    for (const auto& issue : elements(at(sides.jira, "issues"))) {
        for (const auto& comment : elements(at(issue, "comments"))) {
            if (text_or_empty(at(comment, "author")) != "oms") continue;
            for (const Seen& seen : canaries_in(text_or_empty(at(comment, "body")))) {
                found.emplace(seen.number, std::pair{comment, seen.version});
            }
        }
    }
    return found;
}

/// Number of the text to every message not of a customer that bears it, with its version.
std::multimap<int, int> posted_messages(const Sides& sides) {
    std::multimap<int, int> found;
    const auto add = [&](const json::value& messages) {
        for (const auto& message : elements(messages)) {
            if (text_or_empty(at(message, "role")) == "user") continue;
            for (const Seen& seen : canaries_in(text_or_empty(at(message, "content")))) {
                found.emplace(seen.number, seen.version);
            }
        }
    };
    for (const auto& project : elements(at(sides.market, "projects"))) {
        add(at(project, "messages"));
        for (const auto& order : elements(at(project, "orders")))
            add(at(order, "messages"));
    }
    return found;
}

void check_message(const Text& text, const Comments& comments, Violations& found) {
    const auto count = comments.count(text.number);
    if (count != 1) {
        found.push_back(fmt::format(
            "message {} ({}) on {} stands in {} comments",
            text.message,
            canary(text, text.version),
            to_text(text.subject),
            count
        ));
        return;
    }
    const int version = comments.find(text.number)->second.second;
    if (version != text.version) {
        found.push_back(fmt::format(
            "message {} is at version {}, its comment at {}", text.message, text.version, version
        ));
    }
}

void check_comment(
    const Text& text,
    const std::multimap<int, int>& messages,
    bool issue_gone,
    Violations& found
) {
    const auto count = messages.count(text.number);
    const bool owed = !text.restricted && !text.deleted && !issue_gone;
    if (count > 1 || (owed && count != 1)) {
        found.push_back(fmt::format(
            "comment {} ({}) on {} stands in {} messages",
            text.comment,
            canary(text, text.version),
            to_text(text.subject),
            count
        ));
        return;
    }
    if (!owed || count == 0) return;
    const int version = messages.find(text.number)->second;
    if (version != text.version) {
        found.push_back(fmt::format(
            "comment {} is at version {}, its message at {}", text.comment, text.version, version
        ));
    }
}

const std::map<std::string, std::string> statuses{
    {"1", "registered"},
    {"2", "in_progress"},
    {"3", "waiting_for_response"},
    {"4", "approved"},
    {"5", "rejected"},
    {"6", "closed"},
    {"7", "ready"}};

}  // namespace

void check_nothing_lost_or_doubled(const People& people, const Sides& sides, Violations& found) {
    for (const ProjectId project : people.projects()) {
        const auto count = issues_of(sides, Subject::of(project)).size();
        if (count != 1)
            found.push_back(fmt::format("project {} has {} epics", project.value, count));
    }
    for (const auto& order : people.orders()) {
        const auto count = issues_of(sides, Subject::of(order.id)).size();
        const std::size_t due = order.deleted_in_jira ? 0 : 1;
        if (count != due) {
            found.push_back(fmt::format(
                "order {} has {} issues, {} is right", to_text(Subject::of(order.id)), count, due
            ));
        }
    }
    const auto comments = own_comments(sides);
    const auto messages = posted_messages(sides);
    for (const Text& text : people.texts()) {
        const bool gone = issue_deleted(people, text.subject);
        if (!text.by_customer_side) {
            check_comment(text, messages, gone, found);
        } else if (text.scope != "user_direct" && !gone) {
            check_message(text, comments, found);
        }
    }
}

void check_nothing_leaked(const People& people, const Sides& sides, Violations& found) {
    if (json::write(at(sides.jira, "issues")).find("hush") != std::string::npos) {
        found.emplace_back("a user_direct message stands in Jira");
    }
    const auto messages = posted_messages(sides);
    const auto comments = own_comments(sides);
    for (const Text& text : people.texts()) {
        if (text.by_customer_side && text.scope == "internal") {
            const auto comment = comments.find(text.number);
            if (comment == comments.end()) continue;
            const std::string whole = json::write(comment->second.first);
            if (whole.find("Staff") == std::string::npos) {
                found.push_back(fmt::format("internal message {} is open in Jira", text.message));
            }
        }
        if (text.by_customer_side) continue;
        const auto [first, last] = messages.equal_range(text.number);
        for (auto message = first; message != last; ++message) {
            const auto allowed = text.was_public.find(message->second);
            if (allowed == text.was_public.end() || !allowed->second) {
                found.push_back(fmt::format(
                    "restricted comment {} reached the customer", canary(text, message->second)
                ));
            }
        }
    }
}

void check_order_of_messages(const People& people, const Sides& sides, Violations& found) {
    std::map<int, std::int64_t> message_of;
    for (const Text& text : people.texts()) {
        if (text.by_customer_side) message_of[text.number] = text.message;
    }
    for (const auto& issue : elements(at(sides.jira, "issues"))) {
        std::int64_t last = 0;
        for (const auto& comment : elements(at(issue, "comments"))) {
            if (text_or_empty(at(comment, "author")) != "oms") continue;
            for (const Seen& seen : canaries_in(text_or_empty(at(comment, "body")))) {
                const std::int64_t message = message_of[seen.number];
                if (message < last) {
                    found.push_back(fmt::format(
                        "message {} stands after {} in {}",
                        message,
                        last,
                        text_or_empty(at(issue, "key"))
                    ));
                }
                last = message;
            }
        }
    }
}

void check_converged(const People& people, const Sides& sides, Violations& found) {
    for (const auto& order : people.orders()) {
        const auto issues = issues_of(sides, Subject::of(order.id));
        const bool other_oms = order.offer == 5;
        if (issues.size() != 1 || other_oms) continue;
        const json::value there = market_order(sides, order.id);
        const std::string id = text_or_empty(at(issues[0], "status"));
        const auto mapped = statuses.find(id);
        const std::string jira = mapped == statuses.end() ? "?" : mapped->second;
        const std::string market = text_or_empty(at(there, "status"));
        if (jira != market) {
            found.push_back(fmt::format(
                "order {} is {} in the marketplace and {} in Jira",
                to_text(Subject::of(order.id)),
                market,
                jira
            ));
        }
        const std::string voucher = text_or_empty(at(there, {"secrets", "voucher_id"}));
        if (order.voucher && voucher != *order.voucher) {
            found.push_back(fmt::format(
                "order {}: its voucher is '{}' in Jira and '{}' in the marketplace",
                to_text(Subject::of(order.id)),
                *order.voucher,
                voucher
            ));
        }
    }
    for (const ProjectId project : people.projects()) {
        const auto epics = issues_of(sides, Subject::of(project));
        if (epics.size() != 1) continue;
        const std::string name = text_or_empty(at(market_project(sides, project), "name"));
        const std::string epic = text_or_empty(at(epics[0], {"fields", "Epic Name"}));
        if (name != epic) {
            found.push_back(
                fmt::format("project {} is named '{}', its epic '{}'", project.value, name, epic)
            );
        }
    }
}

void check_nothing_stuck(store::Database& database, Violations& found) {
    static const std::set<std::string> for_people{
        "orphaned", "restricted_comment", "project_orphaned", "poison_event"};
    database.read([&](store::Connection& connection) {
        for (const auto& one : store::open_attention(connection)) {
            if (for_people.contains(one.cause)) continue;
            found.push_back(
                fmt::format("{} needs a person: {}: {}", key_of(one.subject), one.cause, one.says)
            );
        }
        for (const auto& busy : store::busy_subjects(connection, 100)) {
            if (busy.state == store::SubjectState::attention) continue;
            found.push_back(fmt::format(
                "{} is still {}: {}",
                key_of(busy.subject),
                store::to_text(busy.state),
                busy.failure_says
            ));
        }
    });
}

void check_silence(const std::string& text, const char* where, Violations& found) {
    for (const char* secret : {"hush", "oms-password", "demo-token", "s3cret"}) {
        if (text.find(secret) != std::string::npos) {
            found.push_back(fmt::format("'{}' stands in {}", secret, where));
        }
    }
    if (!canaries_in(text).empty()) {
        found.push_back(fmt::format("a person's text stands in {}: {}", where, text));
    }
}

}  // namespace oms::simulation
