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
