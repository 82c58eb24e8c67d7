#include "app/settings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/sentry.hpp"
#include "app/setting_reader.hpp"
#include "app/settings_advice.hpp"
#include "app/shown_settings.hpp"
#include "app/variables.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "store/postgres.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

void read_workflow(SettingReader& reader, plan::Settings& plan) {
    constexpr std::array<std::pair<Status, std::string_view>, 7> names{{
        {Status::registered, "TODO"},
        {Status::in_progress, "IN_PROGRESS"},
        {Status::waiting_for_response, "WAITING_FOR_RESPONSE"},
        {Status::approved, "APPROVED"},
        {Status::rejected, "REJECTED"},
        {Status::closed, "CLOSED"},
        {Status::ready, "READY"},
    }};
    constexpr std::array<std::string_view, 7> standard{"1", "2", "3", "4", "5", "6", "7"};
    std::map<std::string, std::string> used;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string name = "OMS_JIRA_WF_" + std::string{names[i].second};
        const std::string id = reader.text(name, std::string{standard[i]});
        if (!parse_int(id)) {
            reader.fault(
                name,
                in_quotes(id) + " is no status id",
                "set the number that Jira's /rest/api/2/status shows"
            );
        }
        const auto [other, fresh] = used.emplace(id, name);
        if (!fresh) {
            reader.fault(
                name,
                fmt::format("status {} is also that of {}", in_quotes(id), other->second),
                "each marketplace status needs a Jira status of its own",
                used.contains(std::string{standard[i]}) ? std::nullopt
                                                        : std::optional{std::string{standard[i]}}
            );
        }
        plan.workflow[names[i].first] = StatusId{id};
    }
}

void read_fields(SettingReader& reader, const Environment& environment, plan::Settings& plan) {
    const std::string prefix = "OMS_JIRA_FIELD_";
    const std::string options = prefix + "SELECT_VALUES_";
    std::map<std::string, std::string> used;
    for (const Variable& variable : variables()) {
        if (!variable.name.starts_with(prefix) || variable.name.starts_with(options)) continue;
        const auto id = environment.find(variable.name);
        if (!id) continue;
        const bool shaped = id->find_first_of(" \t\"'=") == std::string::npos;
        if (!shaped) {
            reader.fault(
                variable.name, in_quotes(*id) + " is no field id", "set it like customfield_10100"
            );
        }
        const auto [other, fresh] = used.emplace(*id, variable.name);
        if (!fresh) {
            reader.fault(
                variable.name,
                fmt::format("{} is also the field of {}", in_quotes(*id), other->second),
                "each needs a field of its own"
            );
        }
        plan.field_ids[variable.name.substr(prefix.size())] = *id;
    }
    for (const char* name : {"single_user", "research", "private_company", "project"}) {
        if (auto id = environment.find(options + "CP_CustomerTypology_" + name))
            plan.typology_options[name] = *id;
    }
    for (const bool need : {true, false}) {
        if (auto id = environment.find(options + "CP_INeedAVoucher_" + (need ? "true" : "false")))
            plan.voucher_options[need] = *id;
    }
    for (const char* name : {"normal", "open_access", "catalog"}) {
        if (auto id = environment.find(options + "SO_OfferType_" + name))
            plan.offer_type_options[name] = *id;
    }
}

