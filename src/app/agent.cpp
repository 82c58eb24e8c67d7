#include "app/agent.hpp"

#include "app/version.hpp"

namespace oms::app {

Gates::Gates(const Settings& settings, store::Database& database, Random& random, const Log& log)
    : marketplace{"marketplace", settings.retry, database, random, log},
      jira{"jira", settings.retry, database, random, log} {}

Agent::Agent(const Settings& settings, Gates& gates, Clock& clock, web::Metrics* metrics)
    : transport_{{.user_agent = std::string{"oms-jira/"} + version, .ca_file = settings.ca_file}},
      to_marketplace_{transport_, "marketplace", metrics, remotes_},
      to_jira_{transport_, "jira", metrics, remotes_},
      marketplace_{to_marketplace_, settings.marketplace},
      jira_{to_jira_, settings.jira},
      remotes_{marketplace_, jira_, gates.marketplace, gates.jira, clock} {}

Result<http::Response> Agent::Counted::send(const http::Request& request) {
    const auto began = std::chrono::steady_clock::now();
    auto response = send_in_time(request);
    if (metrics_ != nullptr) {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        metrics_->count_request(
            remote_, request.method, response ? response->status : 0, took.count()
        );
    }
    return response;
}

Result<http::Response> Agent::Counted::send_in_time(const http::Request& request) {
    if (!remotes_.write_not_after) return inner_.send(request);
    http::Request timely = request;
    timely.not_after = std::chrono::steady_clock::time_point{*remotes_.write_not_after};
    return inner_.send(timely);
}

}  // namespace oms::app
