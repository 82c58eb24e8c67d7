#include "sync/carry_out.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/fields.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"

namespace oms::sync {
namespace {

using store::Connection;
using store::WriteKind;
using store::WriteState;

/// 5xx, or a connection that broke: the request is not running any more. A time-out proves nothing.
store::WriteOutcome outcome_of(const Error& error) {
    switch (error.kind) {
    case ErrorKind::not_sent:
    case ErrorKind::throttled:
    case ErrorKind::unauthorized:
        return {.state = WriteState::not_sent, .says = error.says, .answered = true};
    case ErrorKind::refused:
    case ErrorKind::forbidden:
    case ErrorKind::missing:
        return {.state = WriteState::refused, .says = error.says, .answered = true};
    case ErrorKind::outcome_unknown:
    case ErrorKind::shutdown: break;
    }
    return {.state = WriteState::uncertain, .says = error.says, .answered = error.status != 0};
}

/// Steps that must not overtake one another.
enum class Group { issue, to_jira_text, to_marketplace_text, order };

Group group_of(const plan::Step& step) {
    const bool comment = std::holds_alternative<plan::AddComment>(step) ||
                         std::holds_alternative<plan::EditComment>(step);
    if (comment) return Group::to_jira_text;
    const bool message = std::holds_alternative<plan::PostMessage>(step) ||
                         std::holds_alternative<plan::EditMessage>(step);
    if (message) return Group::to_marketplace_text;
    return std::holds_alternative<plan::PatchOrder>(step) ? Group::order : Group::issue;
}

Link new_link(const Records& records, const IssueId& id, const IssueKey& key) {
    return {
        .subject = records.subject(),
        .issue_id = id,
        .issue_key = key,
        .linked_at = records.now(),
        .synced_at = records.now()};
}

/// The number after `words`, with or without thousands separators.
std::optional<std::size_t> number_after(std::string_view says, std::string_view words) {
    const auto at = says.find(words);
    if (at == std::string_view::npos) return std::nullopt;
    std::string digits;
    for (const char character : says.substr(at + words.size())) {
        if (character >= '0' && character <= '9') {
            digits += character;
        } else if (character != ',' && character != '.') {
            break;
        }
    }
    const auto number = parse_int(digits);
    if (!number || *number < 1) return std::nullopt;
    return static_cast<std::size_t>(*number);
}

/// How many UTF-16 units Jira takes, of "It exceeds the allowed limit of 32,767 characters." or
/// "Summary must be less than 255 characters."
std::optional<std::size_t> limit_in(std::string_view says) {
    if (const auto limit = number_after(says, "allowed limit of ")) return limit;
    const auto too_many = number_after(says, "must be less than ");
    if (!too_many) return std::nullopt;
    return *too_many - 1;
}

/// Below that a limit is no limit, but a misreading.
constexpr std::size_t limit_least = 50;

/// What Jira said of this one field; all of it where it names none.
std::string_view said_of(const std::string& says, const std::string& field) {
    const auto at = says.find(field + ": ");
    if (at == std::string::npos) return says;
    const std::string_view rest = std::string_view{says}.substr(at);
    return rest.substr(0, rest.find("; "));
}

/// Cuts the texts that Jira calls too long to what it takes. False where it spoke of something else.
bool shorten(FieldValues& fields, const std::string& says) {
    bool shortened = false;
    for (auto& [field, value] : fields) {
        const auto limit = limit_in(said_of(says, field));
        const bool cut = value.kind == FieldValue::Kind::text && limit && *limit >= limit_least &&
                         utf16_length(value.text) > *limit;
        if (!cut) continue;
        value.text = split_for_java(value.text, *limit).front();
        shortened = true;
    }
    return shortened;
}

/// How many steps from `at` on touch only our records.
std::size_t records_at(std::span<const plan::Step> steps, std::size_t at) {
    std::size_t count = 0;
    while (at + count < steps.size() && !plan::writes(steps[at + count]))
        ++count;
    return count;
}

/// About this one entity; anything else is trouble with the remote as a whole.
bool is_refusal(const Error& error) {
    return error.kind == ErrorKind::refused || error.kind == ErrorKind::forbidden ||
           error.kind == ErrorKind::missing;
}

/// What a refusal makes doubtful: a 404 may mean that the other side's entity is gone.
Aspects doubts(Group group) {
    switch (group) {
    case Group::issue:
    case Group::to_jira_text: return bits(Aspect::issue);
    case Group::to_marketplace_text:
    case Group::order: break;
    }
    return bits(Aspect::marketplace);
}

}  // namespace

CarriedOut CarryOut::run(const plan::Plan& plan, const plan::View& view) {
    CarriedOut ended;
    // A refusal is about its own kind of step: a comment that Jira refuses holds up the comments
    // after it, whose order is kept, but neither status nor what staff wrote.
    std::set<Group> refused;
    const std::span<const plan::Step> steps{plan.steps};
    for (std::size_t at = 0; at < steps.size();) {
        const std::size_t count = records_at(steps, at);
        if (count > 0) {
            record_steps(steps.subspan(at, count), ended);
            at += count;
            continue;
        }
        const plan::Step& step = steps[at++];
        if (refused.contains(group_of(step))) continue;
        words_ = plan::in_words(step);
        const auto result = write_step(step, view);
        if (result) {
            log_.info("carried", {{"subject", key_of(records_.subject())}, {"step", words_}});
            continue;
        }
        if (tolerate(step, result.error(), view, ended)) continue;
        if (ended.plan_again) return ended;
        if (!ended.error || !is_refusal(result.error())) ended.error = result.error();
        if (!is_refusal(result.error())) return ended;
        if (result.error().kind == ErrorKind::missing) ended.look |= doubts(group_of(step));
        refused.insert(group_of(step));
    }
    return ended;
}

/// Failures that lead to something else than a failure: an order of another OMS, and a limit that
/// Jira told us, which changes the plan. True where the next step may follow.
bool CarryOut::tolerate(
    const plan::Step& step,
    const Error& error,
    const plan::View& view,
    CarriedOut& ended
) {
    const auto* patched = std::get_if<plan::PatchOrder>(&step);
    if (patched != nullptr && error.kind == ErrorKind::forbidden) {
        mark_not_ours(*patched, view);
        return true;
    }
    ended.plan_again = group_of(step) == Group::to_jira_text && learn_limit(error);
    return false;
}

Result<std::string> CarryOut::perform(const Write& write) {
    const bool to_jira = write.row.kind != WriteKind::patch_order &&
                         write.row.kind != WriteKind::post_message &&
                         write.row.kind != WriteKind::edit_message;
    jobs::Gate& gate = to_jira ? remotes_.jira_gate : remotes_.marketplace_gate;
    if (auto closed = gate.closed(records_.now())) return Failure{*closed};

    std::int64_t id = 0;
    records_.record([&](Connection& connection) {
        store::RemoteWrite row = write.row;
        row.subject = records_.subject();
        if (write.prepare) write.prepare(connection, row);
        id = store::add_write(connection, row, records_.now());
    });

    const Duration sent_at = remotes_.clock.steady();
    auto made = write.call();

    if (!made) {
        shared_.remember_uncertain(id, sent_at);
        end_failed(id, made.error());
        return made;
    }
    records_.record([&](Connection& connection) {
        store::end_write(
            connection, id, {.state = WriteState::done, .result = *made}, records_.now()
        );
        write.then(connection, *made);
        store::add_journal(
            connection,
            records_.subject(),
            store::JournalKind::write,
            words_ + (made->empty() ? "" : " → " + *made),
            records_.now()
        );
    });
    return made;
}

void CarryOut::end_failed(std::int64_t id, const Error& error) {
    records_.record([&](Connection& connection) {
        store::end_write(connection, id, outcome_of(error), records_.now());
    });
    if (outcome_of(error).state != WriteState::uncertain) shared_.forget_uncertain(id);
}

Result<std::string> CarryOut::write_step(const plan::Step& step, const plan::View& view) {
    if (const auto* create_step = std::get_if<plan::CreateIssue>(&step))
        return create(*create_step, view);
    if (const auto* edit_step = std::get_if<plan::EditIssue>(&step)) return edit(*edit_step, view);
    if (const auto* move_step = std::get_if<plan::MoveIssue>(&step)) return move(*move_step, view);
    if (const auto* patch_step = std::get_if<plan::PatchOrder>(&step))
        return patch(*patch_step, view);
    if (const auto* add = std::get_if<plan::AddComment>(&step)) return add_comment(*add, view);
    if (const auto* edited = std::get_if<plan::EditComment>(&step))
        return edit_comment(*edited, view);
    if (const auto* posted = std::get_if<plan::PostMessage>(&step)) return post(*posted, view);
    if (const auto* message = std::get_if<plan::EditMessage>(&step)) return edit_message(*message);
    return std::string{};
}

Result<std::string> CarryOut::create(const plan::CreateIssue& step, const plan::View& view) {
    const bool order = records_.subject().is_order();
    IssueDraft draft{
        .project_key = settings_.jira_project,
        .issue_type_id = order ? settings_.order_issue_type_id : settings_.project_issue_type_id,
        .fields = step.fields,
        .marker = marker_of(settings_.oms, records_.subject())};
    if (order) draft.epic = std::pair{view.project_link->issue_id, view.project_link->issue_key};

    auto made = create_once(step, draft);
    const auto refused = [&] { return !made && made.error().kind == ErrorKind::refused; };
    // A refused create made nothing: what can be mended is mended, and it is tried once more, as a
    // write of its own.
    if (refused() && refresh_epic(draft)) made = create_once(step, draft);
    if (refused() && shorten(draft.fields, made.error().says)) made = create_once(step, draft);
    return made;
}

Result<std::string> CarryOut::create_once(const plan::CreateIssue& step, const IssueDraft& draft) {
    const bool order = records_.subject().is_order();
    const auto voucher = order ? plan::voucher_in(settings_, draft.fields) : std::nullopt;
    // As they were wanted, also where Jira took less of them.
    const auto hashes = plan::hashes_of(step.fields);
    CreatedIssue created;
    return perform(
        {.row =
             {.kind = WriteKind::create_issue,
              .marker = draft.marker,
              .cause = step.why,
              .target = order ? voucher.value_or("") : plan::written_text(hashes)},
         .prepare =
             [&](Connection& connection, store::RemoteWrite& row) {
                 row.floor = store::highest_issue_number(connection, settings_.jira_project);
             },
         .call = [&]() -> Result<std::string> {
             const auto result =
                 remotes_.jira([&](jira::Client& client) { return client.create_issue(draft); });
             if (!result) return Failure{result.error()};
             created = *result;
             return created.key.value;
         },
         .then =
             [&](Connection& connection, const std::string& /*made*/) {
                 Link link = new_link(records_, created.id, created.key);
                 link.base_voucher = voucher;
                 if (!order) link.fields_written = hashes;
                 store::put_link(connection, link);
                 if (!order) {
                     store::wake_orders_of(connection, records_.subject().project, records_.now());
                 }
             }}
    );
}

/// The epic's key may be an old one: asks by its id. True where it has another one now.
bool CarryOut::refresh_epic(IssueDraft& draft) {
    if (!draft.epic) return false;
    const auto epic =
        remotes_.jira([&](jira::Client& client) { return client.issue(draft.epic->first, {}); });
    if (!epic || epic->key == draft.epic->second) return false;
    draft.epic->second = epic->key;
    records_.record([&](Connection& connection) {
        auto link = store::find_link(connection, Subject::of(records_.subject().project));
        if (!link) return;
        link->issue_key = epic->key;
        store::put_link(connection, *link);
    });
    return true;
}

Result<std::string> CarryOut::edit(const plan::EditIssue& step, const plan::View& view) {
    FieldValues fields = step.fields;
    const auto once = [&] {
        return perform(
            {.row = {.kind = WriteKind::edit_issue, .cause = step.why},
             .call = [&]() -> Result<std::string> {
                 const auto done = remotes_.jira([&](jira::Client& client) {
                     return client.edit_issue(view.link->issue_id, fields);
                 });
                 if (!done) return Failure{done.error()};
                 return std::string{};
             },
             .then =
                 [&](Connection& connection, const std::string&) {
                     records_.change_link(connection, [&](Link& link) {
                         link.fields_written = step.fields_written;
                     });
                 }}
        );
    };
    auto made = once();
    const bool refused = !made && made.error().kind == ErrorKind::refused;
    if (refused && shorten(fields, made.error().says)) made = once();
    return made;
}

Result<std::string> CarryOut::move(const plan::MoveIssue& step, const plan::View& view) {
    return perform(
        {.row =
             {.kind = WriteKind::transition,
              .cause = step.why,
              .target = std::string{to_text(step.status)} + "=" + step.to.value},
         .call = [&]() -> Result<std::string> {
             const auto done = remotes_.jira([&](jira::Client& client) {
                 return client.transition(view.link->issue_id, step.transition);
             });
             if (!done) return Failure{done.error()};
             return std::string{to_text(step.status)};
         },
         .then =
             [&](Connection& connection, const std::string&) {
                 records_.change_link(connection, [&](Link& link) {
                     link.base_status = step.status;
                     link.base_issue_status = step.to;
                 });
             }}
    );
}

Result<std::string> CarryOut::patch(const plan::PatchOrder& step, const plan::View& view) {
    const OrderId id{view.subject.project, *view.subject.item};
    const std::string status = step.status ? std::string{to_text(*step.status)} : "";
    return perform(
        {.row =
             {.kind = WriteKind::patch_order,
              .cause = step.why,
              .target = step.status ? status + "=" + step.issue_status.value : ""},
         .call = [&]() -> Result<std::string> {
             const auto done = remotes_.marketplace([&](marketplace::Client& client) {
                 return client.patch_order(id, {.status = step.status, .voucher = step.voucher});
             });
             if (!done) return Failure{done.error()};
             return status;
         },
         .then =
             [&](Connection& connection, const std::string&) {
                 records_.change_link(connection, [&](Link& link) {
                     if (step.status) {
                         link.base_status = step.status;
                         link.base_issue_status = step.issue_status;
                     }
                     if (step.voucher) link.base_voucher = step.voucher;
                 });
             }}
    );
}

void CarryOut::mark_not_ours(const plan::PatchOrder& step, const plan::View& view) {
    records_.record([&](Connection& connection) {
        records_.change_link(connection, [&](Link& link) {
            link.not_ours = true;
            if (step.status) {
                if (view.order) link.base_status = view.order->status;
                link.base_issue_status = step.issue_status;
            }
            if (step.voucher) link.base_voucher = step.voucher;
        });
        store::add_journal(
            connection,
            records_.subject(),
            store::JournalKind::decision,
            "the marketplace lets only another OMS change this order: its Jira status and voucher "
            "are no longer carried back",
            records_.now()
        );
    });
}

Result<std::string> CarryOut::add_comment(const plan::AddComment& step, const plan::View& view) {
    const std::string marker = plan::message_marker(settings_.oms, step.message, step.part);
    std::string hash;
    return perform(
        {.row =
             {.kind = WriteKind::add_comment,
              .marker = marker,
              .cause = step.why,
              .target = plan::comment_hash(step.body, step.visibility),
              .floor = step.message.value},
         .call = [&]() -> Result<std::string> {
             const auto comment = remotes_.jira([&](jira::Client& client) {
                 return client.add_comment(
                     view.link->issue_id,
                     {.body = step.body, .visibility = step.visibility, .marker = marker}
                 );
             });
             if (!comment) return Failure{comment.error()};
             hash = plan::comment_hash(*comment);
             return comment->id.value;
         },
         .then =
             [&](Connection& connection, const std::string& made) {
                 store::put_comment_link(
                     connection,
                     {.subject = records_.subject(),
                      .message = step.message,
                      .part = step.part,
                      .comment = CommentId{made},
                      .origin = Origin::marketplace,
                      .message_hash = step.message_hash,
                      .comment_hash = hash}
                 );
             }}
    );
}

Result<std::string> CarryOut::edit_comment(const plan::EditComment& step, const plan::View& view) {
    std::string hash;
    return perform(
        {.row =
             {.kind = WriteKind::edit_comment,
              .cause = step.why,
              .target = step.comment.value,
              .floor = step.message.value},
         .call = [&]() -> Result<std::string> {
             const auto comment = remotes_.jira([&](jira::Client& client) {
                 return client.edit_comment(
                     view.link->issue_id,
                     step.comment,
                     {.body = step.body,
                      .visibility = step.visibility,
                      .marker = plan::message_marker(settings_.oms, step.message, step.part)}
                 );
             });
             if (!comment) return Failure{comment.error()};
             hash = plan::comment_hash(*comment);
             return comment->id.value;
         },
         .then =
             [&](Connection& connection, const std::string&) {
                 store::put_comment_link(
                     connection,
                     {.subject = records_.subject(),
                      .message = step.message,
                      .part = step.part,
                      .comment = step.comment,
                      .origin = Origin::marketplace,
                      .message_hash = step.message_hash,
                      .comment_hash = hash}
                 );
             }}
    );
}

Result<std::string> CarryOut::post(const plan::PostMessage& step, const plan::View& view) {
    std::int64_t floor = 0;
    for (const CommentLink& link : view.comment_links) {
        if (link.message) floor = std::max(floor, link.message->value);
    }
    return perform(
        {.row =
             {.kind = WriteKind::post_message,
              .marker = step.comment.value,
              .cause = step.why,
              .target = fmt::format(
                  "{} {} {}",
                  plan::message_hash(step.content),
                  step.comment_hash,
                  plan::author_hash(step.author)
              ),
              .floor = floor},
         .call = [&]() -> Result<std::string> {
             const auto message = remotes_.marketplace([&](marketplace::Client& client) {
                 return client.post_message(
                     {.subject = view.subject, .author = step.author, .content = step.content}
                 );
             });
             if (!message) return Failure{message.error()};
             return std::to_string(message->id.value);
         },
         .then =
             [&](Connection& connection, const std::string& made) {
                 store::put_comment_link(
                     connection,
                     {.subject = records_.subject(),
                      .message = MessageId{parse_int(made).value_or(0)},
                      .comment = step.comment,
                      .origin = Origin::jira,
                      .message_hash = plan::message_hash(step.content),
                      .comment_hash = step.comment_hash}
                 );
             }}
    );
}

Result<std::string> CarryOut::edit_message(const plan::EditMessage& step) {
    return perform(
        {.row =
             {.kind = WriteKind::edit_message,
              .cause = step.why,
              .target = std::to_string(step.message.value)},
         .call = [&]() -> Result<std::string> {
             const auto message = remotes_.marketplace([&](marketplace::Client& client) {
                 return client.edit_message(step.message, step.content);
             });
             if (!message) return Failure{message.error()};
             return std::to_string(step.message.value);
         },
         .then =
             [&](Connection& connection, const std::string&) {
                 store::put_comment_link(
                     connection,
                     {.subject = records_.subject(),
                      .message = step.message,
                      .comment = step.comment,
                      .origin = Origin::jira,
                      .message_hash = plan::message_hash(step.content),
                      .comment_hash = step.comment_hash}
                 );
             }}
    );
}

void CarryOut::adopt(Connection& connection, const plan::AdoptIssue& step) {
    Link link = new_link(records_, step.issue.id, step.issue.key);
    link.fields_written = step.fields_written;
    store::put_link(connection, link);
    if (records_.subject().is_project()) {
        store::wake_orders_of(connection, records_.subject().project, records_.now());
    }
}

void CarryOut::wait_for_project(Connection& connection) {
    const Subject project = Subject::of(records_.subject().project);
    const auto row = store::find_subject(connection, project);
    const bool known = row && row->state != store::SubjectState::idle;
    if (known) return;
    store::add_hint(
        connection,
        {.subject = project,
         .aspects = Aspect::marketplace | Aspect::messages,
         .lane = records_.leased().lane,
         .cause = "one of its orders waits for it"},
        records_.now()
    );
}

void CarryOut::record_steps(std::span<const plan::Step> steps, CarriedOut& ended) {
    records_.record([&](Connection& connection) {
        for (const plan::Step& step : steps)
            record_step(connection, step, ended);
    });
}

void CarryOut::record_step(Connection& connection, const plan::Step& step, CarriedOut& ended) {
    const Instant now = records_.now();
    if (const auto* adopted = std::get_if<plan::AdoptIssue>(&step)) {
        adopt(connection, *adopted);
    } else if (const auto* link = std::get_if<plan::RecordLink>(&step)) {
        store::put_link(connection, link->link);
    } else if (const auto* comment = std::get_if<plan::RecordComment>(&step)) {
        store::put_comment_link(connection, comment->link);
    } else if (const auto* raise = std::get_if<plan::RaiseAttention>(&step)) {
        store::raise_attention(
            connection,
            {.subject = records_.subject(),
             .cause = raise->cause,
             .fingerprint = raise->fingerprint.empty() ? raise->cause : raise->fingerprint,
             .says = raise->says,
             .remedy = raise->remedy,
             .blocking = raise->blocking},
            now
        );
        if (raise->blocking) {
            ended.blocked = true;
            ended.says = raise->says;
        }
    } else if (const auto* solve = std::get_if<plan::SolveAttention>(&step)) {
        store::solve_attention(connection, records_.subject(), solve->cause, now);
    } else if (const auto* wait = std::get_if<plan::WaitForProject>(&step)) {
        ended.waiting = true;
        ended.says = wait->why;
        wait_for_project(connection);
    }
    const std::string words = plan::in_words(step);
    if (words.empty()) return;
    store::add_journal(connection, records_.subject(), store::JournalKind::decision, words, now);
}

bool CarryOut::learn_limit(const Error& error) {
    if (error.kind != ErrorKind::refused) return false;
    const auto limit = limit_in(error.says);
    if (!limit || *limit < 200) return false;
    const std::size_t known = shared_.comment_units_max;
    if (known != 0 && known <= *limit) return false;
    shared_.comment_units_max = *limit;
    return true;
}

}  // namespace oms::sync
