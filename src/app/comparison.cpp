#include "app/comparison.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "store/attention.hpp"
#include "store/links.hpp"

namespace oms::app {
namespace {

using store::Connection;

constexpr int projects_per_page = 200;
constexpr int links_per_page = 500;

void add_with_orders(const Project& project, std::set<Subject>& all) {
    all.insert(Subject::of(project.id));
    for (const ProjectItemId item : project.items)
        all.insert(Subject::of(OrderId{project.id, item}));
}

Result<bool>
add_listed(sync::Remotes& remotes, std::optional<ProjectId> one, std::set<Subject>& all) {
    if (one) {
        const auto project =
            remotes.marketplace([&](marketplace::Client& client) { return client.project(*one); });
        if (!project) return Failure{project.error()};
        add_with_orders(*project, all);
        return true;
    }
    for (ProjectId from{0};;) {
        const auto page = remotes.marketplace([&](marketplace::Client& client) {
            return client.projects(from, projects_per_page);
        });
        if (!page) return Failure{page.error()};
        for (const Project& project : page->elements) {
            add_with_orders(project, all);
            from = std::max(from, project.id);
        }
        if (page->count < projects_per_page || page->elements.empty()) return true;
    }
}

void add_linked(store::Database& database, std::optional<ProjectId> one, std::set<Subject>& all) {
    const auto add = [&](const Link& link) {
        const bool wanted = !one || link.subject.project == *one;
        // Older than OMS_SYNC_FROM: left alone until something happens to it.
        if (link.state == LinkState::before) {
            all.erase(link.subject);
        } else if (wanted) {
            all.insert(link.subject);
        }
    };
    database.read([&](Connection& connection) {
        std::string after;
        while (true) {
            const auto links = store::links_after(connection, after, links_per_page);
            if (links.empty()) return;
            std::ranges::for_each(links, add);
            after = key_of(links.back().subject);
        }
    });
}

}  // namespace

Result<std::vector<Subject>> subjects_to_compare(
    store::Database& database,
    sync::Remotes& remotes,
    std::optional<ProjectId> project
) {
    std::set<Subject> all;
    const auto listed = add_listed(remotes, project, all);
    if (!listed) return Failure{listed.error()};
    add_linked(database, project, all);
    return std::vector<Subject>{all.begin(), all.end()};
}

Result<std::vector<std::string>>
would_be_done(sync::Synchroniser& synchroniser, const Subject& subject) {
    const auto examined = synchroniser.examine(subject);
    if (!examined) return Failure{examined.error()};
    return plan::would_do(examined->plan);
}

std::vector<std::string> needs_a_person(store::Database& database, const Subject& subject) {
    std::vector<std::string> needs;
    database.read([&](Connection& connection) {
        needs.clear();
        for (const store::Attention& one : store::attention_of(connection, subject))
            needs.push_back(fmt::format("{} (#{} {})", one.says, one.id, one.cause));
        if (!needs.empty()) return;
        const auto link = store::find_link(connection, subject);
        if (!link || link->state != LinkState::orphaned) return;
        needs.push_back(fmt::format(
            "issue {} is gone or hidden from us; its entry was dismissed", issue_in_words(*link)
        ));
    });
    return needs;
}

}  // namespace oms::app
