#include <fmt/format.h>

#include "app/check_webhook.hpp"
#include "app/version.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "http/curl_transport.hpp"

// This service at the address by which Jira and the marketplace call it.
namespace oms::app {
namespace {

/// An event that nobody knows: with a right credential it is counted, and nothing else.
constexpr const char* unknown_event = R"({"webhookEvent":"oms_check"})";
constexpr const char* endpoint = "/api/webhooks/jira";

class DoorCheck {
public:
    DoorCheck(const Settings& settings, std::string address, Findings& findings)
        : settings_{settings},
          address_{std::move(address)},
          findings_{findings},
          transport_{
              {.user_agent = std::string{"oms-jira/"} + version + " check",
               .ca_file = settings.ca_file,
               .connect_timeout = std::chrono::seconds{5}}} {}

    void run();

private:
    Result<http::Response> get(const std::string& path);
    Result<http::Response> deliver(const std::string& signature);
    void silent(const Error& error);
    void somebody_else(const http::Response& response);
    void knock();
    void fault(std::string code, std::string found, std::string cause, std::string remedy);

    const Settings& settings_;
    const std::string address_;
    Findings& findings_;
    http::CurlTransport transport_;
};

Result<http::Response> DoorCheck::get(const std::string& path) {
    return transport_.send({.url = address_ + path, .timeout = std::chrono::seconds{10}});
}

/// Signed with the secret rather than bearing it: whoever stands there does not learn it.
Result<http::Response> DoorCheck::deliver(const std::string& signature) {
    return transport_.send(
        {.method = "POST",
         .url = address_ + endpoint,
         .headers =
             {{"Content-Type", "application/json"}, {"X-Hub-Signature", "sha256=" + signature}},
         .body = unknown_event,
         .timeout = std::chrono::seconds{10}}
    );
}

void DoorCheck::fault(std::string code, std::string found, std::string cause, std::string remedy) {
    findings_.fault(
        {.code = std::move(code),
         .about = "OMS_PUBLIC_URL",
         .found = std::move(found),
         .cause = std::move(cause),
         .remedy = std::move(remedy),
         .variables = {"OMS_PUBLIC_URL"}}
    );
}

void DoorCheck::silent(const Error& error) {
    findings_.note(
        {.code = "door.silent",
         .about = "OMS_PUBLIC_URL",
         .found = error.says,
         .cause =
             "the service does not run yet, or its address is wrong, or can be reached only from "
             "outside",
         .remedy = fmt::format(
             "start it (oms-jira serve), or correct OMS_PUBLIC_URL; from where Jira runs this "
             "shows JSON:\n"
             "curl -sS {}/readyz",
             address_
         ),
         .variables = {"OMS_PUBLIC_URL"}}
    );
}

void DoorCheck::somebody_else(const http::Response& response) {
    const bool redirect = response.status >= 300 && response.status < 400;
    const std::string to = http::header(response.headers, "Location").value_or("");
    fault(
        redirect ? "door.redirect" : "door.somebody-else",
        redirect
            ? fmt::format("{} redirects to {}", address_, to.substr(0, to.find('?')))
            : fmt::format(
                  "{}/readyz answers {}, and not as this service does", address_, response.status
              ),
        redirect ? "neither Jira nor the marketplace need follow it with what they bring"
                 : "another program stands there, or the proxy in front passes on other paths",
        redirect ? "set OMS_PUBLIC_URL to where it leads"
                 : "set OMS_PUBLIC_URL to this service's own address, and let the proxy pass "
                   "/mp/trigger, "
                   "/api/webhooks/jira and /readyz to it unchanged (docs/deploy.md)"
    );
}

/// The endpoint itself. Wrong credentials are counted there against whoever gives them: they are used
/// only where there are no right ones.
void DoorCheck::knock() {
    const bool has_secret = !settings_.webhook.secret.empty();
    const std::string signature =
        has_secret ? hmac_sha256_hex(settings_.webhook.secret.reveal(), unknown_event)
                   : std::string(64, '0');
    const auto answer = deliver(signature);
    if (!answer) return silent(answer.error());
    switch (answer->status) {
    case 204:
        return findings_.ok(
            "door.open", "OMS_PUBLIC_URL", address_ + " is this service, and knows the secret"
        );
    case 401:
        if (!has_secret)
            return findings_.ok("door.open", "OMS_PUBLIC_URL", address_ + " is this service");
        return fault(
            "door.secret-differs",
            "the running service refuses the webhook secret that is configured here",
            "it was started with another OMS_JIRA_WEBHOOK_SECRET",
            "restart it with these settings, or take its secret over here"
        );
    case 429:
        return findings_.ok(
            "door.open",
            "OMS_PUBLIC_URL",
            address_ + " is this service, and refuses whoever guesses"
        );
    case 503:
        if (!has_secret) return;  // told of the webhook
        return fault(
            "door.no-secret",
            "the running service has no webhook secret, and refuses everything",
            "it was started before OMS_JIRA_WEBHOOK_SECRET was set, or with other settings",
            "restart it with these settings"
        );
    default:
        fault(
            "door.path",
            fmt::format("/api/webhooks/jira answers {}", answer->status),
            "a proxy in front does not pass this path on",
            "let the proxy pass /api/webhooks/jira to the service unchanged (docs/deploy.md)"
        );
    }
}

void DoorCheck::run() {
    const auto ready = get("/readyz");
    if (!ready) return silent(ready.error());
    const auto body = json::parse(ready->body);
    if (!body || json::at(*body, "ready").is_null() || json::at(*body, "remotes").is_null())
        return somebody_else(*ready);
    if (ready->status != 200) {
        findings_.note(
            {.code = "door.not-ready",
             .about = "OMS_PUBLIC_URL",
             .found = fmt::format(
                 "the service answers {}: {}",
                 ready->status,
                 json::text_or_empty(json::at(*body, "database"))
             ),
             .cause = "its database does not work, or it is stopping",
             .remedy = "look at its log"}
        );
    }
    knock();
}

}  // namespace

void check_door(const Settings& settings, const std::string& address, Findings& findings) {
    if (settings.public_url.empty()) {
        Finding finding{
            .code = "door.unknown",
            .severity = Severity::note,
            .about = "OMS_PUBLIC_URL",
            .found = "it is not set",
            .cause = "whether Jira and the marketplace reach this service cannot be looked at",
            .remedy = "set it to where they reach it, such as https://oms.example.org",
            .variables = {"OMS_PUBLIC_URL"}};
        if (!address.empty()) {
            finding.remedy = "the marketplace calls this service at";
            finding.set = {{.name = "OMS_PUBLIC_URL", .value = address}};
        }
        findings.add(std::move(finding));
    }
    // Only the operator's own word leads anywhere, never what a remote says.
    if (!settings.public_url.empty()) DoorCheck{settings, settings.public_url, findings}.run();
}

}  // namespace oms::app
