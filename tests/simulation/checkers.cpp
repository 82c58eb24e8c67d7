#include "tests/simulation/checkers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace oms::simulation {
namespace {

using json::at;
using json::elements;
using json::text_or_empty;

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
    const std::multimap<int, StandingMessage>& messages,
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
    const int version = messages.find(text.number)->second.version;
    if (version != text.version) {
        found.push_back(fmt::format(
            "comment {} is at version {}, its message at {}", text.comment, text.version, version
        ));
    }
}

}  // namespace

void check_nothing_lost_or_doubled(const People& people, const Sides& sides, Violations& found) {
    for (const ProjectId project : people.projects()) {
        const auto count = issues_of(sides, Subject::of(project)).size();
        const bool too_late = count == 0 && people.was_deleted(project);
        if (!too_late && count != 1 + people.clones_of(Subject::of(project)))
            found.push_back(fmt::format("project {} has {} epics", project.value, count));
    }
    for (const auto& order : people.orders()) {
        const auto count = issues_of(sides, Subject::of(order.id)).size();
        const Subject subject = Subject::of(order.id);
        const std::size_t due = (order.deleted_in_jira ? 0 : 1) + people.clones_of(subject);
        const bool too_late = count == 0 && people.was_deleted(order.id.project);
        if (count != due && !too_late) {
            found.push_back(fmt::format(
                "order {} has {} issues, {} is right", to_text(Subject::of(order.id)), count, due
            ));
        }
    }
    const auto comments = own_comments(sides);
    const auto messages = posted_messages(sides);
    for (const Text& text : people.texts()) {
        const bool gone =
            issue_deleted(people, text.subject) || people.was_deleted(text.subject.project);
        if (!text.by_customer_side) {
            check_comment(text, messages, gone, found);
        } else if (text.scope != "user_direct" && !gone) {
            check_message(text, comments, found);
        }
    }
}

void check_nothing_echoed(const People& people, const Sides& sides, Violations& found) {
    const auto comments = own_comments(sides);
    const auto messages = posted_messages(sides);
    for (const Text& text : people.texts()) {
        if (!text.by_customer_side) {
            if (!comments.contains(text.number)) continue;
            found.push_back(fmt::format(
                "comment {} of a person came back to Jira as the adapter's",
                canary(text, text.version)
            ));
            continue;
        }
        // A person wrote it there once, as another role than the customer or not.
        const std::size_t own = text.role == "user" ? 0 : 1;
        if (messages.count(text.number) > own) {
            found.push_back(fmt::format(
                "message {} of a person came back to the marketplace", canary(text, text.version)
            ));
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
            const auto allowed = text.was_public.find(message->second.version);
            if (allowed == text.was_public.end() || !allowed->second) {
                found.push_back(fmt::format(
                    "restricted comment {} reached the customer",
                    canary(text, message->second.version)
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

}  // namespace oms::simulation
