#include "sync/look.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"
#include "store/links.hpp"

namespace oms::sync {
namespace {

constexpr int messages_per_page = 200;
/// Keys in a row that nobody has: behind them there is nothing.
constexpr int holes_max = 3;
constexpr int unindexed_max = 100;
constexpr int looks_for_older = 2;
/// More rounds than the planner can ask for.
constexpr int rounds_max = 8;

bool is_linked(const plan::View& view) {
    return view.link && view.link->state == LinkState::linked;
}

class Looker {
public:
    Looker(
        store::Database& database,
        Shared& shared,
        Remotes& remotes,
        const plan::Settings& settings,
        plan::View& view
    )
        : database_{database},
          shared_{shared},
          remotes_{remotes},
          settings_{settings},
          view_{view} {}

    Result<bool> read_order();
    Result<bool> read_project();
    Result<bool> read_issue(bool comments);
    Result<bool> read_standing();
    Result<bool> read_messages(std::int64_t from_id);
    Result<bool> read_comments();
    /// What the plan needs for these aspects, until it needs nothing more.
    Result<bool> read_needs(Aspects aspects);

private:
    /// Gone or not for us, if our own identity is proven; else the error.
    Result<bool> gone(const Error& error);
    Result<bool> issue_gone(const Error& error);
    bool has_unknown_own_comment();
    void take(const Issue& issue, Shared::Newest& newest);
    Result<bool> read_behind(Shared::Newest& newest);
    /// Out of Jira's database; further back where something turns out to have been forgotten.
    Result<Shared::Newest> newest();
    /// Where a search may overlook it: what an earlier life of ours made, and its database forgot, or
    /// what an older integration made.
    Result<std::vector<Issue>> overlooked(const jira::Standing& standing);

