#include "app/check_marketplace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

constexpr std::string_view trigger_path = "/mp/trigger";

std::vector<SettingLine> choices_of(const std::vector<Oms>& omses) {
    std::vector<SettingLine> lines;
    for (const Oms& one : omses) {
        lines.push_back(
            {.name = "OMS_ID",
             .value = std::to_string(one.id.value),
             .means = one.name + (one.is_default ? ", the default one" : "")}
        );
    }
    return lines;
}

void token_refused(const Error& error, Findings& findings) {
    findings.fault(
        {.code = "marketplace.token-refused",
         .about = "OMS_MP_TOKEN",
         .found = error.says,
         .cause = "the token is wrong, of another marketplace, or was made anew",
         .remedy =
             "ask the marketplace's team for the authentication token of the OMS's user (they "
             "see it in the user's record), and set OMS_MP_TOKEN to it, without quotes and spaces",
         .variables = {"OMS_MP_TOKEN"}}
    );
}

void not_ours(
    const Settings& settings,
    const Error& error,
    const std::vector<Oms>& omses,
    Findings& findings
) {
    const bool foreign = error.kind == ErrorKind::forbidden;
    Finding finding{
        .code = foreign ? "marketplace.oms-foreign" : "marketplace.oms-unknown",
        .about = "OMS_ID",
        .found = fmt::format("{}: {}", settings.marketplace.oms.value, error.says),
        .cause = foreign ? "the token's user does not administer this OMS"
                         : "the marketplace has no such OMS",
        .remedy = omses.empty()
                      ? "have the marketplace's team make the token's user administrator of "
                        "the OMS"
                      : "set the OMS that the token's user administers:",
        .variables = {"OMS_ID"}};
    (omses.size() == 1 ? finding.set : finding.choices) = choices_of(omses);
    findings.fault(std::move(finding));
}

void check_events(marketplace::Client& client, Findings& findings) {
    const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
    const auto events = client.events(now - std::chrono::hours{24 * 7}, 1);
    if (events) return findings.ok("marketplace.events", "events", "can be read");
    findings.fault(
        {.code = "marketplace.events-fail",
         .about = "events",
         .found = events.error().says,
         .cause =
             "the marketplace cannot list what happened, such as where an entity of an event is "
             "gone without a trace; the adapter reads around it, later and by comparing",
         .remedy = "tell the marketplace's team that GET /api/v1/oms/:id/events fails"}
    );
}

void check_author_role(const Settings& settings, const Oms& oms, Findings& findings) {
    const std::string& role = settings.plan.author_role;
    if (role != "mediator" || oms.is_default) return;
    findings.fault(
        {.code = "marketplace.role",
         .about = "OMS_MP_AUTHOR_ROLE",
         .found = fmt::format("it is mediator, and OMS '{}' is not the default one", oms.name),
         .cause = "the marketplace refuses messages of a mediator from any but the default OMS: no "
                  "comment would reach a customer",
         .remedy = "leave it to the adapter, which takes provider here:",
         .set = {{.name = "OMS_MP_AUTHOR_ROLE", .value = "", .means = "unset"}}}
    );
}

/// `/mp/trigger`, and what stands before it; nothing where it is another path.
std::optional<std::string> base_of_trigger(const std::string& url) {
    const std::string place = url.substr(0, url.find('?'));
    if (!place.ends_with(trigger_path)) return std::nullopt;
    return place.substr(0, place.size() - trigger_path.size());
}

std::string wanted_trigger(const Settings& settings, const Oms& oms) {
    const std::string base = base_of_trigger(oms.trigger_url).value_or("https://THIS-SERVICE");
    return (settings.public_url.empty() ? base : settings.public_url) + std::string{trigger_path};
}

std::string for_the_team(const Settings& settings, const Oms& oms) {
    const bool password = !settings.trigger.password.empty();
    return fmt::format(
        "ask the marketplace's team to set the trigger of OMS {}:\nURL     {}\nMethod  POST{}",
        oms.id.value,
        wanted_trigger(settings, oms),
        password ? fmt::format(
                       "\nUser    {}\nPassword  the value of OMS_AUTHORIZATION_PASSWORD",
                       settings.trigger.user
                   )
                 : ""
    );
}

