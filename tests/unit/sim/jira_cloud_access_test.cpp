#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

struct AccountHouse : JiraHouse {
    AccountHouse() : JiraHouse{"cloud"} {}
};

TEST(JiraCloudAccess, TakesAnAddressAndAnApiToken) {
    AccountHouse house;
    const Asked myself = house.get3("myself");
    EXPECT_EQ(myself.status, 200);
    EXPECT_EQ(myself.text({"accountId"}), account_id_of("oms"));
    EXPECT_EQ(myself.text({"accountType"}), "atlassian");
    EXPECT_EQ(myself.text({"emailAddress"}), "oms@jira.example.org");
    EXPECT_TRUE(json::at(myself.body, "name").is_null());
    EXPECT_TRUE(json::at(myself.body, "key").is_null());
    EXPECT_EQ(percent_decode(myself.header("X-AACCOUNTID")), account_id_of("oms"));
    EXPECT_EQ(myself.header("X-AUSERNAME"), "");
}

TEST(JiraCloudAccess, ServesWhomItDoesNotKnowAsNobody) {
    AccountHouse house;
    house.given_order();
    for (const auto& [user, password] : std::map<std::string, std::string>{
             {"oms@jira.example.org", "oms-password"},
             {"oms", "oms-token"},
             {"anna.kowalska@jira.example.org", "oms-token"}}) {
        house.user = user;
        house.password = password;
        const Asked search = house.search("project = EOSC");
        EXPECT_EQ(search.status, 200);
        EXPECT_TRUE(json::elements(json::at(search.body, "issues")).empty());
        EXPECT_EQ(search.header("X-Seraph-LoginReason"), "AUTHENTICATED_FAILED");
        EXPECT_EQ(search.header("X-AACCOUNTID"), "");
        EXPECT_EQ(house.get("issue/EOSC-1").status, 404);
        EXPECT_EQ(house.get("myself").status, 401);
        EXPECT_EQ(house.get("serverInfo").status, 200);
        EXPECT_EQ(house.post("issue/EOSC-1/comment", R"({"body":"x"})").status, 404);
    }
}

TEST(JiraCloudAccess, KnowsNoPersonalTokens) {
    AccountHouse house;
    const http::Request request{
        .url = "/rest/api/3/myself", .headers = {{"Authorization", "Bearer oms-token"}}};
    EXPECT_EQ(house.send(request).status, 403);
}

TEST(JiraCloudAccess, HidesAddressesOfOthers) {
    AccountHouse house;
    house.given_order();
    house.jira.comment("anna", "EOSC-1", "a");
    house.jira.comment("piotr", "EOSC-1", "b");
    const Asked list = house.get("issue/EOSC-1/comment");
    const auto& comments = json::elements(json::at(list.body, "comments"));
    ASSERT_EQ(comments.size(), 2U);
    EXPECT_TRUE(json::at(comments[0], {"author", "emailAddress"}).is_null());
    EXPECT_EQ(
        json::text_or_empty(json::at(comments[1], {"author", "emailAddress"})),
        "piotr.zielinski@jira.example.org"
    );
    EXPECT_EQ(list.response.body.find("\"name\":\"anna\""), std::string::npos);
    EXPECT_EQ(list.response.body.find("JIRAUSER"), std::string::npos);
}

TEST(JiraCloudAccess, SaysWhichLimitWasReached) {
    AccountHouse house;
    house.given_order();
    house.as_staff(
        "faults", R"({"kind":"throttle","reason":"jira-per-issue-on-write","retry_after":3})"
    );
    const Asked write = house.put("issue/EOSC-1", R"({"fields":{"summary":"x"}})");
    EXPECT_EQ(write.status, 429);
    EXPECT_EQ(write.header("Retry-After"), "3");
    EXPECT_EQ(write.header("RateLimit-Reason"), "jira-per-issue-on-write");
    EXPECT_EQ(write.header("X-RateLimit-Reset"), "2026-05-04T10:00:03Z");
    EXPECT_EQ(house.get("issue/EOSC-1").text({"fields", "summary"}), "An order");

    house.as_staff("settings", R"({"rate_limit":{"capacity":2,"fill_rate":1,"retry_after":5}})");
    EXPECT_EQ(house.get("myself").header("X-RateLimit-Remaining"), "1");
    EXPECT_EQ(house.get("myself").header("X-RateLimit-NearLimit"), "true");
    const Asked burst = house.get("myself");
    EXPECT_EQ(burst.status, 429);
    EXPECT_EQ(burst.header("RateLimit-Reason"), "jira-burst-based");
}

TEST(JiraCloudAccess, RefusesInJsonWhereAsked) {
    AccountHouse house;
    house.given_order();
    house.as_staff("faults", R"({"kind":"refuse","method":"PUT"})");
    const Asked conflict = house.put("issue/EOSC-1", R"({"fields":{"summary":"x"}})");
    EXPECT_EQ(conflict.status, 409);
    EXPECT_EQ(conflict.says(), "The issue could not be updated due to a conflicting update.");
    EXPECT_EQ(house.put("issue/EOSC-1", R"({"fields":{"summary":"x"}})").status, 204);
    house.as_staff("settings", R"({"comments_max":1})");
    EXPECT_EQ(house.post("issue/EOSC-1/comment", R"({"body":"one"})").status, 201);
    const Asked full = house.post("issue/EOSC-1/comment", R"({"body":"two"})");
    EXPECT_EQ(full.status, 413);
    EXPECT_EQ(full.says(), "The per-issue limit of 1 has been breached for comments.");
}

}  // namespace
}  // namespace oms::sim
