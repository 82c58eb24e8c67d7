#include "tests/property/two_sides.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "base/text.hpp"
#include "jira/wiki.hpp"
#include "plan/fields.hpp"
#include "plan/known_claims.hpp"
#include "plan/merge_status.hpp"

namespace oms::property {
namespace {

using namespace plan;

const JiraUser ourselves{.account = "oms", .name = "oms", .display_name = "OMS"};
const JiraUser person{.account = "anna", .name = "anna", .display_name = "Anna"};
const Author customer{.uid = "c", .email = "c@x.example", .name = "Celia", .role = "user"};
const Author mediator{.uid = "m", .email = "m@x.example", .name = "Milan", .role = "mediator"};

/// Few texts, so that several things happen to each.
constexpr int few = 4;

/// What a customer may read, said once more.
bool is_open(const Comment& comment) {
    const bool everybody = !comment.visibility || (comment.visibility->type == "role" &&
                                                   comment.visibility->value == "User");
    return everybody && !comment.service_desk_internal;
}

bool is_seen(const TrueComment& comment) { return !comment.hidden && !comment.deleted; }

/// Jira keeps texts with line ends of its own and nothing at the end.
std::string as_jira_keeps(const std::string& body) { return replace_all(trim(body), "\n", "\r\n"); }

std::string as_compared(const std::string& body) { return trim(clean(body)); }

std::set<std::string> tokens_in(const std::string& text) {
    std::set<std::string> tokens;
    for (auto at = text.find("tok"); at != std::string::npos; at = text.find("tok", at + 3)) {
        const auto end = text.find('x', at);
        if (end != std::string::npos) tokens.insert(text.substr(at, end - at + 1));
    }
    return tokens;
}

/// Steps that must not overtake one another share a group.
std::size_t group_of(const Step& step) {
    if (std::holds_alternative<AddComment>(step) || std::holds_alternative<EditComment>(step))
        return 1;
    if (std::holds_alternative<PostMessage>(step) || std::holds_alternative<EditMessage>(step))
        return 2;
    return std::holds_alternative<PatchOrder>(step) ? 3 : 0;
}

}  // namespace

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

std::string TwoSides::token() { return fmt::format("tok{}x", ++tokens_); }

void TwoSides::note_publicity(const TrueComment& comment) {
    const auto tokens = tokens_in(comment.comment.body);
    if (comment.comment.author == ourselves) return;
    comment_tokens_.insert(tokens.begin(), tokens.end());
    if (is_seen(comment) && is_open(comment.comment))
        public_tokens_.insert(tokens.begin(), tokens.end());
}

std::int64_t TwoSides::write_message(Scope scope, const std::string& decoration) {
    const auto theirs = std::ranges::count_if(messages, [](const TrueMessage& message) {
        return !message.carries;
    });
    if (theirs >= few) return 0;
    const std::string said = token();
    if (scope == Scope::user_direct) secret_tokens_.insert(said);
    messages.push_back(
        {.message =
             {.id = {next_id_++},
              .author = scope == Scope::public_scope ? customer : mediator,
              .content = said + " " + decoration,
              .scope = scope}}
    );
    return messages.back().message.id.value;
}

void TwoSides::edit_message(std::size_t which, const std::string& decoration) {
    std::vector<TrueMessage*> theirs;
    for (TrueMessage& message : messages) {
        if (!message.carries) theirs.push_back(&message);
    }
    if (theirs.empty()) return;
    Message& message = theirs[which % theirs.size()]->message;
    if (!compared()) carried_before_.erase(message.id.value);
    const std::string said = token();
    if (message.scope == Scope::user_direct) secret_tokens_.insert(said);
    message.content = said + " " + decoration;
}

void TwoSides::write_comment(
    std::optional<Visibility> visibility,
    bool desk,
    const std::string& decoration
) {
    const auto theirs = std::ranges::count_if(comments, [](const TrueComment& comment) {
        return comment.comment.author == person && !comment.deleted;
    });
    if (theirs >= few) return;
    comments.push_back(
        {.comment =
             {.id = CommentId{std::to_string(next_id_++)},
              .author = person,
              .body = as_jira_keeps(token() + " " + decoration),
              .visibility = std::move(visibility),
              .service_desk_internal = desk}}
    );
    note_publicity(comments.back());
}

namespace {

TrueComment* choose(std::vector<TrueComment>& comments, std::size_t which, bool ours) {
    std::vector<TrueComment*> candidates;
    for (TrueComment& comment : comments) {
        if ((comment.comment.author == ourselves) == ours && !comment.deleted)
            candidates.push_back(&comment);
    }
    return candidates.empty() ? nullptr : candidates[which % candidates.size()];
}

}  // namespace

/// What an older integration carried can be told from its text, until the first comparison.
bool TwoSides::compared() const { return link && link->synced_at != Instant{}; }

void TwoSides::forget_carried_before(const CommentId& id) {
    if (compared()) return;
    std::erase_if(carried_before_, [&](const auto& pair) { return pair.second == id; });
}

void TwoSides::edit_comment(std::size_t which, const std::string& decoration) {
    TrueComment* comment = choose(comments, which, false);
    if (comment == nullptr) return;
    forget_carried_before(comment->comment.id);
    const bool without_words = decoration == "{quote}";
    comment->comment.body =
        as_jira_keeps(without_words ? "{quote} {quote}" : token() + " " + decoration);
    note_publicity(*comment);
}

void TwoSides::restrict_comment(std::size_t which, std::optional<Visibility> visibility) {
    TrueComment* comment = choose(comments, which, false);
    if (comment == nullptr) return;
    comment->comment.visibility = std::move(visibility);
    note_publicity(*comment);
}

bool TwoSides::is_known(const TrueComment& comment) const {
    return std::ranges::any_of(comment_links, [&](const CommentLink& known) {
        return known.comment == comment.comment.id;
    });
}

TrueComment* TwoSides::hideable(std::size_t which) {
    // Not ours while we do not know that we wrote it: its absence would say that we did not.
    const bool ours = which % 2 == 1;
    TrueComment* comment = choose(comments, which / 2, ours);
    const bool may = comment != nullptr && compared() && (!ours || is_known(*comment));
    return may ? comment : nullptr;
}

void TwoSides::hide_comment(std::size_t which) {
    TrueComment* comment = hideable(which);
    if (comment == nullptr) return;
    comment->hidden = !comment->hidden;
    note_publicity(*comment);
}

void TwoSides::hide_comment_while(std::size_t which, const std::function<void()>& meanwhile) {
    TrueComment* comment = hideable(which);
    if (comment == nullptr) return;
    const CommentId id = comment->comment.id;
    comment->hidden = true;
    meanwhile();
    comment = find_comment(id);
    comment->hidden = false;
    note_publicity(*comment);
}

void TwoSides::delete_comment(std::size_t which) {
    TrueComment* comment = choose(comments, which, false);
    if (comment == nullptr) return;
    comment->deleted = true;
    forget_carried_before(comment->comment.id);
}

void TwoSides::touch_ours(std::size_t which) {
    TrueComment* comment = choose(comments, which, true);
    if (comment == nullptr || !compared()) return;
    comment->touched = true;
    comment->comment.body += " (edited)";
}

void TwoSides::delete_ours(std::size_t which) {
    // As above.
    TrueComment* comment = choose(comments, which, true);
    if (comment == nullptr || !is_known(*comment) || !compared()) return;
    comment->deleted = true;
}

void TwoSides::set_status(Status status) { order.status = status; }

void TwoSides::set_issue_status(const StatusId& id) {
    if (Issue* issue = followed()) issue->status = id;
}

void TwoSides::set_voucher(const std::string& voucher) {
    if (Issue* issue = followed()) issue->voucher = voucher;
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

// Carrying out, as src/sync/carry_out does it.

void TwoSides::put_comment_link(const CommentLink& added) {
    std::erase_if(comment_links, [&](const CommentLink& known) {
        const bool part =
            added.message && known.message == added.message && known.part == added.part;
        const bool comment = !added.comment.empty() && known.comment == added.comment;
        return part || comment;
    });
    comment_links.push_back(added);
}

void TwoSides::record(const plan::Step& step) {
    if (const auto* adopt = std::get_if<AdoptIssue>(&step)) {
        link = new_link(adopt->issue);
        link->fields_written = adopt->fields_written;
        link->synced_at = {};
        adopted_ = true;
    } else if (const auto* changed = std::get_if<RecordLink>(&step)) {
        link = changed->link;
    } else if (const auto* comment = std::get_if<RecordComment>(&step)) {
        put_comment_link(comment->link);
    }
}

std::optional<std::string> TwoSides::effect(const plan::Step& step) {
    if (const auto* create = std::get_if<CreateIssue>(&step)) {
        const std::int64_t id = next_id_++;
        Issue issue{
            .id = IssueId{std::to_string(id)},
            .key = IssueKey{fmt::format("EOSC-{}", id)},
            .status = StatusId{"1"},
            .marker = marker_of(settings.oms, subject)};
        issue_fields_ = create->fields;
        issue.voucher = voucher_in(settings, create->fields).value_or("");
        issues.push_back(issue);
        return issue.id.value;
    }
    const bool to_jira = group_of(step) < 2;
    if (to_jira && issue_hidden) return std::nullopt;
    if (!to_jira && order_gone) return std::nullopt;
    if (const auto* edit = std::get_if<EditIssue>(&step)) {
        for (const auto& [field, value] : edit->fields) {
            if (value.kind == FieldValue::Kind::null) {
                issue_fields_.erase(field);
            } else {
                issue_fields_[field] = value;
            }
        }
    } else if (const auto* move = std::get_if<MoveIssue>(&step)) {
        RC_ASSERT(followed()->status != move->to);
        followed()->status = move->to;
    } else if (const auto* patch = std::get_if<PatchOrder>(&step)) {
        RC_ASSERT(!patch_forbidden);
        if (patch->status) RC_ASSERT(order.status != *patch->status);
        if (patch->status) order.status = *patch->status;
        if (patch->voucher) patched_voucher_ = patch->voucher;
    } else if (const auto* add = std::get_if<AddComment>(&step)) {
        comments.push_back(
            {.comment =
                 {.id = CommentId{std::to_string(next_id_++)},
                  .author = ourselves,
                  .body = as_jira_keeps(add->body),
                  .visibility = add->visibility,
                  .marker = message_marker(settings.oms, add->message, add->part)},
             .carries = std::pair{add->message.value, add->part}}
        );
        return comments.back().comment.id.value;
    } else if (const auto* edit_comment = std::get_if<EditComment>(&step)) {
        TrueComment* comment = find_comment(edit_comment->comment);
        RC_ASSERT(comment != nullptr);
        RC_ASSERT(comment->comment.author == ourselves);
        if (!is_seen(*comment)) return std::nullopt;
        comment->comment.body = as_jira_keeps(edit_comment->body);
        comment->comment.visibility = edit_comment->visibility;
        comment->comment.marker =
            message_marker(settings.oms, edit_comment->message, edit_comment->part);
        comment->carries = std::pair{edit_comment->message.value, edit_comment->part};
        comment->touched = false;
        return comment->comment.id.value;
    } else if (const auto* post = std::get_if<PostMessage>(&step)) {
        RC_ASSERT(find_comment(post->comment)->comment.author == person);
        messages.push_back(
            {.message = {.id = {next_id_++}, .author = post->author, .content = post->content},
             .carries = post->comment}
        );
        return std::to_string(messages.back().message.id.value);
    } else if (const auto* edit_message = std::get_if<EditMessage>(&step)) {
        TrueMessage* message = find_message(edit_message->message);
        RC_ASSERT(message != nullptr);
        message->message.content = edit_message->content;
        return std::to_string(edit_message->message.value);
    }
    return "";
}

void TwoSides::done(const plan::Step& step, const std::string& made) {
    if (const auto* create = std::get_if<CreateIssue>(&step)) {
        link = new_link(*followed());
        if (subject.is_order()) {
            link->base_voucher = voucher_in(settings, create->fields);
        } else {
            link->fields_written = hashes_of(create->fields);
        }
    } else if (const auto* edit = std::get_if<EditIssue>(&step)) {
        link->fields_written = edit->fields_written;
    } else if (const auto* move = std::get_if<MoveIssue>(&step)) {
        link->base_status = move->status;
        link->base_issue_status = move->to;
    } else if (const auto* patch = std::get_if<PatchOrder>(&step)) {
        if (patch->status) {
            link->base_status = patch->status;
            link->base_issue_status = patch->issue_status;
        }
        if (patch->voucher) link->base_voucher = patch->voucher;
    } else if (const auto* add = std::get_if<AddComment>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = add->message,
             .part = add->part,
             .comment = CommentId{made},
             .message_hash = add->message_hash,
             .comment_hash = comment_hash(find_comment(CommentId{made})->comment)}
        );
    } else if (const auto* edit_comment = std::get_if<EditComment>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = edit_comment->message,
             .part = edit_comment->part,
             .comment = edit_comment->comment,
             .message_hash = edit_comment->message_hash,
             .comment_hash = comment_hash(find_comment(edit_comment->comment)->comment)}
        );
    } else if (const auto* post = std::get_if<PostMessage>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = MessageId{parse_int(made).value_or(0)},
             .comment = post->comment,
             .origin = Origin::jira,
             .message_hash = message_hash(post->content),
             .comment_hash = post->comment_hash}
        );
    } else if (const auto* edit_message = std::get_if<EditMessage>(&step)) {
        put_comment_link(
            {.subject = subject,
             .message = edit_message->message,
             .comment = edit_message->comment,
             .origin = Origin::jira,
             .message_hash = message_hash(edit_message->content),
             .comment_hash = edit_message->comment_hash}
        );
    }
}

