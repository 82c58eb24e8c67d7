#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

struct TokenHouse : JiraHouse {
    TokenHouse() : JiraHouse{"cloud"} {}

    Asked search_by(const std::string& body) { return post3("search/jql", body); }
    static std::string ids(const Asked& asked) {
        std::string text;
        for (const json::value& issue : json::elements(json::at(asked.body, "issues")))
            text += json::text_or_empty(json::at(issue, "id")) + " ";
        return text;
    }
};

TEST(JiraCloudSearch, IsGoneWhereItWas) {
    TokenHouse house;
    for (const Asked& asked :
         {house.get("search?jql=project=EOSC"),
          house.post3("search", R"({"jql":"project = EOSC"})")}) {
        EXPECT_EQ(asked.status, 410);
        EXPECT_EQ(
            asked.says().rfind(
                "The requested API has been removed. Please migrate to the /rest/api/3/search/jql "
                "API.",
                0
            ),
            0U
        );
    }
}

TEST(JiraCloudSearch, ShowsTheIdAloneUnlessAskedForMore) {
    TokenHouse house;
    house.given_order();
    const Asked asked = house.search_by(R"({"jql":"project = EOSC"})");
    EXPECT_EQ(asked.response.body, R"({"issues":[{"id":"10001"}],"isLast":true})");
    const Asked more = house.search_by(R"({"jql":"project = EOSC","fields":["summary"]})");
    const json::value& issue = json::elements(json::at(more.body, "issues"))[0];
    EXPECT_EQ(json::text_or_empty(json::at(issue, "key")), "EOSC-1");
    EXPECT_EQ(json::write(json::at(issue, "fields")), R"({"summary":"An order"})");
    EXPECT_EQ(
        json::text_or_empty(json::at(issue, "self")),
        "http://jira.example.org/rest/api/3/issue/10001"
    );
}

TEST(JiraCloudSearch, PagesByToken) {
    TokenHouse house;
    for (int i = 0; i < 5; ++i)
        house.given_order();
    const std::string jql = R"({"jql":"project = EOSC ORDER BY key ASC","maxResults":2)";
    const Asked first = house.search_by(jql + "}");
    EXPECT_EQ(house.ids(first), "10001 10002 ");
    EXPECT_TRUE(json::at(first.body, "total").is_null());
    const std::string token = first.text({"nextPageToken"});
    const Asked second = house.search_by(jql + R"(,"nextPageToken":")" + token + "\"}");
    EXPECT_EQ(house.ids(second), "10003 10004 ");
    EXPECT_EQ(json::write(json::at(second.body, "isLast")), "false");
    const Asked third =
        house.search_by(jql + R"(,"nextPageToken":")" + second.text({"nextPageToken"}) + "\"}");
    EXPECT_EQ(house.ids(third), "10005 ");
    EXPECT_EQ(json::write(json::at(third.body, "isLast")), "true");
    EXPECT_TRUE(json::at(third.body, "nextPageToken").is_null());
    EXPECT_EQ(
        house
            .get(
                "search/jql?jql=project%20=%20EOSC%20ORDER%20BY%20key%20ASC&maxResults=2"
                "&nextPageToken=" +
                percent_encode(token)
            )
            .status,
        200
    );
    // A token belongs to its query.
    EXPECT_EQ(
        house.search_by(R"({"jql":"project = EOSC","nextPageToken":")" + token + "\"}").status, 400
    );
}

TEST(JiraCloudSearch, RefusesWhatItsSchemaDoesNotHave) {
    TokenHouse house;
    for (const char* body :
         {R"({"jql":"project = EOSC","startAt":0})",
          R"({"jql":"project = EOSC","validateQuery":true})",
          R"({"jql":"project = EOSC","properties":["1","2","3","4","5","6"]})"}) {
        const Asked asked = house.search_by(body);
        EXPECT_EQ(asked.status, 400) << body;
        EXPECT_EQ(
            asked.says(),
            "Invalid request payload. Refer to the REST API documentation and try again."
        );
    }
    for (const char* jql : {"", "ORDER BY key DESC"}) {
        const Asked asked = house.search_by(std::string{R"({"jql":")"} + jql + "\"}");
        EXPECT_EQ(asked.status, 400);
        EXPECT_EQ(asked.says().rfind("Unbounded JQL queries are not allowed here.", 0), 0U);
    }
}

