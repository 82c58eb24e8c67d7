// What operators look at, on every engine: it is found, in order, part by part, and whatever is typed
// into the search is a text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "ops/attention.hpp"
#include "ops/now.hpp"
#include "ops/remotes.hpp"
#include "ops/shadow.hpp"
#include "ops/story.hpp"
#include "ops/subjects.hpp"
#include "ops/writes.hpp"
#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/sights.hpp"
#include "store/views.hpp"
#include "tests/support/test_database.hpp"

namespace oms::ops {
namespace {

using namespace std::chrono_literals;
using store::Connection;

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};

Subject order(std::int64_t project, std::int64_t item) {
    return Subject::of(OrderId{{project}, {item}});
}

class ViewsContract : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (const auto why = test::TestDatabase::missing(GetParam())) GTEST_SKIP() << *why;
        made_.emplace(GetParam());
        database_ = made_->open();
        store::upgrade(*database_, noon);
    }
    template <class F>
    auto in(F work) {
        return store::write(*database_, work);
    }
    void given_order(std::int64_t project, std::int64_t item, const std::string& customer) {
        database_->write([&](Connection& connection) {
            const Subject subject = order(project, item);
            store::add_hint(connection, {.subject = subject, .aspects = all_aspects}, noon);
            store::put_sight(
                connection,
                {.subject = subject,
                 .title = "EGI Cloud",
                 .customer = customer,
                 .email = "someone@example.org",
                 .rows = R"([{"name":"Status","differs":true},{"name":"Voucher","differs":false}])",
                 .seen_at = noon}
            );
        });
    }
    std::string found(const SubjectChoice& choice, int limit = 50) {
        std::string keys;
        Page page{.limit = limit};
        do {
            const auto part = in([&](Connection& connection) {
                return *subjects_page(connection, {}, choice, page);
            });
            for (const json::value& one : part.at("items").as_array())
                keys += (keys.empty() ? "" : " ") + json::text_or_empty(json::at(one, "key"));
            page.cursor = json::text_or_empty(part.at("next"));
        } while (!page.cursor.empty());
        return keys;
    }

    std::optional<test::TestDatabase> made_;
    std::unique_ptr<store::Database> database_;
};

TEST_P(ViewsContract, ListsTheNewestProjectFirstWhateverThePage) {
    for (const std::int64_t project : {2, 10, 9})
        for (const std::int64_t item : {1, 2})
            given_order(project, item, "Ada Byron");
    in([&](Connection& connection) {
        store::put_link(connection, {.subject = Subject::of(ProjectId{9}), .linked_at = noon});
        return 0;
    });
    const std::string all =
        "order/10/2 order/10/1 project/9 order/9/2 order/9/1 order/2/2 order/2/1";
    EXPECT_EQ(found({}), all);
    EXPECT_EQ(found({}, 1), all);
    EXPECT_EQ(found({.text = "9"}), "project/9 order/9/2 order/9/1");
    EXPECT_EQ(found({.text = "9/2"}, 1), "order/9/2");
    EXPECT_EQ(
        found({.state = store::SubjectState::due}, 2),
        "order/10/2 order/10/1 order/9/2 order/9/1 order/2/2 order/2/1"
    );
    EXPECT_EQ(found({.state = store::SubjectState::idle}), "project/9");
    EXPECT_EQ(found({.text = "byr", .differs = true}, 4).substr(0, 10), "order/10/2");
}

TEST_P(ViewsContract, OrdersOfAProjectAreListedByNumberWhateverThePage) {
    for (const std::int64_t item : {9, 1, 10, 2, 11, 100})
        given_order(7, item, "Ada Byron");
    given_order(70, 1, "Ada Byron");
    const std::string of_7 = "order/7/100 order/7/11 order/7/10 order/7/9 order/7/2 order/7/1";
    const std::string all = "order/70/1 " + of_7;
    for (const int limit : {1, 2, 50}) {
        EXPECT_EQ(found({}, limit), all);
        EXPECT_EQ(found({.text = "ada"}, limit), all);
        EXPECT_EQ(found({.differs = true}, limit), all);
        EXPECT_EQ(found({.text = "7"}, limit), of_7);
    }
    EXPECT_EQ(found({.text = "9223372036854775807"}), "");
}

