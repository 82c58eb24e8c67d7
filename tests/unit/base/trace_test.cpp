#include "base/trace.hpp"

#include <gtest/gtest.h>

namespace oms::trace {
namespace {

constexpr std::string_view given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class Kept final : public Sink {
public:
    void keep(Record record) override { records.push_back(std::move(record)); }
    std::vector<Record> records;
};

class TraceTest : public testing::Test {
protected:
    SystemClock clock_;
    SeededRandom random_{7};
    Kept kept_;
    Tracer tracer_{random_, clock_, &kept_};
};

TEST(Traceparent, IsReadAndWrittenAsTheStandardHasIt) {
    const auto context = parse_traceparent(given);
    ASSERT_TRUE(context);
    EXPECT_EQ(context->trace_id, "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(context->span_id, "b7ad6b7169203331");
    EXPECT_TRUE(context->sampled);
    EXPECT_EQ(to_traceparent(*context), given);
}

TEST(Traceparent, OfALaterVersionMayHaveMoreBehindIt) {
    const std::string ids = "-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0";
    EXPECT_FALSE(parse_traceparent("cc" + ids + "8-more")->sampled);
    EXPECT_FALSE(parse_traceparent("00" + ids + "1-more"));
    EXPECT_FALSE(parse_traceparent("cc" + ids + "1more"));
}

TEST(Traceparent, ThatIsNoneIsNotTakenForOne) {
    for (const std::string_view text :
         {"",
          "00",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
          "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
          "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz"})
        EXPECT_FALSE(parse_traceparent(text)) << text;
}

TEST_F(TraceTest, PartsBelongToWhatIsAroundThem) {
    {
        const Span turn{&tracer_, "turn"};
        const Span look{&tracer_, "look"};
        Span call{&tracer_, "GET jira", Kind::client};
        call.set("url.path", "/rest");
        call.set("status", 200);
    }
    EXPECT_FALSE(tracer_.current());
    ASSERT_EQ(kept_.records.size(), 3U);
    const auto& [call, look, turn] = std::tie(kept_.records[0], kept_.records[1], kept_.records[2]);
    EXPECT_EQ(turn.parent_span_id, "");
    EXPECT_EQ(look.parent_span_id, turn.context.span_id);
    EXPECT_EQ(call.parent_span_id, look.context.span_id);
    EXPECT_EQ(call.context.trace_id, turn.context.trace_id);
    EXPECT_EQ(
        call.texts, (std::vector<std::pair<std::string, std::string>>{{"url.path", "/rest"}})
    );
    EXPECT_TRUE(call.context.sampled);
}

TEST_F(TraceTest, OneThatSomebodyElseBeganIsGoneOnWith) {
    const auto caller = parse_traceparent(given);
    {
        const Span turn{&tracer_, "turn", Kind::internal, caller};
        EXPECT_TRUE(tracer_.has_foreign_parent());
        EXPECT_EQ(turn.context().trace_id, caller->trace_id);
    }
    EXPECT_EQ(kept_.records[0].parent_span_id, caller->span_id);
    const Span next{&tracer_, "turn"};
    EXPECT_FALSE(tracer_.has_foreign_parent());
    EXPECT_NE(next.context().trace_id, caller->trace_id);
}

TEST_F(TraceTest, IdsComeFromTheSeedAlone) {
    const auto ids = [this] {
        SeededRandom random{3};
        Tracer tracer{random, clock_, nullptr};
        const Span span{&tracer, "turn"};
        EXPECT_FALSE(span.context().sampled) << "nobody keeps it";
        return span.context();
    };
    EXPECT_EQ(ids(), ids());
}

TEST(Span, WithoutATracerDoesNothing) {
    Span span{nullptr, "turn"};
    span.set("a", "b");
    span.fail();
    EXPECT_EQ(span.context(), Context{});
}

TEST(Parents, AreTakenOnceAndDoNotGrowForEver) {
    Parents parents;
    const auto caller = parse_traceparent(given);
    parents.remember("order/12/3", *caller);
    EXPECT_FALSE(parents.take("order/12/4"));
    EXPECT_EQ(parents.take("order/12/3"), caller);
    EXPECT_FALSE(parents.take("order/12/3"));
    for (int i = 0; i < 5000; ++i)
        parents.remember(std::to_string(i), *caller);
    int kept = 0;
    for (int i = 0; i < 5000; ++i)
        kept += parents.take(std::to_string(i)) ? 1 : 0;
    EXPECT_GT(kept, 0);
    EXPECT_LE(kept, 1000);
}

}  // namespace
}  // namespace oms::trace
