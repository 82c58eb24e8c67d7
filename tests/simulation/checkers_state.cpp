#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/explain.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"
#include "store/subjects.hpp"
#include "store/tallies.hpp"
#include "tests/simulation/checkers.hpp"

namespace oms::simulation {
namespace {

using json::at;
using json::elements;
using json::text_or_empty;

const std::map<std::string, std::string> statuses{
    {"1", "registered"},
    {"2", "in_progress"},
    {"3", "waiting_for_response"},
    {"4", "approved"},
    {"5", "rejected"},
    {"6", "closed"},
    {"7", "ready"}};

/// Wiki markup that is not escaped where a person's text stands: it would be rendered.
bool has_live_markup(const std::string& body) {
    for (std::size_t i = 0; i < body.size(); ++i) {
        const bool opens = body[i] == '{' || body[i] == '[' || body[i] == '*';
        if (opens && (i == 0 || body[i - 1] != '\\')) return true;
    }
    return false;
}

/// What a reader sees: without the backslashes, and without the spaces of no width that keep what no
/// backslash disarms from being a mention.
std::string without_escapes(const std::string& body) {
    constexpr std::string_view no_width = "\u200b";
    std::string text;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body.compare(i, no_width.size(), no_width) == 0) {
            i += no_width.size() - 1;
            continue;
        }
        const bool escape =
            body[i] == '\\' && i + 1 < body.size() &&
            std::string_view{"{}[]*_|!~^+-?\\#:;()&"}.find(body[i + 1]) != std::string_view::npos;
        if (!escape) text += body[i];
    }
    return text;
}

/// What `explain` says of the issue and the base is what stands there.
void check_link(
    const json::value& story,
    const json::value& issue,
    const json::value& order,
    const std::string& name,
    Violations& found
) {
    const auto& link = at(story, "link");
    if (text_or_empty(at(link, "issue_id")) != text_or_empty(at(issue, "id")) ||
        text_or_empty(at(link, "issue_key")) != text_or_empty(at(issue, "key"))) {
        found.push_back(fmt::format(
            "explain {} names issue {}, it is {}",
            name,
            text_or_empty(at(link, "issue_key")),
            text_or_empty(at(issue, "key"))
        ));
    }
    if (order.is_null() || json::boolean(at(link, "not_ours")) == true) return;
    const std::string base = text_or_empty(at(link, "base_status"));
    const std::string status = text_or_empty(at(order, "status"));
    if (base != status) {
        found.push_back(fmt::format("explain {} says both are {}: it is {}", name, base, status));
    }
}

/// Every text that `explain` calls carried stands on both sides and says the same; and every one
/// that stands there is named.
void check_story_texts(
    const json::value& story,
    const Subject& subject,
    const People& people,
    const std::multimap<int, StandingMessage>& messages,
    const Comments& comments,
    Violations& found
) {
    std::set<std::int64_t> carried;
    for (const auto& text : elements(at(story, "texts"))) {
        if (text_or_empty(at(text, "state")) == "carried") {
            carried.insert(json::integer(at(text, "message")).value_or(0));
        }
    }
    for (const Text& text : people.texts()) {
        if (text.subject != subject) continue;
        std::set<std::int64_t> ids;
        if (text.by_customer_side && comments.contains(text.number)) ids.insert(text.message);
        const auto [first, last] = messages.equal_range(text.number);
        for (auto message = first; !text.by_customer_side && message != last; ++message) {
            // Of what was restricted or deleted later, explain says so.
            if (!text.restricted && !text.deleted) ids.insert(message->second.id);
        }
        for (const std::int64_t id : ids) {
            if (carried.contains(id)) continue;
            found.push_back(fmt::format(
                "explain {} does not know that message {} was carried", key_of(subject), id
            ));
        }
    }
}

}  // namespace

void check_texts(const People& people, const Sides& sides, Violations& found) {
    const auto comments = own_comments(sides);
    for (const Text& text : people.texts()) {
        if (!text.by_customer_side) continue;
        const auto [first, last] = comments.equal_range(text.number);
        for (auto comment = first; comment != last; ++comment) {
            const std::string body = text_or_empty(at(comment->second.first, "body"));
            // A document says itself what takes effect in it; its texts do nothing.
            const bool document = at(comment->second.first, "document").is_object();
            const bool alive = document ? !elements(at(comment->second.first, "effects")).empty()
                                        : has_live_markup(body);
            const std::string read =
                document ? text_or_empty(at(comment->second.first, "text")) : without_escapes(body);
            if (alive) {
                found.push_back(fmt::format("a customer's markup is alive in Jira: {}", body));
            }
            const bool current = comment->second.second == text.version;
            if (current && read.find(text.content) == std::string::npos) {
                found.push_back(fmt::format(
                    "message {} says '{}', its comment '{}'", text.message, text.content, body
                ));
            }
        }
    }
}

void check_statuses(const People& people, const Sides& sides, Violations& found) {
    for (const auto& order : people.orders()) {
        const auto issues = issues_of(sides, Subject::of(order.id));
        const bool other_oms = order.offer == 5;
        const bool gone = people.was_deleted(order.id.project);
        if (issues.size() != 1 || other_oms || gone) continue;
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
        // Put back, the database cannot know that one was taken away since: the marketplace hides it.
        const bool forgotten = people.nothing_vanishes && order.voucher && order.voucher->empty();
        if (order.voucher && voucher != *order.voucher && !forgotten) {
            found.push_back(fmt::format(
                "order {}: its voucher is '{}' in Jira and '{}' in the marketplace",
                to_text(Subject::of(order.id)),
                *order.voucher,
                voucher
            ));
        }
    }
}

