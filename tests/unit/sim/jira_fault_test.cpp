#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

/// By their names on the control surface, as tests in other languages give them.
void given_fault(JiraHouse& house, const std::string& fault) {
    EXPECT_EQ(house.as_staff("faults", fault).status, 201);
}

TEST(JiraFault, StrikesBeforeOrAfterTheEffect) {
    JiraHouse house;
    const auto create = [&house] {
        return house.post(
            "issue",
            R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},"summary":"s"}})"
        );
    };
    const auto issues = [&house] { return house.search("project = EOSC").text({"total"}); };
    const auto strike = [&](const std::string& kind) {
        given_fault(
            house, R"({"method":"POST","path":"/rest/api/2/issue","kind":")" + kind + "\"}"
        );
        return create().status;
    };
    EXPECT_EQ(strike("fail_before"), 503);
    EXPECT_EQ(strike("close_before"), 0);
    EXPECT_EQ(strike("hang_before"), -1);
    EXPECT_EQ(strike("throttle"), 429);
    EXPECT_EQ(strike("unauthorized"), 401);
    EXPECT_EQ(issues(), "0");
    EXPECT_EQ(strike("fail_after"), 500);
    EXPECT_EQ(strike("close_after"), 0);
    EXPECT_EQ(strike("hang_after"), -1);
    EXPECT_EQ(strike("garble_after"), 200);
    EXPECT_EQ(issues(), "4");
    EXPECT_EQ(create().status, 201);
}

TEST(JiraFault, CountsAndSkips) {
    JiraHouse house;
    given_fault(house, R"({"kind":"fail_before","path":"*/myself","skip":1,"count":2})");
    EXPECT_EQ(house.get("myself").status, 200);
    EXPECT_EQ(house.get("serverInfo").status, 200);
    EXPECT_EQ(house.get("myself").status, 503);
    EXPECT_EQ(house.get("myself").status, 503);
    EXPECT_EQ(house.get("myself").status, 200);
}

TEST(JiraFault, CarriesRetryAfterAndDelay) {
    JiraHouse house;
    given_fault(house, R"({"kind":"throttle","retry_after":3})");
    EXPECT_EQ(house.get("myself").header("Retry-After"), "3");
    given_fault(house, R"({"kind":"slow","delay_ms":2000})");
    EXPECT_EQ(house.get("myself").header("X-Sim-Delay-Ms"), "2000");
}

TEST(JiraFault, MakesOneRequestAnonymousOrLocksTheAccount) {
    JiraHouse house;
    given_fault(house, R"({"kind":"anonymous"})");
    EXPECT_EQ(house.search("").header("X-AUSERNAME"), "anonymous");
    EXPECT_EQ(house.search("").header("X-AUSERNAME"), "oms");
    given_fault(house, R"({"kind":"captcha"})");
    EXPECT_EQ(house.get("myself").status, 403);
    EXPECT_EQ(house.get("myself").status, 403);
}

TEST(JiraFault, FitsPatterns) {
    EXPECT_TRUE(fits("*", "/rest/api/2/issue"));
    EXPECT_TRUE(fits("/rest/api/2/issue/*/comment", "/rest/api/2/issue/10001/comment"));
    EXPECT_FALSE(fits("/rest/api/2/issue", "/rest/api/2/issue/1"));
    EXPECT_FALSE(fits("*/comment", "/rest/api/2/issue/1/comment/2"));
}

TEST(JiraFault, IsGivenOverHttpToo) {
    JiraHouse house;
    const Asked wrong = house.as_staff("faults", R"({"kind":"sneeze"})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_NE(
        wrong.says().find("'sneeze' is no kind of fault: give one of fail_before"),
        std::string::npos
    );
    house.as_staff("faults", R"({"kind":"fail_before","status":500,"count":-1})");
    EXPECT_EQ(house.get("myself").status, 500);
    house.as_staff("faults/clear", "{}");
    EXPECT_EQ(house.get("myself").status, 200);
}

}  // namespace
}  // namespace oms::sim
