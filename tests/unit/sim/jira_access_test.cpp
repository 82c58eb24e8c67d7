#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

http::Request with(const std::string& authorization, const std::string& path = "myself") {
    http::Request request{.url = "/rest/api/2/" + path};
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    return request;
}

TEST(JiraAccess, KnowsPasswordsAndTokens) {
    JiraHouse house;
    const Asked basic = house.get("myself");
    EXPECT_EQ(basic.status, 200);
    EXPECT_EQ(basic.text({"name"}), "oms");
    EXPECT_EQ(basic.header("X-AUSERNAME"), "oms");
    EXPECT_EQ(basic.header("X-Seraph-LoginReason"), "OK");
    EXPECT_EQ(house.send(with("Bearer oms-token")).text({"key"}), "JIRAUSER10100");
}

TEST(JiraAccess, RefusesWrongOnesWithAPage) {
    JiraHouse house;
    const Asked token = house.send(with("Bearer nonsense"));
    EXPECT_EQ(token.status, 401);
    EXPECT_EQ(token.header("X-AUSERNAME"), "anonymous");
    EXPECT_EQ(token.header("X-Seraph-LoginReason"), "AUTHENTICATED_FAILED");
    EXPECT_NE(token.response.body.find("<html>"), std::string::npos);
    EXPECT_EQ(house.send(with("")).status, 401);
    EXPECT_EQ(house.send(with("", "serverInfo")).status, 200);
}

TEST(JiraAccess, LocksThePasswordAfterThreeFailuresUntilAPersonLogsIn) {
    JiraHouse house;
    house.password = "wrong";
    EXPECT_EQ(house.get("myself").status, 401);
    EXPECT_EQ(house.get("myself").status, 401);
    EXPECT_EQ(house.get("myself").status, 401);
    house.password = "oms-password";
    const Asked locked = house.get("myself");
    EXPECT_EQ(locked.status, 403);
    EXPECT_EQ(locked.header("X-Seraph-LoginReason"), "AUTHENTICATION_DENIED");
    EXPECT_EQ(
        locked.header("X-Authentication-Denied-Reason"),
        "CAPTCHA_CHALLENGE; login-url=http://jira.example.org/login.jsp"
    );
    EXPECT_EQ(house.send(with("Bearer oms-token")).status, 200);
    house.as_staff("settings", R"({"log_in":"oms"})");
    EXPECT_EQ(house.get("myself").status, 200);
}

TEST(JiraAccess, ServesAnonymousNothingWhereItIsAllowed) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"anonymous_allowed":true})");
    EXPECT_EQ(house.send(with("")).status, 401);
    EXPECT_EQ(house.send(with("", "issue/EOSC-1")).status, 404);
    EXPECT_EQ(house.send(with("", "search?jql=")).text({"total"}), "0");
}

TEST(JiraAccess, MayServeEverybodyAsAnonymousSilently) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"everybody_anonymous":true})");
    const Asked search = house.search("project = EOSC");
    EXPECT_EQ(search.status, 200);
    EXPECT_EQ(search.text({"total"}), "0");
    EXPECT_EQ(search.header("X-AUSERNAME"), "anonymous");
    EXPECT_EQ(search.header("X-Seraph-LoginReason"), "AUTHENTICATED_FAILED");
    EXPECT_EQ(house.get("issue/EOSC-1").status, 404);
    EXPECT_EQ(house.get("myself").status, 401);
}

TEST(JiraAccess, RefusesWhatABrowserMightHaveBeenMadeToSend) {
    JiraHouse house;
    house.given_order();
    http::Request request = with(http::basic_authorization("oms", "oms-password"), "issue/EOSC-1");
    request.method = "DELETE";
    request.headers.emplace_back("User-Agent", "Mozilla/5.0");
    const Asked refused = house.send(request);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.response.body, "XSRF check failed");
    request.headers.emplace_back("X-Atlassian-Token", "no-check");
    EXPECT_EQ(house.send(request).status, 204);
}

TEST(JiraAccess, LimitsTheRateWhereTold) {
    JiraHouse house;
    house.as_staff(
        "settings", R"({"rate_limit":{"capacity":2,"fill_rate":1,"interval_s":10,"retry_after":7}})"
    );
    EXPECT_EQ(house.get("myself").header("X-RateLimit-Remaining"), "1");
    EXPECT_EQ(house.get("myself").status, 200);
    const Asked refused = house.get("myself");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "7");
    house.clock.at += 10s;
    EXPECT_EQ(house.get("myself").status, 200);
}

TEST(JiraAccess, DemandsJson) {
    JiraHouse house;
    http::Request request = with(http::basic_authorization("oms", "oms-password"), "issue");
    request.method = "POST";
    request.body = "{}";
    EXPECT_EQ(house.send(request).status, 415);
    EXPECT_EQ(house.post("issue", "{").status, 400);
    EXPECT_EQ(house.get("nothing").status, 404);
    EXPECT_EQ(house.put("myself", "{}").status, 405);
}

TEST(JiraAccess, LivesUnderItsContextPath) {
    StillClock clock;
    SeededRandom random{1};
    Jira jira{clock, random, {.settings = {.context_path = "/jira"}}};
    http::Request request = with("Bearer oms-token");
    EXPECT_EQ(jira.handle(request).status, 404);
    request.url = "/jira" + request.url;
    const http::Response answer = jira.handle(request);
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.body.find("http://jira.example.org/jira/rest/api/2/user"), std::string::npos);
}

}  // namespace
}  // namespace oms::sim
