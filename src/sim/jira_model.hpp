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

    /// To the millisecond, as Jira stores it.
    [[nodiscard]] Instant now() const {
        return std::chrono::floor<std::chrono::milliseconds>(clock.now());
    }
    /// `http://host/context/rest/api/2`
    [[nodiscard]] std::string api_url() const {
        return settings.base_url + settings.context_path + "/rest/api/2";
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

/// Lacks nothing named in `permission` (`EDIT_ISSUES`); anonymous has none.
inline bool may(const JiraUser* user, const std::string& permission) {
    return user != nullptr && !user->lacks.contains(permission);
}

/// Whether this person sees a comment: unrestricted, or restricted to a role or group of theirs.
bool sees(const JiraUser* user, const JiraComment& comment);

}  // namespace oms::sim
