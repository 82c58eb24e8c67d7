// A .env and the settings in it: every fault in words, no secret among them, limits kept.
#include "app/sentry.hpp"
#include "app/settings.hpp"
#include "app/variables.hpp"
#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
/// In place of every secret that the input sets: it must not be found in any words.
constexpr std::string_view canary = "C4n4ry-s3cret-w0rd";

void check_fault(const app::Fault& fault) {
    check_words(fault.variable);
    check_words(fault.says);
    check_words(fault.fix);
}

app::Environment with_canaries(const app::Environment& given) {
    app::Environment environment = given;
    for (const app::Variable& variable : app::variables()) {
        if (!variable.secret || !environment.find(variable.name)) continue;
        environment.set(variable.name, std::string{canary}, ".env");
    }
    return environment;
}

void check_limits(const app::Settings& settings) {
    OMS_CHECK(settings.plan.oms.value > 0);
    OMS_CHECK(settings.workers >= 1 && settings.workers <= 64);
    OMS_CHECK(settings.poll_interval >= 100ms && settings.poll_interval <= 24h);
    OMS_CHECK(settings.event_overlap >= 0s && settings.event_overlap <= 24h);
    OMS_CHECK(settings.retention >= 1h);
    OMS_CHECK(settings.retry.base >= 10ms && settings.retry.max >= 10ms);
    OMS_CHECK(settings.plan.truncate_length >= 10);
    OMS_CHECK(settings.plan.workflow.size() == 7);
    OMS_CHECK(!settings.database.file.empty());
    OMS_CHECK(!settings.jira.url.ends_with('/') && !settings.marketplace.url.ends_with('/'));
    OMS_CHECK(!has_controls(settings.jira.url) && !has_controls(settings.marketplace.url));
    for (const std::string& field : {settings.jira.voucher_field, settings.jira.epic_link_field}) {
        OMS_CHECK(field.find_first_of(" \t\"'=\n") == std::string::npos);
    }
    if (!settings.sentry_dsn.empty()) OMS_CHECK(app::parse_dsn(settings.sentry_dsn).has_value());
}

void load(const app::Environment& environment, app::Needs needs) {
    const app::Loaded loaded = app::load_settings(environment, needs, now);
    for (const app::Fault& fault : loaded.faults)
        check_fault(fault);
    for (const app::Advice& advice : loaded.settings.advice)
        check_words(advice.says);
    const std::string described = app::describe(loaded.faults);
    OMS_CHECK(described.find(canary) == std::string::npos);
    if (loaded.faults.empty()) check_limits(loaded.settings);
}

/// Written down again, it says the same.
void rewrite(const app::Environment& environment) {
    std::string text;
    for (const auto& [name, given] : environment.all()) {
        if (given.value.find_first_of("\"\\\n") != std::string::npos) return;
        text += "export " + name + "=\"" + given.value + "\"\n";
    }
    const app::Environment again = app::parse_dot_env(text);
    OMS_CHECK(again.faults.empty());
    OMS_CHECK(again.all().size() == environment.all().size());
    for (const auto& [name, given] : environment.all())
        OMS_CHECK(again.all().at(name).value == given.value);
}

}  // namespace

void run(std::string_view input) {
    const app::Environment environment = app::parse_dot_env(std::string{input});
    rewrite(environment);
    const app::Environment guarded = with_canaries(environment);
    load(guarded, input.size() % 2 == 0 ? app::Needs::database : app::Needs::remotes);
    // What an operating system may hold, which a .env cannot.
    app::Environment raw;
    const auto equals = input.find('=');
    raw.set("OMS_" + std::string{input.substr(0, equals)}, std::string{input}, "environment");
    load(raw, app::Needs::database);
}

}  // namespace oms::fuzz
