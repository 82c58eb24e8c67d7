#include "sim/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_access.hpp"

namespace oms::sim {
namespace {

using enum FaultKind;

constexpr std::array<std::pair<FaultKind, std::string_view>, 13> kinds{{
    {fail_before, "fail_before"},
    {fail_after, "fail_after"},
    {close_before, "close_before"},
    {close_after, "close_after"},
    {hang_before, "hang_before"},
    {hang_after, "hang_after"},
    {garble_after, "garble_after"},
    {throttle, "throttle"},
    {unauthorized, "unauthorized"},
    {captcha, "captcha"},
    {anonymous, "anonymous"},
    {slow, "slow"},
    {refuse, "refuse"},
}};

int integer_or(const json::value& body, std::string_view name, int otherwise) {
    return static_cast<int>(json::integer(json::at(body, name)).value_or(otherwise));
}

/// In Cloud's words, as far as they are known.
http::Response refusal_of(const Fault& fault) {
    const int status = fault.status == 0 ? 409 : fault.status;
    std::string_view says = "The request could not be carried out.";
    if (status == 409) says = "The issue could not be updated due to a conflicting update.";
    if (status == 413) says = "The per-issue limit has been breached for comments.";
    http::Response answer = http::json_response(
        status, fmt::format(R"({{"errorMessages":["{}"],"errors":{{}}}})", says)
    );
    if (fault.retry_after >= 0)
        answer.headers.emplace_back("Retry-After", fmt::format("{}", fault.retry_after));
    return answer;
}

}  // namespace

std::string_view to_text(FaultKind kind) {
    return std::ranges::find(kinds, kind, [](const auto& row) { return row.first; })->second;
}

std::optional<Fault> Faults::strike(std::string_view method, std::string_view path) {
    for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
        if (!fault->method.empty() && fault->method != method) continue;
        if (!fits(fault->path, path)) continue;
        if (fault->skip > 0) {
            --fault->skip;
            continue;
        }
        Fault struck = *fault;
        if (fault->count > 0 && --fault->count == 0) faults_.erase(fault);
        return struck;
    }
    return std::nullopt;
}

Result<Fault> read_fault(const json::value& body) {
    const std::string name = json::text_or_empty(json::at(body, "kind"));
    const auto* const kind =
        std::ranges::find(kinds, name, [](const auto& row) { return row.second; });
    if (kind == kinds.end()) {
        std::vector<std::string> names;
        names.reserve(kinds.size());
        for (const auto& [known, word] : kinds)
            names.emplace_back(word);
        return failure(
            ErrorKind::refused,
            fmt::format(
                "{} is no kind of fault: give one of {}", in_quotes(name), join(names, ", ")
            )
        );
    }
    return Fault{
        .kind = kind->first,
        .method = json::text_or_empty(json::at(body, "method")),
        .path = json::text(json::at(body, "path")).value_or("*"),
        .skip = integer_or(body, "skip", 0),
        .count = integer_or(body, "count", 1),
        .status = integer_or(body, "status", 0),
        .retry_after = integer_or(body, "retry_after", -1),
        .delay = std::chrono::milliseconds{integer_or(body, "delay_ms", 0)},
        .reason = json::text_or_empty(json::at(body, "reason"))};
}

json::object fault_json(const Fault& fault) {
    return {
        {"kind", to_text(fault.kind)},
        {"method", fault.method},
        {"path", fault.path},
        {"skip", fault.skip},
        {"count", fault.count}};
}

bool fits(std::string_view pattern, std::string_view text) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == text;
    if (text.substr(0, star) != pattern.substr(0, star)) return false;
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t from = star; from <= text.size(); ++from) {
        if (fits(rest, text.substr(from))) return true;
    }
    return false;
}

http::Response answer_before(const Fault& fault, Instant now) {
    http::Response answer;
    switch (fault.kind) {
    case close_before: answer.status = 0; return answer;
    case hang_before: answer.status = -1; return answer;
    case unauthorized: return jira_unauthorized();
    case refuse: return refusal_of(fault);
    case throttle:
        if (!fault.reason.empty())
            return jira_throttled(now, std::max(0, fault.retry_after), fault.reason);
        answer = http::json_response(429, R"({"message":"Rate limit exceeded."})");
        break;
    case fail_before:
    case fail_after:
    case close_after:
    case hang_after:
    case garble_after:
    case captcha:
    case anonymous:
    case slow:
        answer =
            jira_html(fault.status == 0 ? 503 : fault.status, "JIRA is temporarily unavailable.");
        break;
    }
    if (fault.retry_after >= 0)
        answer.headers.emplace_back("Retry-After", fmt::format("{}", fault.retry_after));
    return answer;
}

http::Response answer_after(const Fault& fault, http::Response answer) {
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(fault.delay).count();
    if (fault.kind == close_after) answer = {.status = 0};
    if (fault.kind == hang_after) answer = {.status = -1};
    if (fault.kind == fail_after)
        answer = jira_html(fault.status == 0 ? 500 : fault.status, "Oops, an error occurred.");
    if (fault.kind == garble_after)
        answer = jira_html(fault.status == 0 ? 200 : fault.status, "Please wait.");
    if (fault.retry_after >= 0 && fault.kind == fail_after)
        answer.headers.emplace_back("Retry-After", fmt::format("{}", fault.retry_after));
    if (wait > 0) answer.headers.emplace_back(delay_header, fmt::format("{}", wait));
    return answer;
}

}  // namespace oms::sim
