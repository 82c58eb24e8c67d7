#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "sim/faults.hpp"
#include "sim/jira_access.hpp"
#include "sim/jira_changes.hpp"
#include "sim/jira_model.hpp"

/// A simulated Jira of the profile's generation: its REST API, its webhooks, its people and its bad
/// days.
///
/// The control surface, on the same port, without authentication, all JSON:
///
/// | request | body or parameters | what |
/// | --- | --- | --- |
/// | GET /sim/state | | site, settings, faults, webhooks, all issues with all comments |
/// | GET /sim/issues/{idOrKey} | | one issue as in the state |
/// | POST /sim/issues | user?, fields, properties? as in the API | an issue made by a person |
/// | POST /sim/issues/{i}/edit | user?, fields, update? | |
/// | POST /sim/issues/{i}/comments | user?, body or document, role?, group?, internal? | role or group restricts it; a document (ADF) where the profile has them |
/// | POST /sim/issues/{i}/comments/{c} | user?, body? or document?, role?, group? | edits; role "" frees it |
/// | POST /sim/issues/{i}/comments/{c}/delete | user? | |
/// | POST /sim/issues/{i}/transition | user?, status (id or name) or transition (id), comment? | |
/// | POST /sim/issues/{i}/voucher | user?, voucher ("" clears it) | |
/// | POST /sim/issues/{i}/move | user?, project | |
/// | POST /sim/issues/{i}/delete | user? | |
/// | POST /sim/statuses/{id} | name | renames |
/// | GET, POST /sim/profile | name: server-8.4, dc-9.12, dc-10.3, cloud | an upgrade under the clients: issues, people, screens and webhooks stay; index lag and flicker, the pace of deliveries and comment_properties_expand become the profile's |
/// | GET, POST /sim/faults; POST /sim/faults/clear | see faults.hpp | |
/// | POST /sim/settings | see jira_control.cpp, settings | index lag, screens, people, limits… |
/// | GET, POST /sim/webhooks | name?, url, events?, jql?, exclude_body?, enabled?, secret? | |
/// | POST /sim/webhooks/{id}/delete | | |
/// | GET /sim/requests | since? (number), method?, path? (glob) | those of the API, and counts |
/// | POST /sim/requests/clear | | |
/// | POST /sim/reindex | | the index catches up at once |
///
/// The state shows a comment's `body` as API 2 does, its `document` where it was given as one, and of
/// both what a reader sees (`text`) and what takes effect in it (`effects`: mention, link, strong, …);
/// `mentions` are those who were told that somebody mentioned them.
///
/// `user` is a login name, `anna` where none is given. What people may not do, they cannot do here
/// either: a refusal has Jira's status and words.
namespace oms::sim {

struct JiraOptions {
    JiraProfile profile = {};
    JiraSettings settings = {};
    /// Without one: default_site() with the settings' project key.
    std::optional<JiraSite> site = std::nullopt;
};

/// One line of the log of API requests.
struct JiraRequest {
    std::uint64_t number = 0;
    Instant at = {};
    std::string method = {};
    std::string target = {};  ///< path and query
    int status = 0;           ///< 0: closed, -1: never answered
    std::string user = {};
    std::string fault = {};  ///< the kind, where one struck
};

/// May be used from any thread. The same calls with the same clock and chance give the same answers.
class Jira {
public:
    Jira(Clock& clock, Random& random, JiraOptions options = {});

    /// API and control surface. Status 0: close the connection without an answer. -1: never answer.
    /// A header `X-Sim-Delay-Ms` asks to answer so much later.
    http::Response handle(const http::Request& request);

    /// The webhook deliveries whose time has come, each one once.
    std::vector<http::Request> take_outgoing();
    /// What came of one; 0: no answer. Cloud repeats those that failed, Data Center none.
    void delivered(const http::Request& delivery, int status);
    [[nodiscard]] std::optional<Instant> next_outgoing_at();
    /// Called without the lock, in the thread that caused deliveries, before `handle` returns:
    /// delivering them right there shows a client its webhook before the answer to its request.
    void on_outgoing(std::function<void()> tell);

    // People. `user` is a login name; a refusal is thrown as std::invalid_argument, since tests
    // that ask for the impossible are wrong.
    std::string create(const std::string& user, const json::value& body);  ///< the key
    std::string comment(
        const std::string& user,
        const std::string& issue,
        const std::string& body,
        const std::string& role = ""
    );  ///< the comment's id
    void edit_comment(
        const std::string& user,
        const std::string& issue,
        const std::string& comment,
        const std::string& body
    );
    /// "" frees it again.
    void restrict_comment(
        const std::string& user,
        const std::string& issue,
        const std::string& comment,
        const std::string& role
    );
    void
    delete_comment(const std::string& user, const std::string& issue, const std::string& comment);
    /// By the transition that leads there, or, where none does, as an administrator.
    void transition(const std::string& user, const std::string& issue, const std::string& status);
    void set_voucher(const std::string& user, const std::string& issue, const std::string& voucher);
    void edit(const std::string& user, const std::string& issue, const json::value& body);
    void move(const std::string& user, const std::string& issue, const std::string& project);
    void remove(const std::string& user, const std::string& issue);
    void rename_status(const std::string& status, const std::string& name);

    void add_fault(Fault fault);
    void clear_faults();
    void fail_webhooks(JiraWebhookFaults faults);
    void lag_index(Duration lag, double flicker = 0);
    /// Registers or, where the name is known, replaces one; all issue and comment events.
    void register_webhook(const std::string& name, const std::string& url);
    /// An upgrade under the clients, as POST /sim/profile.
    void become(JiraProfile profile);
    [[nodiscard]] JiraProfile profile();
    /// For what has no method of its own. Runs under the lock.
    void administer(const std::function<void(JiraModel&, JiraAccess&)>& change);

    /// Issues of other people's business, so that the project is not empty.
    void seed_demo();

    [[nodiscard]] std::vector<JiraRequest> requests();
    [[nodiscard]] std::map<std::string, std::string> environment();

private:
    http::Response answer(const http::Request& request);
    http::Response
    answer_rest(const http::Request& request, const std::optional<Fault>& fault, JiraRequest& line);
    http::Response control(const http::Request& request);
    http::Response control_requests(const http::Request& request) const;

    /// Runs one verb of a person under the lock, and tells about webhooks afterwards.
    template <class Act>
    void as_person(const std::string& user, const std::string& issue, const Act& act);

    std::mutex mutex_;  // guards all below
    JiraModel model_;
    JiraAccess access_;
    Faults faults_;
    std::deque<JiraRequest> requests_;
    std::uint64_t last_request_ = 0;
    std::function<void()> tell_ = {};
};

}  // namespace oms::sim
