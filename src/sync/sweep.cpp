#include "sync/sweep.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "plan/known_claims.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"
#include "sync/hint_issue.hpp"
#include "sync/look.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr int projects_per_page = 50;
constexpr int orders_per_page = 200;
constexpr int links_per_step = 50;
constexpr Duration retry_wait = 15s;

Result<std::vector<Order>> all_orders(Remotes& remotes, ProjectId project) {
    std::vector<Order> all;
    ProjectItemId from{0};
    while (true) {
        auto page = remotes.marketplace([&](marketplace::Client& client) {
            return client.orders(project, from, orders_per_page);
        });
        if (!page) return Failure{page.error()};
        const bool full = page->count >= orders_per_page;
        for (Order& order : page->elements) {
            from = std::max(from, order.id.item);
            all.push_back(std::move(order));
        }
        if (!full || page->elements.empty()) return all;
    }
}

Hint only_unknown(Connection& connection, Hint hint) {
    const auto link = store::find_link(connection, hint.subject);
    const auto comment_links = store::comment_links_of(connection, hint.subject);
    std::erase_if(hint.claims, [&](const std::string& claim) {
        return plan::is_known(claim, link, comment_links);
    });
    return hint;
}

}  // namespace

Sweeper::Sweeper(
    SweepSettings settings,
    const plan::Settings& plan,
    store::Database& database,
    Clock& clock,
    Remotes& remotes,
    Log log
)
    : settings_{settings},
      plan_{plan},
      database_{database},
      clock_{clock},
      remotes_{remotes},
      log_{std::move(log)} {}

void Sweeper::begin(Instant now) {
    database_.write([&](Connection& connection) {
        const auto last = store::last_sweep(connection);
        if (!last || last->ended_at) store::start_sweep(connection, now);
    });
}

Instant Sweeper::turn(Instant now) {
    hints_ = 0;
    auto sweep = store::read(database_, store::last_sweep);
    // A start that a clock which was ahead wrote down must not put the next one off by as much.
    if (const std::int64_t id = sweep ? sweep->id : 0; id != counted_) {
        counted_ = id;
        counted_from_ = clock_.steady();
    }
    if (!sweep || sweep->ended_at) {
        // The first one an interval after the first start: until then the event feed tells all.
        const auto first = store::read(database_, [](Connection& connection) {
            return parse_time(store::find_setting(connection, "first_start").value_or(""));
        });
        const Instant began = sweep ? sweep->started_at : first.value_or(now);
        const Instant due = began + settings_.interval;
        const bool clock_set_back = began > now;
        const Duration left = counted_from_ + settings_.interval - clock_.steady();
        if (now < due && left > Duration{0} && !clock_set_back) return std::min(due, now + left);
        begin(now);
        return now;
    }
    const auto stepped = step(*sweep);
    if (!stepped) {
        sweep->says = stepped.error().says;
        database_.write([&](Connection& connection) { store::put_sweep(connection, *sweep); });
        const Duration told = stepped.error().retry_after.value_or(0ms);
        return clock_.now() + std::max<Duration>(told, retry_wait);
    }
    sweep->says = "";
    if (sweep->phase == "done") {
        sweep->ended_at = clock_.now();
        log_.info("sweep done", {{"compared", sweep->compared}, {"differed", sweep->differed}});
    }
    database_.write([&](Connection& connection) { store::put_sweep(connection, *sweep); });
    return clock_.now();
}

Result<bool> Sweeper::step(store::Sweep& sweep) {
    if (sweep.phase == "marketplace") return step_marketplace(sweep);
    if (sweep.phase == "jira") return step_jira(sweep);
    return true;
}

Result<bool> Sweeper::step_marketplace(store::Sweep& sweep) {
    const ProjectId from{parse_int(sweep.position).value_or(0)};
    auto page = remotes_.marketplace([&](marketplace::Client& client) {
        return client.projects(from, projects_per_page);
    });
    if (!page) return Failure{page.error()};
    const bool full = page->count >= projects_per_page;
    std::set<ProjectId> listed;
    for (const Project& project : page->elements)
        listed.insert(project.id);
    const ProjectId last = full && !listed.empty() ? *listed.rbegin() : ProjectId{INT64_MAX};
    hint_unlisted({from.value + 1}, last, sweep, [&](const Subject& subject) {
        return listed.contains(subject.project);
    });
    for (const Project& project : page->elements) {
        if (auto compared = compare_project(project, sweep); !compared) return compared;
        sweep.position = std::to_string(project.id.value);
        database_.write([&](Connection& connection) { store::put_sweep(connection, sweep); });
    }
    if (!full || page->elements.empty()) {
        sweep.phase = "jira";
        sweep.position = "";
    }
    return true;
}

