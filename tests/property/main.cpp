#include <cstdlib>

#include <gtest/gtest.h>

/// The same seed in each run, unless RC_PARAMS names another one: `seed=7 max_success=5000`.
int main(int argc, char** argv) {
    constexpr int keep_what_is_set = 0;
    setenv("RC_PARAMS", OMS_RC_PARAMS, keep_what_is_set);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
