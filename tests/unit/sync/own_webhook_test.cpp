#include "sync/own_webhook.hpp"

#include <gtest/gtest.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/state.hpp"
#include "tests/support/known_jira.hpp"
#include "tests/unit/scripted_transport.hpp"

// The webhook that we registered ourselves lives for thirty days, and is renewed long before.
namespace oms::sync {
namespace {

using namespace std::chrono_literals;

class FixedClock final : public Clock {
public:
    Instant time = Instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
    Instant now() override { return time; }
    Duration steady() override { return time.time_since_epoch(); }
};

class OwnWebhookTest : public testing::Test {
protected:
    OwnWebhookTest() { store::upgrade(*database_, clock_.now()); }

    void has(const std::string& id, Duration left) {
        database_->write([&](store::Connection& connection) {
            store::put_own_webhook(connection, {.id = id, .expires = clock_.now() + left});
        });
    }
    [[nodiscard]] store::OwnWebhook kept() {
        const auto found = store::read(*database_, [](store::Connection& connection) {
            return store::find_own_webhook(connection);
        });
        return found.value_or(store::OwnWebhook{});
    }

    FixedClock clock_;
    SeededRandom random_{1};
    const Log quiet_{LogLevel::critical, LogFormat::text, [](std::string_view) {}};
    std::unique_ptr<store::Database> database_ =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    test::ScriptedTransport transport_;
    test::KnownJira known_{clock_, "1001.0.0-SNAPSHOT", 1001, "Cloud"};
    marketplace::Client marketplace_{transport_, {.url = "http://mp", .oms = {1}}};
    jira::Client jira_{transport_, {.url = "http://jira", .project = "EOSC"}, known_.site};
    jobs::Gate to_marketplace_{"marketplace", {}, *database_, random_, quiet_};
    jobs::Gate to_jira_{"jira", {}, *database_, random_, quiet_};
    Remotes remotes_{marketplace_, jira_, to_marketplace_, to_jira_, clock_};
    OwnWebhookKeeper keeper_{*database_, clock_, remotes_, quiet_};
};

TEST_F(OwnWebhookTest, NothingIsAskedWhereThereIsNoneOrItLivesLong) {
    EXPECT_EQ(keeper_.turn(clock_.now()), clock_.now() + 1h);
    has("1000", 24h * 25);
    keeper_.turn(clock_.now());
    EXPECT_TRUE(transport_.asked.empty());
}

TEST_F(OwnWebhookTest, IsRenewedLongBeforeItEnds) {
    has("1000", 24h * 19);
    transport_.will_answer(
        200, R"({"values":[{"id":1000,"jqlFilter":"project = EOSC","events":[]}]})"
    );
    transport_.will_answer(200, R"({"expirationDate":1780444800000})");
    keeper_.turn(clock_.now());
    EXPECT_EQ(transport_.asked.back().url, "http://jira/rest/api/3/webhook/refresh");
    EXPECT_EQ(transport_.asked.back().body, R"({"webhookIds":[1000]})");
    EXPECT_EQ(to_rfc3339(kept().expires), "2026-06-03T00:00:00Z");
    EXPECT_EQ(kept().says, "");
}

TEST_F(OwnWebhookTest, ThatIsGoneIsToldAndLookedForAgain) {
    has("1000", 24h * 19);
    transport_.will_answer(200, R"({"values":[]})");
    keeper_.turn(clock_.now());
    EXPECT_NE(kept().says.find("is no more"), std::string::npos);
    EXPECT_EQ(kept().id, "1000");
}

}  // namespace
}  // namespace oms::sync