void Sweeper::hint_unlisted(
    ProjectId first,
    ProjectId last,
    store::Sweep& sweep,
    const std::function<bool(const Subject&)>& is_listed
) {
    const std::int64_t differed_before = sweep.differed;
    const std::int64_t hints_before = hints_;
    database_.write([&](Connection& connection) {
        sweep.differed = differed_before;
        hints_ = hints_before;
        for (const Link& link : store::links_of_projects(connection, first, last)) {
            const bool followed = link.state != LinkState::before && !link.gone_at;
            if (!followed || is_listed(link.subject)) continue;
            store::add_hint(
                connection,
                {.subject = link.subject,
                 .aspects = bits(Aspect::marketplace),
                 .lane = Lane::sweep,
                 .cause = "sweep: the marketplace no longer lists it"},
                clock_.now()
            );
            OMS_RARE("sweep.no_longer_listed");
            ++sweep.differed;
            ++hints_;
        }
    });
}

bool Sweeper::leave_alone(const Subject& subject) {
    if (!settings_.leave_old_alone) return false;
    const auto link = store::read(database_, [&](Connection& connection) {
        return store::find_link(connection, subject);
    });
    return link && link->state == LinkState::before;
}

Result<bool> Sweeper::compare_project(const Project& project, store::Sweep& sweep) {
    const Subject subject = Subject::of(project.id);
    if (!leave_alone(subject)) {
        Hint hint{.subject = subject, .lane = Lane::sweep, .cause = "sweep"};
        const auto hashes = plan::hashes_of(plan::project_fields(plan_, project));
        hint.claims = {"x", "p=" + plan::hash_of_all(hashes)};
        if (auto compared = compare_messages(subject, hint); !compared) return compared;
        note(hint, sweep);
    }
    const auto orders = all_orders(remotes_, project.id);
    if (!orders) {
        const ErrorKind kind = orders.error().kind;
        const bool gone = kind == ErrorKind::missing || kind == ErrorKind::forbidden;
        if (gone) return true;
        return Failure{orders.error()};
    }
    std::set<Subject> listed{subject};
    for (const Order& order : *orders)
        listed.insert(Subject::of(order.id));
    hint_unlisted(project.id, project.id, sweep, [&](const Subject& one) {
        return listed.contains(one);
    });
    for (const Order& order : *orders) {
        const Subject of_order = Subject::of(order.id);
        if (leave_alone(of_order)) continue;
        Hint hint{.subject = of_order, .lane = Lane::sweep, .cause = "sweep"};
        hint.claims = {"x", fmt::format("s={}", to_text(order.status))};
        if (auto compared = compare_messages(of_order, hint); !compared) return compared;
        note(hint, sweep);
    }
    return true;
}

Result<bool> Sweeper::compare_messages(const Subject& subject, Hint& hint) {
    const auto messages = all_messages(remotes_, subject, 0);
    if (!messages) {
        const ErrorKind kind = messages.error().kind;
        const bool gone = kind == ErrorKind::missing || kind == ErrorKind::forbidden;
        if (gone) return true;
        return Failure{messages.error()};
    }
    for (const Message& message : messages->messages) {
        hint.claims.push_back(
            fmt::format("m={}#{}", message.id.value, plan::message_hash(message.content))
        );
    }
    return true;
}

void Sweeper::note(const Hint& hint, store::Sweep& sweep) {
    ++sweep.compared;
    const Hint unknown = store::read(database_, [&](Connection& connection) {
        return only_unknown(connection, hint);
    });
    if (unknown.claims.empty() && unknown.aspects == no_aspects) return;
    OMS_RARE("sweep.differs");
    ++sweep.differed;
    ++hints_;
    database_.write([&](Connection& connection) {
        store::add_hint(connection, unknown, clock_.now());
    });
}

