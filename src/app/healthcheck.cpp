#include "app/healthcheck.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "base/text.hpp"
#include "http/curl_transport.hpp"

namespace oms::app {
namespace {

/// The address at which a server that listens on `host` is reached from its own machine.
std::string reached_at(const std::string& host) {
    if (host == "0.0.0.0") return "127.0.0.1";
    if (host == "::") return "[::1]";
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

int healthcheck(const Settings& settings, bool ready, const Console& console) {
    const std::string url = fmt::format(
        "http://{}:{}/{}",
        reached_at(settings.http_host),
        settings.http_port,
        ready ? "readyz" : "healthz"
    );
    // The proxy that leads to the remotes knows no way to this machine.
    setenv("no_proxy", "*", 1);
    http::CurlTransport transport{{.user_agent = "oms-jira healthcheck"}};
    const auto answer = transport.send({.url = url, .timeout = std::chrono::seconds{3}});
    if (!answer) {
        console.error << url << ": " << visible(answer.error().says) << "\n";
        return exit_faults;
    }
    if (answer->status == 200) return exit_ok;
    console.error << url << " answers " << answer->status << ": " << visible(trim(answer->body))
                  << "\n";
    return exit_faults;
}

int healthcheck_database(const Settings& settings, const Console& console) {
    try {
        if (!open_existing(settings)->only_reads()) return exit_ok;
        console.error << "the database can only be read: a standby, or set so\n";
        return exit_faults;
    } catch (const store::DatabaseError& error) {
        console.error << visible(error.what()) << "\n";
        return exit_faults;
    }
}

}  // namespace oms::app
