#include "jira/client.hpp"

#include <gtest/gtest.h>

#include "tests/support/known_jira.hpp"
#include "tests/unit/scripted_transport.hpp"

// What a Data Center really answers (contract, sections 1 to 4).
namespace oms::jira {
namespace {

using namespace std::chrono_literals;

const IssueId issue_id{"10021"};

class JiraClient : public testing::Test {
protected:
    explicit JiraClient(Secret token = {})
        : client_{
              transport_,
              {.url = "http://jira.example",
               .context_path = "/jira",
               .username = "oms",
               .password = Secret{"p4ss"},
               .token = std::move(token),
               .project = "EOSC",
               .voucher_field = "customfield_1",
               .order_reference_field = "customfield_2",
               .epic_link_field = "customfield_3",
               .epic_name_field = "customfield_4"},
              known_.site} {}

    [[nodiscard]] const http::Request& asked() const { return transport_.asked.back(); }
    [[nodiscard]] std::string path(std::size_t index) const {
        return transport_.asked.at(index).url.substr(std::string{"http://jira.example"}.size());
    }
    [[nodiscard]] json::value sent() const {
        const auto body = json::parse(asked().body);
        return body ? *body : json::value(nullptr);
    }
    [[nodiscard]] std::string header(const char* name) const {
        return http::header(asked().headers, name).value_or("");
    }

    SystemClock clock_;
    test::KnownJira known_{clock_, "9.12.0", 9};
    test::ScriptedTransport transport_;
    Client client_;
};

class JiraClientWithToken : public JiraClient {
protected:
    JiraClientWithToken() : JiraClient{Secret{"pat"}} {}
};

TEST_F(JiraClient, SendsItsCredentialsEachTimeUnderTheContextPath) {
    transport_.will_answer(200, R"({"name":"oms","key":"JIRAUSER1"})");
    const auto me = client_.myself();
    ASSERT_TRUE(me);
    EXPECT_EQ(me->account, "JIRAUSER1");
    EXPECT_EQ(path(0), "/jira/rest/api/2/myself");
    EXPECT_EQ(header("Authorization"), "Basic b21zOnA0c3M=");
    EXPECT_EQ(header("X-Atlassian-Token"), "no-check");
    EXPECT_EQ(header("Accept"), "application/json");
}

TEST_F(JiraClientWithToken, SendsAPersonalAccessTokenAlone) {
    transport_.will_answer(200, R"({"name":"oms"})");
    ASSERT_TRUE(client_.myself());
    EXPECT_EQ(header("Authorization"), "Bearer pat");
}

TEST_F(JiraClient, MakesAnIssueWithItsMarkerInLabelAndProperty) {
    transport_.will_answer(201, R"({"id":"10022","key":"EOSC-8","self":"x"})");
    const auto made = client_.create_issue(
        {.project_key = "EOSC",
         .issue_type_id = "10204",
         .fields =
             {{"summary", {.text = "S"}},
              {"customfield_4", {.kind = FieldValue::Kind::option, .text = "10300"}}},
         .marker = "oms-1-order-12-3",
         .epic = std::pair{IssueId{"10001"}, IssueKey{"EOSC-1"}}}
    );
    ASSERT_TRUE(made);
    EXPECT_EQ(made->key.value, "EOSC-8");
    EXPECT_EQ(
        sent(), *json::parse(R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":"10204"},
            "summary":"S","customfield_4":{"id":"10300"},"labels":["oms-1-order-12-3"],
            "customfield_3":"EOSC-1"},
            "properties":[{"key":"oms","value":{"marker":"oms-1-order-12-3"}}]})")
    );
}

TEST_F(JiraClient, DoesNotKnowWhatBecameOfACreateWithoutAReadableAnswer) {
    for (const char* body : {"", "{}", R"({"id":"1"})", "<html>"}) {
        transport_.will_answer(201, body);
        const auto made = client_.create_issue({});
        ASSERT_FALSE(made) << body;
        EXPECT_EQ(made.error().kind, ErrorKind::outcome_unknown) << body;
    }
}

