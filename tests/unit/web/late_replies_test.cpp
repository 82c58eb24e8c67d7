#include "web/late_replies.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace oms::web {
namespace {

using namespace std::chrono_literals;

class KeptReply final : public http::Reply {
public:
    void send(http::Response response) override { statuses.push_back(response.status); }
    std::shared_ptr<http::EventStream> stream() override { return nullptr; }
    std::vector<int> statuses = {};
};

TEST(LateReplies, WhoWaitsTooLongIsToldToComeAgainAndNobodyElse) {
    LateReplies late;
    const auto first = std::make_shared<KeptReply>();
    const auto second = std::make_shared<KeptReply>();
    auto answered = std::make_shared<KeptReply>();
    late.add(first, 0s);
    late.add(answered, 0s);
    late.add(second, 5s);
    // Whoever is answered is given up by the one who answered.
    answered.reset();
    EXPECT_EQ(late.answer(LateReplies::time_max - 1us), 0);
    EXPECT_EQ(late.answer(LateReplies::time_max), 1);
    EXPECT_EQ(first->statuses, std::vector{503});
    EXPECT_EQ(late.answer(LateReplies::time_max), 0);
    EXPECT_TRUE(second->statuses.empty());
    EXPECT_EQ(late.answer(LateReplies::time_max + 5s), 1);
    EXPECT_EQ(second->statuses, std::vector{503});
}

}  // namespace
}  // namespace oms::web
