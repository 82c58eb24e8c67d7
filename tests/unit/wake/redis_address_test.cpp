#include "wake/redis_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::wake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RedisAddress read(std::string_view text) {
    const auto address = parse_redis_address(text);
    EXPECT_TRUE(address) << (address ? "" : address.error().says);
    return address.value_or(RedisAddress{});
}

AddressFault fault(std::string_view text) {
    const auto address = parse_redis_address(text);
    EXPECT_FALSE(address) << text;
    return address ? AddressFault{} : address.error();
}

TEST(RedisAddress, IsAHostOrHostAndPort) {
    EXPECT_THAT(read("redis").hosts, ElementsAre(RedisHost{"redis", 6379}));
    EXPECT_THAT(read("redis:7000").hosts, ElementsAre(RedisHost{"redis", 7000}));
    EXPECT_THAT(read(" 10.0.0.5:6379\n").hosts, ElementsAre(RedisHost{"10.0.0.5", 6379}));
    EXPECT_THAT(read("[2001:db8::1]").hosts, ElementsAre(RedisHost{"2001:db8::1", 6379}));
    EXPECT_THAT(read("[::1]:7000").hosts, ElementsAre(RedisHost{"::1", 7000}));
}

TEST(RedisAddress, IsAUrlWithUserPasswordAndDatabase) {
    const RedisAddress address = read("redis://oms:p%40ss%2Fw%25rd@redis.example.org:7000/3");
    EXPECT_THAT(address.hosts, ElementsAre(RedisHost{"redis.example.org", 7000}));
    EXPECT_EQ(address.user, "oms");
    EXPECT_EQ(address.password.reveal(), "p@ss/w%rd");
    EXPECT_EQ(address.database, 3);
    EXPECT_EQ(to_text(address), "Redis at redis.example.org:7000");
}

TEST(RedisAddress, NeedsNeitherUserNorDatabase) {
    const RedisAddress address = read("REDIS://:secret@[::1]");
    EXPECT_EQ(address.user, "");
    EXPECT_EQ(address.password.reveal(), "secret");
    EXPECT_EQ(address.database, 0);
    EXPECT_EQ(to_text(address), "Redis at [::1]:6379");
    EXPECT_TRUE(read("redis://redis/").password.empty());
}

TEST(RedisAddress, TakesAPasswordThatNobodyEncoded) {
    EXPECT_EQ(read("redis://:a@b/c?d:e@redis").password.reveal(), "a@b/c?d:e");
    EXPECT_EQ(read("redis://:a+b%zz@redis").password.reveal(), "a+b%zz");
}

TEST(RedisAddress, NamesSentinelsAndTheirService) {
    const RedisAddress address = read("redis+sentinel://:secret@a,b:26380,[::1]:26381/orders/2");
    EXPECT_THAT(
        address.hosts,
        ElementsAre(RedisHost{"a", 26379}, RedisHost{"b", 26380}, RedisHost{"::1", 26381})
    );
    EXPECT_EQ(address.service, "orders");
    EXPECT_EQ(address.password.reveal(), "secret");
    EXPECT_EQ(address.database, 2);
    EXPECT_EQ(
        to_text(address), "Redis of \"orders\" by Sentinels at a:26379, b:26380, [::1]:26381"
    );
}

TEST(RedisAddress, MayBeAUnixSocket) {
    const RedisAddress address = read("unix:///run/redis/redis.sock");
    EXPECT_EQ(address.path, "/run/redis/redis.sock");
    EXPECT_EQ(to_text(address), "Redis at /run/redis/redis.sock");
    EXPECT_EQ(read("unix://:secret@/run/redis.sock").password.reveal(), "secret");
}

TEST(RedisAddress, RefusesTlsAndNamesTheWayRound) {
    const AddressFault tls = fault("rediss://oms:secret@redis.example.org:6380/0");
    EXPECT_EQ(
        tls.says,
        "'rediss://oms:***@redis.example.org:6380/0' asks for TLS, which the Redis library of "
        "Debian 12 cannot do"
    );
    EXPECT_THAT(tls.fix, HasSubstr("stunnel"));
    EXPECT_THAT(tls.fix, HasSubstr("redis://127.0.0.1:PORT"));
}

