#include "app/shown_settings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/settings.hpp"
#include "app/variables.hpp"

namespace oms::app {
namespace {

web::ShownSetting shown(const Environment& environment, const std::string& name) {
    const auto all = shown_settings(environment, {});
    const auto found = std::ranges::find(all.items, name, &web::ShownSetting::name);
    return found == all.items.end() ? web::ShownSetting{} : *found;
}

TEST(ShownSettings, TellWhatHoldsAndWhereItCameFrom) {
    Environment environment;
    environment.set("OMS_WORKERS", "4", ".env");
    environment.set("FLASK_RUN_PORT", "8080", "environment");
    environment.set("OMS_JIRA_URL", "https://jira.example.org", "/etc/oms-jira/url");
    EXPECT_EQ(shown(environment, "OMS_WORKERS").value, "4");
    EXPECT_EQ(shown(environment, "OMS_WORKERS").from, ".env");
    EXPECT_EQ(shown(environment, "OMS_WORKERS").standard, "8");
    EXPECT_EQ(shown(environment, "OMS_HTTP_PORT").value, "8080");
    EXPECT_EQ(shown(environment, "OMS_JIRA_URL").from, "file /etc/oms-jira/url");
    EXPECT_EQ(shown(environment, "OMS_RETRY_MAX").value, "5m");
    EXPECT_EQ(shown(environment, "OMS_RETRY_MAX").from, "default");
}

TEST(ShownSettings, NeverShowASecret) {
    Environment environment;
    for (const Variable& variable : variables())
        environment.set(variable.name, "canary", "environment");
    environment.set("OMS_DB_HOST", "postgresql://oms:canary@db/oms", "environment");
    for (const web::ShownSetting& one : shown_settings(environment, {}).items) {
        if (!one.secret) continue;
        EXPECT_EQ(one.value, "***") << one.name;
    }
    EXPECT_EQ(shown(environment, "OMS_DB_HOST").value, "postgresql://oms:***@db/oms");
    EXPECT_EQ(shown({}, "OMS_API_TOKEN").value, "");
}

TEST(ShownSettings, TellWarningsByTheirVariable) {
    const Advice advice{
        .variable = "OMS_UI_PASSWORD",
        .says = "OMS_UI_PASSWORD is shorter than 16 characters",
        .fix = "openssl rand -hex 16"};
    const auto all = shown_settings({}, {advice});
    ASSERT_EQ(all.notes.size(), 1U);
    EXPECT_EQ(all.notes[0].variable, "OMS_UI_PASSWORD");
    EXPECT_EQ(all.notes[0].says, "is shorter than 16 characters");
    EXPECT_EQ(all.notes[0].fix, "openssl rand -hex 16");
}

TEST(ShownSettings, AreNotOfADashboardThatIsOff) {
    Environment environment;
    EXPECT_FALSE(load_settings(environment, Needs::database, Instant{}).settings.sign_in.on());
    environment.set("OMS_API_READ_TOKEN", "a-token-of-some-length", "environment");
    environment.set("OMS_PUBLIC_URL", "https://oms.example.org", "environment");
    const auto settings = load_settings(environment, Needs::database, Instant{}).settings;
    EXPECT_TRUE(settings.sign_in.on());
    EXPECT_TRUE(settings.sign_in.secure_cookie);
}

}  // namespace
}  // namespace oms::app
