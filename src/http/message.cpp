#include "http/message.hpp"

#include <algorithm>
#include <ctime>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace oms::http {
namespace {

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that is still sent.
std::optional<std::chrono::sys_seconds> http_date(const std::string& text) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return std::chrono::sys_seconds{std::chrono::seconds{timegm(&parts)}};
}

}  // namespace

std::optional<std::string> header(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (key.size() == name.size() && starts_with_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::vector<std::pair<std::string, std::string>> query_of(std::string_view target) {
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return {};
    return form_of(target.substr(mark + 1));
}

std::vector<std::pair<std::string, std::string>> form_of(std::string_view body) {
    std::vector<std::pair<std::string, std::string>> parameters;
    for (const std::string& part : split(body, '&')) {
        if (part.empty()) continue;
        const auto equals = part.find('=');
        const std::string name = percent_decode(std::string_view{part}.substr(0, equals));
        const std::string value = equals == std::string::npos
                                      ? ""
                                      : percent_decode(std::string_view{part}.substr(equals + 1));
        parameters.emplace_back(name, value);
    }
    return parameters;
}

std::optional<std::string> parameter(
    const std::vector<std::pair<std::string, std::string>>& parameters,
    std::string_view name
) {
    for (const auto& [key, value] : parameters) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::string basic_authorization(std::string_view user, std::string_view password) {
    return "Basic " + base64(std::string{user} + ":" + std::string{password});
}

std::optional<std::chrono::sys_seconds> date_of(const Response& response) {
    return http_date(trim(header(response.headers, "Date").value_or("")));
}

std::optional<std::chrono::milliseconds> retry_after(const Response& response) {
    constexpr std::chrono::seconds longest = std::chrono::hours{24};
    const auto given = header(response.headers, "Retry-After");
    if (!given) return std::nullopt;
    const std::string text = trim(*given);
    std::optional<std::int64_t> seconds = parse_int(text);
    if (!seconds) {
        const auto until = http_date(text);
        const auto now = date_of(response);
        if (until && now) seconds = std::max<std::int64_t>(0, (*until - *now).count());
    }
    if (!seconds || *seconds < 0) return std::nullopt;
    return std::min(std::chrono::seconds{*seconds}, longest);
}

bool is_json(const Response& response) {
    const std::string type = lower(header(response.headers, "Content-Type").value_or(""));
    return type.find("json") != std::string::npos;
}

std::string_view reason_phrase(int status) {
    switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "";
    }
}

Response json_response(int status, std::string body) {
    return {
        .status = status,
        .headers = {{"Content-Type", "application/json; charset=utf-8"}},
        .body = std::move(body)};
}

Response text_response(int status, std::string body) {
    return {
        .status = status,
        .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
        .body = std::move(body)};
}

}  // namespace oms::http
