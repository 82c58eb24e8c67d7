// What only PostgreSQL has, directly and through a pooler in transaction mode.
#include "store/state.hpp"
#include "tests/contract/store_contract.hpp"

namespace oms::store::contract {
namespace {

class PostgresContract : public SharedContract {};

TEST_P(PostgresContract, ALeaseIsProvenUntilTheTransactionEnds) {
    hint({.subject = order, .claims = {"m=7"}}, start);
    const auto leased = lease(start);
    database_->write([&](Connection& connection) {
        prove(connection, *leased);
        // Its time is over; but who would take it now passes it over.
        const auto taken = store::write(*other_, [&](Connection& beside) {
            return lease_next(beside, "you", Lane::live, start + 2min, 60s);
        });
        EXPECT_FALSE(taken);
        finish_done(connection, *leased, start);
    });
    EXPECT_EQ(row().state, SubjectState::idle);
}

TEST_P(PostgresContract, TheDatabasesTimeIsToBeHad) {
    const auto before = SystemClock{}.now();
    const auto told = database_->time();
    ASSERT_TRUE(told);
    EXPECT_GE(*told, before - 1s);
    EXPECT_LE(*told, SystemClock{}.now() + 1s);
}

TEST_P(PostgresContract, AWorkThatOverlooksAFailedStatementIsNotTakenForDone) {
    EXPECT_THROW(
        database_->write([](Connection& connection) {
            put_setting(connection, "a", "1");
            try {
                connection.run_script("SELECT nothing FROM nowhere");
            } catch (const DatabaseError&) {
                // As a careless caller might.
            }
        }),
        DatabaseError
    );
    EXPECT_FALSE(store::read(*database_, [](Connection& c) { return find_setting(c, "a"); }));
}

TEST_P(PostgresContract, BrokenConnectionsAreReplacedAndTheirWorkBegunAnew) {
    const Statement end_all{
        "end_all",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
        "datname = current_database() AND pid <> pg_backend_pid()"};
    for (int i = 0; i < 5; ++i) {
        other_->read([&](Connection& connection) { connection.run(end_all, {}); });
        database_->write([&](Connection& connection) {
            put_setting(connection, "i", std::to_string(i));
        });
    }
    // In the midst of the work, too.
    int runs = 0;
    database_->write([&](Connection& connection) {
        put_setting(connection, "midst", "1");
        if (++runs == 1) other_->read([&](Connection& c) { c.run(end_all, {}); });
        put_setting(connection, "after", "1");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(store::read(*database_, [](Connection& c) { return find_setting(c, "i"); }), "4");
    EXPECT_TRUE(store::read(*database_, [](Connection& c) { return find_setting(c, "midst"); }));
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    PostgresContract,
    testing::Values("postgres", "pooled"),
    engine_name
);

}  // namespace
}  // namespace oms::store::contract
