// What becomes of webhooks between their arrival and the subjects that they are about, on every engine:
// alone, in a burst, and where the database fails in between.
#include <array>
#include <atomic>
#include <deque>
#include <thread>

#include <gtest/gtest.h>

#include "store/inbox.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "tests/contract/store_contract.hpp"
#include "web/webhook_store.hpp"

namespace oms::web {
namespace {

using namespace std::chrono_literals;
using store::Connection;
using store::contract::start;

class SetClock final : public Clock {
public:
    Instant now() override { return start + passed; }
    Duration steady() override {
        ++asked;
        return 1h + passed;
    }
    Duration passed{0};
    std::atomic<int> asked{0};  ///< how long it is
};

class CountingBell final : public wake::Bell {
public:
    void ring() override { ++rings; }
    bool wait(std::chrono::milliseconds /*at_most*/) override { return false; }
    int rings = 0;
};

class KeptReply final : public http::Reply {
public:
    explicit KeptReply(std::vector<int>& statuses) : statuses_{statuses} {}
    void send(http::Response response) override { statuses_.push_back(response.status); }
    std::shared_ptr<http::EventStream> stream() override { return nullptr; }

private:
    std::vector<int>& statuses_;
};

/// Commits when it is told to, as a thread would that is busy until then.
class HeldDatabase final : public store::Database {
public:
    explicit HeldDatabase(store::Database& real) : real_{real} {}
    void write(const store::Work& work) override { real_.write(work); }
    void write_later(store::Work work, std::function<void(std::exception_ptr)> done) override {
        held_.emplace_back(std::move(work), std::move(done));
    }
    void read(const store::Work& work) override { real_.read(work); }
    bool commit_waiting(std::chrono::milliseconds /*wait*/) override {
        while (!held_.empty()) {
            auto [work, done] = std::move(held_.front());
            held_.pop_front();
            ++works;
            if (failures > 0) {
                --failures;
                work = [inner = std::move(work)](Connection& connection) {
                    inner(connection);
                    throw store::DatabaseError{store::DatabaseError::Kind::full, "no room"};
                };
            }
            real_.write_later(std::move(work), std::move(done));
        }
        return true;
    }
    void stop() override {}
    [[nodiscard]] std::string description() const override { return real_.description(); }
    int works = 0;  ///< that were committed, or were to be
    int failures = 0;

private:
    store::Database& real_;
    std::deque<std::pair<store::Work, std::function<void(std::exception_ptr)>>> held_;
};

Subject order(int item) { return Subject::of(OrderId{{12}, {item}}); }

WebhookHint about(int item) {
    return {
        .event = "jira:issue_updated",
        .issue = IssueId{std::to_string(1000 + item)},
        .aspects = bits(Aspect::comments),
        .claims = {"i=3", "k=EOSC-" + std::to_string(item)}};
}

class InboxContract : public store::contract::OnEachEngine {
protected:
    void SetUp() override {
        OnEachEngine::SetUp();
        if (IsSkipped()) return;
        database_->write([](Connection& connection) {
            for (int item = 1; item <= 200; ++item)
                store::put_link(
                    connection,
                    {.subject = order(item), .issue_id = IssueId{std::to_string(1000 + item)}}
                );
        });
        held_.emplace(*database_);
        webhooks_.emplace(*held_, clock_, work_bell_, metrics_, Log{});
        inbox_.emplace(
            *database_,
            clock_,
            inbox_bell_,
            [this](const WebhookHint& hint, const std::optional<Subject>& subject) {
                webhooks_->note_sorted(hint, subject);
            },
            Log{LogLevel::info, LogFormat::text, [this](std::string_view line) { logged_ += line; }}
        );
        inbox_->sort(clock_.now());
        webhooks_->use_inbox(*inbox_, 8);
    }
    void receive(WebhookHint hint) {
        webhooks_->take(std::move(hint), {}, std::make_shared<KeptReply>(statuses_));
    }
    void receive_some(int count) {
        for (int item = 1; item <= count; ++item)
            receive(about(item));
        held_->commit_waiting({});
    }
    /// They come when the commit has asked whether there is a burst, which it does before it waits.
    void commit_while_there_come(int first, int last) {
        const int before = clock_.asked;
        const std::jthread committing{[this] { held_->commit_waiting({}); }};
        while (clock_.asked == before)
            std::this_thread::yield();
        for (int item = first; item <= last; ++item)
            receive(about(item));
    }
    int in_inbox() { return static_cast<int>(store::read(*database_, store::count_inbox).hints); }
    int hinted() {
        return static_cast<int>(store::read(*database_, [](Connection& connection) {
            int count = 0;
            for (int item = 1; item <= 200; ++item)
                count += store::find_subject(connection, order(item)) ? 1 : 0;
            return count;
        }));
    }
    void sort_all() {
        while (inbox_->sort(clock_.now()) == clock_.now()) {
        }
    }

