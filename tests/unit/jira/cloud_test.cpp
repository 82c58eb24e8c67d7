#include <gtest/gtest.h>

#include "jira/client.hpp"
#include "tests/support/known_jira.hpp"
#include "tests/unit/scripted_transport.hpp"

// What Cloud really answers (contract, sections 1 to 6).
namespace oms::jira {
namespace {

class JiraCloud : public testing::Test {
protected:
    [[nodiscard]] std::string path(std::size_t index) const {
        return transport_.asked.at(index).url.substr(
            std::string{"https://jira.example/rest/api/3"}.size()
        );
    }
    [[nodiscard]] json::value sent(std::size_t index) const {
        const auto body = json::parse(transport_.asked.at(index).body);
        return body ? *body : json::value(nullptr);
    }
    void knows_fields() {
        transport_.will_answer(
            200, R"([
            {"id":"customfield_9","name":"Epic Name","schema":{"custom":"com.pyxis.greenhopper.jira:gh-epic-label"}},
            {"id":"customfield_5","name":"SO-1","schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:textarea"}}])"
        );
        EXPECT_TRUE(client_.learn_fields());
    }

    SystemClock clock_;
    test::KnownJira known_{clock_, "1001.0.0-SNAPSHOT", 1001, "Cloud"};
    test::ScriptedTransport transport_;
    Client client_{
        transport_,
        {.url = "https://jira.example",
         .username = "oms@example.org",
         .token = Secret{"t0ken"},
         .project = "EOSC",
         .voucher_field = "customfield_1",
         .epic_name_field = "customfield_9"},
        known_.site};
};

TEST_F(JiraCloud, CreatesUnderAParentWithDocumentsInFieldsOfSeveralLines) {
    knows_fields();
    transport_.will_answer(
        200,
        R"({"fields":[{"fieldId":"summary","name":"Summary"},{"fieldId":"parent","name":"Parent"}]})"
    );
    transport_.will_answer(201, R"({"id":"10021","key":"EOSC-7"})");
    const auto made = client_.create_issue(
        {.project_key = "EOSC",
         .issue_type_id = "10204",
         .fields =
             {{"summary", {.text = "Service order"}},
              {"customfield_5", {.text = "[~accountid:5b10] {code}"}},
              {"customfield_9", {.text = "name of an epic, which is not on this screen"}}},
         .marker = "oms-1-order-1-2",
         .epic = {{IssueId{"10020"}, IssueKey{"EOSC-6"}}}}
    );
    ASSERT_TRUE(made);
    EXPECT_EQ(path(1), "/issue/createmeta/EOSC/issuetypes/10204?maxResults=200");
    const json::value body = sent(2);
    EXPECT_EQ(json::text_or_empty(json::at(body, {"fields", "parent", "id"})), "10020");
    EXPECT_EQ(json::text_or_empty(json::at(body, {"fields", "summary"})), "Service order");
    EXPECT_EQ(json::text_or_empty(json::at(body, {"fields", "customfield_5", "type"})), "doc");
    EXPECT_TRUE(json::at(body, {"fields", "customfield_9"}).is_null());
    // The screen is known from now on.
    transport_.will_answer(201, R"({"id":"10022","key":"EOSC-8"})");
    EXPECT_TRUE(client_.create_issue({.project_key = "EOSC", .issue_type_id = "10204"}));
}

TEST_F(JiraCloud, AnUnreadableListOfFieldsIsAskedForAgain) {
    transport_.will_answer(200, R"([{"id":"customf)");
    EXPECT_FALSE(client_.learn_fields());
    transport_.will_answer(200, R"({"errorMessages":[]})");
    EXPECT_FALSE(client_.learn_fields());
    // Nothing is written as long as it is not known how.
    transport_.will_answer(200, R"({"fields":[{"fieldId":"summary"}]})");
    transport_.will_answer(200, "<html>Log in</html>");
    const auto made = client_.create_issue(
        {.project_key = "EOSC", .issue_type_id = "1", .fields = {{"customfield_5", {.text = "a"}}}}
    );
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(transport_.asked.size(), 4U);
    knows_fields();
}

TEST_F(JiraCloud, ARefusedWriteAsksAnewHowFieldsAreWritten) {
    transport_.will_answer(200, R"({"fields":[{"fieldId":"summary"}]})");
    transport_.will_answer(200, "[]");
    transport_.will_answer(400, R"({"errors":{"customfield_5":"It must be a document"}})");
    EXPECT_FALSE(client_.edit_issue(IssueId{"7"}, "1", {{"customfield_5", {.text = "a"}}}));
    knows_fields();
}

