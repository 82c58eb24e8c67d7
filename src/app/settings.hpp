#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/environment.hpp"
#include "base/log.hpp"
#include "jira/client.hpp"
#include "jobs/gate.hpp"
#include "marketplace/client.hpp"
#include "plan/settings.hpp"
#include "store/open.hpp"
#include "wake/redis_address.hpp"
#include "web/jira_webhook.hpp"
#include "web/operator_api.hpp"
#include "web/trigger.hpp"

namespace oms::app {

/// Something that works and might not be meant: misspelled names, short secrets. Said at start, and no
/// reason not to.
struct Advice {
    std::string code = {};  ///< as of a finding: `settings.unknown`
    std::string variable = {};
    std::string says = {};
    std::string fix = {};
};

struct Settings {
    plan::Settings plan = {};
    marketplace::Settings marketplace = {};
    jira::Settings jira = {};
    web::TriggerSettings trigger = {};
    web::WebhookSettings webhook = {};
    web::SignInSettings sign_in = {};
    std::string http_host = "127.0.0.1";
    std::uint16_t http_port = 9000;
    std::string http_port_from = "OMS_HTTP_PORT";  ///< the variable or option that sets it
    store::Place database = {};
    std::optional<wake::RedisAddress> redis = std::nullopt;
    /// Requests a second that all processes together may send; 0: no limit.
    double marketplace_rate = 0;
    double jira_rate = 0;
    int workers = 8;
    Duration poll_interval = std::chrono::seconds{60};
    Duration event_overlap = std::chrono::seconds{30};
    Duration jira_poll_interval = std::chrono::seconds{60};
    Duration reconcile_interval = std::chrono::hours{6};
    std::optional<Instant> sync_from = std::nullopt;
    /// Nothing where it was left to the product: a minute, and for Jira's index what it needs.
    std::optional<Duration> uncertain_grace = std::nullopt;
    /// Where Jira and the marketplace reach this service; "" where it was not told.
    std::string public_url = {};
    jira::Deployment deployment = jira::Deployment::automatic;
    jobs::RetrySettings retry = {};
    Duration retention = std::chrono::hours{24 * 90};
    bool dry_run = false;
    std::string ca_file = {};
    LogLevel log_level = LogLevel::info;
    LogFormat log_format = LogFormat::text;
    /// Where spans go, such as http://collector:4318; "": nowhere.
    std::string otlp_endpoint = {};
    Secret sentry_dsn = {};
    std::string sentry_environment = {};
    std::string sentry_release = {};

    /// Alike as long as nothing changed that could make a refusal go away.
    std::string fingerprint = {};
    std::vector<Advice> advice = {};
    /// What the page Settings shows.
    web::ShownSettings shown = {};
};

/// What a command needs of the configuration.
enum class Needs {
    database,  ///< looks into the database only
    remotes,   ///< talks to both remotes
};

struct Loaded {
    Settings settings = {};
    std::vector<Fault> faults = {};  ///< not empty: nothing may be started
};

/// What OMS_DB_HOST may hold. Adds a fault where it is no such URL.
store::Place parse_database_url(const std::string& url, std::vector<Fault>& faults);

/// Every fault in one list.
Loaded load_settings(const Environment& environment, Needs needs, Instant now);

/// The list as a person reads it.
std::string describe(const std::vector<Fault>& faults);

}  // namespace oms::app
