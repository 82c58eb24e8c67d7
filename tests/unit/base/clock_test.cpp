#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace oms {
namespace {

using namespace std::chrono_literals;

TEST(Time, ReadsWhatBothRemotesWrite) {
    const auto marketplace = parse_time("2026-05-04T10:00:01Z");
    ASSERT_TRUE(marketplace);
    EXPECT_EQ(to_rfc3339(*marketplace), "2026-05-04T10:00:01Z");
    const auto jira = parse_time("2019-06-03T16:15:17.234-0800");
    ASSERT_TRUE(jira);
    EXPECT_EQ(to_rfc3339(*jira, 3), "2019-06-04T00:15:17.234Z");
}

TEST(Time, RefusesWhatIsNone) {
    for (const char* text :
         {"",
          "yesterday",
          "2026-02-30T00:00:00Z",
          "2026-05-04T10:00:01",
          "2026-05-04T10:00:01ZZ",
          // A number with a sign.
          "2026-05-04T-0:00:01Z",
          // Years that four digits cannot write, by their zone.
          "9999-12-31T23:59:59-23:59",
          "0000-01-01T00:00:00+01:00"}) {
        EXPECT_FALSE(parse_time(text)) << text;
    }
}

class SetClock final : public Clock {
public:
    Instant now() override { return wall; }
    Duration steady() override { return since; }
    void pass(Duration time) {
        wall += time;
        since += time;
    }

    Instant wall{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
    Duration since = 7s;
};

TEST(Alarm, RingsInItsTimeAlsoWhereTheClockIsSetMeanwhile) {
    SetClock clock;
    EXPECT_TRUE(Alarm{}.rings(clock));
    const Alarm alarm{clock, clock.now() + 10s};
    clock.pass(4s);
    EXPECT_EQ(alarm.left(clock), 6s);

    clock.wall -= 1h;
    EXPECT_EQ(alarm.left(clock), 6s);
    clock.pass(6s);
    EXPECT_TRUE(alarm.rings(clock));

    const Alarm other{clock, clock.now() + 10s};
    clock.wall += 24h;
    EXPECT_TRUE(other.rings(clock));
}

TEST(Duration, ReadsItsOwnSpelling) {
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("6h"), 6h);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(to_text(Duration{90s}), "90s");
    EXPECT_FALSE(parse_duration("5"));
    EXPECT_FALSE(parse_duration("-5s"));
    EXPECT_FALSE(parse_duration("five minutes"));
}

}  // namespace
}  // namespace oms