TEST_F(JiraCloud, HangsIssuesUnderTheEpicLinkOfAnOldProject) {
    transport_.will_answer(
        200,
        R"([{"id":"customfield_8","name":"Epic Link","schema":{"custom":"com.pyxis.greenhopper.jira:gh-epic-link"}}])"
    );
    ASSERT_TRUE(client_.learn_fields());
    transport_.will_answer(
        200, R"({"fields":[{"fieldId":"summary"},{"fieldId":"customfield_8"}]})"
    );
    transport_.will_answer(201, R"({"id":"10021","key":"EOSC-7"})");
    ASSERT_TRUE(client_.create_issue(
        {.project_key = "EOSC",
         .issue_type_id = "1",
         .epic = {{IssueId{"10020"}, IssueKey{"EOSC-6"}}}}
    ));
    EXPECT_EQ(json::text_or_empty(json::at(sent(2), {"fields", "customfield_8"})), "EOSC-6");
    EXPECT_TRUE(json::at(sent(2), {"fields", "parent"}).is_null());
}

TEST_F(JiraCloud, WritesCommentsAsDocumentsAndReadsThemAsText) {
    transport_.will_answer(
        201, R"({"id":"7","author":{"accountId":"5b10"},"jsdPublic":true,
        "body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"*hello*"}]}]}})"
    );
    const auto made = client_.add_comment(
        IssueId{"10021"},
        {.body = "*hello*",
         .visibility = Visibility{.type = "role", .value = "Staff"},
         .marker = "m"}
    );
    ASSERT_TRUE(made);
    EXPECT_EQ(made->body, "*hello*");
    EXPECT_EQ(made->author.account, "5b10");
    EXPECT_EQ(json::text_or_empty(json::at(sent(0), {"body", "type"})), "doc");
    EXPECT_EQ(json::text_or_empty(json::at(sent(0), {"visibility", "value"})), "Staff");
}

TEST_F(JiraCloud, AsksForMarkersInOneGoWhereTheListDoesNotShowThem) {
    transport_.will_answer(
        200,
        R"({"total":2,"comments":[{"id":"7","body":"a","jsdPublic":false},{"id":"8","body":"b","jsdPublic":true}]})"
    );
    transport_.will_answer(
        200,
        R"({"values":[{"id":"8","body":"b","properties":[{"key":"oms","value":{"marker":"oms-1-message-5"}}]}]})"
    );
    const auto comments = client_.comments(IssueId{"10021"}, NoteFlags::read);
    ASSERT_TRUE(comments);
    EXPECT_EQ(path(1), "/comment/list?expand=properties");
    EXPECT_EQ(json::write(json::at(sent(1), "ids")), "[7,8]");
    ASSERT_EQ(comments->size(), 2U);
    EXPECT_TRUE(comments->at(0).service_desk_internal);
    EXPECT_EQ(comments->at(1).marker, "oms-1-message-5");
    EXPECT_EQ(transport_.asked.size(), 2U) << "each comment says by itself if it is a note";
}

TEST_F(JiraCloud, ReadsIssuesByIdFromTheDatabase) {
    transport_.will_answer(200, R"({"issues":[{"id":"10021","key":"EOSC-7"}],"issueErrors":[]})");
    const auto found = client_.issues_by_ids({IssueId{"10021"}, IssueId{"10022"}});
    ASSERT_TRUE(found);
    EXPECT_EQ(path(0), "/issue/bulkfetch");
    EXPECT_EQ(found->size(), 1U);
    transport_.will_answer(404, "<html>");
    transport_.will_answer(200, R"({"issues":[{"id":"10021","key":"EOSC-7"}],"isLast":true})");
    ASSERT_TRUE(client_.issues_by_ids({IssueId{"10021"}}));
    EXPECT_EQ(path(2), "/search/jql");
    EXPECT_EQ(json::write(json::at(sent(2), "reconcileIssues")), "[10021]");
}

TEST_F(JiraCloud, ReadsIssuesByNumberFromTheDatabaseWhereItMay) {
    transport_.will_answer(
        200, R"({"issues":[{"id":"7","key":"EOSC-2","fields":{"labels":["oms-1-pi-4-2"]}}]})"
    );
    const auto found = client_.issues_by_numbers(1, 3);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->at(0).labels, std::vector<std::string>{"oms-1-pi-4-2"});
    EXPECT_EQ(path(0), "/issue/bulkfetch");
    EXPECT_EQ(json::write(json::at(sent(0), "issueIdsOrKeys")), R"(["EOSC-1","EOSC-2","EOSC-3"])");

    // What is not for us, or not there, is of no help, and no fault; an outage is one.
    transport_.will_answer(404, "{}");
    EXPECT_TRUE(client_.issues_by_numbers(1, 3).value_or(std::vector<Issue>{{}}).empty());
    transport_.will_answer(503, "");
    EXPECT_FALSE(client_.issues_by_numbers(1, 3));
}

