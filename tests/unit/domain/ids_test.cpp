#include "domain/ids.hpp"

#include <gtest/gtest.h>

namespace oms {
namespace {

TEST(Marker, IsReadAsItIsWritten) {
    const Subject order = Subject::of(OrderId{{12}, {3}});
    EXPECT_EQ(parse_marker(OmsId{1}, "oms-1-order-12-3"), order);
    EXPECT_EQ(parse_marker(OmsId{1}, "oms-1-project-12"), Subject::of(ProjectId{12}));
}

TEST(Marker, IsNoneWhereItIsOnlyNearlyOne) {
    for (const char* label :
         {"oms-2-order-12-3",
          "oms-01-order-12-3",
          "oms-1-order-012-3",
          "oms-1-order-12",
          "oms-1-project-12-3",
          "oms-1-project-12/3",
          "oms-1-order-12-0",
          "OMS-1-order-12-3"}) {
        EXPECT_FALSE(parse_marker(OmsId{1}, label)) << label;
    }
}

}  // namespace
}  // namespace oms