    store::Database& database_;
    Shared& shared_;
    Remotes& remotes_;
    const plan::Settings& settings_;
    plan::View& view_;
};

Result<bool> Looker::gone(const Error& error) {
    if (error.kind != ErrorKind::missing && error.kind != ErrorKind::forbidden)
        return Failure{error};
    const auto proven = marketplace_identity(shared_, remotes_);
    if (!proven) return Failure{proven.error()};
    view_.marketplace_gone = true;
    return true;
}

Result<bool> Looker::issue_gone(const Error& error) {
    if (error.kind != ErrorKind::missing) return Failure{error};
    const auto proven = jira_identity(shared_, remotes_);
    if (!proven) return Failure{proven.error()};
    OMS_RARE("look.issue_gone");
    view_.issue_gone = true;
    view_.issue = std::nullopt;
    return true;
}

Result<bool> Looker::read_order() {
    const OrderId id{view_.subject.project, *view_.subject.item};
    auto order =
        remotes_.marketplace([&](marketplace::Client& client) { return client.order(id); });
    if (!order) return gone(order.error());
    view_.order = std::move(*order);
    return true;
}

Result<bool> Looker::read_project() {
    const ProjectId id = view_.subject.project;
    const Instant now = remotes_.clock.now();
    if (view_.subject.is_order()) {
        view_.project = shared_.project(id, now);
        if (view_.project) return true;
    }
    auto project =
        remotes_.marketplace([&](marketplace::Client& client) { return client.project(id); });
    if (!project) return gone(project.error());
    shared_.remember(*project, now);
    view_.project = std::move(*project);
    return true;
}

Result<bool> Looker::read_issue(bool comments) {
    auto issue = remotes_.jira([&](jira::Client& client) {
        return client.issue(
            view_.link->issue_id, {.transitions = view_.subject.is_order(), .comments = comments}
        );
    });
    if (!issue) return issue_gone(issue.error());
    view_.issue = std::move(*issue);
    if (!comments) return true;
    if (has_unknown_own_comment()) {
        OMS_RARE("look.unknown_comment_of_ours");
        return read_comments();
    }
    view_.comments = view_.issue->comments;
    return true;
}

/// A comment of our own account that we know nothing of: after a restored database, its marker
/// tells which message it carries. The issue shows comments without their properties.
bool Looker::has_unknown_own_comment() {
    const auto facts = shared_.facts();
    if (!facts) return false;
    return std::ranges::any_of(view_.issue->comments, [&](const Comment& comment) {
        const bool known = std::ranges::any_of(view_.comment_links, [&](const CommentLink& link) {
            return link.comment == comment.id;
        });
        return !known && comment.author.account == facts->own_account;
    });
}

/// What it stands for, by each of its names. A clone bears the names of its original, which is older.
void Looker::take(const Issue& issue, Shared::Newest& newest) {
    const bool known = store::read(database_, [&](store::Connection& connection) {
        return store::find_link_of_issue(connection, issue.id).has_value();
    });
    if (known) return;
    std::vector<std::string> names = issue.labels;
    names.insert(names.end(), {issue.marker, issue.order_reference, issue.project_name});
    for (const std::string& name : names) {
        const auto [found, added] = newest.by_name.emplace(name, issue.id);
        const auto number = [](const IssueId& id) { return parse_int(id.value).value_or(0); };
        if (!added && number(issue.id) < number(found->second)) found->second = issue.id;
    }
    newest.by_name.erase("");
    // What was touched since we began, another worker may be making just now.
    const bool stands =
        !issue.marker.empty() || !issue.order_reference.empty() || !issue.project_name.empty();
    if (stands && shared_.is_older_than_we(issue.updated)) shared_.has_forgotten = true;
}

/// The keys behind the newest one that the search has, one by one.
Result<bool> Looker::read_behind(Shared::Newest& newest) {
    const auto number =
        remotes_.jira([](jira::Client& client) { return client.newest_issue_number(); });
    if (!number) return Failure{number.error()};
    newest = {.number = *number, .read_from = *number + 1};
    std::int64_t next = *number;
    for (int holes = 0, read = 0; holes < holes_max && read < unindexed_max; ++read) {
        const IssueKey key{fmt::format("{}-{}", settings_.jira_project, ++next)};
        const auto issue = remotes_.jira([&](jira::Client& client) {
            return client.issue_by_key(key, {.property = true});
        });
        if (!issue && issue.error().kind != ErrorKind::missing) return Failure{issue.error()};
        holes = issue ? 0 : holes + 1;
        if (issue) take(*issue, newest);
    }
    return true;
}

Result<Shared::Newest> Looker::newest() {
    auto kept = shared_.newest();
    Shared::Newest newest = kept.value_or(Shared::Newest{});
    if (!kept) {
        if (auto read = read_behind(newest); !read) return Failure{read.error()};
    }
    const auto wanted_from = [&] {
        const auto& keys = shared_.newest_keys;
        const std::int64_t count = shared_.has_forgotten ? keys.if_forgotten : keys.at_once;
        return std::max<std::int64_t>(1, newest.number - count + 1);
    };
    while (newest.read_from > wanted_from()) {
        const std::int64_t last = newest.read_from - 1;
        const std::int64_t first = std::max(wanted_from(), last - shared_.newest_keys.at_once + 1);
        const auto issues = remotes_.jira([&](jira::Client& client) {
            return client.issues_by_numbers(first, last);
        });
        if (!issues) return Failure{issues.error()};
        for (const Issue& issue : *issues)
            take(issue, newest);
        newest.read_from = first;
    }
    shared_.remember(newest);
    return newest;
}

Result<std::vector<Issue>> Looker::overlooked(const jira::Standing& standing) {
    const auto newest = this->newest();
    if (!newest) return Failure{newest.error()};
    for (const std::string& name :
         {standing.marker, standing.order_reference, standing.project_name}) {
        const auto found = newest->by_name.find(name);
        if (found == newest->by_name.end()) continue;
        auto issue = remotes_.jira([&](jira::Client& client) {
            return client.issue(found->second, {.property = true});
        });
        if (issue) {
            OMS_RARE("look.standing_is_not_in_the_index");
            return std::vector<Issue>{std::move(*issue)};
        }
        if (issue.error().kind != ErrorKind::missing) return Failure{issue.error()};
    }
    std::vector<Issue> found;
    if (!shared_.has_forgotten || newest->read_from <= 1) return found;
    // One look that finds nothing is no proof, and there is something older to be found.
    for (int look = 0; look < looks_for_older && found.empty(); ++look) {
        OMS_RARE("look.standing_is_looked_for_twice");
        auto again =
            remotes_.jira([&](jira::Client& client) { return client.find_standing(standing); });
        if (!again) return again;
        found = std::move(*again);
    }
    return found;
}

Result<bool> Looker::read_standing() {
    jira::Standing standing{.marker = marker_of(settings_.oms, view_.subject)};
    if (view_.subject.is_order()) {
        standing.order_reference =
            plan::order_reference(settings_, {view_.subject.project, *view_.subject.item});
    } else if (view_.project) {
        standing.project_name = plan::project_reference(*view_.project);
    }
    auto found =
        remotes_.jira([&](jira::Client& client) { return client.find_standing(standing); });
    if (!found) return Failure{found.error()};
    if (found->empty() && remotes_.jira_client.overlooks()) {
        found = overlooked(standing);
        if (!found) return Failure{found.error()};
    }
    if (!found->empty()) shared_.has_forgotten = true;
    view_.standing = std::move(*found);
    if (OMS_PLANTED("look.nothing_stands")) view_.standing->clear();
    return true;
}

Result<bool> Looker::read_messages(std::int64_t from_id) {
    auto messages = all_messages(remotes_, view_.subject, from_id);
    if (!messages) return gone(messages.error());
    view_.messages = std::move(messages->messages);
    view_.messages_unreadable = messages->unreadable;
    return true;
}

Result<bool> Looker::read_comments() {
    auto comments = remotes_.jira([&](jira::Client& client) {
        return client.comments(view_.link->issue_id, jira::NoteFlags::read);
    });
    if (!comments) return issue_gone(comments.error());
    view_.comments = std::move(*comments);
    return true;
}

Result<bool> Looker::read_needs(Aspects aspects) {
    Result<bool> read = true;
    for (int round = 0; round < rounds_max && read; ++round) {
        const plan::Needs needs = plan::needs_of(view_, aspects);
        if (needs.issue) {
            read = read_issue(false);
        } else if (needs.order) {
            read = read_order();
        } else if (needs.project) {
            read = read_project();
        } else if (needs.standing) {
            read = read_standing();
        } else {
            break;
        }
    }
    return read;
}

}  // namespace

Result<AllMessages> all_messages(Remotes& remotes, const Subject& subject, std::int64_t from_id) {
    AllMessages all;
    while (true) {
        auto page = remotes.marketplace([&](marketplace::Client& client) {
            return client.messages(subject, MessageId{from_id}, messages_per_page);
        });
        if (!page) return Failure{page.error()};
        const bool full = page->count >= messages_per_page;
        for (Message& message : page->elements) {
            from_id = std::max(from_id, message.id.value);
            all.messages.push_back(std::move(message));
        }
        all.unreadable += page->unreadable;
        if (!full || page->elements.empty()) break;
    }
    std::ranges::sort(all.messages, {}, &Message::id);
    return all;
}

namespace {

Result<bool> look_with(Looker& looker, plan::View& view, const Wanted& wanted) {
    // Where markers are to tell which comments are ours already, they are listed with them; else the
    // issue brings them along.
    const bool by_marker = view.adopting || view.recollecting;
    const bool with_issue =
        has(wanted.aspects, Aspect::comments) && !by_marker && is_linked(view) && !view.issue;
    if (with_issue) {
        if (auto read = looker.read_issue(true); !read) return read;
    }
    if (auto read = looker.read_needs(wanted.aspects); !read) return read;
    if (!is_linked(view) || view.issue_gone) return true;
    const bool on_marketplace = !view.marketplace_gone && !view.link->gone_at;
    if (has(wanted.aspects, Aspect::messages) && on_marketplace && !view.messages) {
        if (auto read = looker.read_messages(wanted.messages_from); !read) return read;
    }
    if (has(wanted.aspects, Aspect::comments) && !view.comments) return looker.read_comments();
    return true;
}

}  // namespace

Result<bool> look(
    store::Database& database,
    Shared& shared,
    Remotes& remotes,
    const plan::Settings& settings,
    plan::View& view,
    const Wanted& given
) {
    Wanted wanted = given;
    if (OMS_PLANTED("look.everything_each_time")) wanted = {.aspects = all_aspects};
    trace::Span span{remotes.tracer, "look"};
    span.set("oms.aspects", in_words(wanted.aspects));
    Looker looker{database, shared, remotes, settings, view};
    auto looked = look_with(looker, view, wanted);
    if (!looked) span.fail();
    return looked;
}

}  // namespace oms::sync
