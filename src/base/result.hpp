#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace oms {

/// One kind for each thing that a caller can do about it; the words for people go into `says`.
enum class ErrorKind {
    not_sent,         ///< the remote never saw it: send it again, later
    outcome_unknown,  ///< it may have happened: look before doing it again
    throttled,        ///< the whole host waits for `retry_after`; surely not carried out
    unauthorized,     ///< this side pauses until its credentials work again
    refused,          ///< this one entity goes to attention with `says`
    forbidden,        ///< 403 on this entity: not ours, or a permission is missing
    missing,   ///< 404: gone, or hidden from us; a caller proves our identity before it believes it
    shutdown,  ///< we are stopping: hand the work back
};

/// What stood in the way, where that is known: for the advice that people are given, never for what is
/// done next.
enum class Obstacle {
    none,
    name,         ///< the host's name is not known
    proxy_name,   ///< the proxy's is not
    connection,   ///< nobody takes the connection
    tls,          ///< the other end speaks no TLS
    certificate,  ///< its certificate is not trusted
    time,         ///< no answer in time
    broken,       ///< the connection ended before the answer
    page,         ///< a page was answered where JSON is due
    redirect,
    anonymous,  ///< served as if we had given no credentials
    captcha,    ///< a person has to log in first
    away,       ///< not asked: it failed again and again, and is left in peace for a while
    ourselves,  ///< not asked: another of us goes first; no failure of anybody's
};

struct Error {
    ErrorKind kind = ErrorKind::refused;
    /// For people: what happened, in the remote's own words where it had some. Never a secret.
    std::string says;
    std::optional<std::chrono::milliseconds> retry_after = std::nullopt;
    /// The HTTP status where the remote answered, else 0. A fact for the journal, not for decisions.
    int status = 0;
    /// With `throttled`: this one entity waits, and the rest of the host goes on.
    bool one_only = false;
    Obstacle obstacle = Obstacle::none;

    friend bool operator==(const Error&, const Error&) = default;
};

using Failure = tl::unexpected<Error>;

/// A value, or why there is none. Ignoring one does not compile.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
};

/// A Failure in one line: `return failure(ErrorKind::refused, "…");`
inline Failure failure(ErrorKind kind, std::string says) {
    return Failure{Error{.kind = kind, .says = std::move(says)}};
}

std::string to_string(ErrorKind kind);

/// What people are told of it, in a word or two: a remote that gave no answer has not asked us to wait.
std::string in_word(const Error& error);

}  // namespace oms
