#include "tests/property/two_sides.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "jira/wiki.hpp"
#include "plan/fields.hpp"
#include "plan/known_claims.hpp"
#include "tests/property/two_sides_parts.hpp"

namespace oms::property {

using namespace plan;

std::set<std::string> tokens_in(const std::string& text) {
    std::set<std::string> tokens;
    for (auto at = text.find("tok"); at != std::string::npos; at = text.find("tok", at + 3)) {
        const auto end = text.find('x', at);
        if (end != std::string::npos) tokens.insert(text.substr(at, end - at + 1));
    }
    return tokens;
}

TwoSides::TwoSides(Subject whose, bool standing) : subject{std::move(whose)} {
    settings.oms = {1};
    settings.marketplace_public_url = "https://mp.example";
    settings.jira_project = "EOSC";
    settings.comment_units_max = 260;
    for (const char* name :
         {"CP_VoucherID", "Order_reference", "CI_Name", "CI_DisplayName", "SO_1"})
        settings.field_ids[name] = name;
    for (const Status status : statuses) {
        if (status == Status::created) continue;
        settings.workflow[status] = StatusId{std::to_string(static_cast<int>(status))};
    }
    forms = {.neutralise = jira::wiki::neutralise, .to_plain_text = jira::wiki::to_plain_text};
    project = {.id = {12}, .owner = {.first_name = "Celia", .last_name = "C"}, .name = "P"};
    if (subject.is_order()) {
        order.id = {{12}, *subject.item};
        order.category = "c";
        project_link = Link{
            .subject = Subject::of(ProjectId{12}),
            .issue_id = IssueId{"9"},
            .issue_key = IssueKey{"EOSC-9"}};
    }
    if (!standing) return;
    // An older integration made the issue and carried one text either way, without markers.
    issues.push_back({.id = IssueId{"50"}, .key = IssueKey{"EOSC-50"}, .status = StatusId{"1"}});
    const std::int64_t message = write_message(Scope::public_scope, "*old*");
    comments.push_back(
        {.comment =
             {.id = CommentId{"51"}, .author = ourselves, .body = messages.back().message.content}}
    );
    carried_before_[message] = CommentId{"51"};
    write_comment(std::nullopt, false, "");
    const Comment& said = comments.back().comment;
    messages.push_back({.message = {.id = {next_id_++}, .author = mediator, .content = said.body}});
    carried_before_[messages.back().message.id.value] = said.id;
}

Issue* TwoSides::followed() { return issues.empty() ? nullptr : &issues.front(); }
const Issue* TwoSides::followed() const { return issues.empty() ? nullptr : &issues.front(); }

TrueComment* TwoSides::find_comment(const CommentId& id) {
    const auto found = std::ranges::find_if(comments, [&](const TrueComment& comment) {
        return comment.comment.id == id;
    });
    return found == comments.end() ? nullptr : &*found;
}

TrueMessage* TwoSides::find_message(MessageId id) {
    const auto found = std::ranges::find_if(messages, [&](const TrueMessage& message) {
        return message.message.id == id;
    });
    return found == messages.end() ? nullptr : &*found;
}

Link TwoSides::new_link(const Issue& issue) const {
    return {
        .subject = subject,
        .issue_id = issue.id,
        .issue_key = issue.key,
        .linked_at = now_,
        .synced_at = now_};
}

// Looking, as src/sync/look does it.

plan::View TwoSides::load() const {
    View view{
        .subject = subject,
        .link = link,
        .project_link = project_link,
        .comment_links = comment_links};
    std::shuffle(view.comment_links.begin(), view.comment_links.end(), std::mt19937{shuffle});
    view.adopting = link && link->state != LinkState::before && link->synced_at == Instant{};
    return view;
}

std::vector<Comment> TwoSides::seen_comments(bool with_markers) const {
    std::vector<Comment> seen;
    for (const TrueComment& comment : comments) {
        if (!is_seen(comment)) continue;
        seen.push_back(comment.comment);
        if (!with_markers) seen.back().marker = "";
    }
    return seen;
}

void TwoSides::read_issue(plan::View& view, bool with_comments) const {
    if (issue_hidden || followed() == nullptr) {
        view.issue_gone = true;
        return;
    }
    view.issue = *followed();
    for (const auto& [status, id] : settings.workflow)
        view.issue->transitions.push_back({.id = TransitionId{"to" + id.value}, .to = id});
    if (!with_comments) return;
    view.comments = seen_comments(false);
    const bool unknown_own = std::ranges::any_of(*view.comments, [&](const Comment& comment) {
        return comment.author == ourselves &&
               std::ranges::none_of(comment_links, [&](const CommentLink& known) {
                   return known.comment == comment.id;
               });
    });
    if (unknown_own) view.comments = seen_comments(true);
}

void TwoSides::look(plan::View& view, Aspects aspects, std::int64_t from) const {
    const auto linked = [&] { return view.link && view.link->state == LinkState::linked; };
    if (has(aspects, Aspect::comments) && !view.adopting && linked() && !view.issue)
        read_issue(view, true);
    for (Needs needs = needs_of(view, aspects);;) {
        if (needs.issue) {
            read_issue(view, false);
        } else if (needs.order) {
            view.marketplace_gone = order_gone;
            if (!order_gone) view.order = order;
        } else if (needs.project) {
            view.project = project;
        } else if (needs.standing) {
            view.standing = issues;
        } else {
            break;
        }
        needs = needs_of(view, aspects);
    }
    if (!linked() || view.issue_gone) return;
    const bool on_marketplace = !view.marketplace_gone && !view.link->gone_at;
    if (has(aspects, Aspect::messages) && on_marketplace && order_gone) {
        view.marketplace_gone = true;
    } else if (has(aspects, Aspect::messages) && on_marketplace) {
        view.messages.emplace();
        for (const TrueMessage& message : messages) {
            if (message.message.id.value > from) view.messages->push_back(message.message);
        }
    }
    if (!has(aspects, Aspect::comments) || view.comments) return;
    if (issue_hidden) {
        view.issue_gone = true;
    } else {
        view.comments = seen_comments(true);
    }
}

// A worker's turn, as src/sync/synchroniser has it.

Worked TwoSides::go_round(Aspects aspects, std::int64_t from) {
    constexpr int rounds_max = 6;
    Worked worked;
    View view = load();
    if (view.adopting) {
        aspects = all_aspects;
        from = 0;
    }
    for (int round = 0; round < rounds_max; ++round) {
        now_ += std::chrono::seconds{1};
        look(view, aspects, from);
        const Plan plan = plan_subject(settings, forms, facts, view, now_);
        worked.steps.insert(worked.steps.end(), plan.steps.begin(), plan.steps.end());
        if (carry_out(plan, view) == Ended::stopped) return worked;
        if (plan.look_again == no_aspects) {
            worked.through = true;
            return worked;
        }
        aspects = plan.look_again | (aspects & (Aspect::messages | Aspect::comments));
        const View before = std::exchange(view, load());
        if (view.adopting) from = 0;
        const bool patched = std::ranges::any_of(plan.steps, [](const Step& step) {
            return std::holds_alternative<PatchOrder>(step);
        });
        if (!view.adopting && !patched) view.order = before.order;
    }
    RC_FAIL("both sides keep changing");
    return worked;
}

Worked TwoSides::work(Aspects aspects) {
    const std::string before = records();
    settle(aspects);
    Worked worked = go_round(aspects, 0);
    worked.changed_records = records() != before;
    return worked;
}

Worked TwoSides::work_on_claims(const std::vector<std::string>& claims) {
    const Undecided left = undecided(no_aspects, claims, link, comment_links);
    Aspects aspects = left.aspects;
    settle(aspects);
    if (aspects == no_aspects) return {.through = true};
    return go_round(aspects, left.messages_from);
}

int TwoSides::calm_down() {
    constexpr int too_many = 10;
    faults.clear();
    for (int works = 0; works < too_many; ++works) {
        const Worked worked = work(all_aspects);
        // That it was looked at is all that may be recorded; or that there is nothing.
        const bool idle = std::ranges::all_of(worked.steps, [&](const Step& step) {
            return std::holds_alternative<RecordLink>(step) ||
                   (!link && std::holds_alternative<Note>(step));
        });
        if (worked.through && idle && !worked.changed_records) return works;
    }
    RC_FAIL("it does not come to rest");
    return too_many;
}

std::string TwoSides::records() const {
    std::string text;
    if (link) {
        text = fmt::format(
            "{} {} {} {} {} {} {} {} {}\n",
            to_text(link->state),
            link->issue_id.value,
            link->issue_key.value,
            link->base_status ? to_text(*link->base_status) : "none",
            link->base_issue_status.value,
            link->base_voucher.value_or("none"),
            written_text(link->fields_written),
            link->not_ours,
            link->gone_at.has_value()
        );
    }
    std::set<std::string> lines;
    for (const CommentLink& known : comment_links) {
        lines.insert(fmt::format(
            "{} {} {} {} {} {} {}\n",
            known.message ? known.message->value : 0,
            known.part,
            known.comment.value,
            to_text(known.origin),
            to_text(known.state),
            known.message_hash,
            known.comment_hash
        ));
    }
    for (const std::string& line : lines)
        text += line;
    return text;
}

}  // namespace oms::property
