#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"
#include "store/connection.hpp"
#include "web/failed_credentials.hpp"

namespace oms::web {

enum class Role {
    viewer,    ///< looks
    operating  ///< looks and acts: `operator` on the wire
};

std::string_view to_text(Role role);

struct SignInSettings {
    Secret operator_password = {};
    Secret viewer_password = {};
    Secret operator_token = {};
    Secret viewer_token = {};
    /// The sandbox: whoever comes from this machine is an operator.
    bool open = false;
    /// The cookie is not sent over plain http.
    bool secure_cookie = false;

    /// Whether there is a dashboard and an API at all.
    [[nodiscard]] bool on() const;
};

/// Who asks.
struct Identity {
    Role role = Role::viewer;
    std::string who = {};
    /// A browser says so by itself, which a foreign page may make it do: an action needs more.
    bool by_browser = false;
    std::string session = {};  ///< its key in the store
    Instant seen_at = {};
    std::optional<Instant> ends_at = std::nullopt;
};

/// Who asks, or how they are refused, or neither: nothing was shown.
struct Shown {
    std::optional<Identity> identity = std::nullopt;
    std::optional<http::Response> refused = std::nullopt;
};

/// Passwords, tokens and sessions. A session is 32 random bytes in a cookie; the store has a digest
/// that is mixed with all passwords and tokens, so that changing one ends all sessions. It ends half
/// an hour after its last request, and eight hours after it began.
class SignIn {
public:
    SignIn(SignInSettings settings, Clock& clock, Log log);

    [[nodiscard]] const SignInSettings& settings() const { return settings_; }

    // These two are for one thread, the server's.

    /// By the Authorization header.
    Shown by_header(const http::Request& request);
    /// By a password or token. Whoever failed too often is refused without a look at what they sent:
    /// a password may be short.
    Shown by_secret(const std::string& secret, const http::Request& request);

    // These may be called from any.

    /// By the cookie's value; or by none in the sandbox.
    std::optional<Identity> by_cookie(store::Connection& connection, const std::string& token)
        const;
    /// Whether `see` has anything to write: it need not for each request.
    [[nodiscard]] bool worth_seeing(const Identity& identity) const;
    void see(store::Connection& connection, const Identity& identity) const;
    /// Whether a session lasts still.
    [[nodiscard]] bool lasts(store::Connection& connection, const std::string& session) const;

    /// Begins a session: its cookie's value, and who it is.
    std::pair<std::string, Identity>
    begin(store::Connection& connection, Role role, const std::string& who) const;
    void end(store::Connection& connection, const std::string& token) const;

    [[nodiscard]] std::string cookie(const std::string& token) const;
    [[nodiscard]] std::string no_cookie() const;

private:
    http::Response refuse(const http::Request& request);
    [[nodiscard]] std::string key_of(const std::string& token) const;

    SignInSettings settings_;
    Clock& clock_;
    Log log_;
    std::string mixed_;  ///< a digest of all passwords and tokens
    FailedCredentials failed_;
};

/// The session's cookie in a request; "" where there is none.
std::string session_cookie(const http::Request& request);

}  // namespace oms::web
