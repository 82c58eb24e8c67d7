#include "web/sign_in.hpp"

#include <gtest/gtest.h>

#include "store/database.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::web {
namespace {

using namespace std::chrono_literals;
using store::Connection;

class SetClock final : public Clock {
public:
    Instant now() override { return at; }
    Duration steady() override { return at.time_since_epoch(); }
    Instant at{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h};
};

SignInSettings all_four() {
    return {
        .operator_password = Secret{"operators-password"},
        .viewer_password = Secret{"viewers-password"},
        .operator_token = Secret{"operators-token"},
        .viewer_token = Secret{"viewers-token"}};
}

class SignInTest : public testing::Test {
protected:
    SignInTest() { store::upgrade(*database_, clock_.at); }

    std::string begin(const SignIn& sign_in, Role role) {
        return store::write(*database_, [&](Connection& connection) {
            return sign_in.begin(connection, role, "Ada").first;
        });
    }
    std::optional<Identity> by_cookie(const SignIn& sign_in, const std::string& token) {
        return store::write(*database_, [&](Connection& connection) {
            auto identity = sign_in.by_cookie(connection, token);
            if (identity && sign_in.worth_seeing(*identity)) sign_in.see(connection, *identity);
            return identity;
        });
    }
    static http::Request bearing(const std::string& authorization) {
        return {.headers = {{"Authorization", authorization}}, .peer = "192.0.2.1"};
    }

    SetClock clock_;
    std::unique_ptr<store::Database> database_ =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
    SignIn sign_in_{all_four(), clock_, Log{LogLevel::critical, LogFormat::text}};
};

TEST_F(SignInTest, ATokenGivesItsRoleAndAPasswordIsNone) {
    EXPECT_EQ(
        sign_in_.by_header(bearing("Bearer operators-token")).identity->role, Role::operating
    );
    EXPECT_EQ(sign_in_.by_header(bearing("bearer viewers-token")).identity->role, Role::viewer);
    for (const char* wrong : {"Bearer operators-password", "Bearer ", "Bearer x", "Basic eDp5", ""})
        EXPECT_EQ(sign_in_.by_header(bearing(wrong)).refused->status, 401) << wrong;
    const Shown nothing = sign_in_.by_header({});
    EXPECT_FALSE(nothing.identity || nothing.refused);
}

TEST_F(SignInTest, APasswordOrATokenSignsIn) {
    const http::Request request{.peer = "192.0.2.1"};
    EXPECT_EQ(sign_in_.by_secret("operators-password", request).identity->role, Role::operating);
    EXPECT_EQ(sign_in_.by_secret("operators-token", request).identity->role, Role::operating);
    EXPECT_EQ(sign_in_.by_secret("viewers-password", request).identity->role, Role::viewer);
    EXPECT_EQ(sign_in_.by_secret("viewers-token", request).identity->role, Role::viewer);
    EXPECT_EQ(sign_in_.by_secret("", request).refused->status, 401);
}

TEST_F(SignInTest, WhoGuessedTooOftenWaitsAlsoWithTheRightPassword) {
    const http::Request request{.peer = "192.0.2.1"};
    int tries = 0;
    while (sign_in_.by_secret("wrong", request).refused->status == 401)
        ASSERT_LT(++tries, 20);
    const Shown shown = sign_in_.by_secret("operators-password", request);
    ASSERT_TRUE(shown.refused);
    EXPECT_EQ(shown.refused->status, 429);
    EXPECT_TRUE(http::header(shown.refused->headers, "Retry-After"));
    EXPECT_TRUE(sign_in_.by_secret("operators-password", {.peer = "192.0.2.2"}).identity);
    clock_.at += 10s;
    EXPECT_TRUE(sign_in_.by_secret("operators-password", request).identity);
}

TEST_F(SignInTest, ASessionEndsHalfAnHourAfterItsLastRequest) {
    const std::string token = begin(sign_in_, Role::operating);
    for (int i = 0; i < 4; ++i) {
        clock_.at += 29min;
        ASSERT_TRUE(by_cookie(sign_in_, token)) << i;
    }
    clock_.at += 31min;
    EXPECT_FALSE(by_cookie(sign_in_, token));
}

TEST_F(SignInTest, ASessionEndsEightHoursAfterItBegan) {
    const std::string token = begin(sign_in_, Role::viewer);
    int lasted = 0;
    while (by_cookie(sign_in_, token)) {
        clock_.at += 20min;
        ASSERT_LE(++lasted, 24);
    }
    EXPECT_EQ(lasted, 24);
}

TEST_F(SignInTest, AChangedPasswordEndsAllSessions) {
    const std::string token = begin(sign_in_, Role::operating);
    SignInSettings changed = all_four();
    changed.viewer_password = Secret{"another"};
    const SignIn next{changed, clock_, Log{LogLevel::critical, LogFormat::text}};
    EXPECT_TRUE(by_cookie(sign_in_, token));
    EXPECT_FALSE(by_cookie(next, token));
}

TEST_F(SignInTest, TheStoreHasNothingThatSignsIn) {
    const std::string token = begin(sign_in_, Role::operating);
    const auto identity = by_cookie(sign_in_, token);
    ASSERT_TRUE(identity);
    EXPECT_NE(identity->session, token);
    EXPECT_FALSE(by_cookie(sign_in_, identity->session));
    EXPECT_FALSE(by_cookie(sign_in_, "' OR 1=1 --"));
    EXPECT_NE(begin(sign_in_, Role::operating), token);
}

TEST_F(SignInTest, TheCookieIsForThisServiceAlone) {
    EXPECT_EQ(sign_in_.cookie("t"), "oms_session=t; Path=/; HttpOnly; SameSite=Strict");
    SignInSettings behind_https = all_four();
    behind_https.secure_cookie = true;
    const SignIn sign_in{behind_https, clock_, Log{LogLevel::critical, LogFormat::text}};
    EXPECT_EQ(sign_in.cookie("t"), "oms_session=t; Path=/; HttpOnly; SameSite=Strict; Secure");
    EXPECT_EQ(session_cookie({.headers = {{"Cookie", "a=b; oms_session=t; c=d"}}}), "t");
    EXPECT_EQ(session_cookie({.headers = {{"Cookie", "xoms_session=t"}}}), "");
}

TEST_F(SignInTest, IsOffWhereNothingIsSet) {
    EXPECT_FALSE(SignInSettings{}.on());
    EXPECT_TRUE(SignInSettings{.viewer_token = Secret{"x"}}.on());
}

}  // namespace
}  // namespace oms::web