void check_whose_word(const People& people, const Sides& sides, Violations& found) {
    for (const auto& order : people.orders()) {
        const json::value there = market_order(sides, order.id);
        const std::string status = text_or_empty(at(there, "status"));
        const bool nobody = order.last_in_jira.empty() && order.last_in_marketplace.empty();
        const bool again = order.last_in_marketplace == "created" || order.offer == 5;
        const bool said = status == order.last_in_jira || status == order.last_in_marketplace;
        if (there.is_null() || nobody || again || said) continue;
        found.push_back(fmt::format(
            "order {} is {}: people set it to '{}' in the marketplace and '{}' in Jira last",
            to_text(Subject::of(order.id)),
            status,
            order.last_in_marketplace,
            order.last_in_jira
        ));
    }
}

void check_projects(const People& people, const Sides& sides, Violations& found) {
    for (const ProjectId project : people.projects()) {
        const auto epics = issues_of(sides, Subject::of(project));
        if (epics.size() != 1 || people.was_deleted(project)) continue;
        const std::string name = text_or_empty(at(market_project(sides, project), "name"));
        // Where epics have no name of their own, the reference has it: `Name (12)`.
        const auto& own = at(epics[0], {"fields", "Epic Name"});
        std::string epic = text_or_empty(own);
        if (own.is_null()) {
            epic = text_or_empty(at(epics[0], {"fields", "SO-ProjectName"}));
            epic = epic.substr(0, epic.rfind(" ("));
        }
        if (name != epic) {
            found.push_back(
                fmt::format("project {} is named '{}', its epic '{}'", project.value, name, epic)
            );
        }
    }
}

void check_nothing_stuck(const People& people, store::Database& database, Violations& found) {
    static const std::set<std::string> for_people{
        "restricted_comment", "poison_event", "duplicate_issue"};
    const auto of_a_deleted_issue = [&](const Subject& subject) {
        if (subject.is_order()) return issue_deleted(people, subject);
        return people.deleted_epics().contains(subject.project);
    };
    database.read([&](store::Connection& connection) {
        for (const auto& one : store::open_attention(connection)) {
            const bool orphan = one.cause == "orphaned" && of_a_deleted_issue(one.subject);
            const bool of_project = one.cause == "project_orphaned" &&
                                    of_a_deleted_issue(Subject::of(one.subject.project));
            if (orphan || of_project || for_people.contains(one.cause)) continue;
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

void check_no_false_alarm(const People& people, store::Database& database, Violations& found) {
    database.read([&](store::Connection& connection) {
        for (const auto& entry : store::journal_after(connection, 0, 100'000)) {
            const bool gone = entry.says.find("was deleted, or our account") != std::string::npos;
            if (!gone || issue_deleted(people, entry.subject)) continue;
            found.push_back(key_of(entry.subject) + ": " + entry.says);
        }
    });
}

void check_counts(store::Database& database, Violations& found) {
    for (const auto& one : store::read(database, store::tally_differences)) {
        found.push_back(
            fmt::format("the count of {} {} is {} short", one.what, one.name, one.missing)
        );
    }
}

void check_explained(
    const People& people,
    const Sides& sides,
    store::Database& database,
    Instant now,
    bool restored,
    Violations& found
) {
    std::vector<Subject> subjects;
    for (const ProjectId project : people.projects())
        subjects.push_back(Subject::of(project));
    for (const auto& order : people.orders())
        subjects.push_back(Subject::of(order.id));
    const auto comments = own_comments(sides);
    const auto messages = posted_messages(sides);
    for (const Subject& subject : subjects) {
        const json::value story = app::explained(database, subject, now);
        const std::string name = key_of(subject);
        check_silence(json::write(story), "explain", found);
        const auto issues = issues_of(sides, subject);
        if (issues.size() == 1) {
            const json::value order = subject.is_order()
                                          ? market_order(sides, {subject.project, *subject.item})
                                          : nullptr;
            check_link(story, issues[0], order, name, found);
        }
        check_story_texts(story, subject, people, messages, comments, found);
        const bool attended = !elements(at(story, "attention")).empty();
        const std::string next = text_or_empty(at(story, "next"));
        const bool rests = next.starts_with("nothing");
        if (!rests && !attended) {
            found.push_back(fmt::format("explain {} at rest says that next comes: {}", name, next));
        }
        // The audit: what made the issue, found or sent, is there; but a restored one knows less.
        const auto writes = elements(at(story, "writes"));
        const bool made = std::ranges::any_of(writes, [](const json::value& write) {
            return text_or_empty(at(write, "kind")) == "create_issue" &&
                   !text_or_empty(at(write, "result")).empty();
        });
        const auto journal = elements(at(story, "journal"));
        const bool found_standing = std::ranges::any_of(journal, [](const json::value& entry) {
            return text_or_empty(at(entry, "says")).find("already stands") != std::string::npos;
        });
        const bool told = made || found_standing || people.was_adopted(subject);
        if (!restored && issues.size() == 1 && !told) {
            found.push_back(fmt::format("explain {} does not tell who made its issue", name));
        }
    }
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
