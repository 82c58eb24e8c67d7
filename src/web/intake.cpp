#include "web/intake.hpp"

#include "base/planted.hpp"
#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"

namespace oms::web {
namespace {

constexpr std::string_view webhook_path = "/api/webhooks/jira";
/// Of all requests but webhooks: so little that all connections together stay below the limit.
constexpr std::size_t other_body_bytes_max = std::size_t{64} * 1024;
constexpr Duration receipt_interval = std::chrono::seconds{10};

/// The status and the voucher of a project's issue are nobody's but Jira's.
void drop_what_is_jiras(Hint& hint) {
    if (!hint.subject.is_project()) return;
    std::erase_if(hint.claims, [](const std::string& claim) {
        return claim.starts_with("i=") || claim.starts_with("v=");
    });
}

/// The hint for the subject that the issue stands for; for the issue itself where that is unknown;
/// none where it can stand for nothing.
std::optional<Hint> hint_for(store::Connection& connection, const WebhookHint& read) {
    Hint hint{
        .aspects = read.aspects,
        .claims = read.claims,
        .cause = "webhook " + (read.event.empty() ? "without a body" : read.event)};
    if (const auto link = store::find_link_of_issue(connection, read.issue)) {
        hint.subject = link->subject;
        drop_what_is_jiras(hint);
        return hint;
    }
    if (read.marked) {
        hint.subject = *read.marked;
        const auto other = store::find_link(connection, *read.marked);
        const bool stood_for = other && other->state != LinkState::before;
        if (stood_for) {
            // A second issue with this marker, a clone: its status and comments are not the order's.
            if (store::is_known_duplicate(connection, hint.subject, read.issue))
                return std::nullopt;
            hint.aspects = no_aspects;
            hint.claims.clear();
        }
        // Often the issue that we are making: Jira tells of it before it answers.
        drop_what_is_jiras(hint);
        hint.claims.push_back("n=" + read.issue.value);
        return hint;
    }
    if (read.foreign_unless_linked) return std::nullopt;
    hint.subject = Subject::of(read.issue);
    return hint;
}

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
      database_{database},
      clock_{clock},
      poll_bell_{poll_bell},
      work_bell_{work_bell},
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
    if (!auth || *auth == WebhookAuth::right) return {};
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
    const WebhookAuth auth = authenticate(webhook_, request);
    if (auth != WebhookAuth::right) return reply->send(refused(auth, request));
    const WebhookReading reading = read_webhook(webhook_, request);
    if (!reading.hint) {
        metrics_.count_webhook("ignored_" + reading.ignored_because);
        log_.debug("webhook ignored", {{"because", reading.ignored_because}});
        return reply->send({.status = 204});
    }
    store_hint(*reading.hint, caller_of(request), reply);
}

/// For people, who ask whether the webhook works: a time that is a little late costs less.
void Intake::note_receipt(store::Connection& connection) {
    const Instant now = clock_.now();
    if (now - noted_at_.load() < receipt_interval && now >= noted_at_.load()) return;
    noted_at_ = now;
    store::put_setting(connection, std::string{store::webhook_received}, to_rfc3339(now, 3));
}

std::optional<trace::Context> Intake::caller_of(const http::Request& request) const {
    if (parents_ == nullptr) return std::nullopt;
    const auto given = http::header(request.headers, "traceparent");
    return given ? trace::parse_traceparent(*given) : std::nullopt;
}

void Intake::answer_late() {
    for (int i = late_.answer(clock_.steady()); i > 0; --i)
        metrics_.count_webhook("not_stored");
}

void Intake::store_hint(
    const WebhookHint& hint,
    const std::optional<trace::Context>& caller,
    const std::shared_ptr<http::Reply>& reply
) {
    const Duration began = clock_.steady();
    // Whose hint it became; "": nobody's.
    auto subject = std::make_shared<std::string>();
    if (OMS_PLANTED("intake.answers_before_the_commit")) reply->send({.status = 204});
    late_.add(reply, began);
    database_.write_later(
        [this, hint, caller, subject](store::Connection& connection) {
            note_receipt(connection);
            const auto found = hint_for(connection, hint);
            *subject = found ? key_of(found->subject) : "";
            if (!found) return;
            store::add_hint(connection, *found, clock_.now());
            if (caller) parents_->remember(*subject, *caller);
        },
        [this, event = hint.event, reply, subject, began](const std::exception_ptr& error) {
            if (OMS_PLANTED("intake.answers_before_the_commit")) return;
            if (error) {
                metrics_.count_webhook("not_stored");
                return reply->send(http::text_response(503, "the database does not work: later\n"));
            }
            metrics_.observe_intake(clock_.steady() - began);
            metrics_.count_webhook(subject->empty() ? "ignored_foreign" : "accepted");
            if (!subject->empty()) {
                log_.debug(
                    "hint",
                    {{"subject", *subject},
                     {"cause", "webhook " + (event.empty() ? "without a body" : event)}}
                );
                metrics_.count_hints("webhook", 1);
                work_bell_.ring();
            }
            reply->send({.status = 204});
        }
    );
}

}  // namespace oms::web
