#include "app/reach.hpp"
#include "app/version.hpp"
#include "base/json.hpp"
#include "http/curl_transport.hpp"

// The two remotes as addresses, and what shows that it is them.
namespace oms::app {
namespace {

constexpr std::chrono::seconds look_time_max{10};

}  // namespace

Side marketplace_side(const Settings& settings) {
    return {
        .name = "marketplace",
        .title = "the marketplace",
        .variable = "OMS_MP_URL",
        .url = settings.marketplace.url};
}

Side jira_side(const Settings& settings) {
    return {
        .name = "jira",
        .title = "Jira",
        .variable = "OMS_JIRA_URL",
        .url = settings.jira.url,
        .context = settings.jira.context_path};
}

std::string probe_path(const Side& side) {
    return side.name == "jira" ? "/rest/api/2/serverInfo" : "/api/v1/oms";
}

bool is_that_side(const Side& side, const http::Response& response) {
    if (side.name == "jira") {
        // One that keeps all to itself, or waits for a person, names its requests all the same.
        const bool named = http::header(response.headers, "X-AREQUESTID").has_value() ||
                           http::header(response.headers, "X-Seraph-LoginReason").has_value() ||
                           http::header(response.headers, "Atl-Traceid").has_value();
        const bool denied = response.status == 401 || response.status == 403;
        if (denied && named) return true;
    }
    if (!http::is_json(response)) return false;
    const auto body = json::parse(response.body);
    if (!body) return false;
    if (side.name != "jira")
        return response.status == 401 ? !json::at(*body, "error").is_null()
                                      : json::at(*body, "omses").is_array();
    const bool speaks = !json::at(*body, "version").is_null();
    const bool refuses = json::at(*body, "errorMessages").is_array();
    return response.status == 429 || speaks || refuses;
}

Result<http::Response> look_at(const Settings& settings, const std::string& url, bool proxies) {
    http::CurlTransport transport{
        {.user_agent = std::string{"oms-jira/"} + version + " check",
         .ca_file = settings.ca_file,
         .proxies = proxies,
         .connect_timeout = std::chrono::seconds{5}}};
    return transport.send(
        {.url = url, .headers = {{"Accept", "application/json"}}, .timeout = look_time_max}
    );
}

}  // namespace oms::app