// An order whose issue is gone is at rest, and not in step.
TEST_P(ViewsContract, WhatNeedsAPersonIsListedThoughNothingElseIsToBeDone) {
    for (std::int64_t item = 1; item <= 3; ++item)
        given_order(7, item, "Ada");
    database_->write([&](Connection& connection) {
        for (std::int64_t item = 1; item <= 3; ++item)
            store::settle_unleased(connection, order(7, item), noon);
        store::raise_attention(
            connection, {.subject = order(7, 2), .cause = "orphaned", .says = "it is gone"}, noon
        );
        store::raise_attention(
            connection, {.subject = order(7, 2), .cause = "duplicate_issue", .says = "two"}, noon
        );
    });
    const SubjectChoice choice{.state = store::SubjectState::attention};
    EXPECT_EQ(found(choice), "order/7/2");
    EXPECT_EQ(found(choice, 1), "order/7/2");
    EXPECT_EQ(found({.state = store::SubjectState::idle}), "order/7/3 order/7/1");
    const auto shown = in([&](Connection& connection) {
        return subject_json(store::shown(connection, order(7, 2)), {});
    });
    EXPECT_EQ(json::text_or_empty(shown.at("state")), "attention");
    EXPECT_EQ(json::text_or_empty(shown.at("says")), "it is gone");
    EXPECT_EQ(json::integer(shown.at("attention")), 2);
}

TEST_P(ViewsContract, WhatIsSearchedForIsATextAndNothingElse) {
    given_order(1, 1, "100% O'Brien_x");
    given_order(1, 2, "Robert'); DROP TABLE sight;--");
    EXPECT_EQ(found({.text = "o'brien"}), "order/1/1");
    EXPECT_EQ(found({.text = "100% o"}), "order/1/1");
    EXPECT_EQ(found({.text = "100_ o"}), "");
    EXPECT_EQ(found({.text = "10!"}), "");
    for (const char* marks : {"%", "_", "!", "\\", "'", ";--"})
        EXPECT_EQ(found({.text = marks}), "") << marks;
    EXPECT_EQ(found({.text = "'; DROP TABLE sight;--"}), "order/1/2");
    EXPECT_EQ(found({.text = "robert'); drop"}), "order/1/2");
    EXPECT_EQ(found({.text = "x' OR '1'='1"}), "");
    EXPECT_EQ(found({.text = "EGI"}), "order/1/2 order/1/1");
}

TEST_P(ViewsContract, AnIssuesKeyFindsWhomItStandsFor) {
    given_order(1, 1, "Ada Byron");
    in([&](Connection& connection) {
        store::put_link(
            connection,
            {.subject = order(1, 1),
             .issue_id = IssueId{"10021"},
             .issue_key = IssueKey{"EOSC-7"},
             .linked_at = noon}
        );
        return 0;
    });
    EXPECT_EQ(found({.text = "eosc-7"}), "order/1/1");
    EXPECT_EQ(found({.text = "EOSC-70"}), "");
    EXPECT_EQ(found({.text = "OTHER-7"}), "");
}

TEST_P(ViewsContract, TenThousandEntriesAreReadPartByPart) {
    // Each is several trips to a server.
    const int entries = std::string_view{GetParam()} == "memory" ? 10'000 : 1'000;
    database_->write([&](Connection& connection) {
        for (int i = 1; i <= entries; ++i) {
            store::raise_attention(
                connection,
                {.subject = order(1, i),
                 .cause = i % 2 == 0 ? "refused" : "no_transition",
                 .fingerprint = "f",
                 .says = "said",
                 .remedy = "mend it"},
                noon
            );
        }
    });
    in([&](Connection& connection) {
        const json::object first = *attention_page(connection, {}, {.limit = 1});
        EXPECT_EQ(first.at("total"), entries);
        const json::object& group = first.at("groups").as_array().at(0).as_object();
        EXPECT_EQ(group.at("cause"), "no_transition");
        EXPECT_EQ(group.at("count"), entries / 2);
        EXPECT_EQ(group.at("entries").as_array().size(), 50U);
        const Page next{.cursor = json::text_or_empty(first.at("next")), .limit = 1};
        const json::object second = *attention_page(connection, {}, next);
        EXPECT_EQ(second.at("groups").as_array().at(0).at("cause"), "refused");
        std::set<std::int64_t> ids;
        Page page{.limit = 200};
        do {
            const json::object part = *attention_group_page(connection, "refused", "f", page);
            for (const json::value& one : part.at("items").as_array())
                EXPECT_TRUE(ids.insert(one.at("id").as_int64()).second);
            page.cursor = json::text_or_empty(part.at("next"));
        } while (!page.cursor.empty());
        EXPECT_EQ(ids.size(), static_cast<std::size_t>(entries / 2));
        EXPECT_FALSE(attention_page(connection, {}, {.cursor = "none"}));
        return 0;
    });
    EXPECT_EQ(retry(*database_, {.cause = "refused"}, "Ada", noon), entries / 2);
    EXPECT_EQ(
        dismiss(*database_, {.all = true}, {.who = "Ada", .reason = "all well"}, noon), entries
    );
    in([&](Connection& connection) {
        EXPECT_EQ(store::count_attention(connection), 0);
        const auto ended = store::last_ended_attention(connection, 1);
        EXPECT_EQ(ended.at(0).ended_by, "dismissed by Ada: all well");
        return 0;
    });
}

