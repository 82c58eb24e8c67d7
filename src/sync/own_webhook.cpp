#include "sync/own_webhook.hpp"

#include "store/state.hpp"

namespace oms::sync {

using namespace std::chrono_literals;
using store::Connection;

namespace {

constexpr Duration looked_at_each = 1h;
/// It lives for 30 days: there is time for many tries.
constexpr Duration renewed_before_end = 24h * 20;

}  // namespace

Instant OwnWebhookKeeper::turn(Instant now) {
    const Instant next = now + looked_at_each;
    auto own = store::read(database_, [](Connection& connection) {
        return store::find_own_webhook(connection);
    });
    if (!own || own->expires > now + renewed_before_end) return next;
    const auto renewed = remotes_.jira([&](jira::Client& client) -> Result<jira::AppWebhook> {
        if (!client.has_app_webhooks())
            return failure(ErrorKind::missing, "this Jira has no webhooks of apps");
        return client.renew_app_webhook(own->id);
    });
    if (renewed) {
        own->expires = renewed->expires.value_or(clock_.now() + 24h * 30);
        own->says.clear();
        log_.info("webhook renewed", {{"id", own->id}, {"until", to_rfc3339(own->expires)}});
    } else {
        own->says = renewed.error().says;
        log_.warning("webhook not renewed", {{"id", own->id}, {"says", own->says}});
    }
    database_.write([&](Connection& connection) { store::put_own_webhook(connection, *own); });
    return next;
}

}  // namespace oms::sync
