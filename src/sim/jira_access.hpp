#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "http/message.hpp"
#include "sim/jira_model.hpp"

/// Who asks, and whether they may: passwords, personal access tokens and API tokens, CAPTCHA, rate
/// limits, the check against forged requests from browsers.
namespace oms::sim {

/// A token bucket per person, as on Data Center and, by the name of a burst limit, on Cloud; off while
/// `capacity` is 0.
struct JiraRateLimit {
    double capacity = 0;
    double fill_rate = 10;  ///< tokens per interval
    std::chrono::seconds interval = std::chrono::seconds{1};
    int retry_after = 1;  ///< what a 429 says, in seconds; 0 means: go on
};

/// What a request turned out to be: somebody's, nobody's, or refused.
struct JiraIdentity {
    const JiraUser* user = nullptr;
    http::Headers headers = {};  ///< for the answer, whatever it will be
    std::optional<http::Response> refusal = std::nullopt;
};

class JiraAccess {
public:
    JiraRateLimit limit;
    /// Credentials are taken for none, silently, as expired ones are on some sites.
    bool everybody_anonymous = false;

    JiraIdentity identify(const JiraModel& model, const http::Request& request);
    /// A CAPTCHA now stands before this person's password, until a human logs in. On Cloud their tokens
    /// are no longer good, until then.
    void challenge(const std::string& user) { challenged_.insert(user); }
    void log_in_by_hand(const std::string& user);

private:
    struct Bucket {
        double tokens = 0;
        Instant filled = {};
    };

    JiraIdentity with_password(const JiraModel& model, const std::string& credentials);
    JiraIdentity with_token(const JiraModel& model, const std::string& token);
    [[nodiscard]] JiraIdentity with_account(const JiraModel& model, const std::string& given) const;
    void throttle(const JiraModel& model, JiraIdentity& identity);

    std::map<std::string, int> failures_;
    std::set<std::string> challenged_;
    std::map<std::string, Bucket> buckets_;
};

/// A page such as Tomcat's: what 401, 404 and 503 really look like.
http::Response jira_html(int status, std::string_view says);

/// What a browser on another site could have been made to send; nothing where it is harmless.
std::optional<http::Response> forgery(const http::Request& request);

/// Cloud's 429: which limit it was, and until when.
http::Response jira_throttled(Instant now, int retry_after, const std::string& reason);

/// 401 to a wrong password, and 403 to any password behind a CAPTCHA.
http::Response jira_unauthorized();
http::Response jira_captcha(const JiraSettings& settings);

}  // namespace oms::sim