void TwoSides::mark_not_ours(const plan::PatchOrder& step, const plan::View& view) {
    link->not_ours = true;
    if (step.status) {
        if (view.order) link->base_status = view.order->status;
        link->base_issue_status = step.issue_status;
    }
    if (step.voucher) link->base_voucher = step.voucher;
}

TwoSides::Ended TwoSides::carry_out(const plan::Plan& plan, const plan::View& view) {
    std::set<std::size_t> refused;
    const auto next_fault = [&] {
        if (faults.empty()) return Fault::none;
        const Fault fault = faults.front();
        faults.pop_front();
        return fault;
    };
    for (std::size_t at = 0; at < plan.steps.size();) {
        const Step& step = plan.steps[at];
        const Fault fault = next_fault();
        if (fault == Fault::killed) return Ended::stopped;
        if (!writes(step)) {
            // Those in a row share a transaction.
            for (; at < plan.steps.size() && !writes(plan.steps[at]); ++at)
                record(plan.steps[at]);
            continue;
        }
        ++at;
        if (refused.contains(group_of(step))) continue;
        if (fault == Fault::not_sent) return Ended::stopped;
        if (fault == Fault::refused) {
            refused.insert(group_of(step));
            continue;
        }
        std::int64_t floor = 0;
        for (const CommentLink& known : view.comment_links)
            floor = std::max(floor, known.message ? known.message->value : 0);
        const auto* patch = std::get_if<PatchOrder>(&step);
        if (patch != nullptr) RC_ASSERT(!link->not_ours);
        if (fault == Fault::unknown_undone || fault == Fault::unknown_done) {
            open_writes.push_back({step, floor});
            const bool possible = patch == nullptr || !patch_forbidden;
            if (fault == Fault::unknown_done && possible) effect(step);
            check_leaks();
            return Ended::stopped;
        }
        if (patch != nullptr && patch_forbidden) {
            mark_not_ours(*patch, view);
            continue;
        }
        const auto made = effect(step);
        check_leaks();
        if (made) {
            done(step, *made);
        } else {
            refused.insert(group_of(step));
        }
    }
    return refused.empty() ? Ended::through : Ended::stopped;
}

