#include "web/intake.hpp"

namespace oms::web {
namespace {

constexpr std::string_view webhook_path = "/api/webhooks/jira";
/// Of all requests but webhooks: so little that all connections together stay below the limit.
constexpr std::size_t other_body_bytes_max = std::size_t{64} * 1024;

}  // namespace

Intake::Intake(
    TriggerSettings trigger,
    WebhookSettings webhook,
    store::Database& database,
    Clock& clock,
    wake::Bell& poll_bell,
    wake::Bell& work_bell,
    Metrics& metrics,
    Log log
)
    : trigger_{std::move(trigger)},
      webhook_{std::move(webhook)},
      store_{database, clock, work_bell, metrics, log},
      clock_{clock},
      poll_bell_{poll_bell},
      metrics_{metrics},
      log_{std::move(log)} {}

void Intake::add_to(Router& router) {
    router.add(
        {"GET", "POST", "PUT"},
        "/mp/trigger",
        [this](const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
            trigger(request, *reply);
        }
    );
    router.add(
        {"POST"},
        std::string{webhook_path},
        [this](const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
            webhook(request, reply);
        }
    );
}

http::Admission Intake::admit(const http::Request& request) {
    const bool hook = request.method == "POST" && http::path_of(request.url) == webhook_path;
    if (!hook) return {.body_bytes_max = other_body_bytes_max};
    const auto auth = authenticate_by_header(webhook_, request);
    if (!auth || *auth == WebhookAuth::right) return {.vouched_for = auth.has_value()};
    return {.refused = refused(*auth, request)};
}

http::Response Intake::unauthorized(const std::string& door, const http::Request& request) {
    metrics_.count_credential_failure(door);
    const Duration now = clock_.steady();
    const auto wait = failed_credentials_.count(request.peer, now);
    if (const auto times = failed_credentials_.worth_telling(now)) {
        log_.warning(
            "wrong credentials", {{"door", door}, {"from", request.peer}, {"times", *times}}
        );
    }
    if (!wait) return http::text_response(401, "wrong or missing credential\n");
    http::Response later =
        http::text_response(429, "wrong or missing credential, and too many of them: later\n");
    later.headers.emplace_back("Retry-After", std::to_string(wait->count()));
    return later;
}

void Intake::trigger(const http::Request& request, http::Reply& reply) {
    if (!is_authorized(trigger_, request)) {
        http::Response refused = unauthorized("trigger", request);
        metrics_.count_trigger(refused.status == 429 ? "throttled" : "unauthorized");
        refused.headers.emplace_back("WWW-Authenticate", "Basic realm=\"oms-jira\"");
        return reply.send(std::move(refused));
    }
    metrics_.count_trigger("accepted");
    if (const auto caller = caller_of(request)) parents_->remember("events", *caller);
    poll_bell_.ring();
    reply.send({.status = 204});
}

http::Response Intake::refused(WebhookAuth auth, const http::Request& request) {
    if (auth == WebhookAuth::not_configured) {
        metrics_.count_webhook("not_configured");
        return http::text_response(
            503, "no webhook secret is configured: set OMS_JIRA_WEBHOOK_SECRET\n"
        );
    }
    http::Response response = unauthorized("webhook", request);
    metrics_.count_webhook(response.status == 429 ? "throttled" : "unauthorized");
    return response;
}

void Intake::webhook(const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
    const WebhookAuth auth =
        request.vouched_for ? WebhookAuth::right : authenticate(webhook_, request);
    if (auth != WebhookAuth::right) return reply->send(refused(auth, request));
    const WebhookReading reading = read_webhook(webhook_, request);
    if (!reading.hint) {
        metrics_.count_webhook("ignored_" + reading.ignored_because);
        log_.debug("webhook ignored", {{"because", reading.ignored_because}});
        return reply->send({.status = 204});
    }
    store_.take(*reading.hint, caller_of(request), reply);
}

std::optional<trace::Context> Intake::caller_of(const http::Request& request) const {
    if (parents_ == nullptr) return std::nullopt;
    const auto given = http::header(request.headers, "traceparent");
    return given ? trace::parse_traceparent(*given) : std::nullopt;
}

}  // namespace oms::web
