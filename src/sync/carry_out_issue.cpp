#include "base/planted.hpp"
#include "plan/fields.hpp"
#include "store/journal.hpp"
#include "sync/carry_out.hpp"
#include "sync/text_limits.hpp"

namespace oms::sync {

using store::Connection;
using store::WriteKind;

Result<std::string> CarryOut::create(const plan::CreateIssue& step, const plan::View& view) {
    const bool order = records_.subject().is_order();
    IssueDraft draft{
        .project_key = settings_.jira_project,
        .issue_type_id = order ? settings_.order_issue_type_id : settings_.project_issue_type_id,
        .fields = step.fields,
        .marker = OMS_PLANTED("carry_out.marker_omitted")
                      ? ""
                      : marker_of(settings_.oms, records_.subject())};
    if (order) draft.epic = std::pair{view.project_link->issue_id, view.project_link->issue_key};

    // One that was taken over is known by its id alone until it is first compared.
    const bool keyless = draft.epic && draft.epic->second.value.empty();
    if (keyless && !refresh_epic(draft)) {
        return failure(ErrorKind::not_sent, "its project's issue cannot be read now");
    }
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
                 Link link = records_.new_link(created.id, created.key);
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
    record([&](Connection& connection) {
        auto link = store::find_link(connection, Subject::of(records_.subject().project));
        if (!link) return;
        link->issue_key = epic->key;
        store::put_link(connection, *link);
    });
    return true;
}

Result<std::string> CarryOut::edit(const plan::EditIssue& step, const plan::View& view) {
    FieldValues fields = step.fields;
    const std::string& type = records_.subject().is_order() ? settings_.order_issue_type_id
                                                            : settings_.project_issue_type_id;
    const auto once = [&] {
        return perform(
            {.row = {.kind = WriteKind::edit_issue, .cause = step.why},
             .call = [&]() -> Result<std::string> {
                 const auto done = remotes_.jira([&](jira::Client& client) {
                     return client.edit_issue(view.link->issue_id, type, fields);
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
    if (OMS_PLANTED("carry_out.base_recorded_early")) {
        record([&](Connection& connection) {
            records_.change_link(connection, [&](Link& link) {
                link.base_status = step.status;
                link.base_issue_status = step.to;
            });
        });
    }
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
              .marker = step.voucher ? std::string{voucher_marker} : "",
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
    record([&](Connection& connection) {
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

}  // namespace oms::sync