void check_trigger_place(const Settings& settings, const Oms& oms, Findings& findings) {
    const auto base = base_of_trigger(oms.trigger_url);
    const std::string shown = oms.trigger_url.substr(0, oms.trigger_url.find('?'));
    if (!base) {
        return findings.fault(
            {.code = "trigger.wrong-path",
             .about = "trigger",
             .found = "the marketplace calls " + shown,
             .cause =
                 "this service listens at /mp/trigger: calls are lost, and events are read only "
                 "every " +
                 oms::to_text(settings.poll_interval),
             .remedy = for_the_team(settings, oms)}
        );
    }
    if (!settings.public_url.empty() && *base != settings.public_url) {
        return findings.fault(
            {.code = "trigger.elsewhere",
             .about = "trigger",
             .found = fmt::format("the marketplace calls {}", shown),
             .cause =
                 fmt::format("OMS_PUBLIC_URL is {}: one of the two is wrong", settings.public_url),
             .remedy = for_the_team(settings, oms) + "\nor, where the marketplace is right:",
             .set = {{.name = "OMS_PUBLIC_URL", .value = *base}}}
        );
    }
    findings.ok("trigger.set", "trigger", oms.trigger_method + " " + shown);
}

}  // namespace

std::optional<Oms>
check_marketplace(const Settings& settings, marketplace::Client& client, Findings& findings) {
    const auto omses = client.omses();
    if (!omses && omses.error().kind == ErrorKind::unauthorized) {
        token_refused(omses.error(), findings);
        return std::nullopt;
    }
    auto oms = client.oms();
    if (!oms) {
        const ErrorKind kind = oms.error().kind;
        if (kind == ErrorKind::missing || kind == ErrorKind::forbidden) {
            not_ours(settings, oms.error(), omses.value_or(std::vector<Oms>{}), findings);
        } else {
            findings.fault(
                {.code = "marketplace.not-working",
                 .about = "OMS_MP_URL",
                 .found = oms.error().says,
                 .cause = "the marketplace's API fails",
                 .remedy = "try again later, and tell the marketplace's team",
                 .variables = {"OMS_MP_URL"}}
            );
        }
        return std::nullopt;
    }
    findings.ok(
        "marketplace.oms",
        "OMS " + std::to_string(oms->id.value),
        fmt::format("'{}'{}", oms->name, oms->is_default ? ", the default one" : "")
    );
    check_events(client, findings);
    check_author_role(settings, *oms, findings);
    return std::move(*oms);
}

void check_trigger(const Settings& settings, const Oms& oms, Findings& findings) {
    if (oms.trigger_url.empty()) {
        return findings.note(
            {.code = "trigger.missing",
             .about = "trigger",
             .found = "the marketplace has none for this OMS",
             .cause = "events are read every " + oms::to_text(settings.poll_interval) +
                      ", and orders wait as long",
             .remedy = for_the_team(settings, oms)}
        );
    }
    const bool wants = !settings.trigger.password.empty();
    if (wants && !oms.trigger_has_authorization) {
        findings.fault(
            {.code = "trigger.no-credentials",
             .about = "trigger",
             .found = "the marketplace calls it without credentials",
             .cause = "OMS_AUTHORIZATION_PASSWORD is set: each call is refused with 401",
             .remedy = for_the_team(settings, oms) +
                       "\nor let everybody call it, which costs only a look:",
             .set = {{.name = "OMS_AUTHORIZATION_PASSWORD", .value = "", .means = "unset"}}}
        );
    } else if (!wants && oms.trigger_has_authorization) {
        findings.fault(
            {.code = "trigger.needless-credentials",
             .about = "trigger",
             .found = "the marketplace sends credentials that nobody asks for",
             .cause = "OMS_AUTHORIZATION_PASSWORD is not set: everybody can call it",
             .remedy = "set OMS_AUTHORIZATION_USER and OMS_AUTHORIZATION_PASSWORD to what the "
                       "marketplace sends; its team knows",
             .variables = {"OMS_AUTHORIZATION_USER", "OMS_AUTHORIZATION_PASSWORD"}}
        );
    }
    check_trigger_place(settings, oms, findings);
}

std::string address_of_this_service(const Settings& settings, const std::optional<Oms>& oms) {
    if (!settings.public_url.empty() || !oms) return settings.public_url;
    return base_of_trigger(oms->trigger_url).value_or("");
}

}  // namespace oms::app
