#include "tests/simulation/sides.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace oms::simulation {
namespace {

using json::at;
using json::elements;
using json::text_or_empty;

/// The digits at `at`, which moves behind them; -1 where there are none.
int digits(const std::string& text, std::size_t& at) {
    int value = -1;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
        value = std::max(value, 0) * 10 + (text[at] - '0');
    return value;
}

bool has_label(const json::value& issue, const std::string& label) {
    return std::ranges::any_of(elements(at(issue, "labels")), [&](const json::value& one) {
        return text_or_empty(one) == label;
    });
}

}  // namespace

std::vector<Seen> canaries_in(const std::string& text) {
    std::vector<Seen> found;
    for (std::size_t mark = text.find("-v"); mark != std::string::npos;
         mark = text.find("-v", mark + 1)) {
        std::size_t first = mark;
        while (first > 0 && text[first - 1] >= '0' && text[first - 1] <= '9')
            --first;
        const bool hush = first >= 4 && text.compare(first - 4, 4, "hush") == 0;
        const bool plain = first >= 1 && text[first - 1] == 't';
        std::size_t number_at = first;
        std::size_t version_at = mark + 2;
        const int number = digits(text, number_at);
        const int version = digits(text, version_at);
        if ((hush || plain) && number >= 0 && version >= 0) found.push_back({number, version});
    }
    return found;
}

std::vector<json::value> issues_of(const Sides& sides, const Subject& subject) {
    const std::string label = marker_of(OmsId{1}, subject);
    // An issue that somebody else made bears no label of ours.
    const std::string reference = subject.is_order() ? fmt::format(
                                                           "{}/projects/{}/services/{}",
                                                           market_url,
                                                           subject.project.value,
                                                           subject.item->value
                                                       )
                                                     : "";
    std::vector<json::value> found;
    for (const auto& issue : elements(at(sides.jira, "issues"))) {
        const bool refers = !reference.empty() &&
                            text_or_empty(at(issue, {"fields", "Order reference"})) == reference;
        if (refers || has_label(issue, label)) found.push_back(issue);
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

std::multimap<int, StandingMessage> posted_messages(const Sides& sides) {
    std::multimap<int, StandingMessage> found;
    const auto add = [&](const json::value& messages) {
        for (const auto& message : elements(messages)) {
            if (text_or_empty(at(message, "role")) == "user") continue;
            const auto id = json::integer(at(message, "id")).value_or(0);
            for (const Seen& seen : canaries_in(text_or_empty(at(message, "content")))) {
                found.emplace(seen.number, StandingMessage{.id = id, .version = seen.version});
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

}  // namespace oms::simulation