Result<bool> Sweeper::step_jira(store::Sweep& sweep) {
    const auto links = store::read(database_, [&](Connection& connection) {
        return store::links_after(connection, sweep.position, links_per_step);
    });
    if (links.empty()) {
        sweep.phase = "done";
        return true;
    }
    std::vector<IssueId> ids;
    for (const Link& link : links) {
        if (!link.issue_id.empty()) ids.push_back(link.issue_id);
    }
    std::vector<Issue> issues;
    if (!ids.empty()) {
        auto found = remotes_.jira([&](jira::Client& client) { return client.issues_by_ids(ids); });
        if (!found) return Failure{found.error()};
        issues = std::move(*found);
    }
    const std::int64_t differed_before = sweep.differed;
    const std::int64_t hints_before = hints_;
    database_.write([&](Connection& connection) {
        sweep.differed = differed_before;
        hints_ = hints_before;
        for (const Issue& issue : issues) {
            const Met met{.lane = Lane::sweep, .cause = "sweep", .at = clock_.now()};
            if (!hint_issue(connection, plan_, issue, met)) continue;
            ++sweep.differed;
            ++hints_;
        }
        for (const Link& link : links) {
            const bool found = std::ranges::any_of(issues, [&](const Issue& issue) {
                return issue.id == link.issue_id;
            });
            const bool ask = !found && link.state == LinkState::linked;
            if (!ask) continue;
            // The index does not have it: only the database can say whether it is gone.
            OMS_RARE("sweep.issue_not_in_the_index");
            store::add_hint(
                connection,
                {.subject = link.subject,
                 .aspects = bits(Aspect::issue),
                 .lane = Lane::sweep,
                 .cause = "sweep: Jira's search does not find its issue"},
                clock_.now()
            );
            ++sweep.differed;
            ++hints_;
        }
    });
    sweep.position = key_of(links.back().subject);
    return true;
}

Result<store::Sweep> Sweeper::sweep_project(ProjectId id) {
    store::Sweep sweep;
    const auto project =
        remotes_.marketplace([&](marketplace::Client& client) { return client.project(id); });
    if (!project) return Failure{project.error()};
    if (auto compared = compare_project(*project, sweep); !compared)
        return Failure{compared.error()};
    std::vector<Subject> subjects{Subject::of(id)};
    for (const ProjectItemId item : project->items)
        subjects.push_back(Subject::of(OrderId{id, item}));
    database_.write([&](Connection& connection) {
        for (const Subject& subject : subjects) {
            if (!store::find_link(connection, subject)) continue;
            store::add_hint(
                connection,
                {.subject = subject,
                 .aspects = Aspect::issue | Aspect::comments,
                 .lane = Lane::sweep,
                 .cause = "reconcile"},
                clock_.now()
            );
        }
    });
    return sweep;
}

namespace {

/// The project and its orders, as far as nothing is known of them.
std::int64_t mark_old(Connection& connection, const Project& project, Instant now) {
    std::int64_t marked = 0;
    std::vector<Subject> subjects{Subject::of(project.id)};
    for (const ProjectItemId item : project.items) {
        subjects.push_back(Subject::of(OrderId{project.id, item}));
    }
    for (const Subject& subject : subjects) {
        if (store::find_link(connection, subject)) continue;
        store::put_link(
            connection, {.subject = subject, .state = LinkState::before, .linked_at = now}
        );
        ++marked;
    }
    return marked;
}

}  // namespace

Result<std::int64_t> mark_old_ones(store::Database& database, Clock& clock, Remotes& remotes) {
    std::int64_t marked = 0;
    ProjectId from{0};
    while (true) {
        auto page = remotes.marketplace([&](marketplace::Client& client) {
            return client.projects(from, projects_per_page);
        });
        if (!page) return Failure{page.error()};
        for (const Project& project : page->elements) {
            from = std::max(from, project.id);
            database.write([&](Connection& connection) {
                marked += mark_old(connection, project, clock.now());
            });
        }
        if (page->count < projects_per_page || page->elements.empty()) return marked;
    }
}

}  // namespace oms::sync
