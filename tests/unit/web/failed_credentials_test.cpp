#include "web/failed_credentials.hpp"

#include <gtest/gtest.h>

namespace oms::web {
namespace {

using namespace std::chrono_literals;

TEST(FailedCredentials, AsksAnAddressToWaitAfterTenAndForgetsInTime) {
    FailedCredentials failed;
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(failed.count("192.0.2.1", 1h), std::nullopt) << i;
    EXPECT_EQ(failed.count("192.0.2.1", 1h), 6s);
    EXPECT_EQ(failed.count("192.0.2.1", 1h + 2500ms), 4s) << "rounded up";
    EXPECT_EQ(failed.count("192.0.2.1", 1h + 6s), std::nullopt) << "whoever waited is heard";
    EXPECT_EQ(failed.count("192.0.2.1", 1h + 6s), 6s);
    EXPECT_EQ(failed.count("192.0.2.1", 2h), std::nullopt);
}

TEST(FailedCredentials, TellsBeforehandWhoHasToWait) {
    FailedCredentials failed;
    EXPECT_EQ(failed.waits("192.0.2.1", 1h), std::nullopt);
    for (int i = 0; i < 9; ++i)
        failed.count("192.0.2.1", 1h);
    EXPECT_EQ(failed.waits("192.0.2.1", 1h), std::nullopt);
    failed.count("192.0.2.1", 1h);
    EXPECT_EQ(failed.waits("192.0.2.1", 1h), 6s);
    EXPECT_EQ(failed.waits("192.0.2.2", 1h), std::nullopt);
    EXPECT_EQ(failed.waits("192.0.2.1", 1h + 6s), std::nullopt);
}

TEST(FailedCredentials, HoldsNothingAgainstOtherAddresses) {
    FailedCredentials failed;
    for (int i = 0; i < 100; ++i)
        failed.count("192.0.2.1", 1h);
    EXPECT_EQ(failed.count("192.0.2.2", 1h), std::nullopt);
    EXPECT_EQ(failed.count("2001:db8::1", 1h), std::nullopt);
}

TEST(FailedCredentials, TakesAnIpv6NetworkForOneAddress) {
    FailedCredentials failed;
    for (int i = 0; i < 10; ++i)
        failed.count("2001:db8:1:2::" + std::to_string(i + 1), 1h);
    EXPECT_TRUE(failed.count("2001:db8:1:2:ffff::9", 1h));
    EXPECT_FALSE(failed.count("2001:db8:1:3::1", 1h));
    EXPECT_EQ(failed.addresses(), 2U);
}

TEST(FailedCredentials, RemembersOnlySoManyAddressesAndThoseThatFailedLast) {
    FailedCredentials failed{{.addresses_max = 100}};
    for (int i = 0; i < 10; ++i)
        failed.count("first", 1h);
    for (int i = 0; i < 99; ++i)
        failed.count("other " + std::to_string(i), 1h);
    EXPECT_EQ(failed.addresses(), 100U);
    EXPECT_TRUE(failed.count("first", 1h)) << "and is now the last";
    for (int i = 0; i < 99; ++i)
        failed.count("more " + std::to_string(i), 1h);
    EXPECT_TRUE(failed.count("first", 1h));
    for (int i = 0; i < 100'000; ++i)
        failed.count("many " + std::to_string(i), 1h);
    EXPECT_EQ(failed.addresses(), 100U);
    EXPECT_FALSE(failed.count("first", 1h)) << "forgotten in favour of later ones";
    failed.count("alone", 3h);
    EXPECT_EQ(failed.addresses(), 1U) << "all others have been quiet for long";
}

TEST(FailedCredentials, AreWorthALineNowAndThen) {
    FailedCredentials failed;
    EXPECT_EQ(failed.worth_telling(1h), std::nullopt);
    failed.count("a", 1h);
    EXPECT_EQ(failed.worth_telling(1h), 1);
    for (int i = 0; i < 1000; ++i) {
        failed.count("a", 1h + 1s);
        EXPECT_EQ(failed.worth_telling(1h + 1s), std::nullopt);
    }
    failed.count("b", 1h + 10s);
    EXPECT_EQ(failed.worth_telling(1h + 10s), 1001);
    EXPECT_EQ(failed.worth_telling(2h), std::nullopt);
}

}  // namespace
}  // namespace oms::web