TEST_F(JiraClient, ReadsAnIssueWithTransitionsPropertyAndCommentsAtOnce) {
    transport_.will_answer(200, R"({"id":"10021","key":"EOSC-7","fields":{
        "status":{"id":"3","name":"In Arbeit"},"labels":["a"],
        "project":{"key":"EOSC","projectTypeKey":"software"},
        "customfield_1":null,"comment":{"total":1,"comments":[{"id":"5","body":"hi",
        "author":{"name":"anna","displayName":"Anna"},"visibility":{"type":"role","value":"Staff"},
        "created":"2026-05-04T10:00:00.000+0200","updated":"2026-05-04T10:00:00.000+0200"}]}},
        "properties":{"oms":{"marker":"m"}},
        "transitions":[{"id":"21","name":"Fertig","to":{"id":"7","name":"Ready"}}]})");
    const auto issue =
        client_.issue(issue_id, {.transitions = true, .property = true, .comments = true});
    ASSERT_TRUE(issue);
    EXPECT_EQ(transport_.asked.size(), 1U);
    EXPECT_EQ(issue->status.value, "3");
    EXPECT_EQ(issue->voucher, "");
    EXPECT_EQ(issue->marker, "m");
    EXPECT_EQ(issue->transitions.at(0).to.value, "7");
    ASSERT_EQ(issue->comments.size(), 1U);
    EXPECT_EQ(issue->comments[0].visibility->value, "Staff");
    EXPECT_TRUE(issue->comments_whole);
}

TEST_F(JiraClient, AsksForTransitionsAndCommentsThatTheIssueDoesNotBring) {
    transport_.will_answer(200, R"({"id":"10021","key":"EOSC-7","fields":{
        "status":{"id":"3"},"project":{"projectTypeKey":"software"},
        "comment":{"total":2,"comments":[{"id":"5","body":"one"}]}}})");
    transport_.will_answer(200, R"({"transitions":[{"id":"21","name":"x","to":{"id":"7"}}]})");
    transport_.will_answer(200, R"({"startAt":0,"maxResults":1,"total":2,"comments":[
        {"id":"6","body":"two","properties":[]}]})");
    transport_.will_answer(200, R"({"startAt":1,"maxResults":1,"total":2,"comments":[
        {"id":"5","body":"one","properties":[{"key":"oms","value":{"marker":"k"}}]}]})");
    const auto issue = client_.issue(issue_id, {.transitions = true, .comments = true});
    ASSERT_TRUE(issue);
    EXPECT_EQ(issue->transitions.size(), 1U);
    ASSERT_EQ(issue->comments.size(), 2U);
    EXPECT_EQ(issue->comments[0].id.value, "5") << "in the order of their ids";
    EXPECT_EQ(issue->comments[0].marker, "k");
    EXPECT_EQ(
        path(3), "/jira/rest/api/2/issue/10021/comment?startAt=1&maxResults=1000&expand=properties"
    );
}

TEST_F(JiraClient, IsNotLedInCirclesByAListOfComments) {
    for (int page = 0; page < 3; ++page)
        transport_.will_answer(200, R"({"total":1000000,"comments":[{"id":"5","body":"one"}]})");
    const auto comments = client_.comments(issue_id, NoteFlags::as_listed);
    ASSERT_FALSE(comments);
    EXPECT_EQ(comments.error().kind, ErrorKind::refused);
    EXPECT_EQ(transport_.asked.size(), 2U);
}

TEST_F(JiraClient, AsksEachCommentOfAServiceDeskWhereListsShowNoProperties) {
    transport_.will_answer(200, R"({"total":2,"comments":[{"id":"5"},{"id":"6"}]})");
    transport_.will_answer(200, R"({"key":"sd.public.comment","value":{"internal":true}})");
    transport_.will_answer(404, R"({"errorMessages":["no such property"]})");
    const auto comments = client_.comments(issue_id, NoteFlags::read);
    ASSERT_TRUE(comments);
    EXPECT_TRUE((*comments)[0].service_desk_internal);
    EXPECT_FALSE((*comments)[1].service_desk_internal);
    transport_.will_answer(200, R"({"total":2,"comments":[{"id":"5"},{"id":"6"}]})");
    ASSERT_TRUE(client_.comments(issue_id, NoteFlags::as_listed));
}