TEST(RedisAddress, SaysWhatWasGivenWhatIsWrongAndWhatToWrite) {
    EXPECT_EQ(fault("").says, "it is empty");
    EXPECT_EQ(fault("http://redis").says, "'http://redis' is no address of Redis");
    EXPECT_EQ(
        fault("redis:65536").says, "'redis:65536' has a port that is no number from 1 to 65535"
    );
    EXPECT_EQ(fault("redis:65536").fix, "write the port as a number, like redis:6379");
    EXPECT_THAT(fault("redis:0").says, HasSubstr("no number from 1"));
    EXPECT_THAT(fault("redis:").says, HasSubstr("no number from 1"));
    EXPECT_EQ(fault("2001:db8::1").fix, "write IPv6 in brackets, like [2001:db8::1]:6379");
    EXPECT_THAT(fault("[::1").says, HasSubstr("has a [ without its ]"));
    EXPECT_THAT(fault("[::1]6379").says, HasSubstr("goes on after its ]"));
    EXPECT_THAT(fault("[redis]:6379").says, HasSubstr("no IPv6 address in its brackets"));
    EXPECT_THAT(fault("redis://re dis").says, HasSubstr("has a host that is no name"));
    EXPECT_THAT(fault("redis://:6379").says, HasSubstr("names no host"));
    EXPECT_THAT(fault("redis://redis/zero").says, HasSubstr("has a database that is no number"));
    EXPECT_THAT(fault("redis://redis/-1").says, HasSubstr("has a database that is no number"));
    EXPECT_THAT(fault("redis://a,b").fix, HasSubstr("redis+sentinel://"));
    EXPECT_THAT(fault("redis+sentinel://a,b").fix, HasSubstr("/mymaster"));
    EXPECT_THAT(fault("redis+sentinel://a,,b/orders").says, HasSubstr("names no host"));
    EXPECT_EQ(fault("/run/redis.sock").fix, "write unix:///run/redis.sock");
    EXPECT_THAT(fault("unix://run/redis.sock").fix, HasSubstr("three slashes"));
    EXPECT_THAT(fault("unix:///" + std::string(200, 'x')).says, HasSubstr("too long"));
    EXPECT_THAT(fault("redis://redis?db=1").says, HasSubstr("has a ? or #"));
}

TEST(RedisAddress, NeverShowsAPassword) {
    for (const char* text :
         {"redis://oms:hunter2@redis:port",
          "redis://hunter2@redis",
          "redis://:hunter2",
          "redis://redis:hunter2",
          "redis://redis:6379?password=hunter2",
          "redis://oms:x@hunter2@redis:port",
          "redis://oms:a/hunter2@redis:port",
          "oms:hunter2@redis",
          ":hunter2@redis",
          "hunter2@redis:6379",
          "rediss://:hunter2@redis",
          "http://:hunter2@redis",
          "redis+sentinel://oms:hunter2@a,b",
          "redis+sentinel://a:hunter2,b/orders",
          "unix://:hunter2@run/redis.sock",
          "unix://:hunter2@/" /* a path of one slash */}) {
        const AddressFault wrong = fault(text);
        EXPECT_THAT(wrong.says + wrong.fix, Not(HasSubstr("hunter2"))) << text;
        EXPECT_THAT(wrong.says, HasSubstr("***")) << text;
    }
}

TEST(RedisAddress, SaysWhatToWriteForAPathAlsoWhereItIsNoUtf8) {
    EXPECT_EQ(fault("/run/redis.sock").fix, "write unix:///run/redis.sock");
    EXPECT_EQ(fault("/\xFF").fix, "write unix:///\xEF\xBF\xBD");
}

TEST(RedisAddress, WantsAPasswordForAUser) {
    EXPECT_THAT(fault("redis://oms@redis").fix, HasSubstr("redis://user:password@host"));
    EXPECT_THAT(fault("redis://oms:@redis").says, HasSubstr("a user without a password"));
}

}  // namespace
}  // namespace oms::wake