void read_plan(SettingReader& reader, const Environment& environment, Settings& settings) {
    plan::Settings& plan = settings.plan;
    plan.oms = OmsId{reader.number("OMS_ID", 1, 1, std::int64_t{1} << 62)};
    const bool apart = reader.find("OMS_MP_PUBLIC_URL").has_value();
    plan.marketplace_public_url =
        apart ? reader.url("OMS_MP_PUBLIC_URL", reader.text("OMS_MP_PUBLIC_URL"))
              : SettingReader::without_slashes(reader.text("OMS_MP_URL"));
    plan.jira_project = reader.text("OMS_JIRA_PROJECT");
    plan.order_issue_type_id = reader.text("OMS_JIRA_ISSUE_TYPE_ID");
    plan.project_issue_type_id = reader.text("OMS_JIRA_PROJECT_ISSUE_TYPE_ID");
    plan.truncate_length =
        static_cast<std::size_t>(reader.number("OMS_JIRA_TRUNCATE_LENGTH", 255, 10, 32'767));
    if (const auto names = reader.find("OMS_JIRA_UNTRUNCATED_FIELDS")) {
        plan.untruncated_fields.clear();
        for (const std::string& name : split(*names, ',')) {
            // As in Jira (SO-1) or as in the variables (SO_1).
            plan.untruncated_fields.insert(replace_all(replace_all(trim(name), "-", "_"), " ", "_")
            );
        }
    }
    plan.internal_role = reader.text("OMS_JIRA_INTERNAL_ROLE");
    plan.public_role = reader.text("OMS_JIRA_PUBLIC_ROLE", "User");
    plan.author_email = reader.text("OMS_MP_AUTHOR_EMAIL");
    if (reader.find("OMS_MP_AUTHOR_ROLE")) {
        plan.author_role =
            reader.choice("OMS_MP_AUTHOR_ROLE", "mediator", {"mediator", "provider"});
    }
    const std::string conflict =
        reader.choice("OMS_STATUS_CONFLICT", "jira", {"jira", "marketplace"});
    plan.status_conflict =
        conflict == "jira" ? plan::StatusConflict::jira : plan::StatusConflict::marketplace;
    read_workflow(reader, plan);
    read_fields(reader, environment, plan);
}

void read_remotes(
    SettingReader& reader,
    const Environment& environment,
    Settings& settings,
    Needs needs
) {
    const bool needed = needs == Needs::remotes;
    const auto get = [&](const std::string& name, const std::string& example) {
        return needed ? reader.needed(name, example) : reader.text(name);
    };
    get("OMS_MP_TOKEN", "the token of the OMS's user");
    settings.marketplace = {
        .url = reader.url("OMS_MP_URL", get("OMS_MP_URL", "https://marketplace.example.org")),
        .token = reader.secret("OMS_MP_TOKEN"),
        .oms = settings.plan.oms};
    std::string context = reader.text("OMS_JIRA_CONTEXT_PATH");
    while (context.ends_with('/'))
        context.pop_back();
    if (!context.empty() && !context.starts_with('/')) {
        reader.fault(
            "OMS_JIRA_CONTEXT_PATH",
            in_quotes(context) + " does not begin with /",
            "write it like /jira",
            "/" + context
        );
    }
    settings.jira = {
        .url = reader.url("OMS_JIRA_URL", get("OMS_JIRA_URL", "https://jira.example.org")),
        .context_path = context,
        .username = reader.text("OMS_JIRA_USERNAME"),
        .password = reader.secret("OMS_JIRA_PASSWORD"),
        .token = reader.secret("OMS_JIRA_TOKEN"),
        .project = settings.plan.jira_project};
    const auto field = [&](const std::string& name) {
        const auto found = settings.plan.field_ids.find(name);
        return found == settings.plan.field_ids.end() ? std::string{} : found->second;
    };
    settings.jira.voucher_field = field("CP_VoucherID");
    settings.jira.order_reference_field = field("Order_reference");
    settings.jira.project_name_field = field("SO_ProjectName");
    settings.jira.epic_link_field = field("Epic_Link");
    settings.jira.epic_name_field = field("Epic_Name");
    const std::string deployment =
        reader.choice("OMS_JIRA_DEPLOYMENT", "auto", {"auto", "datacenter", "cloud"});
    if (deployment == "datacenter") settings.deployment = jira::Deployment::data_center;
    if (deployment == "cloud") settings.deployment = jira::Deployment::cloud;
    if (!needed) return;
    const bool has_password = !settings.jira.username.empty() && !settings.jira.password.empty();
    const bool in_unread_file = environment.has_unread_file("OMS_JIRA_USERNAME") ||
                                environment.has_unread_file("OMS_JIRA_PASSWORD") ||
                                environment.has_unread_file("OMS_JIRA_TOKEN");
    if (settings.jira.token.empty() && !has_password && !in_unread_file) {
        reader.fault(
            "OMS_JIRA_USERNAME",
            "there are no complete credentials for Jira",
            "set OMS_JIRA_USERNAME and OMS_JIRA_PASSWORD; or OMS_JIRA_TOKEN, on Cloud with "
            "OMS_JIRA_USERNAME, its owner's e-mail address"
        );
    }
    get("OMS_JIRA_PROJECT", "EOSC");
    for (const char* name : {"OMS_JIRA_ISSUE_TYPE_ID", "OMS_JIRA_PROJECT_ISSUE_TYPE_ID"}) {
        const bool of_orders = std::string_view{name} == "OMS_JIRA_ISSUE_TYPE_ID";
        const std::string id = get(name, of_orders ? "10204" : "10000");
        if (!id.empty() && !parse_int(id)) {
            reader.fault(
                name,
                in_quotes(id) + " is no issue type id",
                "set the number that Jira's /rest/api/2/issuetype shows"
            );
        }
    }
}

/// As libpq reads it. SQLAlchemy, which the Python adapter used, let a driver stand in the scheme.
std::optional<std::string> postgres_url(const std::string& url) {
    const auto end = url.find("://");
    if (end == std::string::npos) return std::nullopt;
    const std::string scheme = url.substr(0, url.find('+'));
    const std::string name = scheme.substr(0, std::min(end, scheme.size()));
    if (name != "postgresql" && name != "postgres") return std::nullopt;
    return "postgresql" + url.substr(end);
}

void read_database(SettingReader& reader, Settings& settings) {
    // In a new database nothing would be known of what the Python adapter made: each order would get a
    // second issue.
    if (reader.find("OMS_DB") && !reader.find("OMS_DB_HOST")) {
        reader.fault(
            "OMS_DB",
            "it was the Python adapter's database and is not read here, and OMS_DB_HOST, which is, "
            "is "
            "not set",
            "set OMS_DB_HOST to the value of OMS_DB, and take OMS_DB away"
        );
    }
    const std::string url = reader.text("OMS_DB_HOST", "sqlite:///oms-jira.db");
    std::vector<Fault> faults;
    settings.database = parse_database_url(url, faults);
    for (const Fault& fault : faults)
        reader.fault(fault.variable, fault.says, fault.fix, fault.value);
    if (const auto redis = reader.find("OMS_REDIS_HOST")) {
        auto address = wake::parse_redis_address(*redis);
        if (address) {
            settings.redis = std::move(*address);
        } else {
            reader.fault("OMS_REDIS_HOST", address.error().says, address.error().fix);
        }
    }
    settings.marketplace_rate = reader.rate("OMS_MP_RATE");
    settings.jira_rate = reader.rate("OMS_JIRA_RATE");
}

void read_http(SettingReader& reader, Settings& settings) {
    settings.http_host = reader.text("OMS_HTTP_HOST", "127.0.0.1");
    settings.public_url = reader.url("OMS_PUBLIC_URL", reader.text("OMS_PUBLIC_URL"));
    settings.http_port =
        static_cast<std::uint16_t>(reader.number("OMS_HTTP_PORT", 9000, 0, 65'535));
    settings.http_port_from = reader.name_given("OMS_HTTP_PORT");
    settings.trigger = {
        .user = reader.text("OMS_AUTHORIZATION_USER", "oms"),
        .password = reader.secret("OMS_AUTHORIZATION_PASSWORD")};
    settings.webhook = {
        .secret = reader.secret("OMS_JIRA_WEBHOOK_SECRET"),
        .previous = reader.secret("OMS_JIRA_WEBHOOK_SECRET_PREVIOUS"),
        .oms = settings.plan.oms,
        .voucher_field_id = settings.jira.voucher_field};
}

void read_times(SettingReader& reader, Settings& settings, Instant now) {
    settings.workers = static_cast<int>(reader.number("OMS_WORKERS", 8, 1, 64));
    settings.poll_interval = reader.duration("OMS_POLL_INTERVAL", 60s, 100ms, 24h);
    settings.event_overlap = reader.duration("OMS_EVENT_OVERLAP", 30s, 0s, 24h);
    settings.jira_poll_interval = reader.duration("OMS_JIRA_POLL_INTERVAL", 60s, 100ms, 24h);
    settings.reconcile_interval = reader.duration("OMS_RECONCILE_INTERVAL", 6h, 1s, 24h * 30);
    if (reader.find("OMS_UNCERTAIN_GRACE"))
        settings.uncertain_grace = reader.duration("OMS_UNCERTAIN_GRACE", 60s, 100ms, 1h);
    settings.retry.base = reader.duration("OMS_RETRY_BASE", 1s, 10ms, 1h);
    settings.retry.max = reader.duration("OMS_RETRY_MAX", 5min, 10ms, 24h);
    settings.retention = reader.duration("OMS_RETENTION", 24h * 90, 1h, 24h * 3650);
    settings.dry_run =
        reader.choice("OMS_DRY_RUN", "0", {"0", "1", "false", "true"}).find_first_of("1t") == 0;
    const auto from = reader.find("OMS_SYNC_FROM");
    if (from && lower(*from) == "now") {
        settings.sync_from = now;
    } else if (from) {
        settings.sync_from = parse_time(*from);
        if (!settings.sync_from) {
            reader.fault(
                "OMS_SYNC_FROM",
                in_quotes(*from) + " is no time",
                "write it like 2026-05-04T10:00:00Z, or now"
            );
        }
    }
}

void read_log(SettingReader& reader, Settings& settings) {
    const std::string level =
        reader.choice("OMS_LOG_LEVEL", "info", {"debug", "info", "warning", "error", "critical"});
    const std::array names{"debug", "info", "warning", "error", "critical"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (level == names[i]) settings.log_level = static_cast<LogLevel>(i);
    }
    settings.log_format = reader.choice("OMS_LOG_FORMAT", "text", {"text", "json"}) == "json"
                              ? LogFormat::json
                              : LogFormat::text;
    settings.otlp_endpoint = reader.url("OMS_OTLP_ENDPOINT", reader.text("OMS_OTLP_ENDPOINT"));
    settings.ca_file = reader.text("OMS_CA_FILE");
    std::error_code ignored;
    if (!settings.ca_file.empty() && !std::filesystem::is_regular_file(settings.ca_file, ignored)) {
        reader.fault(
            "OMS_CA_FILE",
            in_quotes(settings.ca_file) + " is no file",
            "name a PEM file of certificate authorities, or unset it for the system's",
            ""
        );
    }
    settings.sentry_dsn = reader.secret("SENTRY_DSN");
    if (!settings.sentry_dsn.empty() && !parse_dsn(settings.sentry_dsn)) {
        reader.fault(
            "SENTRY_DSN",
            "this is no DSN",
            "write it like https://KEY@HOST/PROJECT, or unset it",
            ""
        );
    }
    settings.sentry_environment = reader.text("SENTRY_ENVIRONMENT");
    settings.sentry_release = reader.text("SENTRY_RELEASE");
}

/// The dashboard and the operators' API: there is none where nothing of this is set.
void read_sign_in(SettingReader& reader, Settings& settings) {
    settings.sign_in = {
        .operator_password = reader.secret("OMS_UI_PASSWORD"),
        .viewer_password = reader.secret("OMS_UI_VIEWER_PASSWORD"),
        .operator_token = reader.secret("OMS_API_TOKEN"),
        .viewer_token = reader.secret("OMS_API_READ_TOKEN"),
        .secure_cookie = settings.public_url.starts_with("https://")};
}

}  // namespace

store::Place parse_database_url(const std::string& url, std::vector<Fault>& faults) {
    constexpr std::string_view sqlite = "sqlite:///";
    store::Place place;
    if (url.starts_with(sqlite) && url.size() > sqlite.size()) {
        place.file = url.substr(sqlite.size());
    } else if (const auto postgres = postgres_url(url)) {
        place.postgres = Secret{*postgres};
        if (const auto says = store::fault_of_postgres_url(place.postgres)) {
            faults.push_back(
                {.variable = "OMS_DB_HOST",
                 .says = "this is no PostgreSQL URL: " + *says,
                 .fix = "write postgresql://user:password@host:5432/database, with / as %2F, @ as "
                        "%40 and % as %25 in a password; or leave it out there and put it into "
                        "PGPASSWORD or ~/.pgpass"}
            );
        }
    } else {
        faults.push_back(
            {.variable = "OMS_DB_HOST",
             .says = "this is no database URL",
             .fix = "write sqlite:///path, with four slashes for an absolute path, or "
                    "postgresql://user:password@host:5432/database"}
        );
    }
    return place;
}

Loaded load_settings(const Environment& environment, Needs needs, Instant now) {
    Loaded loaded{.faults = environment.faults};
    Settings& settings = loaded.settings;
    SettingReader reader{environment, loaded.faults};
    read_plan(reader, environment, settings);
    read_remotes(reader, environment, settings, needs);
    read_database(reader, settings);
    read_http(reader, settings);
    read_sign_in(reader, settings);
    read_times(reader, settings, now);
    read_log(reader, settings);
    settings.advice = advice_on(settings, environment);
    std::string all;
    for (const Variable& variable : variables()) {
        all += variable.name + "=" + environment.find(variable.name).value_or("") + "\n";
    }
    settings.fingerprint = fingerprint(all);
    settings.shown = shown_settings(environment, settings.advice);
    return loaded;
}

std::string describe(const std::vector<Fault>& faults) {
    std::string text = fmt::format(
        "The configuration has {} {}:\n", faults.size(), faults.size() == 1 ? "fault" : "faults"
    );
    for (const Fault& fault : faults) {
        text += fmt::format("  {}: {}\n      → {}\n", fault.variable, fault.says, fault.fix);
    }
    return text;
}

}  // namespace oms::app