TEST_P(ViewsContract, NowCountsWhatWasCarriedEachWayMinuteByMinute) {
    Now now{{.version = "1", .oms = 1}};
    const auto carry = [&](store::WriteKind kind, Instant at) {
        database_->write([&](Connection& connection) {
            const auto id =
                store::add_write(connection, {.subject = order(1, 1), .kind = kind}, at);
            store::end_write(connection, id, {}, at);
        });
    };
    const auto flow = [&](Instant at) {
        const json::object shown =
            in([&](Connection& connection) { return now.read(connection, at); });
        const json::value& both = shown.at("flow");
        const auto last = [](const json::value& list) {
            const json::array& all = list.as_array();
            return std::to_string(all.at(58).as_int64()) + "," +
                   std::to_string(all.at(59).as_int64());
        };
        return last(both.at("to_jira")) + " " + last(both.at("to_marketplace"));
    };
    EXPECT_EQ(flow(noon), "0,0 0,0");
    carry(store::WriteKind::create_issue, noon + 1s);
    carry(store::WriteKind::patch_order, noon + 2s);
    carry(store::WriteKind::transition, noon + 3s);
    EXPECT_EQ(flow(noon + 4s), "0,2 0,1");
    EXPECT_EQ(flow(noon + 64s), "2,0 1,0");
    carry(store::WriteKind::add_comment, noon + 65s);
    EXPECT_EQ(flow(noon + 66s), "2,1 1,0");
    EXPECT_EQ(flow(noon + 2h), "0,0 0,0");
    EXPECT_EQ(flow(noon + 66s), "2,1 1,0");  // the clock was set back
}

TEST_P(ViewsContract, NowTellsWhatIsUnderWayAndWhatComesNext) {
    given_order(1, 1, "Ada Byron");
    given_order(1, 2, "Ada Byron");
    in([&](Connection& connection) {
        store::lease_one(connection, order(1, 1), "a/1/", noon + 1min);
        return 0;
    });
    Now now{{.version = "1", .oms = 1}};
    const json::object shown =
        in([&](Connection& connection) { return now.read(connection, noon + 3s); });
    EXPECT_EQ(shown.at("in_flight").as_array().at(0).at("key"), "order/1/1");
    EXPECT_EQ(shown.at("next").as_array().at(0).at("key"), "order/1/2");
    EXPECT_EQ(shown.at("safe_to_stop").at("now"), false);
    EXPECT_EQ(shown.at("lag_seconds"), 3.0);
    EXPECT_EQ(shown.at("queue").at("due"), 1);
    EXPECT_EQ(shown.at("queue").at("lanes").as_array().at(0).at("leased"), 1);
}

TEST_P(ViewsContract, NoWritesTargetIsShownThatMayBeAPersonsText) {
    in([&](Connection& connection) {
        store::add_write(
            connection,
            {.subject = order(1, 1),
             .kind = store::WriteKind::edit_issue,
             .target = "canary-voucher"},
            noon
        );
        const json::object page = *uncertain_page(connection, {});
        EXPECT_EQ(json::write(page).find("canary"), std::string::npos);
        EXPECT_EQ(page.at("items").as_array().size(), 1U);
        return 0;
    });
}