    SetClock clock_;
    CountingBell work_bell_;
    CountingBell inbox_bell_;
    Metrics metrics_{"test"};
    std::vector<int> statuses_;
    std::string logged_;
    std::optional<HeldDatabase> held_;
    std::optional<WebhookStore> webhooks_;
    std::optional<Inbox> inbox_;
};

TEST(InboxText, IsReadBackAsItWasWritten) {
    const WebhookHint plain{.event = "", .issue = IssueId{"7"}};
    const WebhookHint full{
        .event = "comment_created",
        .issue = IssueId{"8"},
        .marked = order(3),
        .aspects = all_aspects,
        .claims = {"c=1#x y", "k=\nline"},
        .foreign_unless_linked = true};
    const auto again = read_back(written(std::array{&plain, &full}));
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[0].event, "");
    EXPECT_EQ(again[0].issue, plain.issue);
    EXPECT_EQ(again[0].marked, std::nullopt);
    EXPECT_TRUE(again[0].claims.empty());
    EXPECT_FALSE(again[0].foreign_unless_linked);
    EXPECT_EQ(again[1].event, full.event);
    EXPECT_EQ(again[1].marked, full.marked);
    EXPECT_EQ(again[1].aspects, all_aspects);
    EXPECT_EQ(again[1].claims.size(), 2U);
    EXPECT_EQ(again[1].claims[0], "c=1#x y");
    EXPECT_TRUE(again[1].foreign_unless_linked);
}

TEST_P(InboxContract, AFewAreSortedAtOnceAndAnsweredWhenTheyAreDurable) {
    for (int item = 1; item <= 7; ++item)
        receive(about(item));
    EXPECT_TRUE(statuses_.empty());
    held_->commit_waiting({});
    EXPECT_EQ(statuses_, std::vector<int>(7, 204));
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 7);
    EXPECT_EQ(work_bell_.rings, 7);
}

TEST_P(InboxContract, ABurstIsDurableBeforeItIsAnsweredAndSortedWhenItIsOver) {
    for (int item = 1; item <= 150; ++item)
        receive(about(item));
    EXPECT_TRUE(statuses_.empty());
    held_->commit_waiting({});
    EXPECT_EQ(statuses_, std::vector<int>(150, 204));
    EXPECT_EQ(in_inbox(), 150);
    EXPECT_EQ(inbox_bell_.rings, 1);
    EXPECT_EQ(store::read(*database_, store::count_queue).in(store::SubjectState::due), 150);
    EXPECT_GT(inbox_->sort(clock_.now()), clock_.now());
    EXPECT_EQ(in_inbox(), 150);
    const Instant told = clock_.now();
    clock_.passed += 20ms;
    sort_all();
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 150);
    EXPECT_EQ(work_bell_.rings, 150);
    const auto row = store::read(*database_, [](Connection& connection) {
        return store::find_subject(connection, order(150));
    });
    EXPECT_EQ(row->hinted_at, told);
    EXPECT_EQ(row->claims, about(150).claims);
    EXPECT_EQ(row->dirty, bits(Aspect::comments));
}

TEST_P(InboxContract, AFewThatFollowAtOnceBelongToTheBurst) {
    receive_some(10);
    clock_.passed += 900us;
    receive_some(3);
    EXPECT_EQ(in_inbox(), 13);
    clock_.passed += 900us;
    receive_some(1);
    EXPECT_EQ(in_inbox(), 14);
    clock_.passed += 1ms;
    receive(about(20));
    held_->commit_waiting({});
    EXPECT_EQ(in_inbox(), 14);
    EXPECT_EQ(hinted(), 1);
    clock_.passed += 20ms;
    sort_all();
    receive(about(21));
    held_->commit_waiting({});
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 12);
    EXPECT_EQ(statuses_, std::vector<int>(16, 204));
}

TEST_P(InboxContract, ACommitOfABurstWaitsForEnoughToShareIt) {
    receive_some(10);
    webhooks_->use_inbox(*inbox_, 8, 1min);
    receive(about(11));
    // It waits for a third of eleven.
    commit_while_there_come(12, 13);
    EXPECT_EQ(in_inbox(), 13);
    EXPECT_EQ(statuses_, std::vector<int>(13, 204));
}

TEST_P(InboxContract, ASmallCommitOfABurstDoesNotMakeTheNextSmall) {
    receive_some(30);
    webhooks_->use_inbox(*inbox_, 8, 1us);
    receive_some(3);
    webhooks_->use_inbox(*inbox_, 8, 1min);
    receive(about(4));
    // For a third of 32, where the last commit had three.
    commit_while_there_come(5, 13);
    EXPECT_EQ(held_->works, 3);
    EXPECT_EQ(in_inbox(), 43);
    EXPECT_EQ(statuses_, std::vector<int>(43, 204));
}

