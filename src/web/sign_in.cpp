#include "web/sign_in.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "store/sessions.hpp"
#include "web/problem.hpp"

namespace oms::web {
namespace {

using namespace std::chrono_literals;

constexpr Duration idle_max = 30min;
constexpr Duration session_max = 8h;
/// So late may a session's last request be written down.
constexpr Duration seen_late_max = 1min;
constexpr std::string_view cookie_name = "oms_session";
constexpr std::size_t token_digits = 64;

bool is_token(std::string_view text) {
    return text.size() == token_digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Role parse_role(const std::string& text) {
    return text == to_text(Role::operating) ? Role::operating : Role::viewer;
}

http::Response too_many(std::chrono::seconds wait) {
    http::Response later = problem(429, "too many wrong passwords or tokens from here: wait");
    later.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    return later;
}

}  // namespace

std::string_view to_text(Role role) {
    switch (role) {
    case Role::viewer: return "viewer";
    case Role::operating: return "operator";
    }
    return "";
}

bool SignInSettings::on() const {
    return open || !operator_password.empty() || !viewer_password.empty() ||
           !operator_token.empty() || !viewer_token.empty();
}

SignIn::SignIn(SignInSettings settings, Clock& clock, Log log)
    : settings_{std::move(settings)},
      clock_{clock},
      log_{std::move(log)} {
    std::string all;
    for (const Secret* secret :
         {&settings_.operator_password,
          &settings_.viewer_password,
          &settings_.operator_token,
          &settings_.viewer_token}) {
        all += sha256_hex(secret->reveal()) + "\n";
    }
    mixed_ = sha256_hex(all);
}

http::Response SignIn::refuse(const http::Request& request) {
    const Duration now = clock_.steady();
    const auto wait = failed_.count(request.peer, now);
    if (const auto times = failed_.worth_telling(now)) {
        log_.warning(
            "wrong credentials", {{"door", "dashboard"}, {"from", request.peer}, {"times", *times}}
        );
    }
    return wait ? too_many(*wait) : problem(401, "this password or token is wrong");
}

Shown SignIn::by_header(const http::Request& request) {
    const auto header = http::header(request.headers, "Authorization");
    if (!header) return {};
    constexpr std::string_view scheme = "bearer ";
    const std::string token = starts_with_ignoring_case(*header, scheme)
                                  ? trim(std::string_view{*header}.substr(scheme.size()))
                                  : std::string{};
    const bool operates = matches(settings_.operator_token, token);
    const bool views = matches(settings_.viewer_token, token);
    if (operates) return {.identity = Identity{.role = Role::operating, .who = "API token"}};
    if (views) return {.identity = Identity{.role = Role::viewer, .who = "API token, reading"}};
    http::Response refused = refuse(request);
    refused.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"oms-jira\"");
    return {.refused = std::move(refused)};
}

Shown SignIn::by_secret(const std::string& secret, const http::Request& request) {
    if (const auto wait = failed_.waits(request.peer, clock_.steady()))
        return {.refused = too_many(*wait)};
    // All are compared: how long it takes says nothing.
    const std::array right{
        matches(settings_.operator_password, secret),
        matches(settings_.operator_token, secret),
        matches(settings_.viewer_password, secret),
        matches(settings_.viewer_token, secret)};
    if (right[0] || right[1]) return {.identity = Identity{.role = Role::operating}};
    if (right[2] || right[3]) return {.identity = Identity{.role = Role::viewer}};
    return {.refused = refuse(request)};
}

std::string SignIn::key_of(const std::string& token) const {
    return hmac_sha256_hex(mixed_, token);
}

std::optional<Identity> SignIn::by_cookie(store::Connection& connection, const std::string& token)
    const {
    if (settings_.open)
        return Identity{.role = Role::operating, .who = "sandbox", .by_browser = true};
    if (!is_token(token)) return std::nullopt;
    const auto session = store::find_session(connection, key_of(token), clock_.now());
    if (!session) return std::nullopt;
    return Identity{
        .role = parse_role(session->role),
        .who = session->who,
        .by_browser = true,
        .session = session->key,
        .seen_at = session->seen_at,
        .ends_at = session->ends_at};
}

bool SignIn::worth_seeing(const Identity& identity) const {
    return !identity.session.empty() && clock_.now() - identity.seen_at >= seen_late_max;
}

void SignIn::see(store::Connection& connection, const Identity& identity) const {
    const Instant now = clock_.now();
    const auto session = store::find_session(connection, identity.session, now);
    if (!session) return;
    const Instant ends = std::min(now + idle_max, session->started_at + session_max);
    store::see_session(connection, session->key, now, ends);
}

bool SignIn::lasts(store::Connection& connection, const std::string& session) const {
    return store::find_session(connection, session, clock_.now()).has_value();
}

std::pair<std::string, Identity>
SignIn::begin(store::Connection& connection, Role role, const std::string& who) const {
    const Instant now = clock_.now();
    const std::string token = unguessable_hex_64();
    const Identity identity{
        .role = role,
        .who = who,
        .by_browser = true,
        .session = key_of(token),
        .seen_at = now,
        .ends_at = now + idle_max};
    store::prune_sessions(connection, now);
    store::add_session(
        connection,
        {.key = identity.session,
         .role = std::string{to_text(role)},
         .who = who,
         .started_at = now,
         .seen_at = now,
         .ends_at = *identity.ends_at}
    );
    return {token, identity};
}

void SignIn::end(store::Connection& connection, const std::string& token) const {
    if (is_token(token)) store::end_session(connection, key_of(token));
}

std::string SignIn::cookie(const std::string& token) const {
    return fmt::format(
        "{}={}; Path=/; HttpOnly; SameSite=Strict{}",
        cookie_name,
        token,
        settings_.secure_cookie ? "; Secure" : ""
    );
}

std::string SignIn::no_cookie() const { return cookie("") + "; Max-Age=0"; }

std::string session_cookie(const http::Request& request) {
    const auto header = http::header(request.headers, "Cookie");
    if (!header) return "";
    for (const std::string& part : split(*header, ';')) {
        const std::string one = trim(part);
        const auto equals = one.find('=');
        if (equals != std::string::npos && one.substr(0, equals) == cookie_name)
            return one.substr(equals + 1);
    }
    return "";
}

}  // namespace oms::web
