#include "sim/jira_access.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace oms::sim {
namespace {

constexpr int failures_before_captcha = 3;

JiraIdentity nobody() { return {.headers = {{"X-AUSERNAME", "anonymous"}}}; }

}  // namespace

http::Response jira_html(int status, std::string_view says) {
    return {
        .status = status,
        .headers = {{"Content-Type", "text/html;charset=UTF-8"}},
        .body = fmt::format(
            "<html>\n<head>\n<title>{0} ({1})</title>\n</head>\n<body>\n<h1>{0} ({1})</h1>\n"
            "<p>{2}</p>\n</body>\n</html>\n",
            http::reason_phrase(status),
            status,
            says
        )};
}

http::Response jira_unauthorized() {
    http::Response response =
        jira_html(401, "Encountered a \"401 - Unauthorized\" error while loading this page.");
    response.headers.emplace_back("X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
    response.headers.emplace_back("WWW-Authenticate", "OAuth realm=\"https%3A%2F%2Fjira\"");
    return response;
}

http::Response jira_captcha(const JiraSettings& settings) {
    http::Response response =
        jira_html(403, "Basic Authentication Failure - Reason : AUTHENTICATION_DENIED");
    response.headers.emplace_back("X-Seraph-LoginReason", "AUTHENTICATION_DENIED");
    response.headers.emplace_back(
        "X-Authentication-Denied-Reason",
        fmt::format(
            "CAPTCHA_CHALLENGE; login-url={}{}/login.jsp", settings.base_url, settings.context_path
        )
    );
    return response;
}

http::Response jira_throttled(Instant now, int retry_after, const std::string& reason) {
    http::Response response = http::json_response(429, R"({"message":"Rate limit exceeded."})");
    response.headers.emplace_back("Retry-After", fmt::format("{}", retry_after));
    response.headers.emplace_back(
        "X-RateLimit-Reset", to_rfc3339(now + std::chrono::seconds{retry_after}, 0)
    );
    response.headers.emplace_back("RateLimit-Reason", reason);
    return response;
}

std::optional<http::Response> forgery(const http::Request& request) {
    if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
    const auto token = http::header(request.headers, "X-Atlassian-Token");
    if (token && (*token == "no-check" || *token == "nocheck")) return std::nullopt;
    const auto agent = http::header(request.headers, "User-Agent");
    const bool browser = agent && starts_with_ignoring_case(*agent, "Mozilla");
    const bool from_page = http::header(request.headers, "Origin").has_value() ||
                           http::header(request.headers, "Referer").has_value() ||
                           http::header(request.headers, "Cookie").has_value();
    if (!browser && !from_page) return std::nullopt;
    return http::text_response(403, "XSRF check failed");
}

JiraIdentity JiraAccess::identify(const JiraModel& model, const http::Request& request) {
    const std::string given = http::header(request.headers, "Authorization").value_or("");
    JiraIdentity identity = nobody();
    if (everybody_anonymous && !given.empty()) {
        identity.headers.emplace_back("X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
        return identity;
    }
    if (model.profile.people == JiraPeople::accounts) {
        identity = with_account(model, given);
    } else if (starts_with_ignoring_case(given, "Basic ")) {
        identity = with_password(model, trim(given.substr(6)));
    } else if (model.profile.personal_tokens && starts_with_ignoring_case(given, "Bearer ")) {
        identity = with_token(model, trim(given.substr(7)));
    } else if (!model.settings.anonymous_allowed) {
        identity.refusal = jira_html(401, "Client must be authenticated to access this resource.");
    }
    if (identity.user != nullptr) throttle(model, identity);
    return identity;
}

JiraIdentity JiraAccess::with_password(const JiraModel& model, const std::string& credentials) {
    JiraIdentity identity = nobody();
    const std::string text = from_base64(credentials).value_or("");
    const std::string name = text.substr(0, text.find(':'));
    const JiraUser* user = model.site.user(name);
    if (challenged_.contains(name)) {
        identity.refusal = jira_captcha(model.settings);
        return identity;
    }
    if (user == nullptr || text != name + ":" + user->password) {
        // Only accounts that exist can be locked.
        if (user != nullptr && ++failures_[name] >= failures_before_captcha) challenge(name);
        identity.refusal = jira_unauthorized();
        return identity;
    }
    failures_.erase(name);
    return {.user = user, .headers = {{"X-AUSERNAME", name}, {"X-Seraph-LoginReason", "OK"}}};
}

JiraIdentity JiraAccess::with_token(const JiraModel& model, const std::string& token) {
    for (const auto& [name, user] : model.site.users) {
        if (user.tokens.contains(token)) return {.user = &user, .headers = {{"X-AUSERNAME", name}}};
    }
    JiraIdentity identity = nobody();
    identity.refusal = jira_unauthorized();
    return identity;
}

JiraIdentity JiraAccess::with_account(const JiraModel& model, const std::string& given) const {
    JiraIdentity identity;
    if (starts_with_ignoring_case(given, "Bearer ")) {
        identity.refusal =
            http::json_response(403, R"({"error":"Failed to parse Connect Session Auth Token"})");
        return identity;
    }
    if (!starts_with_ignoring_case(given, "Basic ")) return identity;
    const std::string text = from_base64(trim(given.substr(6))).value_or("");
    const auto colon = text.find(':');
    const std::string address = lower(text.substr(0, colon));
    const std::string token = colon == std::string::npos ? "" : text.substr(colon + 1);
    for (const auto& [name, user] : model.site.users) {
        const bool fits = lower(user.email) == address && user.tokens.contains(token);
        if (!fits || challenged_.contains(name)) continue;
        return {.user = &user, .headers = {{"X-AACCOUNTID", percent_encode(user.account_id)}}};
    }
    // Nobody is refused: who is not known sees what everybody sees, which is nothing.
    identity.headers.emplace_back("X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
    return identity;
}

void JiraAccess::log_in_by_hand(const std::string& user) {
    challenged_.erase(user);
    failures_.erase(user);
}

void JiraAccess::throttle(const JiraModel& model, JiraIdentity& identity) {
    if (limit.capacity <= 0) return;
    const Instant now = model.clock.now();
    auto [found, fresh] = buckets_.try_emplace(identity.user->name, Bucket{limit.capacity, now});
    Bucket& bucket = found->second;
    const double seconds = static_cast<double>((now - bucket.filled).count()) / 1e6;
    const double rate = limit.fill_rate / static_cast<double>(limit.interval.count());
    bucket.tokens = std::min(limit.capacity, bucket.tokens + std::max(0.0, seconds) * rate);
    bucket.filled = now;
    const bool enough = bucket.tokens >= 1;
    if (enough) bucket.tokens -= 1;
    if (model.profile.people == JiraPeople::accounts) {
        identity.headers.emplace_back(
            "X-RateLimit-Limit", fmt::format("{:.0f}", std::floor(limit.capacity))
        );
        identity.headers.emplace_back(
            "X-RateLimit-Remaining", fmt::format("{:.0f}", std::floor(bucket.tokens))
        );
        if (bucket.tokens < limit.capacity / 5)
            identity.headers.emplace_back("X-RateLimit-NearLimit", "true");
        if (!enough)
            identity.refusal =
                jira_throttled(model.clock.now(), limit.retry_after, "jira-burst-based");
        return;
    }
    const auto add = [&identity](std::string name, double value) {
        identity.headers.emplace_back(std::move(name), fmt::format("{:.0f}", std::floor(value)));
    };
    add("X-RateLimit-Limit", limit.capacity);
    add("X-RateLimit-Remaining", bucket.tokens);
    add("X-RateLimit-FillRate", limit.fill_rate);
    add("X-RateLimit-Interval-Seconds", static_cast<double>(limit.interval.count()));
    add("retry-after", enough ? 0 : limit.retry_after);
    if (!enough) {
        identity.refusal = http::json_response(429, R"({"message":"Rate limit exceeded."})");
    }
}

}  // namespace oms::sim
