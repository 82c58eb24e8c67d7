#include "jira/answers.hpp"

#include <gtest/gtest.h>

namespace oms::jira {
namespace {

http::Response answer(int status, std::string body = "", http::Headers headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

ErrorKind kind(const http::Response& response, bool write) {
    const auto read = read_answer(response, write, true);
    return read ? ErrorKind::shutdown : read.error().kind;
}

TEST(Answers, AServersFailureIsUncertainOnlyForAWrite) {
    EXPECT_EQ(kind(answer(500, "<html>"), true), ErrorKind::outcome_unknown);
    EXPECT_EQ(kind(answer(500, "<html>"), false), ErrorKind::not_sent);
    EXPECT_EQ(kind(answer(200, "<html>page</html>"), true), ErrorKind::outcome_unknown);
    EXPECT_EQ(kind(answer(409, "{}"), true), ErrorKind::not_sent);
}

TEST(Answers, NobodyIsSeenWhateverTheStatus) {
    EXPECT_EQ(
        kind(answer(200, "{}", {{"X-Seraph-LoginReason", "AUTHENTICATED_FAILED"}}), false),
        ErrorKind::unauthorized
    );
    EXPECT_EQ(
        kind(answer(404, "", {{"X-AUSERNAME", "anonymous"}}), false), ErrorKind::unauthorized
    );
    EXPECT_EQ(
        kind(
            answer(403, "", {{"X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=x"}}),
            false
        ),
        ErrorKind::unauthorized
    );
    EXPECT_EQ(kind(answer(302), false), ErrorKind::unauthorized);
    EXPECT_EQ(kind(answer(403), false), ErrorKind::forbidden);
}

TEST(Answers, NameWhatStandsInTheWay) {
    const auto obstacle = [](const http::Response& response) {
        return read_answer(response, false, true).error().obstacle;
    };
    EXPECT_EQ(
        obstacle(answer(403, "", {{"X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE"}})),
        Obstacle::captcha
    );
    EXPECT_EQ(obstacle(answer(200, "{}", {{"X-AUSERNAME", "anonymous"}})), Obstacle::anonymous);
    EXPECT_EQ(obstacle(answer(302)), Obstacle::redirect);
    EXPECT_EQ(obstacle(answer(503, "<html>")), Obstacle::page);
    EXPECT_EQ(obstacle(answer(400, "{}", {{"Content-Type", "application/json"}})), Obstacle::none);
}

TEST(Answers, TellTheRemotesOwnWordsInAnyShape) {
    for (const char* body :
         {R"({"errorMessages":["no"],"errors":{}})",
          R"({"errors":{"summary":"no"}})",
          R"({"errors":["no"]})",
          R"({"errorMessages":"no"})",
          R"({"message":"no"})"}) {
        const auto read = read_answer(answer(400, body), true, true);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().kind, ErrorKind::refused);
        EXPECT_NE(read.error().says.find("no"), std::string::npos) << body;
    }
    EXPECT_EQ(kind(answer(400, "\xFF<<"), true), ErrorKind::refused);
}

TEST(Answers, WaitAsLongAsTheyAreTold) {
    const auto read = read_answer(answer(429, "", {{"Retry-After", "7"}}), true, true);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::throttled);
    EXPECT_EQ(read.error().retry_after, std::chrono::seconds{7});
}

}  // namespace
}  // namespace oms::jira
