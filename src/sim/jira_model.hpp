#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "sim/jira_index.hpp"
#include "sim/jira_outbox.hpp"
#include "sim/jira_site.hpp"
#include "sim/jira_store.hpp"

/// Everything that the simulated Jira knows, for the parts of it that act on it.
namespace oms::sim {

struct JiraSettings {
    std::string base_url = "http://jira.example.org";  ///< of links and `self`, without the context
    std::string context_path = {};                     ///< `/jira`, or empty
    std::string project_key = "EOSC";                  ///< the one that people's shortcuts mean
    std::size_t comment_units_max = 32'767;            ///< UTF-16; 0: no limit
    std::int64_t page_max = 1000;                      ///< of search
    /// Requests without credentials are served, and see nothing.
    bool anonymous_allowed = false;
    /// Whether `expand=properties` shows the properties of comments: not documented, works in practice.
    bool comment_properties_expand = true;
    std::int64_t comments_max = 0;  ///< of one issue; 0: no limit
    bool account_is_app = false;    ///< our account may register dynamic webhooks
    std::string app_secret = "app-secret";
};

/// Somebody was told that they are mentioned.
struct JiraMention {
    std::int64_t issue = 0;
    std::int64_t comment = 0;  ///< 0: in a field
    std::string user = {};     ///< login name
};

struct JiraModel {
    Clock& clock;
    Random& random;
    JiraProfile profile = {};
    JiraSettings settings = {};
    JiraSite site = {};
    JiraStore store = {};
    JiraIndex index = {};
    JiraOutbox outbox = {};
    std::map<std::int64_t, JiraWebhook> webhooks = {};
    std::int64_t last_webhook = 0;
    std::vector<JiraMention> mentions = {};
    /// The REST API in whose form answers are written now. Webhooks are written in that of 2.
    int api = 2;

    /// To the millisecond, as Jira stores it.
    [[nodiscard]] Instant now() const {
        return std::chrono::floor<std::chrono::milliseconds>(clock.now());
    }
    /// `http://host/context/rest/api/2`
    [[nodiscard]] std::string api_url() const {
        return settings.base_url + settings.context_path + "/rest/api/" + std::to_string(api);
    }
};

/// Why a request changed nothing, in the form of Jira's error body.
struct JiraRefusal {
    int status = 400;
    std::vector<std::string> messages = {};
    std::map<std::string, std::string> errors = {};  ///< by field
};

template <class T>
using JiraOutcome = tl::expected<T, JiraRefusal>;
using JiraRefused = tl::unexpected<JiraRefusal>;

inline JiraRefused refused(int status, std::string message) {
    return JiraRefused{JiraRefusal{.status = status, .messages = {std::move(message)}}};
}
inline JiraRefused refused_field(std::string field, std::string message) {
    return JiraRefused{JiraRefusal{.errors = {{std::move(field), std::move(message)}}}};
}

/// Another generation from now on: an upgrade of Jira under its clients. Issues, people, screens and
/// webhooks stay; what a generation brings along (index lag, pace of deliveries) is set anew.
inline void become(JiraModel& model, JiraProfile profile) {
    model.index.lag = profile.index_lag;
    model.index.flicker = profile.index_flicker;
    model.outbox.pace.spread = profile.deliveries_spread;
    model.outbox.pace.retries_max = profile.retries_max;
    model.settings.comment_properties_expand = profile.comment_properties_expand;
    model.profile = std::move(profile);
}

/// Lacks nothing named in `permission` (`EDIT_ISSUES`); anonymous has none.
inline bool may(const JiraUser* user, const std::string& permission) {
    return user != nullptr && !user->lacks.contains(permission);
}

/// Whether this person sees a comment: unrestricted, or restricted to a role or group of theirs.
bool sees(const JiraUser* user, const JiraComment& comment);

}  // namespace oms::sim