TEST_F(JiraClient, KeepsBackACommentWhoseRestrictionItCannotRead) {
    for (const std::string restricted :
         {R"("visibility":"Administrators")",
          R"("visibility":[{"type":"role","value":"User"}])",
          R"("jsdPublic":"false")",
          R"("jsdPublic":0)",
          R"("jsdPublic":{})",
          R"("properties":[{"key":"sd.public.comment","value":{"internal":"true"}}])",
          R"("properties":[{"key":"sd.public.comment","value":{"internal":1}}])",
          R"("properties":[{"key":"sd.public.comment","value":"{\"internal\":true}"}])"}) {
        transport_.will_answer(200, R"({"total":1,"comments":[{"id":"5",)" + restricted + "}]}");
        const auto comments = client_.comments(issue_id, NoteFlags::as_listed);
        ASSERT_TRUE(comments);
        const Comment& comment = comments->at(0);
        EXPECT_TRUE(comment.service_desk_internal || comment.visibility) << restricted;
        EXPECT_NE(comment.visibility.value_or(Visibility{}).value, "User") << restricted;
    }
    for (const std::string open :
         {R"("visibility":null,"jsdPublic":null)",
          R"("jsdPublic":"True")",
          R"("properties":[{"key":"sd.public.comment","value":{"internal":false}}])",
          R"("properties":[{"key":"other","value":1}])"}) {
        transport_.will_answer(200, R"({"total":1,"comments":[{"id":"5",)" + open + "}]}");
        const auto comments = client_.comments(issue_id, NoteFlags::as_listed);
        ASSERT_TRUE(comments);
        EXPECT_FALSE(comments->at(0).service_desk_internal || comments->at(0).visibility) << open;
    }
}

TEST_F(JiraClient, TakesAProjectThatDoesNotSayWhatItIsForAServiceDesk) {
    transport_.will_answer(200, R"({"id":"10021","key":"EOSC-7","fields":{"project":{"key":"EOSC"},
        "comment":{"total":1,"comments":[{"id":"5","body":"psst"}]}}})");
    transport_.will_answer(200, R"({"key":"EOSC"})");
    transport_.will_answer(200, R"({"total":1,"comments":[{"id":"5","body":"psst"}]})");
    transport_.will_answer(200, R"({"key":"sd.public.comment","value":{"internal":true}})");
    const auto read = client_.issue(issue_id, {.comments = true});
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->comments.at(0).service_desk_internal);
}

TEST_F(JiraClient, AsksOnceWhetherAProjectIsAServiceDeskWhereItsIssuesDoNotSay) {
    const std::string issue = R"({"id":"10021","key":"EOSC-7","fields":{"project":{"key":"EOSC"},
        "comment":{"total":1,"comments":[{"id":"5","body":"psst"}]}}})";
    const std::string list = R"({"total":1,"comments":[{"id":"5","body":"psst","properties":[
        {"key":"sd.public.comment","value":{"internal":true}}]}]})";
    transport_.will_answer(200, issue);
    transport_.will_answer(200, R"({"key":"EOSC","projectTypeKey":"service_desk"})");
    transport_.will_answer(200, list);
    transport_.will_answer(200, issue);
    transport_.will_answer(200, list);
    for (int look = 0; look < 2; ++look) {
        const auto read = client_.issue(issue_id, {.comments = true});
        ASSERT_TRUE(read);
        EXPECT_TRUE(read->comments.at(0).service_desk_internal);
    }
    EXPECT_EQ(path(1), "/jira/rest/api/2/project/EOSC");
    EXPECT_EQ(transport_.asked.size(), 5U);
}

TEST_F(JiraClient, KnowsATransitionByItsNameWhereItDoesNotSayWhereItLeads) {
    transport_.will_answer(
        200, R"({"transitions":[{"id":"21","name":"Ready"},{"id":"22","name":"Give up"}]})"
    );
    transport_.will_answer(200, R"([{"id":"3","name":"To Do"},{"id":"7","name":"Ready"}])");
    const auto moves = client_.transitions(issue_id);
    ASSERT_TRUE(moves);
    EXPECT_EQ(moves->at(0).to.value, "7");
    EXPECT_EQ(moves->at(1).to.value, "");
}

