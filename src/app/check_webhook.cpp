#include "app/check_webhook.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/console.hpp"
#include "base/text.hpp"
#include "store/state.hpp"

namespace oms::app {
namespace {

constexpr std::string_view webhook_path = "/api/webhooks/jira";
constexpr std::array events_needed{
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted"};

/// Without its query, which bears the secret.
std::string place_of(const std::string& url) { return url.substr(0, url.find('?')); }

bool leads_to_such_a_place(const jira::Webhook& hook) {
    return place_of(hook.url).ends_with(webhook_path);
}

/// What comes of a difference that is left.
std::string what_is_lost(std::string_view code) {
    if (code == "disabled") return "Jira tells nothing: changes are found by polling";
    if (code == "issue-id") return "events that do not name their issue cannot be placed";
    if (code == "secret") return "each delivery is refused with 401";
    if (code == "events") return "such changes are found by polling only";
    return "changes in our project are not told, and found by polling";
}

class WebhookCheck {
public:
    WebhookCheck(
        const Settings& settings,
        jira::Client& client,
        const std::string& address,
        bool apply,
        Findings& findings
    )
        : settings_{settings},
          client_{client},
          place_{address.empty() ? "" : address + std::string{webhook_path}},
          apply_{apply},
          findings_{findings} {}

    void run();

private:
    [[nodiscard]] jira::Webhook wanted() const;
    /// To be pasted: with a name in the secret's place.
    [[nodiscard]] std::string values_to_paste() const;
    /// What is wrong with it, each with the end of its code: `events`.
    struct Difference {
        const char* code;
        std::string says;
    };
    [[nodiscard]] std::vector<Difference> differences(const jira::Webhook& hook) const;
    [[nodiscard]] std::string secret_differs(const jira::Webhook& hook) const;
    void compare(const jira::Webhook& hook);
    void missing();
    void put(jira::Webhook hook, const std::string& done);
    /// Of an app, which may register one for itself where it is no administrator.
    void own(const std::vector<jira::AppWebhook>& hooks);
    void others(const std::vector<jira::Webhook>& hooks, const std::string& ours);
    void say(
        std::string code,
        Severity severity,
        std::string found,
        std::string remedy = {},
        std::string cause = {}
    ) {
        findings_.add(
            {.code = "webhook." + std::move(code),
             .severity = severity,
             .about = "webhook in Jira",
             .found = std::move(found),
             .cause = std::move(cause),
             .remedy = std::move(remedy)}
        );
    }

    const Settings& settings_;
    jira::Client& client_;
    const std::string place_;
    const bool apply_;
    Findings& findings_;
};

jira::Webhook WebhookCheck::wanted() const {
    // Where deliveries are signed the secret stays out of the address, which logs and lists show.
    const bool in_address = !client_.signs_webhooks() && !settings_.webhook.secret.empty();
    std::string url = fmt::format("{}?issue_id={}", place_, client_.issue_id_variable());
    if (in_address) url += "&secret=" + percent_encode(settings_.webhook.secret.reveal());
    return {
        .name = "oms-jira",
        .url = std::move(url),
        .events = {events_needed.begin(), events_needed.end()},
        .jql = "project = " + settings_.jira.project};
}

std::string WebhookCheck::values_to_paste() const {
    const bool signs = client_.signs_webhooks();
    return fmt::format(
        "URL     {}{}?issue_id={}{}\n"
        "{}"
        "Events  {}\n"
        "JQL     project = {}",
        place_.empty() ? "https://THIS-SERVICE" : "",
        place_.empty() ? std::string{webhook_path} : place_,
        client_.issue_id_variable(),
        signs ? "" : "&secret=VALUE-OF-OMS_JIRA_WEBHOOK_SECRET",
        signs ? "Secret  the value of OMS_JIRA_WEBHOOK_SECRET\n" : "",
        join({events_needed.begin(), events_needed.end()}, ", "),
        settings_.jira.project
    );
}

std::string WebhookCheck::secret_differs(const jira::Webhook& hook) const {
    const std::size_t query = hook.url.find('?');
    const auto parameters =
        query == std::string::npos ? decltype(http::query_of("")){} : http::query_of(hook.url);
    if (const auto given = http::parameter(parameters, "secret")) {
        if (matches(settings_.webhook.secret, *given)) return "";
        return matches(settings_.webhook.previous, *given) ? "its address bears the previous secret"
                                                           : "its address bears another secret";
    }
    if (!client_.signs_webhooks()) return "its address bears no secret";
    return hook.has_secret == false ? "its deliveries are not signed" : "";
}

std::vector<WebhookCheck::Difference> WebhookCheck::differences(const jira::Webhook& hook) const {
    std::vector<Difference> all;
    if (!hook.enabled) all.push_back({"disabled", "it is disabled"});
    const auto issue = http::parameter(http::query_of(hook.url), "issue_id");
    if (issue != client_.issue_id_variable()) {
        all.push_back(
            {"issue-id",
             fmt::format(
                 "its address needs issue_id={} ({})",
                 client_.issue_id_variable(),
                 issue ? "it has " + in_quotes(*issue) : "it has none"
             )}
        );
    }
    if (auto secret = secret_differs(hook); !secret.empty())
        all.push_back({"secret", std::move(secret)});
    std::vector<std::string> lacking;
    for (const char* event : events_needed) {
        if (std::ranges::find(hook.events, event) == hook.events.end()) lacking.emplace_back(event);
    }
    if (!lacking.empty()) all.push_back({"events", "it does not send " + join(lacking, ", ")});
    const bool for_us =
        hook.jql.empty() || hook.jql.find(settings_.jira.project) != std::string::npos;
    if (!for_us) {
        all.push_back(
            {"jql",
             fmt::format(
                 "its JQL {} leaves out project {}", in_quotes(hook.jql), settings_.jira.project
             )}
        );
    }
    return all;
}

void WebhookCheck::put(jira::Webhook hook, const std::string& done) {
    const auto made = client_.put_webhook(hook, settings_.webhook.secret);
    if (!made) {
        return say(
            "not-written",
            Severity::fault,
            "it could not be written: " + made.error().says,
            fmt::format("do it at {}:\n{}", client_.webhooks_page(), values_to_paste())
        );
    }
    // Some of what is written is ignored without a word: only what can be read again is there.
    const auto hooks = client_.webhooks();
    if (!hooks)
        return say(
            "not-read-back",
            Severity::note,
            done + ", and could not be read back: " + hooks.error().says
        );
    const auto found = std::ranges::find_if(*hooks, [&](const jira::Webhook& one) {
        return made->id.empty() ? one.url == hook.url : one.id == made->id;
    });
    if (found == hooks->end())
        return say(
            "not-written", Severity::fault, "it was written, and is not there", values_to_paste()
        );
    const auto left = differences(*found);
    if (left.empty()) return say("right", Severity::ok, done);
    for (const Difference& one : left) {
        say(one.code,
            Severity::fault,
            done + ", and yet " + one.says,
            fmt::format("mend it at {}:\n{}", client_.webhooks_page(), values_to_paste()));
    }
}

void WebhookCheck::compare(const jira::Webhook& hook) {
    const auto differ = differences(hook);
    if (differ.empty()) return say("right", Severity::ok, fmt::format("'{}'", hook.name));
    std::vector<std::string> names;
    for (const Difference& one : differ) {
        names.push_back(one.says);
        if (apply_) continue;
        say(one.code,
            Severity::fault,
            fmt::format("'{}': {}", hook.name, one.says),
            fmt::format(
                "run oms-jira check --webhook --apply, or mend it at {}:\n{}",
                client_.webhooks_page(),
                values_to_paste()
            ),
            what_is_lost(one.code));
    }
    if (!apply_) return;
    jira::Webhook mended = wanted();
    mended.id = hook.id;
    mended.name = hook.name;
    for (const std::string& event : hook.events) {
        if (std::ranges::find(mended.events, event) == mended.events.end())
            mended.events.push_back(event);
    }
    if (hook.jql.empty()) mended.jql.clear();
    mended.exclude_body = hook.exclude_body;
    put(std::move(mended), fmt::format("'{}' was repaired: {}", hook.name, join(names, "; ")));
}

void WebhookCheck::missing() {
    const std::string waits = "none leads here: changes are found by polling every " +
                              oms::to_text(settings_.jira_poll_interval);
    if (apply_ && !place_.empty() && !settings_.webhook.secret.empty())
        return put(wanted(), "it was made");
    std::string how =
        fmt::format("make one at {}:\n{}", client_.webhooks_page(), values_to_paste());
    if (place_.empty()) {
        how =
            "set OMS_PUBLIC_URL to where Jira reaches this service, such as "
            "https://oms.example.org, and run oms-jira check --webhook --apply; or " +
            how;
    } else if (!settings_.webhook.secret.empty()) {
        how = "run oms-jira check --webhook --apply; or " + how;
    }
    say("missing", apply_ ? Severity::fault : Severity::note, waits, std::move(how));
}

/// Another instance's, or this service by another name: it is not ours to say.
void WebhookCheck::others(const std::vector<jira::Webhook>& hooks, const std::string& ours) {
    for (const jira::Webhook& hook : hooks) {
        if (!leads_to_such_a_place(hook) || hook.id == ours) continue;
        const bool here = place_of(hook.url) == place_;
        say(here ? "twice" : "elsewhere",
            Severity::note,
            here ? fmt::format("'{}' leads here too: all is told twice", hook.name)
                 : fmt::format("'{}' leads to {}", hook.name, place_of(hook.url)),
            fmt::format(
                "delete it at {}{}",
                client_.webhooks_page(),
                here ? "" : ", where that is this service as well"
            ));
    }
}

void WebhookCheck::own(const std::vector<jira::AppWebhook>& hooks) {
    const auto serves = [&](const jira::AppWebhook& hook) {
        const bool all = std::ranges::all_of(events_needed, [&](const char* event) {
            return std::ranges::find(hook.events, event) != hook.events.end();
        });
        return all && hook.jql.find(settings_.jira.project) != std::string::npos;
    };
    const auto found = std::ranges::find_if(hooks, serves);
    if (found != hooks.end()) {
        return say(
            "right",
            Severity::ok,
            fmt::format(
                "our own, {}{}",
                found->id,
                found->expires ? ", lives until " + shown_time(*found->expires) : ""
            )
        );
    }
    const bool possible = !place_.empty() && !settings_.webhook.secret.empty();
    if (!apply_ || !possible) return missing();
    jira::Webhook hook = wanted();
    // Signed with the app's secret, which is not ours: ours goes into the address.
    hook.url = fmt::format(
        "{}?issue_id={}&secret={}",
        place_,
        client_.issue_id_variable(),
        percent_encode(settings_.webhook.secret.reveal())
    );
    const auto made = client_.add_app_webhook(hook);
    if (!made) return say("not-written", Severity::fault, made.error().says, values_to_paste());
    const auto listed = client_.app_webhooks();
    const auto again = listed ? std::ranges::find(*listed, *made, &jira::AppWebhook::id)
                              : std::vector<jira::AppWebhook>::const_iterator{};
    const bool told = listed && again != listed->end() && again->expires;
    const store::OwnWebhook kept{
        .id = *made,
        .expires = told ? *again->expires : SystemClock{}.now() + std::chrono::days{30}};
    open_existing(settings_)->write([&](store::Connection& connection) {
        store::put_own_webhook(connection, kept);
    });
    say("right",
        Severity::ok,
        fmt::format("our own was made, lives until {}, and is renewed", shown_time(kept.expires)));
}

void WebhookCheck::run() {
    if (settings_.webhook.secret.empty()) {
        findings_.add(
            {.code = "webhook.no-secret",
             .severity = apply_ ? Severity::fault : Severity::note,
             .about = "OMS_JIRA_WEBHOOK_SECRET",
             .found = "it is not set",
             .cause = "the endpoint refuses everything, and Jira is polled",
             .remedy =
                 "set it to a long random text, such as what this prints:\nopenssl rand -hex 32",
             .variables = {"OMS_JIRA_WEBHOOK_SECRET"}}
        );
    }
    const auto hooks = client_.webhooks();
    if (!hooks && client_.has_app_webhooks()) {
        if (const auto own_hooks = client_.app_webhooks()) {
            return own(*own_hooks);
        }
    }
    if (!hooks) {
        const ErrorKind kind = hooks.error().kind;
        const bool may_not = kind == ErrorKind::forbidden || kind == ErrorKind::unauthorized ||
                             kind == ErrorKind::missing;
        return say(
            "hidden",
            apply_ ? Severity::fault : Severity::note,
            may_not ? "our account may not see Jira's webhooks (it needs Administer Jira)"
                    : hooks.error().says,
            fmt::format(
                "have an administrator compare it at {}:\n{}",
                client_.webhooks_page(),
                values_to_paste()
            )
        );
    }
    auto found = std::ranges::find_if(*hooks, [&](const jira::Webhook& hook) {
        return !place_.empty() && place_of(hook.url) == place_;
    });
    // Where our own address is unknown, the only one of its kind is taken for ours; to be looked at.
    if (found == hooks->end() && place_.empty())
        found = std::ranges::find_if(*hooks, leads_to_such_a_place);
    if (found == hooks->end()) {
        missing();
        others(*hooks, "");
    } else if (apply_ && place_.empty()) {
        say("no-address",
            Severity::fault,
            "where Jira reaches this service is not known: nothing was changed",
            "set OMS_PUBLIC_URL=" +
                place_of(found->url).substr(0, place_of(found->url).size() - webhook_path.size()));
    } else {
        compare(*found);
        others(*hooks, found->id);
    }
}

}  // namespace

void check_webhook(
    const Settings& settings,
    jira::Client& client,
    const std::string& address,
    bool apply,
    Findings& findings
) {
    WebhookCheck{settings, client, address, apply, findings}.run();
}

}  // namespace oms::app
