#include "app/membership.hpp"

#include <gtest/gtest.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/subjects.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

// A call that nobody answers may last as long as a lease: also the one process on SQLite renews.
TEST(Leases, AreKeptByTheProcessThatWorksUnderThem) {
    const auto database = store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    const Instant start{100h};
    store::upgrade(*database, start);
    const Subject subject = Subject::of(OrderId{ProjectId{1}, 2});
    const auto leased = store::write(*database, [&](Connection& connection) {
        store::add_hint(connection, {.subject = subject, .aspects = all_aspects}, start);
        return store::lease_one(connection, subject, "us/0/", start + 30s);
    });
    ASSERT_TRUE(leased);
    for (Instant now = start; now <= start + 60s; now += 10s)
        keep_leases(*database, "us", 30s, now);

    // Nobody else gets it meanwhile, and what is recorded under it holds.
    const auto others = store::write(*database, [&](Connection& connection) {
        return store::lease_next(connection, "them/0/", Lane::live, start + 61s, 30s);
    });
    EXPECT_FALSE(others);
    EXPECT_NO_THROW(database->write([&](Connection& connection) {
        store::finish_done(connection, *leased, start + 62s);
    }));
}

}  // namespace
}  // namespace oms::app
