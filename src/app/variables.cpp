#include "app/variables.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.hpp"
#include "store/postgres.hpp"
#include "wake/redis_address.hpp"

namespace oms::app {
namespace {

constexpr std::array<std::string_view, 27> field_names{
    "Epic_Link",
    "Epic_Name",
    "Order_reference",
    "CI_Name",
    "CI_Surname",
    "CI_Email",
    "CI_DisplayName",
    "CI_EOSC_UniqueID",
    "CI_Institution",
    "CI_Department",
    "CI_DepartmentalWebPage",
    "CI_SupervisorName",
    "CI_SupervisorProfile",
    "CP_CustomerTypology",
    "CP_ReasonForAccess",
    "CP_UserGroupName",
    "CP_ProjectInformation",
    "SO_ProjectName",
    "CP_ScientificDiscipline",
    "CP_Platforms",
    "CP_INeedAVoucher",
    "CP_VoucherID",
    "SO_1",
    "SO_ServiceOrderTarget",
    "SO_OfferType",
    "CP_CustomerCountry",
    "CP_CollaborationCountry"};

void add_workflow(std::vector<Variable>& list) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> statuses{{
        {"TODO", "1"},
        {"IN_PROGRESS", "2"},
        {"WAITING_FOR_RESPONSE", "3"},
        {"APPROVED", "4"},
        {"REJECTED", "5"},
        {"CLOSED", "6"},
        {"READY", "7"},
        {"ARCHIVED", "8"},
    }};
    for (const auto& [name, id] : statuses) {
        list.push_back(
            {.name = "OMS_JIRA_WF_" + std::string{name},
             .standard = std::string{id},
             .what = "Jira status id for " + std::string{name}}
        );
    }
}

void add_fields(std::vector<Variable>& list) {
    for (const auto name : field_names) {
        list.push_back(
            {.name = "OMS_JIRA_FIELD_" + std::string{name},
             .what = "Jira field id (customfield_…) of " + std::string{name} + "; unset: not sent"}
        );
    }
    const std::string values = "OMS_JIRA_FIELD_SELECT_VALUES_";
    for (const char* name : {"single_user", "research", "private_company", "project"}) {
        list.push_back(
            {.name = values + "CP_CustomerTypology_" + name,
             .what = std::string{"option id of CP-CustomerTypology for "} + name}
        );
    }
    for (const char* name : {"true", "false"}) {
        list.push_back(
            {.name = values + "CP_INeedAVoucher_" + name,
             .what = std::string{"option id of CP-INeedAVoucher for "} + name}
        );
    }
    for (const char* name : {"normal", "open_access", "catalog"}) {
        list.push_back(
            {.name = values + "SO_OfferType_" + name,
             .what = std::string{"option id of SO-OfferType for "} + name}
        );
    }
}

// A table is as long as it is.
std::vector<Variable> make() {  // NOLINT(readability-function-size): one line a variable
    std::vector<Variable> list{
        {"OMS_ID", "", "1", false, "the OMS's number in the marketplace"},
        {"OMS_MP_URL", "", "", false, "the marketplace, https://…"},
        {"OMS_MP_TOKEN", "", "", true, "authentication token of the OMS's user (X-User-Token)"},
        {"OMS_MP_PUBLIC_URL",
         "",
         "OMS_MP_URL",
         false,
         "what customers open; order references start with it"},
        {"OMS_MP_AUTHOR_ROLE",
         "",
         "by the OMS",
         false,
         "role of messages made of comments: mediator or provider"},
        {"OMS_MP_AUTHOR_EMAIL", "", "", false, "e-mail of authors where Jira hides theirs"},
        {"OMS_JIRA_URL", "", "", false, "Jira, https://…"},
        {"OMS_JIRA_CONTEXT_PATH", "", "", false, "path below it, such as /jira"},
        {"OMS_JIRA_USERNAME", "", "", false, "account for basic authentication"},
        {"OMS_JIRA_PASSWORD", "", "", true, "its password"},
        {"OMS_JIRA_TOKEN",
         "",
         "",
         true,
         "Data Center: personal access token, in place of name and password; Cloud: API token of "
         "OMS_JIRA_USERNAME, an e-mail address"},
        {"OMS_JIRA_DEPLOYMENT", "", "auto", false, "auto, datacenter or cloud"},
        {"OMS_JIRA_PROJECT", "", "", false, "key of the Jira project"},
        {"OMS_JIRA_ISSUE_TYPE_ID", "", "", false, "issue type of orders"},
        {"OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "", "", false, "issue type of projects (Epic)"},
        {"OMS_JIRA_WEBHOOK_SECRET",
         "",
         "",
         true,
         "secret of Jira's webhook; unset: the endpoint refuses everything"},
        {"OMS_JIRA_WEBHOOK_SECRET_PREVIOUS",
         "",
         "",
         true,
         "valid beside it while it is being changed"},
        {"OMS_JIRA_INTERNAL_ROLE",
         "",
         "",
         false,
         "role that may read comments made of internal messages"},
        {"OMS_JIRA_PUBLIC_ROLE",
         "",
         "User",
         false,
         "comments restricted to this role still go to customers"},
        {"OMS_JIRA_TRUNCATE_LENGTH", "", "255", false, "characters that a text field takes"},
        {"OMS_JIRA_UNTRUNCATED_FIELDS",
         "",
         "the six of the specification",
         false,
         "fields that are not cut, by comma"},
        {"OMS_STATUS_CONFLICT",
         "",
         "jira",
         false,
         "who wins where both sides changed a status: jira or marketplace"},
        {"OMS_AUTHORIZATION_USER", "", "oms", false, "user of the marketplace's trigger"},
        {"OMS_AUTHORIZATION_PASSWORD", "", "", true, "its password; unset: the trigger is open"},
        {"OMS_UI_PASSWORD",
         "",
         "",
         true,
         "signs operators in at the dashboard, /ui; unset like the three below: there is none"},
        {"OMS_UI_VIEWER_PASSWORD", "", "", true, "signs in those who may look, and not act"},
        {"OMS_API_TOKEN", "", "", true, "bearer token of the operators' API, /api/v1"},
        {"OMS_API_READ_TOKEN", "", "", true, "one that may look, and not act"},
        {"OMS_PUBLIC_URL",
         "",
         "",
         false,
         "where Jira reaches this service, https://…; for check --webhook"},
        {"OMS_HTTP_HOST", "FLASK_RUN_HOST", "127.0.0.1", false, "address to listen on"},
        {"OMS_HTTP_PORT", "FLASK_RUN_PORT", "9000", false, "port to listen on"},
        {"OMS_DB_HOST",
         "",
         "sqlite:///oms-jira.db",
         false,
         "the database: sqlite:///path, or postgresql://user:password@host:5432/name"},
        {"OMS_REDIS_HOST",
         "",
         "",
         false,
         "Redis for several processes: host:port, redis://…, redis+sentinel://…; unset: none"},
        {"OMS_MP_RATE",
         "",
         "",
         false,
         "requests a second to the marketplace, of all processes together; unset: no limit"},
        {"OMS_JIRA_RATE", "", "", false, "the same to Jira"},
        {"OMS_WORKERS", "", "8", false, "subjects worked on at once"},
        {"OMS_POLL_INTERVAL",
         "",
         "60s",
         false,
         "how often the marketplace's events are read without a trigger"},
        {"OMS_EVENT_OVERLAP",
         "",
         "30s",
         false,
         "how much of the event feed is read again each time"},
        {"OMS_JIRA_POLL_INTERVAL", "", "60s", false, "how often updated issues are asked for"},
        {"OMS_RECONCILE_INTERVAL", "", "6h", false, "how often everything is compared"},
        {"OMS_SYNC_FROM",
         "",
         "everything",
         false,
         "where a first start begins: an RFC 3339 time, or now"},
        {"OMS_UNCERTAIN_GRACE",
         "",
         "60s",
         false,
         "how long a write of unknown outcome is looked for before it is done again"},
        {"OMS_RETRY_BASE", "", "1s", false, "first wait after a failure; doubles"},
        {"OMS_RETRY_MAX", "", "5m", false, "longest wait after a failure"},
        {"OMS_RETENTION", "", "90d", false, "how long the journal is kept"},
        {"OMS_DRY_RUN",
         "",
         "0",
         false,
         "1: read, decide and record, and write nothing to either side"},
        {"OMS_CA_FILE",
         "",
         "",
         false,
         "PEM file of certificate authorities, in place of the system's"},
        {"OMS_LOG_LEVEL",
         "CELERY_LOG_LEVEL",
         "INFO",
         false,
         "DEBUG, INFO, WARNING, ERROR, CRITICAL; read again at SIGHUP"},
        {"OMS_LOG_FORMAT", "", "text", false, "text or json"},
        {"OMS_RELOAD_FROM",
         "",
         "",
         false,
         "file of NAME=value lines that SIGHUP reads for OMS_LOG_LEVEL, before all else"},
        {"OMS_OTLP_ENDPOINT",
         "",
         "",
         false,
         "collector of traces, such as http://127.0.0.1:4318; unset: none"},
        {"SENTRY_DSN",
         "",
         "",
         true,
         "where errors that no one planned for are reported; unset: nowhere"},
        {"SENTRY_ENVIRONMENT", "", "", false, "named in the reports"},
        {"SENTRY_RELEASE", "", "the version", false, "named in the reports"},
    };
    add_workflow(list);
    add_fields(list);
    return list;
}

}  // namespace

const std::vector<Variable>& variables() {
    static const std::vector<Variable> list = make();
    return list;
}

std::string shown_value(const Variable& variable, const std::string& value) {
    if (variable.secret) return "***";
    if (value.starts_with("sqlite:///")) return value;
    const auto scheme = value.find("://");
    const bool has_scheme = scheme != std::string::npos;
    if (has_scheme && value.starts_with("postgres")) return store::masked_postgres_url(value);
    if (variable.name == "OMS_REDIS_HOST") return wake::masked_redis_address(value);
    if (!has_scheme && variable.name != "OMS_DB_HOST") return value;
    // A password may hold whatever nobody encoded: it ends at the last @.
    const auto begin = has_scheme ? scheme + 3 : 0;
    const auto at = value.rfind('@');
    if (at == std::string::npos || at < begin) return value;
    const auto query = std::min(value.find('?', begin), value.size());
    const std::string behind = query < at ? "" : value.substr(at, query - at);
    return value.substr(0, begin) + "***" + behind + (query < value.size() ? "?***" : "");
}

std::string nearest_variable(std::string_view name) {
    std::vector<std::string> names;
    names.reserve(variables().size());
    for (const Variable& variable : variables())
        names.push_back(variable.name);
    // All begin alike; a short name is near to many.
    constexpr std::size_t changes_max = 3;
    constexpr std::size_t alike = 4;
    const std::size_t own = name.size() > alike ? name.size() - alike : 0;
    return nearest_of(names, name, std::min(changes_max, own / 2));
}

}  // namespace oms::app
