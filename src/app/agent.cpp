#include "app/agent.hpp"

#include "app/version.hpp"
#include "base/text.hpp"
#include "jira/answers.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

/// Shorter than a write may wait after it was written down (sync/carry_out).
constexpr Duration turn_wait_max = 15s;
constexpr auto turn_again = 5s;
/// What the pace allows for lies partly on the way to the remote.
constexpr Duration turn_late_max = wake::jitter_allowed / 2;
constexpr int turns_missed_max = 5;
/// For a 429 that does not say how long; the gate (jobs/gate) goes by the same.
constexpr Duration pause_without_word = 5s;

/// `/rest/api/2/issue/10001` of `https://host/rest/api/2/issue/10001?fields=…`.
std::string_view path_of_url(std::string_view url) {
    const auto scheme = url.find("://");
    const auto path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    if (path == std::string_view::npos) return "/";
    return http::path_of(url.substr(path));
}

bool is_told_to_wait(const http::Response& response) {
    const bool busy = response.status == 503 && http::retry_after(response).has_value();
    return (response.status == 429 && !jira::is_told_to_wait_for_one(response)) || busy;
}

}  // namespace

Gates::Gates(
    const Settings& settings,
    store::Database& database,
    Clock& clock,
    Random& random,
    const Log& log
)
    : marketplace{"marketplace", settings.retry, database, random, log},
      jira{"jira", settings.retry, database, random, log},
      site{clock, settings.deployment} {
    site.on_news([&database, log](const jira::ServerInfo& info, std::string_view dialect) {
        log.info("Jira says what it is", {{"version", info.version}, {"spoken_to_as", dialect}});
        database.write([&](store::Connection& connection) {
            store::put_jira_site(
                connection, {.version = info.version, .dialect = std::string{dialect}}
            );
        });
    });
}

sync::SettleSettings settle_settings(const Settings& settings) {
    sync::SettleSettings settle;
    settle.grace = settings.uncertain_grace.value_or(settle.grace);
    settle.create_grace = settings.uncertain_grace;
    settle.orphaned_grace = std::min(settle.orphaned_grace, settle.grace);
    return settle;
}

Agent::Agent(
    const Settings& settings,
    Gates& gates,
    wake::Pace& pace,
    Clock& clock,
    const std::optional<Telling>& telling
)
    : pace_{pace},
      telling_{telling},
      transport_{{.user_agent = std::string{"oms-jira/"} + version, .ca_file = settings.ca_file}},
      to_marketplace_{*this, "marketplace"},
      to_jira_{*this, "jira"},
      marketplace_{to_marketplace_, settings.marketplace},
      jira_{to_jira_, settings.jira, gates.site},
      remotes_{marketplace_, jira_, gates.marketplace, gates.jira, clock} {
    if (telling_) tracer_.emplace(telling_->random, clock, telling_->spans);
    remotes_.tracer = tracer();
}

Result<http::Response> Agent::Counted::send(const http::Request& request) {
    if (auto closed = wait_for_turn()) return Failure{std::move(*closed)};
    trace::Span span{agent_.tracer(), request.method + " " + remote_, trace::Kind::client};
    http::Request sent = request;
    if (agent_.tracer_) {
        sent.headers.emplace_back("traceparent", trace::to_traceparent(span.context()));
    }
    const Instant at = agent_.remotes_.clock.now();
    const auto began = std::chrono::steady_clock::now();
    auto response = send_in_time(std::move(sent));
    const auto took =
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    if (agent_.telling_) tell(request, response, took, span);
    if (agent_.calls_ != nullptr) {
        agent_.calls_->add(call_of(
            request,
            response,
            {.remote = remote_,
             .at = at,
             .took = took,
             .on_behalf_of = agent_.remotes_.on_behalf_of}
        ));
    }
    if (response && is_told_to_wait(*response)) {
        const auto wait = http::retry_after(*response);
        agent_.pace_.pause(remote_, wait ? Duration{*wait} : pause_without_word);
    }
    return response;
}

/// Of the URL only the path: a query may hold what a customer wrote.
void Agent::Counted::tell(
    const http::Request& request,
    const Result<http::Response>& response,
    Duration took,
    trace::Span& span
) {
    const int status = response ? response->status : 0;
    const std::string path{path_of_url(request.url)};
    const Telling& telling = *agent_.telling_;
    telling.metrics.count_request(
        remote_, request.method, status, std::chrono::duration<double>(took).count()
    );
    if (response) {
        const auto left = http::header(response->headers, "X-RateLimit-Remaining");
        const auto number = left ? parse_int(*left) : std::nullopt;
        if (number) telling.metrics.set_rate_limit_remaining(remote_, static_cast<double>(*number));
    }
    span.set("peer.service", remote_);
    span.set("http.request.method", request.method);
    span.set("url.path", path);
    if (status != 0) span.set("http.response.status_code", status);
    if (status == 0 || status >= 400) span.fail();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    telling.log.debug(
        "remote called",
        {{"remote", remote_},
         {"method", request.method},
         {"path", path},
         {"status", status},
         {"ms", milliseconds.count()}}
    );
}

/// Nothing once it is our turn. Who wakes too late for a turn, on a machine that is busy with other
/// things, takes another: the next one's is close behind it. Who is late each time, such as through a
/// slow Redis, is no later than the others.
std::optional<Error> Agent::Counted::wait_for_turn() {
    const auto until = std::chrono::steady_clock::now() + turn_wait_max;
    bool missed = true;
    for (int turn = 0; turn < turns_missed_max && missed; ++turn) {
        const auto asked = std::chrono::steady_clock::now();
        const auto left = std::chrono::duration_cast<Duration>(until - asked);
        const auto wait = agent_.pace_.reserve(remote_, left);
        if (!wait) {
            return Error{
                .kind = ErrorKind::throttled,
                .says = "all turns towards it are taken for a while (" + remote_ + ")",
                .retry_after = turn_again,
                .obstacle = Obstacle::ourselves};
        }
        if (*wait <= Duration{0}) return std::nullopt;
        wait_until(std::chrono::steady_clock::now() + *wait);
        if (agent_.aborted_) {
            return Error{.kind = ErrorKind::shutdown, .says = "stopped before it was sent"};
        }
        missed = std::chrono::steady_clock::now() > asked + *wait + turn_late_max;
    }
    const Duration paused = agent_.pace_.paused_for(remote_);
    if (paused <= Duration{0}) return std::nullopt;
    return Error{
        .kind = ErrorKind::throttled,
        .says = "it has asked another of us to wait (" + remote_ + ")",
        .retry_after = std::chrono::ceil<std::chrono::milliseconds>(paused)};
}

void Agent::Counted::wait_until(std::chrono::steady_clock::time_point until) {
    while (!agent_.aborted_) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left <= 0ms) return;
        agent_.waiting_.wait(left);
    }
}

Result<http::Response> Agent::Counted::send_in_time(http::Request request) {
    const auto& not_after = agent_.remotes_.write_not_after;
    if (not_after) request.not_after = std::chrono::steady_clock::time_point{*not_after};
    return agent_.transport_.send(request);
}

}  // namespace oms::app