TEST_P(InboxContract, ACommitOfABurstDoesNotWaitForEver) {
    receive_some(10);
    webhooks_->use_inbox(*inbox_, 8, 1us);
    receive_some(1);
    EXPECT_EQ(in_inbox(), 11);
    EXPECT_EQ(statuses_, std::vector<int>(11, 204));
}

TEST_P(InboxContract, ATableThatIsTakenAwayWithinABurstTakesNoWebhookAlong) {
    receive_some(10);
    EXPECT_EQ(store::downgrade(*database_), "webhook_inbox");
    receive_some(3);
    EXPECT_EQ(statuses_, std::vector<int>(13, 204));
    EXPECT_EQ(hinted(), 3);
}

TEST_P(InboxContract, ABurstThatDoesNotEndIsSortedAllTheSame) {
    receive_some(10);
    clock_.passed = 4990ms;
    receive_some(10);
    inbox_->sort(clock_.now());
    EXPECT_EQ(hinted(), 0);
    clock_.passed = 5s;
    receive_some(10);
    inbox_->sort(clock_.now());
    EXPECT_EQ(hinted(), 10);
    EXPECT_EQ(in_inbox(), 0);
}

TEST_P(InboxContract, WhatALifeBeforeLeftIsSortedAtTheStart) {
    receive_some(100);
    EXPECT_EQ(in_inbox(), 100);
    Inbox next{*database_, clock_, inbox_bell_, [](const auto&, const auto&) {}, Log{}};
    clock_.passed += 1min;
    while (next.sort(clock_.now()) == clock_.now()) {
    }
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 100);
}

TEST_P(InboxContract, WhatIsNobodysIsForgottenAndCounted) {
    for (int item = 301; item <= 320; ++item) {
        WebhookHint hint = about(item);
        hint.foreign_unless_linked = true;
        receive(hint);
    }
    held_->commit_waiting({});
    clock_.passed += 20ms;
    sort_all();
    EXPECT_EQ(statuses_, std::vector<int>(20, 204));
    EXPECT_EQ(work_bell_.rings, 0);
    const std::string text = metrics_.text(*database_, clock_.now());
    EXPECT_NE(text.find("result=\"ignored_foreign\"} 20"), std::string::npos);
}

TEST_P(InboxContract, WhereTheDatabaseFailsEachIsTriedByItselfAndOnlyWhoFailsIsRefused) {
    held_->failures = 3;
    receive_some(10);
    // The burst as one, and then two of the ten.
    EXPECT_EQ(std::ranges::count(statuses_, 503), 2);
    EXPECT_EQ(std::ranges::count(statuses_, 204), 8);
    EXPECT_EQ(hinted(), 8);
    EXPECT_EQ(in_inbox(), 0);
}

TEST_P(InboxContract, WhatCannotBeSortedKeepsNoOtherWaiting) {
    const std::string engine = GetParam();
    if (engine != "memory" && engine != "file") GTEST_SKIP() << "needs SQLite's triggers";
    database_->write([](Connection& connection) {
        connection.run_script(
            "CREATE TRIGGER refuse BEFORE INSERT ON subject WHEN NEW.key = 'order/12/5' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        );
    });
    receive_some(20);
    clock_.passed += 20ms;
    sort_all();
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 19);
    EXPECT_NE(logged_.find("not this one"), std::string::npos);
    // In a row of its own, behind one that can be, and before another.
    for (int first : {21, 4, 31}) {
        for (int item = first; item < first + 10; ++item)
            receive(about(item));
        held_->commit_waiting({});
    }
    clock_.passed += 20ms;
    sort_all();
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 39);
}

TEST_P(InboxContract, TheSmallRowsOfABurstAreSortedTogether) {
    receive_some(10);
    for (int item = 11; item <= 30; ++item) {
        receive(about(item));
        held_->commit_waiting({});
    }
    EXPECT_EQ(in_inbox(), 30);
    clock_.passed += 20ms;
    EXPECT_EQ(inbox_->sort(clock_.now()), clock_.now());
    EXPECT_EQ(in_inbox(), 0);
    EXPECT_EQ(hinted(), 30);
}

TEST_P(InboxContract, OnTheSchemaOfTheVersionBeforeAllAreSortedAtOnce) {
    EXPECT_EQ(store::downgrade(*database_), "webhook_inbox");
    receive_some(20);
    EXPECT_EQ(statuses_, std::vector<int>(20, 204));
    EXPECT_EQ(hinted(), 20);
    clock_.passed += 1min;
    sort_all();
    EXPECT_EQ(store::read(*database_, store::count_queue).in(store::SubjectState::due), 20);
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    InboxContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    store::contract::engine_name
);

}  // namespace
}  // namespace oms::web
