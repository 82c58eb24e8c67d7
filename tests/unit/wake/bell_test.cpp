#include "wake/bell.hpp"

#include <gtest/gtest.h>

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

int woken_by_what_rang(ProcessBell& bell) {
    int woken = 0;
    while (bell.wait(0ms))
        ++woken;
    return woken;
}

TEST(ProcessBell, ABurstWakesOneWaiterOnce) {
    ProcessBell bell;
    for (int i = 0; i < 200; ++i)
        bell.ring();
    EXPECT_EQ(woken_by_what_rang(bell), 1);
    bell.ring();
    EXPECT_EQ(woken_by_what_rang(bell), 1);
}

TEST(ProcessBell, ABurstWakesAsManyAsMayWait) {
    ProcessBell bell{8};
    bell.ring();
    bell.ring();
    EXPECT_EQ(woken_by_what_rang(bell), 2);
    for (int i = 0; i < 200; ++i)
        bell.ring();
    EXPECT_EQ(woken_by_what_rang(bell), 8);
}

}  // namespace
}  // namespace oms::wake
