#include "app/settings_advice.hpp"

#include <algorithm>
#include <set>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "app/variables.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

constexpr std::size_t name_shown_max = 80;

/// The Python adapter's database in production. A fault where OMS_DB_HOST is not set.
constexpr const char* python_database = "OMS_DB";

void on_names(const Environment& environment, std::vector<Advice>& all) {
    std::set<std::string> known;
    for (const Variable& variable : variables())
        known.insert(variable.name);
    for (const auto& [name, given] : environment.all()) {
        if (!name.starts_with("OMS_") || known.contains(name)) continue;
        const bool file =
            name.ends_with("_FILE") && known.contains(name.substr(0, name.size() - 5));
        if (file) continue;
        if (name == python_database) {
            if (!environment.find("OMS_DB_HOST")) continue;
            all.push_back(
                {.code = "settings.unknown",
                 .variable = python_database,
                 .says = "OMS_DB is of the Python adapter and is not read: the database is that of "
                         "OMS_DB_HOST",
                 .fix = "take OMS_DB away"}
            );
            continue;
        }
        const std::string near = nearest_variable(name);
        // A name from outside a .env may be anything.
        const std::string shown = one_line(truncate(name, name_shown_max));
        all.push_back(
            {.code = "settings.unknown",
             .variable = shown,
             .says = shown + " is not known" + (near.empty() ? "" : "; did you mean " + near + "?"),
             .fix = near.empty() ? "take it away, or see oms-jira settings for all names"
                                 : fmt::format("rename {} to {}", shown, near)}
        );
    }
}

/// Names in OMS_JIRA_UNTRUNCATED_FIELDS that are no field of ours do nothing.
void on_untruncated_fields(const Settings& settings, std::vector<Advice>& all) {
    const std::string prefix = "OMS_JIRA_FIELD_";
    for (const std::string& field : settings.plan.untruncated_fields) {
        const auto known = std::ranges::find(variables(), prefix + field, &Variable::name);
        if (known != variables().end() || field.empty()) continue;
        const std::string near = nearest_variable(prefix + field);
        const bool is_field = near.starts_with(prefix);
        all.push_back(
            {.code = "settings.unknown-field",
             .variable = "OMS_JIRA_UNTRUNCATED_FIELDS",
             .says = in_quotes(field) + " is no field of ours, and nothing is left uncut by it",
             .fix = is_field
                        ? fmt::format("write {} in place of {}", near.substr(prefix.size()), field)
                        : "take it out; oms-jira settings has the names"}
        );
    }
}

/// Each door lets in whoever knows a secret: guessing is as hard as that is long.
void on_short_secrets(const Settings& settings, std::vector<Advice>& all) {
    constexpr std::size_t hard_to_guess = 16;
    for (const auto& [name, secret] :
         {std::pair{"OMS_JIRA_WEBHOOK_SECRET", settings.webhook.secret},
          std::pair{"OMS_JIRA_WEBHOOK_SECRET_PREVIOUS", settings.webhook.previous},
          std::pair{"OMS_AUTHORIZATION_PASSWORD", settings.trigger.password},
          std::pair{"OMS_UI_PASSWORD", settings.sign_in.operator_password},
          std::pair{"OMS_UI_VIEWER_PASSWORD", settings.sign_in.viewer_password},
          std::pair{"OMS_API_TOKEN", settings.sign_in.operator_token},
          std::pair{"OMS_API_READ_TOKEN", settings.sign_in.viewer_token}}) {
        if (secret.empty() || secret.reveal().size() >= hard_to_guess) continue;
        all.push_back(
            {.code = "settings.short-secret",
             .variable = name,
             .says = fmt::format(
                 "{} is shorter than {} characters and might be guessed; `openssl rand -hex 16` "
                 "prints a better one",
                 name,
                 hard_to_guess
             ),
             .fix = "set it, here and at the other end, to what this prints:\nopenssl rand -hex 16"}
        );
    }
}

void on_plain_http(const Settings& settings, std::vector<Advice>& all) {
    for (const auto& [name, url] :
         {std::pair{"OMS_MP_URL", settings.marketplace.url},
          std::pair{"OMS_JIRA_URL", settings.jira.url}}) {
        const auto parsed = boost::urls::parse_uri(url);
        if (!parsed || parsed->scheme() != "http") continue;
        const std::string host{parsed->host()};
        const bool here = host == "localhost" || host == "[::1]" || host.starts_with("127.");
        if (here) continue;
        all.push_back(
            {.code = "settings.plain-http",
             .variable = name,
             .says = fmt::format(
                 "{} is http://: our credentials and customers' texts can be read on the way; use "
                 "https://",
                 name
             ),
             .fix = fmt::format("{}=https{}", name, url.substr(4))}
        );
    }
}

}  // namespace

std::vector<Advice> advice_on(const Settings& settings, const Environment& environment) {
    std::vector<Advice> all;
    on_names(environment, all);
    on_untruncated_fields(settings, all);
    on_short_secrets(settings, all);
    on_plain_http(settings, all);
    return all;
}

}  // namespace oms::app