TEST(JiraCloudSearch, LagsAndFlickersUnlessAskedToReconcile) {
    JiraHouse fresh{"cloud"};
    EXPECT_GT(jira_profile("cloud")->index_lag, Duration{});
    EXPECT_GT(jira_profile("cloud")->index_flicker, 0);
    TokenHouse house;
    house.jira.lag_index(500ms);
    house.given_order("Fresh", R"(,"labels":["m"])");
    EXPECT_EQ(house.ids(house.search_by(R"({"jql":"labels = m"})")), "");
    const std::string known = R"({"jql":"labels = m","reconcileIssues":[10001]})";
    EXPECT_EQ(house.ids(house.search_by(known)), "10001 ");
    house.clock.at += 500ms;
    EXPECT_EQ(house.ids(house.search_by(R"({"jql":"labels = m"})")), "10001 ");
    // What no longer fits is not shown, either.
    house.put("issue/10001", R"({"update":{"labels":[{"remove":"m"}]}})");
    EXPECT_EQ(house.ids(house.search_by(R"({"jql":"labels = m"})")), "10001 ");
    EXPECT_EQ(house.ids(house.search_by(known)), "");
    house.jira.lag_index({}, 1.0);
    EXPECT_EQ(house.ids(house.search_by(R"({"jql":"project = EOSC"})")), "");
    EXPECT_EQ(
        house.ids(house.search_by(R"({"jql":"project = EOSC","reconcileIssues":[10001]})")),
        "10001 "
    );
    std::string many = "1";
    for (int i = 2; i <= 51; ++i)
        many += "," + std::to_string(i);
    EXPECT_EQ(
        house.search_by(R"({"jql":"project = EOSC","reconcileIssues":[)" + many + "]}").status, 400
    );
}

TEST(JiraCloudSearch, FindsChildrenByParent) {
    TokenHouse house;
    house.given_epic();
    house.given_order("Child", R"(,"parent":{"id":"10001"})");
    EXPECT_EQ(house.found("parent = EOSC-1"), "EOSC-2");
    EXPECT_EQ(house.found("parent = 10001"), "EOSC-2");
    EXPECT_EQ(
        house.found("'Epic Link' = EOSC-1"),
        "Field 'Epic Link' does not exist or you do not have permission to view it."
    );
}

TEST(JiraCloudSearch, KnowsPeopleByAccount) {
    TokenHouse house;
    house.given_order();
    EXPECT_EQ(house.found("reporter = \"" + account_id_of("oms") + "\""), "EOSC-1");
    EXPECT_EQ(
        house.found("reporter = oms"), "The value 'oms' does not exist for the field 'reporter'."
    );
}

TEST(JiraCloudSearch, FetchesInBulkFromTheDatabase) {
    TokenHouse house;
    house.jira.lag_index(1h);
    house.given_order("One", R"(,"labels":["a"])");
    house.given_order("Two");
    const Asked asked = house.post3(
        "issue/bulkfetch",
        R"({"issueIdsOrKeys":["10001","EOSC-2","10099"],"fields":["labels"],"properties":["p"]})"
    );
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(house.ids(asked), "10001 10002 ");
    EXPECT_EQ(json::write(json::at(asked.body, "issueErrors")), "[]");
    const json::value& first = json::elements(json::at(asked.body, "issues"))[0];
    EXPECT_EQ(json::write(json::at(first, "fields")), R"({"labels":["a"]})");
    EXPECT_EQ(house.post3("issue/bulkfetch", R"({"issueIdsOrKeys":[],"x":1})").status, 400);
    std::string many = "\"1\"";
    for (int i = 2; i <= 101; ++i)
        many += ",\"" + std::to_string(i) + "\"";
    EXPECT_EQ(house.post3("issue/bulkfetch", R"({"issueIdsOrKeys":[)" + many + "]}").status, 400);
    // None of that counts as a write.
    EXPECT_EQ(house.ask("GET", "/sim/requests").text({"writes"}), "2");
}

}  // namespace
}  // namespace oms::sim