TEST_F(JiraClient, TakesWebhooksInAnotherShapeForNoAnswerRatherThanForNone) {
    transport_.will_answer(200, R"({"values":[{"self":"http://x/7","url":"http://here"}]})");
    const auto in_a_page = client_.webhooks();
    ASSERT_TRUE(in_a_page);
    EXPECT_EQ(in_a_page->at(0).id, "7");
    transport_.will_answer(200, R"({"webhooks":"many"})");
    EXPECT_FALSE(client_.webhooks());
}

TEST_F(JiraClient, SendsTheVisibilityAgainWithAnEdit) {
    transport_.will_answer(200, R"({"id":"5","body":"new"})");
    ASSERT_TRUE(client_.edit_comment(
        issue_id,
        CommentId{"5"},
        {.body = "new", .visibility = Visibility{"role", "Staff"}, .marker = "k"}
    ));
    EXPECT_EQ(asked().method, "PUT");
    EXPECT_EQ(sent().at("visibility").at("value").as_string(), "Staff");
}

TEST_F(JiraClient, FindsWhatStandsForAnOrderByLabelOrExactReference) {
    transport_.will_answer(200, R"({"startAt":0,"total":4,"issues":[
        {"id":"9","key":"EOSC-9","fields":{"labels":[],"customfield_2":"https://m/projects/1/services/2"}},
        {"id":"12","key":"EOSC-12","fields":{"labels":["oms-1-order-1-2"]}},
        {"id":"11","key":"EOSC-11","fields":{"labels":["oms-1-order-1-2"]}},
        {"id":"8","key":"EOSC-8","fields":{"labels":["oms-1-order-1-22"],
         "customfield_2":"https://m/projects/1/services/22"}}]})");
    const auto found = client_.find_standing(
        {.marker = "oms-1-order-1-2", .order_reference = "https://m/projects/1/services/2"}
    );
    ASSERT_TRUE(found);
    std::vector<std::string> keys;
    for (const Issue& issue : *found)
        keys.push_back(issue.key.value);
    EXPECT_EQ(keys, (std::vector<std::string>{"EOSC-11", "EOSC-12", "EOSC-9"}));
    EXPECT_EQ(
        json::text_or_empty(sent().at("jql")),
        R"(project = "EOSC" AND (labels = "oms-1-order-1-2" OR )"
        R"(cf[2] ~ "\"https://m/projects/1/services/2\""))"
    );
}

TEST_F(JiraClient, FallsBackOnTheLabelWhereTheFieldCannotBeSearched) {
    transport_.will_answer(400, R"({"errorMessages":["Unable to parse the text"]})");
    transport_.will_answer(200, R"({"total":0,"issues":[]})");
    ASSERT_TRUE(client_.find_standing({.marker = "m", .order_reference = "r"}));
    EXPECT_EQ(json::text_or_empty(sent().at("jql")), R"(project = "EOSC" AND labels = "m")");
}

TEST_F(JiraClient, FindsTheOthersWhereOneIdIsNoMore) {
    transport_.will_answer(400, R"({"errorMessages":["does not exist for the field 'id'"]})");
    transport_.will_answer(200, R"({"total":1,"issues":[{"id":"1","key":"EOSC-1","fields":{}}]})");
    transport_.will_answer(400, R"({"errorMessages":["does not exist for the field 'id'"]})");
    const auto found = client_.issues_by_ids({IssueId{"1"}, IssueId{"2"}});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ((*found)[0].id.value, "1");
}

TEST_F(JiraClient, RefusesWhatMakesNoSense) {
    for (const char* body : {"{", "[]", "null", R"({"key":"EOSC-1"})"}) {
        transport_.will_answer(200, body);
        const auto read = client_.issue(issue_id, {});
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().kind, ErrorKind::refused) << body;
    }
    transport_.will_answer(200, "<html>starting</html>", {{"Content-Type", "text/html"}});
    EXPECT_EQ(client_.issue(issue_id, {}).error().kind, ErrorKind::not_sent);
}

}  // namespace
}  // namespace oms::jira
