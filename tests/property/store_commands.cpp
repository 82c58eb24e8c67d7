#include "tests/property/store_commands.hpp"

#include <array>

#include "tests/property/ranges.hpp"

namespace oms::property {
namespace {

constexpr std::array kind_names{
    "hint",
    "lease",
    "lease_one",
    "renew",
    "prove",
    "done",
    "again",
    "release_owner",
    "wake",
    "wake_orders",
    "wake_attention",
    "prune_issues",
    "add_write",
    "end_write",
    "raise",
    "solve",
    "unblock",
    "dismiss",
    "put_link",
    "put_comment_link",
    "put_sight",
    "owe_look",
    "take_up_owed",
    "sort_in",
    "fold_tallies",
    "put_in_inbox",
    "take_out_of_inbox",
    "prune",
    "reopen",
    "failed_work"};

}  // namespace

void showValue(const Command& command, std::ostream& out) {
    out << kind_names.at(static_cast<std::size_t>(command.kind)) << " " << command.which << " "
        << command.value << " +" << command.later << "s" << (command.second ? " second" : "");
}

rc::Gen<std::vector<Command>> any_commands() {
    const auto kind = rc::gen::weightedOneOf<int>(
        {{3, rc::gen::just(static_cast<int>(CommandKind::hint))},
         {4,
          whole_range(
              static_cast<int>(CommandKind::lease), static_cast<int>(CommandKind::again) + 1
          )},
         {3, rc::gen::just(static_cast<int>(CommandKind::lease))},
         {3,
          whole_range(
              static_cast<int>(CommandKind::release_owner), static_cast<int>(CommandKind::add_write)
          )},
         {5,
          whole_range(
              static_cast<int>(CommandKind::add_write), static_cast<int>(CommandKind::prune)
          )},
         {2,
          whole_range(
              static_cast<int>(CommandKind::put_link), static_cast<int>(kind_names.size())
          )}}
    );
    const auto command = rc::gen::map(
        rc::gen::tuple(
            kind,
            whole_range(0U, 24U),
            whole_range(0U, 64U),
            rc::gen::element(0U, 0U, 1U, 20U, 61U),
            rc::gen::arbitrary<bool>()
        ),
        [](const auto& drawn) {
            return Command{
                .kind = static_cast<CommandKind>(std::get<0>(drawn)),
                .which = std::get<1>(drawn),
                .value = std::get<2>(drawn),
                .later = std::get<3>(drawn),
                .second = std::get<4>(drawn)};
        }
    );
    return rc::gen::resize(60, rc::gen::container<std::vector<Command>>(command));
}

}  // namespace oms::property
