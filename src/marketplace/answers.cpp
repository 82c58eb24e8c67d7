#include "marketplace/answers.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::marketplace {
namespace {

constexpr std::size_t words_max = 500;

/// The API's own words: {"error": "…"} or {"error": {"attribute": ["…"]}}.
std::string words_of(const http::Response& response) {
    if (!http::is_json(response)) return "";
    const auto parsed = json::parse(response.body);
    if (!parsed) return "";
    const auto& error = json::at(*parsed, "error");
    if (auto text = json::text(error)) return truncate(one_line(*text), words_max);
    return error.is_null() ? "" : truncate(one_line(json::write(error)), words_max);
}

Failure with(ErrorKind kind, const http::Response& response, std::string says) {
    const bool redirect = response.status >= 300 && response.status < 400;
    const bool page = !redirect && !http::is_json(response);
    return Failure{Error{
        .kind = kind,
        .says = std::move(says),
        .retry_after = http::retry_after(response),
        .status = response.status,
        .obstacle = redirect ? Obstacle::redirect
                    : page   ? Obstacle::page
                             : Obstacle::none}};
}

/// A server's trouble: harmless to ask again, dangerous to write again.
Failure server_failure(const http::Response& response, bool write, const std::string& says) {
    return with(write ? ErrorKind::outcome_unknown : ErrorKind::not_sent, response, says);
}

}  // namespace

Result<json::value> read_answer(const http::Response& response, bool write) {
    const int status = response.status;
    const std::string words = words_of(response);
    const std::string said = words.empty() ? "" : ": " + words;
    if (status >= 200 && status < 300) {
        if (!http::is_json(response)) {
            return server_failure(
                response,
                write,
                fmt::format(
                    "the marketplace answered {} with a page, not JSON (an error page)", status
                )
            );
        }
        auto parsed = json::parse(response.body);
        if (parsed) return parsed;
        // It speaks to us, but not sense: asked for an entity, that is its refusal to show it.
        return with(
            write ? ErrorKind::outcome_unknown : ErrorKind::refused,
            response,
            "the marketplace's answer cannot be read: " + parsed.error().says
        );
    }
    if (status == 401 || (status >= 300 && status < 400)) {
        return with(
            ErrorKind::unauthorized,
            response,
            fmt::format(
                "the marketplace does not accept our token ({}): set OMS_MP_TOKEN to a valid "
                "authentication token of the OMS's user, and look at OMS_MP_URL",
                status
            )
        );
    }
    if (status == 429) {
        return with(ErrorKind::throttled, response, "the marketplace asks us to wait (429)");
    }
    if (status == 503 && http::retry_after(response) && !write) {
        return with(ErrorKind::throttled, response, "the marketplace asks us to wait (503)");
    }
    if (status == 403) {
        return with(ErrorKind::forbidden, response, "the marketplace answered 403" + said);
    }
    if (status == 404) {
        return with(ErrorKind::missing, response, "the marketplace answered 404" + said);
    }
    if (status == 408 || status >= 500 || status < 200) {
        return server_failure(response, write, fmt::format("the marketplace answered {}", status));
    }
    return with(
        ErrorKind::refused, response, fmt::format("the marketplace answered {}{}", status, said)
    );
}

}  // namespace oms::marketplace
