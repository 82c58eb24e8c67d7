#include "app/call_record.hpp"

#include <gtest/gtest.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};

class CountedBell final : public wake::Bell {
public:
    int rings = 0;
    void ring() override { ++rings; }
    bool wait(std::chrono::milliseconds /*at_most*/) override { return false; }
};

class CallRecordTest : public testing::Test {
protected:
    CallRecordTest() { store::upgrade(*database_, noon); }

    std::vector<store::RemoteCall> written() {
        return store::read(*database_, [](store::Connection& connection) {
            return store::calls_before(connection, "", 0, 5000);
        });
    }

    std::vector<std::string> lines_;
    std::unique_ptr<store::Database> database_ =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    CountedBell bell_;
    CallRecord record_{bell_, Log{LogLevel::info, LogFormat::text, [this](std::string_view line) {
                                      lines_.emplace_back(line);
                                  }}};
};

TEST(CallOf, KeepsNeitherBodyNorHeadersNorQuery) {
    const http::Request request{
        .method = "POST",
        .url = "https://jira.example.org/rest/api/2/issue?secret=s3cret",
        .body = "a customer's text"};
    const auto call = call_of(
        request,
        http::Response{.status = 201, .body = "{}"},
        {.remote = "jira", .at = noon, .took = 5ms, .on_behalf_of = "order/1/2"}
    );
    EXPECT_EQ(call.path, "/rest/api/2/issue");
    EXPECT_EQ(call.status, 201);
    EXPECT_EQ(call.sent, 17);
    EXPECT_EQ(call.received, 2);
    EXPECT_EQ(call.took, Duration{5ms});
    EXPECT_EQ(call.subject, "order/1/2");
    EXPECT_EQ(call.says, "");
}

TEST(CallOf, TellsWhyThereWasNoAnswer) {
    const auto call =
        call_of({.method = "GET", .url = "http://mp"}, failure(ErrorKind::not_sent, "refused"), {});
    EXPECT_EQ(call.path, "/");
    EXPECT_EQ(call.status, 0);
    EXPECT_EQ(call.says, "refused");
}

TEST_F(CallRecordTest, IsWrittenDownAtMostOnceASecond) {
    record_.add({.at = noon, .remote = "jira", .path = "/a"});
    record_.add({.at = noon, .remote = "jira", .path = "/b"});
    EXPECT_EQ(bell_.rings, 1);
    EXPECT_GT(record_.turn(*database_, noon), noon + 1min);
    EXPECT_EQ(written().size(), 2U);
    record_.add({.at = noon, .remote = "jira", .path = "/c"});
    EXPECT_EQ(bell_.rings, 2);
    EXPECT_EQ(record_.turn(*database_, noon + 300ms), noon + 1s);
    EXPECT_EQ(written().size(), 2U);
    record_.turn(*database_, noon + 1s);
    EXPECT_EQ(written().size(), 3U);
}

TEST_F(CallRecordTest, DropsWhatIsTooMuchAndTells) {
    for (std::size_t i = 0; i < CallRecord::waiting_max + 7; ++i)
        record_.add({.at = noon, .remote = "jira", .path = "/a"});
    record_.turn(*database_, noon);
    EXPECT_EQ(written().size(), CallRecord::waiting_max);
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_NE(lines_[0].find("count=7"), std::string::npos) << lines_[0];
}

TEST_F(CallRecordTest, DropsThemWhileTheDatabaseDoesNotWork) {
    const auto empty = store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    record_.add({.at = noon, .remote = "jira", .path = "/a"});
    record_.turn(*empty, noon);
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_NE(lines_[0].find("count=1"), std::string::npos) << lines_[0];
    record_.add({.at = noon, .remote = "jira", .path = "/b"});
    record_.turn(*database_, noon + 2s);
    EXPECT_EQ(written().size(), 1U);
}

}  // namespace
}  // namespace oms::app