TEST_F(JiraCloud, PagesByTokensAndSendsNothingThatAStrictSearchRefuses) {
    transport_.will_answer(200, R"({"issues":[{"id":"1","key":"EOSC-1"}],"nextPageToken":"t1"})");
    transport_.will_answer(200, R"({"issues":[{"id":"2","key":"EOSC-2"}],"isLast":true})");
    const auto first = client_.recently_updated(std::chrono::minutes{2}, "", 100);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->next, "t1");
    const auto second = client_.recently_updated(std::chrono::minutes{2}, first->next, 100);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->next, "");
    const json::value body = sent(1);
    for (const auto& [key, value] : *body.if_object()) {
        const std::set<std::string> allowed{"jql", "maxResults", "fields", "nextPageToken"};
        EXPECT_TRUE(allowed.contains(key)) << key;
    }
}

TEST_F(JiraCloud, ReadsACreateScreenToItsEnd) {
    transport_.will_answer(
        200, R"({"startAt":0,"maxResults":1,"total":2,"fields":[{"fieldId":"summary"}]})"
    );
    transport_.will_answer(
        200, R"({"startAt":1,"maxResults":1,"total":2,"fields":[{"fieldId":"parent"}]})"
    );
    const auto fields = client_.create_fields("10204");
    ASSERT_TRUE(fields);
    ASSERT_EQ(fields->size(), 2U);
    EXPECT_EQ(fields->at(1).id, "parent");
    EXPECT_EQ(path(1), "/issue/createmeta/EOSC/issuetypes/10204?maxResults=200&startAt=1");
    for (int page = 0; page < 2; ++page)
        transport_.will_answer(200, R"({"total":9,"fields":[{"fieldId":"summary"}]})");
    EXPECT_TRUE(client_.create_fields("10204")) << "of a list that begins anew it is no more told";
}

TEST_F(JiraCloud, AsksForTheMarkersOfManyCommentsAThousandAtATime) {
    std::string list;
    for (int id = 1; id <= 1001; ++id)
        list += (id == 1 ? "" : ",") + (R"({"id":")" + std::to_string(id) + R"("})");
    transport_.will_answer(200, R"({"total":1001,"comments":[)" + list + "]}");
    transport_.will_answer(200, R"({"values":[]})");
    transport_.will_answer(
        200,
        R"({"values":[{"id":"1001","properties":[{"key":"oms","value":{"marker":"the last"}}]}]})"
    );
    const auto comments = client_.comments(IssueId{"1"}, NoteFlags::as_listed);
    ASSERT_TRUE(comments);
    EXPECT_EQ(comments->back().marker, "the last");
    EXPECT_EQ(json::elements(json::at(sent(1), "ids")).size(), 1000U);
    EXPECT_EQ(json::write(sent(2)), R"({"ids":[1001]})");
}

TEST_F(JiraCloud, WaitsForOneIssueOnlyWhereOnlyItsWritesAreLimited) {
    transport_.will_answer(
        429, "{}", {{"Retry-After", "2"}, {"RateLimit-Reason", "jira-per-issue-on-write"}}
    );
    const auto one = client_.transition(IssueId{"1"}, TransitionId{"11"});
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().kind, ErrorKind::throttled);
    EXPECT_TRUE(one.error().one_only);
    transport_.will_answer(
        429, "{}", {{"Retry-After", "2"}, {"RateLimit-Reason", "jira-burst-based"}}
    );
    EXPECT_FALSE(client_.transition(IssueId{"1"}, TransitionId{"11"}).error().one_only);
}

TEST_F(JiraCloud, NoticesThatAnswersGoToAnotherAccount) {
    transport_.will_answer(
        200, R"({"accountId":"557058:5b10"})", {{"X-AACCOUNTID", "557058%3A5b10"}}
    );
    ASSERT_TRUE(client_.myself());
    transport_.will_answer(200, R"({"issues":[]})", {{"X-AACCOUNTID", "557058%3Aother"}});
    const auto found = client_.newest_issue_number();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::unauthorized);
}

}  // namespace
}  // namespace oms::jira
