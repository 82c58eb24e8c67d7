#include "app/reference.hpp"

// What docs/configuration.md tells beside the table of variables.
namespace oms::app {
namespace {

VariableGroup marketplace_group() {
    return {
        .title = "Marketplace",
        .what = "Where orders come from. One installation serves one OMS of one marketplace.",
        .notes = {
            {"OMS_MP_URL", "https://marketplace.example.org", "Without a path.", true},
            {"OMS_MP_TOKEN",
             "7Dkmz2yRB4xgVqk1Lw5P",
             "The marketplace's team has it. Where it is refused, the marketplace's side waits, "
             "says so, and goes on by itself when it works again.",
             true},
            {"OMS_ID", "1", "The default OMS sees every order; another one only its own."},
            {.name = "OMS_MP_PUBLIC_URL",
             .example = "https://marketplace.example.org",
             .more = "Set it where `OMS_MP_URL` is an inner address. The order references in Jira "
                     "must not change afterwards: they are how issues are found again.",
             .of_python = false},
            {.name = "OMS_MP_AUTHOR_ROLE",
             .example = "provider",
             .more = "What the customer reads beside the name: *mediator* is shown as customer "
                     "service. By default *mediator* for the default OMS, else *provider*.",
             .of_python = false},
            {.name = "OMS_MP_AUTHOR_EMAIL",
             .example = "helpdesk@example.org",
             .more = "Jira Cloud mostly hides addresses.",
             .of_python = false},
        }};
}

VariableGroup jira_group() {
    return {
        .title = "Jira",
        .what = "Server 8, Data Center 9 to 11 and Cloud: [jira.md](jira.md).",
        .notes = {
            {"OMS_JIRA_URL", "https://jira.example.org", "Without a path.", true},
            {"OMS_JIRA_CONTEXT_PATH",
             "/jira",
             "What stands between the host and `/browse/…` when you look at an issue. The Python "
             "adapter ignored it and the marketplace's own integration defaults to `/jira`: look."},
            {"OMS_JIRA_USERNAME",
             "oms",
             "On Cloud its e-mail address. Give the adapter an account of its own: comments of "
             "this account are never sent to customers."},
            {"OMS_JIRA_PASSWORD", "a-long-password", "Or `OMS_JIRA_TOKEN`."},
            {.name = "OMS_JIRA_TOKEN",
             .example = "NjM4ODE2NTA5MTk2Ok8u",
             .more = "One of the two is needed.",
             .of_python = false},
            {.name = "OMS_JIRA_DEPLOYMENT",
             .example = "datacenter",
             .more = "Set it only where the Jira is not recognised, such as behind a proxy.",
             .of_python = false},
            {"OMS_JIRA_PROJECT", "EOSC", "What stands before the number of an issue.", true},
            {"OMS_JIRA_ISSUE_TYPE_ID",
             "10204",
             "`oms-jira check` shows its name; an id that is none is told with those that are.",
             true},
            {"OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "10000", "", true},
            {.name = "OMS_JIRA_INTERNAL_ROLE",
             .example = "Staff",
             .more = "Unset: comments made of internal messages are open to all who see the issue, "
                     "and marked `[internal]`.",
             .of_python = false},
            {.name = "OMS_JIRA_PUBLIC_ROLE",
             .example = "User",
             .more = "Comments with any other restriction never leave Jira.",
             .of_python = false},
            {.name = "OMS_JIRA_TRUNCATE_LENGTH",
             .example = "255",
             .more = "10 to 32767. Jira's single-line fields take 255.",
             .of_python = false},
            {.name = "OMS_JIRA_UNTRUNCATED_FIELDS",
             .example = "SO-1,CP-ReasonForAccess",
             .more = "Names as in Jira or as in the variables. In place of the default list, which "
                     "is SO-1, SO-ServiceOrderTarget, CP-CollaborationCountry, "
                     "CP-CustomerCountry, CP-ProjectInformation, CP-ReasonForAccess.",
             .of_python = false},
            {.name = "OMS_STATUS_CONFLICT",
             .example = "jira",
             .more = "Only where both were changed, differently, before either was seen: "
                     "[how it works](how-it-works.md#who-wins-a-status).",
             .of_python = false},
        }};
}

VariableGroup door_group() {
    return {
        .title = "Doors",
        .what = "What calls the service: the marketplace's trigger, Jira's webhook, probes.",
        .notes = {
            {"OMS_JIRA_WEBHOOK_SECRET",
             "5f1d7a3e9b2c4d6f8a0e1b3c5d7f9a2b",
             "16 characters at least: `openssl rand -hex 16`."},
            {.name = "OMS_JIRA_WEBHOOK_SECRET_PREVIOUS",
             .example = "0a2c4e6f8b1d3f5a7c9e0b2d4f6a8c1e",
             .more = "How to change it without losing a webhook: "
                     "[deploy.md](deploy.md#secrets-as-files).",
             .of_python = false},
            {.name = "OMS_AUTHORIZATION_USER", .example = "oms", .of_python = false},
            {"OMS_AUTHORIZATION_PASSWORD",
             "8b1e5c7f9d3a2b4c6e0f1a3b",
             "The Python adapter read it and never asked for it; here it is asked for. Tell the "
             "marketplace's team both."},
            {.name = "OMS_PUBLIC_URL",
             .example = "https://oms.example.org",
             .more =
                 "Behind a proxy that speaks TLS set it also for the dashboard: only where it is "
                 "https:// is the session's cookie kept to https (`Secure`).",
             .of_python = false},
            {"OMS_HTTP_HOST",
             "127.0.0.1",
             "The program speaks no TLS: a proxy in front does. In a container `0.0.0.0`."},
            {"OMS_HTTP_PORT", "9000", ""},
        }};
}

VariableGroup operator_group() {
    return {
        .title = "Dashboard and API",
        .what = "Off until one of these is set: [dashboard.md](dashboard.md).",
        .notes = {
            {.name = "OMS_UI_PASSWORD",
             .example = "3d1c9b7f5e2a4c6d8f0b1a3e",
             .more = "Changing it ends all sessions.",
             .of_python = false},
            {.name = "OMS_UI_VIEWER_PASSWORD",
             .example = "9c7e5a3b1d2f4e6c8a0b2d4f",
             .of_python = false},
            {.name = "OMS_API_TOKEN",
             .example = "c2f4a6e8b0d1f3a5c7e9b1d3f5a7c9e0",
             .more = "For programs: `Authorization: Bearer …`.",
             .of_python = false},
            {.name = "OMS_API_READ_TOKEN",
             .example = "a1c3e5f7b9d0f2a4c6e8b0d2f4a6c8e1",
             .of_python = false},
        }};
}

VariableGroup store_group() {
    return {
        .title = "Database, Redis, processes",
        .what = "One process on SQLite is the whole system; more than one: [many.md](many.md).",
        .notes = {
            {"OMS_DB_HOST",
             "sqlite:////var/lib/oms-jira/oms-jira.db",
             "Three slashes for a path from the working directory, four for one from the root. In "
             "a password `@` is `%40` and `/` is `%2F`. The Python adapter's `OMS_DB` is now "
             "this."},
            {"OMS_REDIS_HOST",
             "redis.example.org:6379",
             "Never needed: without it news travels through the database. The Python adapter's "
             "`REDIS_HOST` and `REDIS_BROKER` are not read."},
            {.name = "OMS_WORKERS",
             .example = "8",
             .more = "In each process, 1 to 64. Workers wait for the remotes; more do not help "
                     "where a remote is the limit.",
             .of_python = false},
            {.name = "OMS_MP_RATE",
             .example = "20",
             .more = "Above 0 and up to 1000; `0.5` is one in two seconds.",
             .of_python = false},
            {.name = "OMS_JIRA_RATE", .example = "20", .of_python = false},
        }};
}

VariableGroup time_group() {
    return {
        .title = "Times",
        .what = "The defaults suit most sites.",
        .notes = {
            {.name = "OMS_POLL_INTERVAL",
             .example = "60s",
             .more = "What a lost trigger costs at most.",
             .of_python = false},
            {.name = "OMS_EVENT_OVERLAP",
             .example = "30s",
             .more = "Events that the marketplace commits late are still seen. Costs nothing.",
             .of_python = false},
            {.name = "OMS_JIRA_POLL_INTERVAL",
             .example = "60s",
             .more = "What a lost webhook costs at most.",
             .of_python = false},
            {.name = "OMS_RECONCILE_INTERVAL",
             .example = "6h",
             .more = "What a change that nobody tells of costs at most, such as an edited project.",
             .of_python = false},
            {.name = "OMS_SYNC_FROM",
             .example = "2026-05-04T10:00:00Z",
             .more = "Only for a database that has none: older events are not read. A sweep still "
                     "compares every order that the marketplace lists.",
             .of_python = false},
            {.name = "OMS_UNCERTAIN_GRACE",
             .example = "60s",
             .more = "For a new issue on Cloud five minutes by default, since its search lags: "
                     "[writes.md](writes.md).",
             .of_python = false},
            {.name = "OMS_RETRY_BASE", .example = "1s", .of_python = false},
            {.name = "OMS_RETRY_MAX",
             .example = "5m",
             .more = "A remote that is away is asked at least this often, for as long as it lasts.",
             .of_python = false},
            {.name = "OMS_RETENTION",
             .example = "90d",
             .more = "What `oms-jira explain` can tell goes back so far. Links are kept for ever.",
             .of_python = false},
        }};
}

VariableGroup running_group() {
    return {
        .title = "Running and watching",
        .what = "",
        .notes = {
            {.name = "OMS_DRY_RUN",
             .example = "1",
             .more = "Shadow mode, to run beside an older integration.",
             .of_python = false},
            {.name = "OMS_CA_FILE",
             .example = "/etc/ssl/certs/ca-certificates.crt",
             .more = "Verification cannot be turned off.",
             .of_python = false},
            {"OMS_LOG_LEVEL", "INFO", ""},
            {.name = "OMS_LOG_FORMAT",
             .example = "json",
             .more = "One event a line in either.",
             .of_python = false},
            {.name = "OMS_RELOAD_FROM",
             .example = "/var/lib/oms-jira/reload.env",
             .more = "The package's units set it, so that `systemctl reload oms-jira` changes the "
                     "level without a restart: [logs.md](logs.md).",
             .of_python = false},
            {.name = "OMS_OTLP_ENDPOINT",
             .example = "http://127.0.0.1:4318",
             .more = "Spans of each order's way: [logs.md](logs.md).",
             .of_python = false},
            {"SENTRY_DSN", "https://key@sentry.example.org/42", ""},
            {"SENTRY_ENVIRONMENT", "production", ""},
            {"SENTRY_RELEASE", "0.1.0", ""},
        }};
}

VariableGroup workflow_group() {
    return {
        .title = "Statuses",
        .what =
            "The id of the Jira status for each status of the marketplace, each its own. Jira "
            "shows ids at `/rest/api/2/status`. Names as with the Python adapter. Example: "
            "`OMS_JIRA_WF_READY=10015`.",
        .notes =
            {{"OMS_JIRA_WF_TODO", "10001", "*registered*"},
             {"OMS_JIRA_WF_IN_PROGRESS", "10002", "*in_progress*"},
             {"OMS_JIRA_WF_WAITING_FOR_RESPONSE", "10003", "*waiting_for_response*"},
             {"OMS_JIRA_WF_APPROVED", "10004", "*approved*"},
             {"OMS_JIRA_WF_READY", "10015", "*ready*"},
             {"OMS_JIRA_WF_REJECTED", "10005", "*rejected*"},
             {"OMS_JIRA_WF_CLOSED", "10006", "*closed*"},
             {"OMS_JIRA_WF_ARCHIVED",
              "10008",
              "taken so that older settings need no change, and not used"}},
        .as_list = true};
}

VariableGroup field_group() {
    const std::string_view not_filled = "taken so that older settings need no change; never filled";
    return {
        .title = "Fields",
        .what =
            "The id of the Jira field for each value. A field that is not set is not sent. "
            "`oms-jira check` finds them by name and prints these lines, ready to paste. Names "
            "as with the Python adapter. Example: `OMS_JIRA_FIELD_SO_1=customfield_10120`.",
        .notes =
            {{"OMS_JIRA_FIELD_Epic_Link",
              "customfield_10008",
              "the project's issue; found by itself where it is not set, and not needed on Cloud"},
             {"OMS_JIRA_FIELD_Epic_Name", "customfield_10009", "the project's name; the same"},
             {"OMS_JIRA_FIELD_Order_reference",
              "customfield_10100",
              "the order's address in the marketplace"},
             {"OMS_JIRA_FIELD_SO_1",
              "customfield_10120",
              "category, service, offer and what was chosen, as JSON; sensitive values as `***`"},
             {"OMS_JIRA_FIELD_SO_ServiceOrderTarget", "customfield_10121", "the offer's target"},
             {"OMS_JIRA_FIELD_SO_OfferType", "customfield_10122", "an option, see below"},
             {"OMS_JIRA_FIELD_SO_ProjectName",
              "customfield_10115",
              "the project's name and number"},
             {"OMS_JIRA_FIELD_CP_Platforms", "customfield_10117", "platforms"},
             {"OMS_JIRA_FIELD_CP_INeedAVoucher", "customfield_10118", "an option, see below"},
             {"OMS_JIRA_FIELD_CP_VoucherID",
              "customfield_10119",
              "the voucher; a change of it in Jira goes to the customer"},
             {"OMS_JIRA_FIELD_CI_Name", "customfield_10101", "the customer's first name"},
             {"OMS_JIRA_FIELD_CI_Surname", "customfield_10102", "last name"},
             {"OMS_JIRA_FIELD_CI_DisplayName", "customfield_10104", "both"},
             {"OMS_JIRA_FIELD_CI_Email", "customfield_10103", "e-mail address"},
             {"OMS_JIRA_FIELD_CI_EOSC_UniqueID", "customfield_10105", "unique id"},
             {"OMS_JIRA_FIELD_CI_Institution",
              "customfield_10106",
              "organization; this and the next two only of single users and research groups"},
             {"OMS_JIRA_FIELD_CI_Department", "customfield_10107", "department"},
             {"OMS_JIRA_FIELD_CI_DepartmentalWebPage", "customfield_10108", "its web page"},
             {"OMS_JIRA_FIELD_CP_CustomerTypology", "customfield_10111", "an option, see below"},
             {"OMS_JIRA_FIELD_CP_ScientificDiscipline",
              "customfield_10116",
              "scientific domains, or `N/A`"},
             {"OMS_JIRA_FIELD_CP_CustomerCountry", "customfield_10123", "country, or `N/A`"},
             {"OMS_JIRA_FIELD_CP_CollaborationCountry", "customfield_10124", "countries, or `N/A`"},
             {"OMS_JIRA_FIELD_CP_UserGroupName", "customfield_10113", "user group"},
             {"OMS_JIRA_FIELD_CI_SupervisorName", "customfield_10109", not_filled},
             {"OMS_JIRA_FIELD_CI_SupervisorProfile", "customfield_10110", not_filled},
             {"OMS_JIRA_FIELD_CP_ReasonForAccess", "customfield_10112", not_filled},
             {"OMS_JIRA_FIELD_CP_ProjectInformation", "customfield_10114", not_filled}},
        .as_list = true};
}

VariableGroup option_group() {
    return {
        .title = "Options of select fields",
        .what =
            "The id of the option for each value. One that is not set is not sent. Names as "
            "with the Python adapter. Example: "
            "`OMS_JIRA_FIELD_SELECT_VALUES_SO_OfferType_normal=10221`.",
        .notes =
            {{"OMS_JIRA_FIELD_SELECT_VALUES_CP_CustomerTypology_single_user",
              "10201",
              "a single user"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_CP_CustomerTypology_research",
              "10202",
              "a research group"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_CP_CustomerTypology_private_company",
              "10203",
              "a private company"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_CP_CustomerTypology_project", "10204", "a project"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_CP_INeedAVoucher_true",
              "10211",
              "a voucher is asked for"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_CP_INeedAVoucher_false", "10212", "none is"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_SO_OfferType_normal",
              "10221",
              "an offer to be ordered"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_SO_OfferType_open_access", "10222", "an open one"},
             {"OMS_JIRA_FIELD_SELECT_VALUES_SO_OfferType_catalog",
              "10223",
              "one that is ordered elsewhere"}},
        .as_list = true};
}

}  // namespace

const std::vector<VariableGroup>& variable_groups() {
    static const std::vector<VariableGroup> groups{
        marketplace_group(),
        jira_group(),
        door_group(),
        operator_group(),
        store_group(),
        time_group(),
        running_group(),
        workflow_group(),
        field_group(),
        option_group()};
    return groups;
}

}  // namespace oms::app
