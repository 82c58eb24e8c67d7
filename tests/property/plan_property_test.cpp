#include <algorithm>
#include <functional>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plan/fields.hpp"
#include "tests/property/plan_acts.hpp"
#include "tests/property/ranges.hpp"

namespace oms::property {
namespace {

using namespace plan;

RC_GTEST_PROP(Planner, ComesToRestInAgreementWhateverHappened, ()) {
    TwoSides sides = any_beginning();
    for (const Act& act : *any_story()) {
        play(sides, act);
        sides.check(false);
    }
    const bool all_in_reach = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
    if (all_in_reach) sides.issue_hidden = sides.order_gone = false;
    RC_ASSERT(sides.calm_down() <= works_to_agree_max);
    sides.check(true);
}

RC_GTEST_PROP(Planner, GivesTheSamePlanInWhateverOrderOurRecordsCome, ()) {
    TwoSides sides = any_beginning();
    for (const Act& act : *any_story())
        play(sides, act);
    TwoSides other = sides;
    other.shuffle = *rc::gen::arbitrary<unsigned>();
    // Of writes the same in the same order; of what is only recorded, the same.
    const auto words = [](std::vector<Step> steps) {
        std::ranges::stable_partition(steps, writes);
        std::vector<std::string> all;
        for (const Step& step : steps)
            all.push_back(in_words(step));
        const auto records = std::ranges::count_if(steps, std::not_fn(writes));
        std::sort(all.end() - records, all.end());
        return all;
    };
    RC_ASSERT(words(sides.work(all_aspects).steps) == words(other.work(all_aspects).steps));
    RC_ASSERT(sides.contents() == other.contents());
}

RC_GTEST_PROP(Planner, ReachesTheSameWhicheverSideIsLookedAtFirst, ()) {
    TwoSides sides = any_beginning();
    // Where a person takes away the comment of a message that another one edits, it is left to what
    // is seen first how many of its other parts are still edited.
    const auto left_out = [](const Act& act) {
        return act.kind == ActKind::delete_ours || act.kind == ActKind::hide_comment ||
               act.kind == ActKind::edit_while_hidden;
    };
    for (const Act& act : *any_story()) {
        if (!left_out(act)) play(sides, act);
    }
    sides.calm_down();
    for (const Act& act : *any_story()) {
        const bool works = act.kind == ActKind::work || act.kind == ActKind::faulty_work;
        const bool looks = works || act.kind >= ActKind::edit_while_hidden;
        if (!looks && !left_out(act)) play(sides, act);
    }
    std::vector<Aspect> order{
        Aspect::marketplace, Aspect::messages, Aspect::issue, Aspect::comments};
    std::vector<std::multiset<std::string>> results;
    for (int i = 0; i < 3; ++i) {
        TwoSides one = sides;
        std::shuffle(order.begin(), order.end(), std::mt19937{*rc::gen::arbitrary<unsigned>()});
        for (const Aspect aspect : order)
            one.work(bits(aspect));
        one.calm_down();
        one.check(true);
        results.push_back(one.contents());
    }
    sides.calm_down();
    results.push_back(sides.contents());
    for (const auto& result : results)
        RC_ASSERT(result == results.front());
}

RC_GTEST_PROP(Fields, AreSentOnlyWhereTheyChangedAndNeverTwice, ()) {
    const auto any_fields = [] {
        FieldValues fields;
        const auto drawn = *rc::gen::container<std::vector<int>>(whole_range(0, 40));
        for (const int value : drawn)
            fields["f" + std::to_string(value % 8)] = {.text = std::to_string(value / 8)};
        return fields;
    };
    const FieldValues before = any_fields();
    const FieldValues wanted = any_fields();
    const auto written = parse_written(written_text(hashes_of(before)));
    RC_ASSERT(written == hashes_of(before));
    FieldValues after = before;
    for (const auto& [field, value] : changed_fields(wanted, written)) {
        RC_ASSERT((!before.contains(field) || before.at(field) != value));
        if (value.kind == FieldValue::Kind::null) {
            after.erase(field);
        } else {
            after[field] = value;
        }
    }
    RC_ASSERT(after == wanted);
    RC_ASSERT(changed_fields(wanted, hashes_of(after)).empty());
}

}  // namespace
}  // namespace oms::property