// What became of writes, as src/sync/settle finds out when it is safe to say.

void TwoSides::settle(Aspects& aspects) {
    const auto open = std::exchange(open_writes, {});
    for (const OpenWrite& write : open)
        settle_one(write, aspects);
}

bool TwoSides::settle_one(const OpenWrite& write, Aspects& aspects) {
    const Step& step = write.step;
    if (std::holds_alternative<CreateIssue>(step)) {
        aspects |= Aspect::marketplace | Aspect::issue;
        if (followed() == nullptr) return false;
        done(step, "");
        return true;
    }
    if (!link) return false;
    if (const auto* add = std::get_if<AddComment>(&step)) {
        aspects = aspects | Aspect::messages;
        if (issue_hidden) return false;
        for (const Comment& comment : seen_comments(true)) {
            const bool known = std::ranges::any_of(comment_links, [&](const CommentLink& other) {
                return other.comment == comment.id && other.message;
            });
            const std::string marker = message_marker(settings.oms, add->message, add->part);
            if (known || comment.marker != marker) continue;
            put_comment_link(
                {.subject = subject,
                 .message = add->message,
                 .part = add->part,
                 .comment = comment.id,
                 .comment_hash = comment_hash(comment)}
            );
            return true;
        }
    } else if (const auto* post = std::get_if<PostMessage>(&step)) {
        aspects = aspects | Aspect::comments;
        if (order_gone) return false;
        for (const TrueMessage& message : messages) {
            const Message& said = message.message;
            const bool known = std::ranges::any_of(comment_links, [&](const CommentLink& other) {
                return other.message == said.id;
            });
            const bool ours = said.author.role != "user" &&
                              author_hash(said.author) == author_hash(post->author) &&
                              said.scope == Scope::public_scope &&
                              message_hash(said.content) == message_hash(post->content);
            if (said.id.value <= write.floor || known || !ours) continue;
            done(step, std::to_string(said.id.value));
            return true;
        }
    } else if (const auto* move = std::get_if<MoveIssue>(&step)) {
        aspects |= Aspect::marketplace | Aspect::issue;
        if (!issue_hidden && followed()->status == move->to) done(step, "");
    } else if (const auto* patch = std::get_if<PatchOrder>(&step)) {
        aspects |= Aspect::marketplace | Aspect::issue;
        if (!order_gone && patch->status && order.status == *patch->status) {
            link->base_status = patch->status;
            link->base_issue_status = patch->issue_status;
        }
        if (patch->voucher) link->base_voucher = uncertain_voucher;
    } else if (std::holds_alternative<EditIssue>(step)) {
        aspects = aspects | Aspect::marketplace;
    } else if (std::holds_alternative<EditComment>(step)) {
        aspects = aspects | Aspect::messages;
    } else {
        aspects = aspects | Aspect::comments;
    }
    return false;
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

// What is promised.

bool TwoSides::in_reach() const {
    return link && link->state == LinkState::linked && !issue_hidden && !order_gone;
}

void TwoSides::check_leaks() const {
    for (const TrueMessage& message : messages) {
        for (const std::string& said : tokens_in(message.message.content)) {
            if (comment_tokens_.contains(said)) RC_ASSERT(public_tokens_.contains(said));
        }
    }
    for (const TrueComment& comment : comments) {
        for (const std::string& said : tokens_in(comment.comment.body))
            RC_ASSERT(!secret_tokens_.contains(said));
        const bool internal =
            comment.carries && std::ranges::any_of(messages, [&](const TrueMessage& message) {
                return message.message.id.value == comment.carries->first &&
                       message.message.scope == Scope::internal;
            });
        if (internal && !settings.internal_role.empty())
            RC_ASSERT(comment.comment.visibility.has_value());
    }
}

void TwoSides::check_texts() const {
    for (const TrueComment& comment : comments) {
        if (comment.comment.author == ourselves) continue;
        std::vector<const Message*> carrying;
        for (const TrueMessage& message : messages) {
            if (message.carries == comment.comment.id) carrying.push_back(&message.message);
        }
        RC_ASSERT(carrying.size() <= 1U);
        const bool before = std::ranges::any_of(carried_before_, [&](const auto& pair) {
            return pair.second == comment.comment.id;
        });
        if (before) {
            RC_ASSERT(carrying.empty());
            continue;
        }
        const std::string said = trim(forms.to_plain_text(comment.comment.body));
        if (!in_reach() || !is_seen(comment) || !is_open(comment.comment) || said.empty()) continue;
        RC_ASSERT(carrying.size() == 1U);
        RC_ASSERT(carrying[0]->content == said);
    }
    for (const TrueMessage& message : messages) {
        if (message.carries || message.message.scope == Scope::user_direct) continue;
        std::map<int, std::vector<const TrueComment*>> parts;
        for (const TrueComment& comment : comments) {
            if (comment.carries && comment.carries->first == message.message.id.value)
                parts[comment.carries->second].push_back(&comment);
        }
        for (const auto& [part, carrying] : parts)
            RC_ASSERT(carrying.size() == 1U);
        if (carried_before_.contains(message.message.id.value)) {
            const CommentId& old = carried_before_.at(message.message.id.value);
            if (parts.contains(0)) RC_ASSERT(parts[0][0]->comment.id == old);
            continue;
        }
        if (!in_reach()) continue;
        RC_ASSERT(parts.contains(0));
        if (!is_seen(*parts[0][0])) continue;
        const auto bodies = comment_bodies(settings, forms, message.message);
        for (std::size_t part = 0; part < bodies.size(); ++part) {
            const auto& carrying = parts[static_cast<int>(part)];
            RC_ASSERT(carrying.size() == 1U);
            if (carrying[0]->touched || !is_seen(*carrying[0])) continue;
            RC_ASSERT(as_compared(carrying[0]->comment.body) == as_compared(bodies[part]));
            RC_ASSERT(carrying[0]->comment.visibility == visibility_of(settings, message.message));
        }
    }
}

void TwoSides::check_state() const {
    RC_ASSERT(issues.size() <= 1U);
    if (!in_reach()) return;
    RC_ASSERT(link->issue_id == issues[0].id);
    if (subject.is_project()) {
        FieldValues wanted = project_fields(settings, project);
        if (!adopted_) RC_ASSERT(issue_fields_ == wanted);
        return;
    }
    const auto jira = status_of(settings, issues[0].status);
    const bool excused = !jira || link->not_ours ||
                         (order.status == Status::created && is_marketplace_driven(order));
    if (!excused) RC_ASSERT(*jira == order.status);
    if (link->not_ours) return;
    const std::string voucher = trim(issues[0].voucher);
    RC_ASSERT(link->base_voucher.has_value());
    RC_ASSERT(trim(*link->base_voucher) == voucher);
    const auto known = patched_voucher_ || adopted_ ? patched_voucher_ : order.supplied_voucher_id;
    if (known || !adopted_) RC_ASSERT(trim(known.value_or("")) == voucher);
}

void TwoSides::check(bool agreed) const {
    check_leaks();
    if (!agreed) return;
    RC_ASSERT(open_writes.empty());
    check_state();
    check_texts();
}

std::multiset<std::string> TwoSides::contents() const {
    std::multiset<std::string> all;
    for (const TrueComment& comment : comments) {
        if (comment.deleted) continue;
        const auto& visibility = comment.comment.visibility;
        all.insert(
            "comment " + (visibility ? visibility->value : "") + " " +
            as_compared(comment.comment.body)
        );
    }
    for (const TrueMessage& message : messages)
        all.insert("message " + message.message.author.name + " " + message.message.content);
    all.insert(fmt::format("order {}", to_text(order.status)));
    if (followed() != nullptr) {
        all.insert("issue " + followed()->status.value);
        all.insert("voucher " + followed()->voucher);
    }
    return all;
}

}  // namespace oms::property
