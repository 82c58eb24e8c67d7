#include "sync/remotes.hpp"

#include <gtest/gtest.h>

#include "store/journal.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};

// Of a restored database all is older than the process, whatever a clock says that was set back.
TEST(ProcessBeginning, IsAfterAllThatTheDatabaseKnowsOf) {
    const auto database = store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    store::upgrade(*database, noon);
    EXPECT_EQ(process_beginning(*database, noon), noon);
    database->write([](store::Connection& connection) {
        const Subject project = Subject::of(ProjectId{1});
        store::add_journal(connection, project, store::JournalKind::hint, "seen", noon);
    });
    EXPECT_EQ(process_beginning(*database, noon + 1h), noon + 1h);
    const Shared set_back{process_beginning(*database, noon - 1h)};
    EXPECT_TRUE(set_back.is_older_than_we(noon));
    EXPECT_FALSE(set_back.is_older_than_we(noon + 1s));
}

}  // namespace
}  // namespace oms::sync