TEST_P(ViewsContract, ShadowCountsEachStepAlsoOfListsThatWereCut) {
    const std::string longest(300, 'x');
    in([&](Connection& connection) {
        for (const std::int64_t item : {1, 2}) {
            store::put_sight(
                connection,
                {.subject = order(1, item),
                 .would = {"create the issue", longest, longest + "y", "never shown"},
                 .seen_at = noon}
            );
        }
        const json::object shadow = shadow_json(connection, {.shadow = true});
        EXPECT_EQ(shadow.at("would"), 2);
        EXPECT_EQ(shadow.at("steps").as_array().at(0).at("step"), "create the issue");
        EXPECT_EQ(shadow.at("steps").as_array().at(0).at("count"), 2);
        return 0;
    });
}

TEST_P(ViewsContract, ShadowCountsTogetherWhatIsAlikeButForWhichIssueItIs) {
    in([&](Connection& connection) {
        for (const std::int64_t item : {1, 2, 3}) {
            const std::string step = fmt::format("adopt EOSC-{}: it already stands for it", item);
            store::put_sight(
                connection,
                {.subject = order(1, item),
                 .would = {step},
                 .would_alike = {"adopt an issue: it already stands for it"},
                 .seen_at = noon}
            );
        }
        const json::object shadow = shadow_json(connection, {.shadow = true});
        EXPECT_EQ(shadow.at("steps").as_array().size(), 1U);
        EXPECT_EQ(shadow.at("steps").as_array().at(0).at("count"), 3);
        return 0;
    });
}

TEST_P(ViewsContract, AStoryTellsWhatWouldBeDoneAndWhereTheSidesDiffer) {
    given_order(1, 1, "Ada Byron");
    in([&](Connection& connection) {
        std::vector<std::string> would;
        for (int i = 0; i < 40; ++i)
            would.push_back("a step that is long enough to be on the heap " + std::to_string(i));
        store::put_sight(
            connection,
            {.subject = order(1, 1),
             .rows = R"([{"name":"Status"}])",
             .would = would,
             .seen_at = noon}
        );
        const json::object story = *story_json(connection, {}, order(1, 1), noon);
        EXPECT_EQ(story.at("would").as_array().size(), 40U);
        EXPECT_EQ(json::text_or_empty(story.at("would").as_array().at(39)), would[39]);
        EXPECT_EQ(story.at("fields").as_array().at(0).at("name"), "Status");
        EXPECT_FALSE(story_json(connection, {}, order(9, 9), noon));
        return 0;
    });
}

TEST_P(ViewsContract, FailedCallsArePagedAndFiguresAreOfTheLastHour) {
    in([&](Connection& connection) {
        std::vector<store::RemoteCall> calls;
        for (int i = 0; i < 6; ++i) {
            calls.push_back(
                {.at = i == 0 ? noon - 2h : noon,
                 .remote = "jira",
                 .method = "GET",
                 .path = "/x",
                 .status = i % 2 == 0 ? 500 : 200,
                 .took = 1ms * i}
            );
        }
        store::add_calls(connection, calls);
        const json::object page =
            *calls_page(connection, {.remote = "jira", .errors = true}, {.limit = 2});
        EXPECT_EQ(page.at("items").as_array().size(), 2U);
        const json::object rest = *calls_page(
            connection,
            {.remote = "jira", .errors = true},
            {.cursor = json::text_or_empty(page.at("next")), .limit = 2}
        );
        EXPECT_EQ(rest.at("items").as_array().size(), 1U);
        const json::object figures = remotes_page(connection, {}, noon);
        const json::value& hour = figures.at("items").as_array().at(1).at("hour");
        EXPECT_EQ(hour.at("calls"), 5);
        EXPECT_EQ(hour.at("errors"), 2);
        EXPECT_EQ(hour.at("took_p50_seconds"), 0.003);
        return 0;
    });
}

TEST_P(ViewsContract, WhatWasAnsweredToAKeyIsAnsweredOnce) {
    in([&](Connection& connection) {
        store::add_answered(connection, "k", {.asked = "a", .status = 202, .body = "{}"}, noon);
        EXPECT_EQ(store::find_answered(connection, "k")->status, 202);
        store::prune_answered(connection, noon + 1s);
        EXPECT_FALSE(store::find_answered(connection, "k"));
        return 0;
    });
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    ViewsContract,
    testing::Values("memory", "postgres"),
    [](const auto& one) { return std::string{one.param}; }
);

}  // namespace
}  // namespace oms::ops
