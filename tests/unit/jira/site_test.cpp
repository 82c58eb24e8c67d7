#include "jira/site.hpp"

#include <gtest/gtest.h>

#include "jira/client.hpp"
#include "tests/unit/scripted_transport.hpp"

// Which Jira it is: asked once, and again where something tells that it is another one by now.
namespace oms::jira {
namespace {

using namespace std::chrono_literals;

class StandingClock final : public Clock {
public:
    Instant time = Instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
    Instant now() override { return time; }
    Duration steady() override { return time.time_since_epoch(); }
};

constexpr const char* dc_9 =
    R"({"deploymentType":"Server","version":"9.12.4","versionNumbers":[9,12,4]})";
constexpr const char* dc_10 =
    R"({"deploymentType":"Server","version":"10.3.5","versionNumbers":[10,3,5]})";
constexpr const char* cloud =
    R"({"deploymentType":"Cloud","version":"1001.0.0-SNAPSHOT","versionNumbers":[1001,0,0]})";

class JiraSite : public testing::Test {
protected:
    Client client() {
        return Client{
            transport_,
            {.url = "https://jira.example",
             .username = "oms@example.org",
             .token = Secret{"t0ken"},
             .project = "EOSC"},
            site_};
    }
    [[nodiscard]] std::string last_path() const {
        return transport_.asked.back().url.substr(std::string{"https://jira.example"}.size());
    }
    [[nodiscard]] std::string last_header(const char* name) const {
        return http::header(transport_.asked.back().headers, name).value_or("");
    }

    StandingClock clock_;
    test::ScriptedTransport transport_;
    Site site_{clock_};
};

TEST(JiraDialects, AreChosenByDeploymentAndMajorVersion) {
    const auto name = [](const std::string& deployment, int major, Deployment forced = {}) {
        return std::string{dialect_of({.deployment = deployment, .major = major}, forced)->name()};
    };
    EXPECT_EQ(name("Server", 8), "Server 8");
    EXPECT_EQ(name("Server", 7), "Server 8");
    EXPECT_EQ(name("Server", 9), "Data Center 9");
    EXPECT_EQ(name("DataCenter", 10), "Data Center 10");
    EXPECT_EQ(name("Server", 11), "Data Center 10");
    EXPECT_EQ(name("Cloud", 1001), "Cloud");
    EXPECT_EQ(name("", 0), "Data Center 9");
    EXPECT_EQ(name("Server", 9, Deployment::cloud), "Cloud");
    EXPECT_EQ(name("Cloud", 10, Deployment::data_center), "Data Center 10");
}

TEST_F(JiraSite, IsAskedOnceForAllClientsWithoutCredentials) {
    Client one = client();
    Client two = client();
    transport_.will_answer(200, cloud);
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(last_path(), "/rest/api/2/serverInfo");
    EXPECT_EQ(last_header("Authorization"), "");
    ASSERT_TRUE(two.prepare());
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(transport_.asked.size(), 1U);
    EXPECT_EQ(two.generation(), "Cloud");
    transport_.will_answer(200, R"({"accountId":"5b10","displayName":"OMS"})");
    ASSERT_TRUE(two.myself());
    EXPECT_EQ(last_path(), "/rest/api/3/myself");
    EXPECT_EQ(last_header("Authorization"), "Basic b21zQGV4YW1wbGUub3JnOnQwa2Vu");
}

TEST_F(JiraSite, GivesCredentialsWhereNothingIsForEverybody) {
    Client one = client();
    transport_.will_answer(401, "<html>");
    transport_.will_answer(200, dc_9);
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(last_header("Authorization"), "Bearer t0ken");
}

TEST_F(JiraSite, ThatIsNotKnownKeepsAllBack) {
    Client one = client();
    transport_.will_answer(503, "<html>");
    const auto ready = one.prepare();
    ASSERT_FALSE(ready);
    EXPECT_EQ(ready.error().kind, ErrorKind::not_sent);
}

TEST_F(JiraSite, ThatKeepsToItselfWhatItIsIsTakenForADataCenter) {
    Client one = client();
    transport_.will_answer(404, "<html>");
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(one.generation(), "Data Center 9");
}

TEST_F(JiraSite, IsAskedAgainWhereASearchIsNoMore) {
    std::vector<std::string> told;
    site_.on_news([&](const ServerInfo& info, std::string_view dialect) {
        told.push_back(std::string{dialect} + " " + info.version);
    });
    Client one = client();
    transport_.will_answer(200, dc_9);
    ASSERT_TRUE(one.prepare());
    transport_.will_answer(410, R"({"errorMessages":["The requested API has been removed."]})");
    const auto found = one.newest_issue_number();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::not_sent);
    clock_.time += 6s;
    transport_.will_answer(200, cloud);
    ASSERT_TRUE(one.prepare());
    transport_.will_answer(200, R"({"issues":[{"id":"1","key":"EOSC-7"}],"isLast":true})");
    EXPECT_EQ(one.newest_issue_number().value_or(0), 7);
    EXPECT_EQ(last_path(), "/rest/api/3/search/jql");
    EXPECT_EQ(told, (std::vector<std::string>{"Data Center 9 9.12.4", "Cloud 1001.0.0-SNAPSHOT"}));
}

TEST_F(JiraSite, IsAskedAgainAfterAnOutageNowAndThen) {
    Client one = client();
    transport_.will_answer(200, dc_9);
    ASSERT_TRUE(one.prepare());
    transport_.will_answer(503, "<html>starting");
    EXPECT_FALSE(one.myself());
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(transport_.asked.size(), 2U) << "not at every failure";
    clock_.time += 3min;
    transport_.will_answer(200, dc_10);
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(one.generation(), "Data Center 10");
    EXPECT_EQ(one.issue_id_variable(), "{issue.id}");
}

TEST_F(JiraSite, NamedByForceIsNotKeptBackByAnAnswerThatFails) {
    Site forced{clock_, Deployment::cloud};
    Client one{
        transport_,
        {.url = "https://jira.example", .token = Secret{"t0ken"}, .project = "EOSC"},
        forced};
    transport_.will_answer(503, "<html>");
    ASSERT_TRUE(one.prepare());
    ASSERT_TRUE(one.prepare());
    EXPECT_EQ(transport_.asked.size(), 1U);
    EXPECT_EQ(one.generation(), "Cloud");
}

}  // namespace
}  // namespace oms::jira
