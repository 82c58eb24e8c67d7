#pragma once

#include <functional>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/trace.hpp"
#include "http/server.hpp"
#include "store/database.hpp"
#include "wake/bell.hpp"
#include "web/failed_credentials.hpp"
#include "web/jira_webhook.hpp"
#include "web/metrics.hpp"
#include "web/router.hpp"
#include "web/trigger.hpp"
#include "web/webhook_store.hpp"

namespace oms::web {

/// The two doors: the marketplace's trigger and Jira's webhook. Runs on the server's thread and
/// never blocks: a webhook is answered from the committing thread once its hint is durable.
class Intake {
public:
    Intake(
        TriggerSettings trigger,
        WebhookSettings webhook,
        store::Database& database,
        Clock& clock,
        wake::Bell& poll_bell,
        wake::Bell& work_bell,
        Metrics& metrics,
        Log log
    );

    /// Before the first request: where a call that bears a `traceparent` leaves it for the work it leads to.
    void leave_traces_in(trace::Parents& parents) {
        parents_ = &parents;
        store_.leave_traces_in(parents);
    }
    WebhookStore& webhooks() { return store_; }
    void add_to(Router& router);
    /// The server's gate: a body is only read, and a large one only taken, where the header does not
    /// already show that the credential is wrong.
    http::Admission admit(const http::Request& request);

private:
    http::Response unauthorized(const std::string& door, const http::Request& request);
    http::Response refused(WebhookAuth auth, const http::Request& request);
    void trigger(const http::Request& request, http::Reply& reply);
    void webhook(const http::Request& request, const std::shared_ptr<http::Reply>& reply);
    [[nodiscard]] std::optional<trace::Context> caller_of(const http::Request& request) const;

    TriggerSettings trigger_;
    WebhookSettings webhook_;
    WebhookStore store_;
    Clock& clock_;
    wake::Bell& poll_bell_;
    Metrics& metrics_;
    Log log_;
    FailedCredentials failed_credentials_;
    trace::Parents* parents_ = nullptr;
};

}  // namespace oms::web
