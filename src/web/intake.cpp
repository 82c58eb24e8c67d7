#include "web/intake.hpp"

#include "store/attention.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"

namespace oms::web {
namespace {

/// The hint for the subject that the issue stands for; for the issue itself where that is unknown;
/// none where it can stand for nothing.
std::optional<Hint> hint_for(store::Connection& connection, const WebhookHint& read) {
    Hint hint{
        .aspects = read.aspects,
        .claims = read.claims,
        .cause = "webhook " + (read.event.empty() ? "without a body" : read.event)};
    if (const auto link = store::find_link_of_issue(connection, read.issue)) {
        hint.subject = link->subject;
        const bool project = link->subject.is_project();
        // The status of a project's issue is nobody's but Jira's.
        if (project) {
            std::erase_if(hint.claims, [](const std::string& claim) {
                return claim.starts_with("i=") || claim.starts_with("v=");
            });
        }
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
        "/api/webhooks/jira",
        [this](const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
            webhook(request, reply);
        }
    );
}

void Intake::trigger(const http::Request& request, http::Reply& reply) {
    if (!is_authorized(trigger_, request)) {
        metrics_.count_trigger("unauthorized");
        http::Response refused = http::text_response(401, "wrong or missing credential\n");
        refused.headers.emplace_back("WWW-Authenticate", "Basic realm=\"oms-jira\"");
        return reply.send(std::move(refused));
    }
    metrics_.count_trigger("accepted");
    poll_bell_.ring();
    reply.send({.status = 204});
}

void Intake::webhook(const http::Request& request, const std::shared_ptr<http::Reply>& reply) {
    switch (authenticate(webhook_, request)) {
    case WebhookAuth::right: break;
    case WebhookAuth::wrong:
        metrics_.count_webhook("unauthorized");
        return reply->send(http::text_response(401, "wrong or missing credential\n"));
    case WebhookAuth::not_configured:
        metrics_.count_webhook("not_configured");
        return reply->send(http::text_response(
            503, "no webhook secret is configured: set OMS_JIRA_WEBHOOK_SECRET\n"
        ));
    }
    const WebhookReading reading = read_webhook(webhook_, request);
    if (!reading.hint) {
        metrics_.count_webhook("ignored_" + reading.ignored_because);
        log_.debug("webhook ignored", {{"because", reading.ignored_because}});
        return reply->send({.status = 204});
    }
    store_hint(*reading.hint, reply);
}

void Intake::store_hint(const WebhookHint& hint, const std::shared_ptr<http::Reply>& reply) {
    auto foreign = std::make_shared<bool>(false);
    database_.write_later(
        [this, hint, foreign](store::Connection& connection) {
            const auto found = hint_for(connection, hint);
            *foreign = !found;
            if (found) store::add_hint(connection, *found, clock_.now());
        },
        [this, reply, foreign](const std::exception_ptr& error) {
            if (error) {
                metrics_.count_webhook("not_stored");
                return reply->send(http::text_response(503, "the database does not work: later\n"));
            }
            metrics_.count_webhook(*foreign ? "ignored_foreign" : "accepted");
            if (!*foreign) work_bell_.ring();
            reply->send({.status = 204});
        }
    );
}

}  // namespace oms::web
