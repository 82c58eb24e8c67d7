#include "app/sentry.hpp"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "http/server.hpp"

namespace oms::app {
namespace {

TEST(Dsn, IsReadWithAndWithoutAPath) {
    const auto dsn = parse_dsn(Secret{"https://key@sentry.example/prefix/42"});
    ASSERT_TRUE(dsn);
    EXPECT_EQ(dsn->url, "https://sentry.example/prefix/api/42/envelope/");
    EXPECT_EQ(dsn->key.reveal(), "key");
    EXPECT_FALSE(parse_dsn(Secret{"https://sentry.example/42"}));
    EXPECT_FALSE(parse_dsn(Secret{"nonsense"}));
}

TEST(Sentry, ReportsWhatNoOnePlannedForAndNothingElse) {
    std::mutex mutex;
    std::condition_variable came;
    std::vector<http::Request> requests;
    http::Server server{{}, [&](http::Request request, const std::shared_ptr<http::Reply>& reply) {
                            reply->send({.status = 200});
                            const std::scoped_lock lock{mutex};
                            requests.push_back(std::move(request));
                            came.notify_all();
                        }};
    Settings settings;
    settings.sentry_dsn = Secret{"http://key@127.0.0.1:" + std::to_string(server.port()) + "/7"};
    settings.sentry_environment = "test";
    Sentry sentry{settings};
    sentry.report("remote refuses our credentials", {{"says", "secret"}});
    sentry.report(
        "unexpected error",
        {{"subject", "order/12/3"}, {"kind", "x"}, {"says", "a customer's text"}}
    );

    std::unique_lock lock{mutex};
    ASSERT_TRUE(came.wait_for(lock, std::chrono::seconds{20}, [&] { return !requests.empty(); }));
    EXPECT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].url, "/api/7/envelope/");
    EXPECT_NE(
        http::header(requests[0].headers, "X-Sentry-Auth")->find("sentry_key=key"),
        std::string::npos
    );
    const auto lines = split(requests[0].body, '\n');
    ASSERT_GE(lines.size(), 3U);
    const auto event = json::parse(lines[2]);
    ASSERT_TRUE(event);
    EXPECT_EQ(json::text(json::at(*event, {"tags", "subject"})), "order/12/3");
    EXPECT_EQ(json::text(json::at(*event, "environment")), "test");
    EXPECT_EQ(requests[0].body.find("customer"), std::string::npos);
}

}  // namespace
}  // namespace oms::app
