#include "app/progress.hpp"

#include <gtest/gtest.h>

namespace oms::app {
namespace {

using namespace std::chrono_literals;

TEST(Progress, TellsRateAndTimeLeft) {
    EXPECT_EQ(
        progress_line(
            {.what = "compared", .done = 400, .total = 2000, .beside = "3 differed", .took = 10s}
        ),
        "400 of 2000 compared, 40 a second, 40 s left; 3 differed"
    );
    EXPECT_EQ(
        progress_line({.what = "compared", .done = 6, .total = 60, .took = 12s}),
        "6 of 60 compared, 30 a minute, 108 s left"
    );
}

TEST(Progress, KeepsToWhatIsKnown) {
    EXPECT_EQ(progress_line({.what = "compared", .done = 4, .took = 200ms}), "4 compared");
    EXPECT_EQ(
        progress_line({.what = "compared", .done = 2000, .total = 2000, .took = 10s}),
        "2000 of 2000 compared, 200 a second"
    );
    EXPECT_EQ(progress_line({.what = "compared", .total = 7, .took = 9s}), "0 of 7 compared");
}

TEST(Progress, DrawsABarThatFitsTheTerminal) {
    const Advance half{.what = "copied", .done = 50, .total = 100};
    EXPECT_EQ(progress_bar(half, 80), "[############------------]  50%  50 of 100 copied");
    EXPECT_EQ(progress_bar(half, 10).size(), 10U);
    EXPECT_EQ(progress_bar({.what = "compared", .done = 5}, 80), "5 compared");
    // More than there was when it began.
    EXPECT_TRUE(progress_bar({.what = "compared", .done = 9, .total = 8}, 80)
                    .starts_with("[########################] 100%"));
}

}  // namespace
}  // namespace oms::app
