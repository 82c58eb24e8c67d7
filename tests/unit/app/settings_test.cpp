#include "app/settings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/variables.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

Environment environment(const std::map<std::string, std::string>& values) {
    Environment made;
    for (const auto& [name, value] : values)
        made.set(name, value, "test");
    return made;
}

Environment complete() {
    return environment(
        {{"OMS_MP_URL", "https://mp.example/"},
         {"OMS_MP_TOKEN", "t"},
         {"OMS_JIRA_URL", "https://jira.example"},
         {"OMS_JIRA_USERNAME", "u"},
         {"OMS_JIRA_PASSWORD", "p"},
         {"OMS_JIRA_PROJECT", "EOSC"},
         {"OMS_JIRA_ISSUE_TYPE_ID", "1"},
         {"OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "2"}}
    );
}

bool faulted(const Environment& given, const std::string& variable) {
    const auto faults = load_settings(given, Needs::remotes, {}).faults;
    return std::ranges::any_of(faults, [&](const Fault& fault) {
        return fault.variable == variable;
    });
}

TEST(Settings, AreFineWithTheLeast) {
    const auto loaded = load_settings(complete(), Needs::remotes, {});
    EXPECT_TRUE(loaded.faults.empty()) << describe(loaded.faults);
    EXPECT_EQ(loaded.settings.marketplace.url, "https://mp.example");
    EXPECT_EQ(loaded.settings.plan.workflow.at(Status::ready).value, "7");
    EXPECT_EQ(loaded.settings.poll_interval, 60s);
}

TEST(Settings, AreToldOnOneLineEach) {
    Environment odd = complete();
    odd.set("OMS_JIRA_WF_READY", "1\n2", "test");
    odd.set("OMS_JIRA_WF_TODO", "1\n2", "test");
    odd.set("OMS_JIRA_FIELD_SO_1", "x\xFF", "test");
    odd.set("OMS_JIRA_FIELD_CI_Name", "x\xFF", "test");
    odd.set("OMS_\n\xFF" + std::string(10'000, 'x'), "x", "environment");
    const Loaded loaded = load_settings(odd, Needs::remotes, {});
    EXPECT_EQ(loaded.faults.size(), 4U) << describe(loaded.faults);
    for (const Fault& fault : loaded.faults) {
        EXPECT_EQ(fault.says.find_first_of("\n\xFF"), std::string::npos) << fault.says;
    }
    ASSERT_EQ(loaded.settings.advice.size(), 1U);
    EXPECT_EQ(loaded.settings.advice[0].says.find_first_of("\n\xFF"), std::string::npos);
    EXPECT_LT(loaded.settings.advice[0].says.size(), 200U);
}

TEST(Settings, TellTheDatabaseByItsUrl) {
    const auto place = [](const std::string& url) {
        Environment given = complete();
        given.set("OMS_DB_HOST", url, "test");
        const Loaded loaded = load_settings(given, Needs::remotes, {});
        EXPECT_TRUE(loaded.faults.empty()) << url;
        return loaded.settings.database;
    };
    EXPECT_EQ(place("sqlite:////var/lib/x.db").file, "/var/lib/x.db");
    EXPECT_FALSE(place("sqlite:///x.db").shared());
    // As SQLAlchemy had it, driver and all.
    for (const char* url :
         {"postgresql://oms:p%40ss@db:5433/orders",
          "postgres://oms:p%40ss@db:5433/orders",
          "postgresql+psycopg2://oms:p%40ss@db:5433/orders"}) {
        EXPECT_EQ(store::describe(place(url)), "PostgreSQL, orders at db:5433, as oms") << url;
    }
}

TEST(Settings, ShowNoPassword) {
    const Variable url{.name = "OMS_DB_HOST"};
    EXPECT_EQ(shown_value(url, "postgresql://oms:hush@db/x"), "postgresql://oms:***@db/x");
    EXPECT_EQ(
        shown_value(url, "postgresql://oms@db/x?password=hush&connect_timeout=3"),
        "postgresql://oms@db/x?password=***&connect_timeout=3"
    );
    const Variable redis{.name = "OMS_REDIS_HOST"};
    EXPECT_EQ(shown_value(redis, "redis://:hu:sh@r@cache:6379/2"), "redis://:***@cache:6379/2");
    EXPECT_EQ(shown_value(redis, "redis://ada:hush@cache"), "redis://ada:***@cache");
    EXPECT_EQ(shown_value(url, "sqlite:///a:b@c/x.db"), "sqlite:///a:b@c/x.db");
    EXPECT_EQ(shown_value(url, "db.example.org:6379"), "db.example.org:6379");
    EXPECT_EQ(
        shown_value(url, "mysql://oms:se/cr@et@db/x?password=secret"), "mysql://***@db/x?***"
    );
    EXPECT_EQ(shown_value({.name = "OMS_MP_TOKEN", .secret = true}, "hush"), "***");
}

/// A password in which nobody wrote / as %2F or @ as %40: part of it was read, and told, as a host.
TEST(Settings, ShowNoPartOfAPasswordThatIsNotEncoded) {
    const Variable database{.name = "OMS_DB_HOST"};
    const Variable redis{.name = "OMS_REDIS_HOST"};
    for (const char* url :
         {"postgresql://oms:SECa/SECb@db:5432/x",
          "postgresql://oms:SECa@SECb@db/x",
          "postgresql+psycopg2://oms:1/SECa@db/x",
          "postgresql://SECa/SECb:SECc@db/x",
          "postgresql://oms:SECa@SECb?SECc@db/x",
          "postgresql://oms@db/x?pasword=SECa@SECb",
          "postgresql://oms@db/x?sslmode=foo&password=SECa@SECb",
          "postgresql://oms:SECa%@db/x",
          "postgresql://oms:SECa/x",
          "oms:SECa@SECb@db/x",
          "postgres//oms:SECa@db/x"}) {
        const std::string shown = shown_value(database, url);
        EXPECT_EQ(shown.find("SEC"), std::string::npos) << shown;
        std::vector<Fault> faults;
        const std::string described = store::describe(parse_database_url(url, faults));
        EXPECT_EQ(described.find("SEC"), std::string::npos) << described;
        ASSERT_EQ(faults.size(), 1U) << url;
        EXPECT_EQ((faults[0].says + faults[0].fix).find("SEC"), std::string::npos)
            << faults[0].says;
    }
    EXPECT_EQ(
        shown_value(database, "postgresql://oms:SECa/SECb@db:5432/x"), "postgresql://***@db:5432/x"
    );
    for (const char* url :
         {"redis://:SEC/SECx@cache",
          "user:SECx@cache:1",
          ":SECx@cache:1",
          ":SEC://SECx@cache:1",
          "redis://SECx@cache",
          "redis://:SEC@SEC/x@cache"}) {
        const std::string shown = shown_value(redis, url);
        EXPECT_EQ(shown.find("SEC"), std::string::npos) << shown;
    }
}

TEST(Settings, RefuseAPostgresqlUrlThatNoServerCouldAnswer) {
    for (const char* url :
         {"postgresql://oms@db:99999/x",
          "postgresql://oms@db:0/x",
          "postgresql://oms@db/x?sslmode=foo",
          "postgresql://oms@db/x?target_session_attrs=foo",
          "postgresql://oms@db/x?sslmod=require"}) {
        std::vector<Fault> faults;
        parse_database_url(url, faults);
        EXPECT_EQ(faults.size(), 1U) << url;
    }
    for (const char* url :
         {"postgresql:///x",
          "postgresql://a,b:5433/x?target_session_attrs=read-write",
          "postgresql://oms:a?b#c@[::1]:5432/x?sslmode=verify-full",
          "postgresql://%2Frun%2Fpostgresql/x?user=oms&password=a@b"}) {
        std::vector<Fault> faults;
        parse_database_url(url, faults);
        EXPECT_TRUE(faults.empty()) << url << ": " << faults[0].says;
    }
}

TEST(Settings, NameEveryBadValue) {
    const std::map<std::string, std::string> bad{
        {"OMS_ID", "x"},
        {"OMS_MP_URL", "ftp://x"},
        {"OMS_JIRA_URL", "https://u:p@jira.example"},
        {"OMS_JIRA_CONTEXT_PATH", "jira"},
        {"OMS_JIRA_WF_READY", "6"},
        {"OMS_JIRA_DEPLOYMENT", "server"},
        {"OMS_PUBLIC_URL", "oms.example.org"},
        {"OMS_HTTP_PORT", "65536"},
        {"OMS_DB_HOST", "postgresql://oms@[::1/db"},
        {"OMS_REDIS_HOST", "rediss://x:1"},
        {"OMS_MP_RATE", "0"},
        {"OMS_JIRA_RATE", "20/s"},
        {"OMS_WORKERS", "0"},
        {"OMS_POLL_INTERVAL", "60"},
        {"OMS_SYNC_FROM", "yesterday"},
        {"OMS_STATUS_CONFLICT", "nobody"},
        {"OMS_LOG_LEVEL", "loud"},
        {"OMS_CA_FILE", "/nonexistent"},
        {"OMS_JIRA_FIELD_SO_1", "a b"},
        {"SENTRY_DSN", "x"},
        {"OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "Epic"}};
    for (const auto& [name, value] : bad) {
        Environment given = complete();
        given.set(name, value, "test");
        EXPECT_TRUE(faulted(given, name)) << name;
    }
}

TEST(Settings, NeverQuoteASecret) {
    Environment given = complete();
    given.set("SENTRY_DSN", "hunter2", "test");
    EXPECT_EQ(
        describe(load_settings(given, Needs::remotes, {}).faults).find("hunter2"), std::string::npos
    );
}

TEST(Settings, RefuseSecretsThatNoHeaderCanCarry) {
    for (const char* name :
         {"OMS_MP_TOKEN",
          "OMS_JIRA_PASSWORD",
          "OMS_JIRA_TOKEN",
          "OMS_JIRA_WEBHOOK_SECRET",
          "OMS_AUTHORIZATION_PASSWORD",
          "OMS_API_TOKEN"}) {
        Environment given = complete();
        given.set(name, "hunter2\nhunter3", "test");
        const auto faults = load_settings(given, Needs::remotes, {}).faults;
        ASSERT_EQ(faults.size(), 1U) << name;
        EXPECT_EQ(faults[0].variable, name);
        EXPECT_EQ(describe(faults).find("hunter"), std::string::npos);
    }
}

TEST(Settings, NameTheVariableThatWasSet) {
    Environment given = complete();
    given.set("CELERY_LOG_LEVEL", "LOUD", "test");
    given.set("FLASK_RUN_PORT", "abc", "test");
    const auto faults = load_settings(given, Needs::remotes, {}).faults;
    ASSERT_EQ(faults.size(), 2U) << describe(faults);
    EXPECT_EQ(faults[0].variable, "FLASK_RUN_PORT");
    EXPECT_EQ(faults[1].variable, "CELERY_LOG_LEVEL");
    EXPECT_TRUE(faults[1].says.starts_with("'LOUD'")) << faults[1].says;
}

TEST(Settings, QuoteABadUrlUnlessItMayHoldAPassword) {
    Environment given = complete();
    given.set("OMS_MP_URL", "ftp://mp.example", "test");
    given.set("OMS_JIRA_URL", "oms:hunter2@jira.example", "test");
    const std::string said = describe(load_settings(given, Needs::remotes, {}).faults);
    EXPECT_NE(said.find("'ftp://mp.example' is no http or https URL"), std::string::npos) << said;
    EXPECT_EQ(said.find("hunter2"), std::string::npos) << said;
}

TEST(Settings, TellWhereThePythonAdaptersDatabaseGoes) {
    Environment given = complete();
    given.set("OMS_DB", "postgresql://x/y", "test");
    const Loaded alone = load_settings(given, Needs::database, {});
    ASSERT_EQ(alone.faults.size(), 1U);
    EXPECT_EQ(alone.faults[0].variable, "OMS_DB");
    EXPECT_TRUE(alone.faults[0].fix.starts_with("set OMS_DB_HOST to the value of OMS_DB"));
    EXPECT_TRUE(alone.settings.advice.empty());
    given.set("OMS_DB_HOST", "postgresql://x/y", "test");
    const Loaded both = load_settings(given, Needs::remotes, {});
    EXPECT_TRUE(both.faults.empty()) << describe(both.faults);
    const auto& advice = both.settings.advice;
    ASSERT_EQ(advice.size(), 1U);
    EXPECT_EQ(advice[0].variable, "OMS_DB");
    EXPECT_EQ(advice[0].says.find("OMS_ID"), std::string::npos) << advice[0].says;
    EXPECT_EQ(nearest_variable("OMS_DB"), "");
}

TEST(Settings, UnderstandTheOldNamesAndPreferTheNew) {
    Environment given = complete();
    given.set("FLASK_RUN_PORT", "8000", "test");
    EXPECT_EQ(load_settings(given, Needs::remotes, {}).settings.http_port, 8000);
    given.set("OMS_HTTP_PORT", "8001", "test");
    EXPECT_EQ(load_settings(given, Needs::remotes, {}).settings.http_port, 8001);
}

TEST(Settings, WarnOfAMisspelledName) {
    Environment given = complete();
    given.set("OMS_JIRA_PROJET", "X", "test");
    const auto advice = load_settings(given, Needs::remotes, {}).settings.advice;
    ASSERT_EQ(advice.size(), 1U);
    EXPECT_NE(advice[0].says.find("OMS_JIRA_PROJECT"), std::string::npos);
}

TEST(Settings, WarnOfSecretsThatMightBeGuessedAndOfPlainHttp) {
    Environment given = complete();
    given.set("OMS_JIRA_WEBHOOK_SECRET", "hunter2", "test");
    given.set("OMS_AUTHORIZATION_PASSWORD", "0123456789abcdef", "test");
    given.set("OMS_JIRA_URL", "http://jira.example", "test");
    given.set("OMS_MP_URL", "http://127.0.0.1:3000", "test");
    const auto advice = load_settings(given, Needs::remotes, {}).settings.advice;
    ASSERT_EQ(advice.size(), 2U);
    EXPECT_TRUE(advice[0].says.starts_with("OMS_JIRA_WEBHOOK_SECRET is shorter")) << advice[0].says;
    EXPECT_EQ(advice[0].says.find("hunter2"), std::string::npos);
    EXPECT_TRUE(advice[1].says.starts_with("OMS_JIRA_URL is http://")) << advice[1].says;
}

TEST(DotEnv, ReadsQuotesCommentsAndExport) {
    const Environment read =
        parse_dot_env("# c\nexport A=1\nB=\"x # y\"\nC='z' \nD=v # c\nnonsense\n");
    EXPECT_EQ(read.find("A"), "1");
    EXPECT_EQ(read.find("B"), "x # y");
    EXPECT_EQ(read.find("C"), "z");
    EXPECT_EQ(read.find("D"), "v");
    ASSERT_EQ(read.faults.size(), 1U);
    EXPECT_EQ(read.faults[0].variable, ".env line 6");
}

}  // namespace
}  // namespace oms::app
