#include "tests/property/plan_acts.hpp"

#include <array>

#include "tests/property/ranges.hpp"

namespace oms::property {
namespace {

const Subject an_order = Subject::of(OrderId{{12}, {3}});
const Subject a_project = Subject::of(ProjectId{12});

constexpr std::array kind_names{
    "work",
    "faulty_work",
    "message",
    "internal_message",
    "direct_message",
    "edit_message",
    "comment",
    "comment_for_users",
    "restricted_comment",
    "desk_note",
    "edit_comment",
    "restrict_comment",
    "open_comment",
    "hide_comment",
    "delete_comment",
    "touch_ours",
    "delete_ours",
    "status",
    "issue_status",
    "voucher",
    "project",
    "hide_issue",
    "order_gone",
    "edit_while_hidden",
    "reopen_without_words",
    "absence"};

const std::vector<std::string> decorations{
    "",
    "*b* _i_",
    "{code}\nx\n{code}",
    "[a|http://x.example]",
    "\\\\ \\_",
    "one\ntwo\n# three",
    "{quote}",
    std::string(300, 'l'),
    std::string(900, 'm') + " {{{{}}}}"};

const std::string& decoration(unsigned which) { return decorations[which % decorations.size()]; }

rc::Gen<Fault> any_fault() {
    return rc::gen::element(
        Fault::none,
        Fault::none,
        Fault::not_sent,
        Fault::unknown_undone,
        Fault::unknown_done,
        Fault::refused,
        Fault::killed
    );
}

const Visibility administrators{.type = "role", .value = "Administrators"};
const Visibility users{.type = "role", .value = "User"};
const Visibility a_group{.type = "group", .value = "User"};

rc::Gen<Act> any_act() {
    // Few things and much work on them: what is rare is how they follow one another.
    const auto any_of = [](ActKind first, ActKind last) {
        return whole_range(static_cast<int>(first), static_cast<int>(last) + 1);
    };
    const auto kind = rc::gen::weightedOneOf<int>(
        {{6, any_of(ActKind::work, ActKind::faulty_work)},
         {2, any_of(ActKind::message, ActKind::direct_message)},
         {3, any_of(ActKind::edit_message, ActKind::edit_message)},
         {2, any_of(ActKind::comment, ActKind::desk_note)},
         {5, any_of(ActKind::edit_comment, ActKind::delete_ours)},
         {4, any_of(ActKind::status, ActKind::order_gone)},
         {2, any_of(ActKind::edit_while_hidden, ActKind::absence)}}
    );
    return rc::gen::map(
        rc::gen::tuple(
            kind,
            whole_range(0U, 24U),
            rc::gen::resize(6, rc::gen::container<std::vector<Fault>>(any_fault()))
        ),
        [](const auto& drawn) {
            Act act{.kind = static_cast<ActKind>(std::get<0>(drawn)), .which = std::get<1>(drawn)};
            if (act.kind == ActKind::faulty_work) act.faults = std::get<2>(drawn);
            return act;
        }
    );
}

}  // namespace

void showValue(const Act& act, std::ostream& out) {
    out << kind_names.at(static_cast<std::size_t>(act.kind)) << " " << act.which;
    for (const Fault fault : act.faults)
        out << " f" << static_cast<int>(fault);
}

rc::Gen<std::vector<Act>> any_story() {
    return rc::gen::resize(40, rc::gen::container<std::vector<Act>>(any_act()));
}

void play(TwoSides& sides, const Act& act) {
    const unsigned which = act.which;
    switch (act.kind) {
    case ActKind::work:
        sides.work(which % 4 == 0 ? all_aspects : static_cast<Aspects>(which % 15 + 1));
        return;
    case ActKind::faulty_work:
        sides.faults = {act.faults.begin(), act.faults.end()};
        sides.work(which % 2 == 0 ? all_aspects : static_cast<Aspects>(which % 15 + 1));
        sides.faults.clear();
        return;
    case ActKind::message: sides.write_message(Scope::public_scope, decoration(which)); return;
    case ActKind::internal_message: sides.write_message(Scope::internal, decoration(which)); return;
    case ActKind::direct_message:
        sides.write_message(Scope::user_direct, decoration(which));
        return;
    case ActKind::edit_message: sides.edit_message(which, decoration(which / 3)); return;
    case ActKind::comment: sides.write_comment(std::nullopt, false, decoration(which)); return;
    case ActKind::comment_for_users: sides.write_comment(users, false, decoration(which)); return;
    case ActKind::restricted_comment:
        sides.write_comment(which % 2 == 0 ? administrators : a_group, false, decoration(which));
        return;
    case ActKind::desk_note: sides.write_comment(std::nullopt, true, decoration(which)); return;
    case ActKind::edit_comment: sides.edit_comment(which, decoration(which / 3)); return;
    case ActKind::restrict_comment: sides.restrict_comment(which, administrators); return;
    case ActKind::open_comment: sides.restrict_comment(which, std::nullopt); return;
    case ActKind::hide_comment: sides.hide_comment(which); return;
    case ActKind::delete_comment: sides.delete_comment(which); return;
    case ActKind::touch_ours: sides.touch_ours(which); return;
    case ActKind::delete_ours: sides.delete_ours(which); return;
    case ActKind::status: sides.set_status(statuses[which % statuses.size()]); return;
    case ActKind::issue_status:
        // 8 and 9 have no counterpart.
        sides.set_issue_status(StatusId{std::to_string(which % 9 + 1)});
        return;
    case ActKind::voucher:
        sides.set_voucher(which % 3 == 0 ? "" : "V" + std::to_string(which % 4));
        return;
    case ActKind::project: sides.project.name = "P" + std::to_string(which); return;
    case ActKind::hide_issue:
        // One that nobody knows of yet would be made a second time, and rightly.
        if (sides.link) sides.issue_hidden = !sides.issue_hidden;
        return;
    case ActKind::order_gone:
        // While it is uncertain whether a message was posted, nobody can look: if the order comes
        // back later, the message is posted again. Messages bear no marker (docs/writes.md).
        if (sides.subject.is_order() && sides.open_writes.empty())
            sides.order_gone = !sides.order_gone;
        return;
    case ActKind::edit_while_hidden:
        sides.hide_comment_while(which, [&] {
            sides.work(all_aspects);
            sides.edit_message(which / 2, decoration(which / 3));
            sides.work(all_aspects);
        });
        return;
    case ActKind::reopen_without_words:
        sides.restrict_comment(which, administrators);
        sides.work(all_aspects);
        sides.edit_comment(which, "{quote}");
        sides.restrict_comment(which, std::nullopt);
        return;
    case ActKind::absence: {
        const bool of_order = which % 2 == 0 && sides.subject.is_order();
        if (!sides.link || !sides.open_writes.empty()) return;
        bool& away = of_order ? sides.order_gone : sides.issue_hidden;
        away = true;
        sides.work(all_aspects);
        away = false;
        return;
    }
    }
}

TwoSides any_beginning() {
    const Subject subject = *rc::gen::element(an_order, an_order, an_order, a_project);
    TwoSides sides{subject, *rc::gen::weightedElement<bool>({{2, false}, {1, true}})};
    sides.order.status = *rc::gen::elementOf(std::vector<Status>{statuses.begin(), statuses.end()});
    if (*rc::gen::arbitrary<bool>()) sides.order.supplied_voucher_id = "V0";
    sides.patch_forbidden = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
    if (*rc::gen::arbitrary<bool>()) sides.settings.internal_role = "Staff";
    if (*rc::gen::arbitrary<bool>())
        sides.settings.status_conflict = plan::StatusConflict::marketplace;
    const bool driven = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
    if (driven) {
        sides.order.category = std::nullopt;
        sides.order.status_value = "Deployment started";
    }
    sides.shuffle = *rc::gen::arbitrary<unsigned>();
    return sides;
}

}  // namespace oms::property
