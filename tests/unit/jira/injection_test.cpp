#include <gtest/gtest.h>

#include "base/text.hpp"
#include "jira/client.hpp"
#include "jira/wiki.hpp"
#include "tests/support/known_jira.hpp"
#include "tests/unit/scripted_transport.hpp"

// What customers, staff or Jira itself could write so that it does something elsewhere.
namespace oms::jira {
namespace {

class Injection : public testing::Test {
protected:
    [[nodiscard]] std::string jql() const {
        const auto body = json::parse(transport_.asked.back().body);
        return body ? json::text_or_empty(json::at(*body, "jql")) : "";
    }

    SystemClock clock_;
    test::KnownJira known_{clock_, "9.12.0", 9};
    test::ScriptedTransport transport_;
    Client client_{
        transport_,
        {.url = "http://jira.example",
         .context_path = "/jira",
         .username = "oms",
         .password = Secret{"p4ssword"},
         .project = "EOSC",
         .order_reference_field = "customfield_2",
         .project_name_field = "customfield_4"},
        known_.site};
};

TEST_F(Injection, NoIdOfAnAnswerLeadsOutOfItsPath) {
    for (const char* id :
         {"../../plugins",
          "..",
          "1?expand=x",
          "1/../2",
          "@evil.example",
          "//evil.example/",
          "1 OR project = X",
          "1) OR (1=1",
          "http://evil.example/1"}) {
        transport_.will_answer(200, json::write(json::object{{"id", id}, {"key", "EOSC-1"}}));
        EXPECT_FALSE(client_.issue(IssueId{"10"}, {})) << id;
        transport_.will_answer(201, json::write(json::object{{"id", id}, {"body", "x"}}));
        EXPECT_FALSE(client_.add_comment(IssueId{"10"}, {.body = "x"})) << id;
        transport_.will_answer(201, json::write(json::object{{"id", id}, {"key", "EOSC-1"}}));
        EXPECT_FALSE(client_.create_issue({})) << id;
    }
}

TEST_F(Injection, EveryRequestGoesToTheConfiguredAddress) {
    // Whatever addresses an answer holds.
    const char* elsewhere = R"({"id":"10","key":"EOSC-1","self":"http://evil.example/10",
        "next":"http://evil.example/next","nextPage":"http://evil.example/next","total":1,
        "fields":{"comment":{"self":"http://evil.example/c","total":2,"comments":
        [{"id":"1","self":"http://evil.example/1","author":{"avatarUrls":{"16x16":"http://evil.example/a"}}}]}}})";
    for (int i = 0; i < 4; ++i)
        transport_.will_answer(
            200,
            elsewhere,
            {{"Content-Type", "application/json"},
             {"Location", "http://evil.example/"},
             {"Link", "<http://evil.example/2>; rel=\"next\""}}
        );
    static_cast<void>(client_.issue(IssueId{"10"}, {.transitions = true, .comments = true}));
    EXPECT_GE(transport_.asked.size(), 2U);
    for (const auto& request : transport_.asked)
        EXPECT_TRUE(request.url.starts_with("http://jira.example/jira/rest/api/2/issue/10"))
            << request.url;
}

TEST_F(Injection, ARedirectIsARefusalAndNotAnAddress) {
    for (const int status : {301, 302, 303, 307, 308}) {
        transport_.will_answer(status, "", {{"Location", "http://evil.example/"}});
        const auto answer = client_.myself();
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::unauthorized);
    }
    EXPECT_EQ(transport_.asked.size(), 5U);
}

TEST_F(Injection, ACustomersNameOfAProjectStaysInItsQuotes) {
    transport_.will_answer(200, R"({"issues":[],"total":0})");
    ASSERT_TRUE(client_.find_standing(
        {.marker = "oms-1-project-1",
         .project_name = R"(x" OR project = SECRET OR "\" OR text ~ "y)"}
    ));
    EXPECT_EQ(
        jql(),
        R"(project = "EOSC" AND (labels = "oms-1-project-1" OR cf[4] ~ "\"x  OR project = SECRET OR     OR text ~  y\""))"
    );
}

TEST_F(Injection, WhatARemoteSaysDoesNotTellOurPassword) {
    transport_.will_answer(400, R"({"errorMessages":["bad: Basic b21zOnA0c3N3b3Jk, p4ssword"]})");
    const auto answer = client_.myself();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().says, "Jira answered 400: bad: Basic ***, ***");
}

/// Each of these would do something if Jira rendered it; a customer may type it, and it must not.
TEST(Neutralise, LeavesNoMacroMentionImageLinkOrTable) {
    for (const char* text :
         {"{html}<script>alert(1)</script>{html}",
          "{include:Secret Page}",
          "{iframe:src=http://evil.example}",
          "{jiraissues:url=http://evil.example}",
          "{color:red}red{color}",
          "{code}x{code}",
          "{noformat}x{noformat}",
          "{quote}x{quote}",
          "{panel:title=x}y{panel}",
          "{anchor:x}",
          "{toc}",
          "[~admin]",
          "[~accountid:1]",
          "[ok|http://evil.example]",
          "[http://evil.example]",
          "[mailto:a@b.example]",
          "[file:///etc/passwd]",
          "[^attachment.exe]",
          "[#top]",
          "!http://evil.example/pixel.png!",
          "!a.png|onload=x!",
          "||head||",
          "|cell|",
          "{{mono}}"}) {
        const std::string neutral = wiki::neutralise(text);
        for (std::size_t at = 0; at < neutral.size(); ++at) {
            const bool opens = std::string_view{"{["}.find(neutral[at]) != std::string_view::npos;
            if (!opens) continue;
            ASSERT_GT(at, 0U) << neutral;
            EXPECT_EQ(neutral[at - 1], '\\') << neutral;
        }
        EXPECT_FALSE(neutral.starts_with("!") || neutral.starts_with("|")) << neutral;
        EXPECT_EQ(neutral.find("[~"), std::string::npos) << neutral;
        // It is still read as it was typed.
        EXPECT_EQ(wiki::to_plain_text(neutral), text);
    }
}

TEST(Neutralise, LeavesHtmlToTheRendererWhichEscapesIt) {
    EXPECT_EQ(wiki::neutralise("<img src=x onerror=alert(1)>"), "<img src=x onerror=alert(1)>");
    EXPECT_EQ(wiki::to_plain_text("<b>x</b> &amp; y"), "<b>x</b> &amp; y");
}

}  // namespace
}  // namespace oms::jira
