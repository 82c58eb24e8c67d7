#include "base/digest.hpp"

#include <gtest/gtest.h>

#include "base/secret.hpp"

namespace oms {
namespace {

TEST(Digest, AgreesWithAtlassiansTestVector) {
    EXPECT_EQ(
        hmac_sha256_hex("It's a Secret to Everybody", "Hello World!"),
        "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    );
}

TEST(Base64, ReadsBothAlphabets) {
    EXPECT_EQ(from_base64("dXNlcjpww6Q6c3M_Pn4="), "user:pä:ss?>~");
    EXPECT_EQ(from_base64(base64("user:pä:ss?>~")), "user:pä:ss?>~");
    EXPECT_EQ(from_base64("bmFtZToxMjM0MTIzNA"), "name:12341234");
    EXPECT_FALSE(from_base64("a b"));
}

TEST(Secret, MatchesOnlyItself) {
    EXPECT_TRUE(matches(Secret{"s3cret"}, "s3cret"));
    EXPECT_FALSE(matches(Secret{"s3cret"}, "s3cre"));
    EXPECT_FALSE(matches(Secret{}, ""));
    EXPECT_EQ(to_text(Secret{"s3cret"}), "***");
}

}  // namespace
}  // namespace oms
