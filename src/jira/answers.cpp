#include "jira/answers.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::jira {
namespace {

constexpr std::size_t words_max = 500;

void add_words(const json::value& value, std::string& words) {
    if (const auto text = json::text(value)) {
        if (!text->empty()) words += (words.empty() ? "" : "; ") + *text;
        return;
    }
    for (const auto& element : json::elements(value))
        add_words(element, words);
    const auto* members = value.if_object();
    if (members == nullptr) return;
    for (const auto& member : *members) {
        const auto text = json::text(member.value());
        if (!text) continue;
        words += (words.empty() ? "" : "; ") + std::string{member.key()} + ": " + *text;
    }
}

/// `errorMessages` and `errors` in all the shapes that were met (contract 1.3).
std::string words_of(const http::Response& response) {
    const auto parsed = json::parse(response.body);
    if (!parsed) return "";
    std::string words;
    for (const char* name : {"errorMessages", "errors", "message", "errorMessage"}) {
        add_words(json::at(*parsed, name), words);
    }
    return truncate(one_line(words), words_max);
}

Failure with(
    ErrorKind kind,
    const http::Response& response,
    std::string says,
    Obstacle obstacle = Obstacle::none
) {
    return Failure{Error{
        .kind = kind,
        .says = std::move(says),
        .retry_after = http::retry_after(response),
        .status = response.status,
        .obstacle = obstacle}};
}

struct Trouble {
    std::string says;
    Obstacle obstacle = Obstacle::none;
};

/// Whatever the status: did Jira take us for somebody else, or for nobody? Contract 2.1 to 2.4.
std::optional<Trouble> identity_trouble(const http::Response& response, bool credentials_sent) {
    const auto reason = http::header(response.headers, "X-Seraph-LoginReason").value_or("");
    const auto denied =
        http::header(response.headers, "X-Authentication-Denied-Reason").value_or("");
    if (denied.find("CAPTCHA") != std::string::npos) {
        return Trouble{
            "Jira demands a CAPTCHA of our account: log in once with a browser as "
            "OMS_JIRA_USERNAME (or use a personal access token, OMS_JIRA_TOKEN, which is immune)",
            Obstacle::captcha};
    }
    const bool failed = reason.find("AUTHENTICATED_FAILED") != std::string::npos ||
                        reason.find("AUTHENTICATION_DENIED") != std::string::npos ||
                        reason == "OUT";
    if (failed) {
        return Trouble{
            "Jira does not accept our credentials (" + reason +
            "): check OMS_JIRA_USERNAME and OMS_JIRA_PASSWORD, or OMS_JIRA_TOKEN"};
    }
    const auto user = http::header(response.headers, "X-AUSERNAME").value_or("");
    if (credentials_sent && user == "anonymous") {
        return Trouble{
            "Jira answers us as anonymous: check OMS_JIRA_USERNAME and OMS_JIRA_PASSWORD, or "
            "OMS_JIRA_TOKEN (it may have expired)",
            Obstacle::anonymous};
    }
    return std::nullopt;
}

Failure server_failure(const http::Response& response, bool write, const std::string& says) {
    const bool page = !http::is_json(response);
    return with(
        write ? ErrorKind::outcome_unknown : ErrorKind::not_sent,
        response,
        says,
        page ? Obstacle::page : Obstacle::none
    );
}

Failure told_to_wait(const http::Response& response) {
    const auto reason = http::header(response.headers, "RateLimit-Reason").value_or("");
    const std::string says = fmt::format(
        "Jira asks us to wait (429{}{})", reason.empty() ? "" : ", ", truncate(one_line(reason), 60)
    );
    return Failure{Error{
        .kind = ErrorKind::throttled,
        .says = says,
        .retry_after = http::retry_after(response),
        .status = response.status,
        .one_only = is_told_to_wait_for_one(response)}};
}

Result<json::value> read_success(const http::Response& response, bool write) {
    if (trim(response.body).empty()) return json::value(nullptr);
    auto parsed = json::parse(response.body);
    if (parsed) return parsed;
    const std::string says = "Jira's answer cannot be read: " + parsed.error().says;
    // A page comes from a proxy or a Jira that starts; broken JSON is about what was asked for.
    if (!http::is_json(response)) return server_failure(response, write, says);
    return with(write ? ErrorKind::outcome_unknown : ErrorKind::refused, response, says);
}

}  // namespace

Result<json::value> read_answer(const http::Response& response, bool write, bool credentials_sent) {
    const int status = response.status;
    if (auto trouble = identity_trouble(response, credentials_sent)) {
        return with(ErrorKind::unauthorized, response, trouble->says, trouble->obstacle);
    }
    if (status >= 200 && status < 300) return read_success(response, write);

    const std::string words = words_of(response);
    const std::string said =
        fmt::format("Jira answered {}{}{}", status, words.empty() ? "" : ": ", words);
    if (status == 401) {
        return with(
            ErrorKind::unauthorized,
            response,
            "Jira does not accept our credentials (401): check OMS_JIRA_USERNAME and "
            "OMS_JIRA_PASSWORD, or OMS_JIRA_TOKEN"
        );
    }
    if (status >= 300 && status < 400) {
        return with(
            ErrorKind::unauthorized,
            response,
            fmt::format(
                "Jira answered {}, a redirect: check OMS_JIRA_URL (https?) and "
                "OMS_JIRA_CONTEXT_PATH",
                status
            ),
            Obstacle::redirect
        );
    }
    if (status == 429) return told_to_wait(response);
    if (status == 503 && http::retry_after(response) && !write) {
        return with(ErrorKind::throttled, response, "Jira asks us to wait (503)");
    }
    // 409: a concurrent update refused ours; nothing was changed.
    if (status == 409) return with(ErrorKind::not_sent, response, said);
    if (status == 403) return with(ErrorKind::forbidden, response, said);
    if (status == 404) {
        const bool page = !http::is_json(response);
        return with(ErrorKind::missing, response, said, page ? Obstacle::page : Obstacle::none);
    }
    if (status == 408 || status >= 500 || status < 200)
        return server_failure(response, write, said);
    return with(ErrorKind::refused, response, said);
}

bool is_told_to_wait_for_one(const http::Response& response) {
    return response.status == 429 &&
           http::header(response.headers, "RateLimit-Reason") == "jira-per-issue-on-write";
}

}  // namespace oms::jira
