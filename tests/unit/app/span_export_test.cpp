#include "app/span_export.hpp"

#include <mutex>

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "http/server.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

trace::Record span(const std::string& id) {
    return {
        .name = "GET jira",
        .kind = trace::Kind::client,
        .context = {.trace_id = std::string(32, 'a'), .span_id = id, .sampled = true},
        .parent_span_id = std::string(16, 'c'),
        .began = Instant{1'700'000'000'123'456us},
        .ended = Instant{1'700'000'000'223'456us},
        .texts = {{"url.path", "/rest/api/2/issue/10001"}},
        .numbers = {{"http.response.status_code", 503}},
        .failed = true};
}

TEST(OtlpBody, HasIdsAsTextAndNumbersOf64BitsAsText) {
    const auto body = json::parse(otlp_body({span(std::string(16, 'b'))}, "host:7"));
    ASSERT_TRUE(body);
    const auto& of_resource = json::at(*body, "resourceSpans").as_array().at(0);
    EXPECT_EQ(json::at(of_resource, {"resource", "attributes"}).as_array().size(), 3U);
    const auto& of_scope = json::at(of_resource, "scopeSpans").as_array().at(0);
    const auto& written = json::at(of_scope, "spans").as_array().at(0);
    EXPECT_EQ(
        json::write(written),
        R"({"traceId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","spanId":"bbbbbbbbbbbbbbbb",)"
        R"("name":"GET jira","kind":3,"startTimeUnixNano":"1700000000123456000",)"
        R"("endTimeUnixNano":"1700000000223456000","attributes":[)"
        R"({"key":"url.path","value":{"stringValue":"/rest/api/2/issue/10001"}},)"
        R"({"key":"http.response.status_code","value":{"intValue":"503"}}],)"
        R"("status":{"code":2},"parentSpanId":"cccccccccccccccc"})"
    );
}

// A collector that takes connections and never answers: work goes on, and memory has its limit.
TEST(SpanExport, DropsAndCountsWhatIsTooMuchAndNeverWaits) {
    std::mutex mutex;
    std::vector<std::shared_ptr<http::Reply>> unanswered;
    http::Server server{{}, [&](http::Request, const std::shared_ptr<http::Reply>& reply) {
                            const std::scoped_lock lock{mutex};
                            unanswered.push_back(reply);
                        }};
    Settings settings;
    settings.otlp_endpoint = "http://127.0.0.1:" + std::to_string(server.port());
    constexpr std::uint64_t spans = 10'000;
    {
        SpanExport exporter{settings, "host:7"};
        for (std::uint64_t i = 0; i < spans; ++i)
            exporter.keep(span(std::string(16, 'b')));
        EXPECT_GE(exporter.dropped(), spans - 2'000 - 200) << "the queue, and what is on its way";
        EXPECT_EQ(exporter.sent(), 0U);
    }
    const std::scoped_lock lock{mutex};
    EXPECT_LE(unanswered.size(), 1U);
    unanswered.clear();
}

}  // namespace
}  // namespace oms::app
