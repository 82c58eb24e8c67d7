#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What goes over the wire, for clients and servers alike.
namespace oms::http {

/// In order, names as sent; looked up without regard to case.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first of that name, ignoring case.
std::optional<std::string> header(const Headers& headers, std::string_view name);

struct Request {
    std::string method = "GET";
    /// A client's: absolute. A server's: the target as received, `/path?query`.
    std::string url = {};
    Headers headers = {};
    std::string body = {};
    /// From connect to the last byte; clients only.
    std::chrono::milliseconds timeout = std::chrono::seconds{30};
    /// Clients only: a request whose first byte would leave later than this is not sent. A process that
    /// was stopped in between must not do what another has done in its place by then.
    std::optional<std::chrono::steady_clock::time_point> not_after = std::nullopt;
    /// A server's: the address at the other end of the connection, without its port.
    std::string peer = {};
    /// A server's: its gate has found what it bears to be right, see Admission.
    bool vouched_for = false;
};

struct Response {
    int status = 0;
    Headers headers = {};
    std::string body = {};
};

/// `/a/b` of `/a/b?c=d`, as sent: not decoded.
std::string_view path_of(std::string_view target);
/// Decoded name and value pairs of the query, in order.
std::vector<std::pair<std::string, std::string>> query_of(std::string_view target);
/// The same of an application/x-www-form-urlencoded body.
std::vector<std::pair<std::string, std::string>> form_of(std::string_view body);
/// The first of that name.
std::optional<std::string> parameter(
    const std::vector<std::pair<std::string, std::string>>& parameters,
    std::string_view name
);

/// `Basic …` for a user and password, as an Authorization header wants it.
std::string basic_authorization(std::string_view user, std::string_view password);

/// How long the answer asks us to wait: Retry-After in seconds, or as a date, which is compared with
/// the answer's own Date so that the two clocks need not agree. At most a day. Nothing where it does
/// not say, or not in a way that can be read.
std::optional<std::chrono::milliseconds> retry_after(const Response& response);

/// The time at which it says that it was given; nothing where it does not.
std::optional<std::chrono::sys_seconds> date_of(const Response& response);

/// True where the answer says that its body is JSON.
bool is_json(const Response& response);

/// "Not Found" for 404; "" where it is none.
std::string_view reason_phrase(int status);

Response json_response(int status, std::string body);
Response text_response(int status, std::string body);

}  // namespace oms::http
