#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/text.hpp"
#include "store/postgres.hpp"

namespace oms::store {
namespace {

constexpr std::array ssl_modes{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
constexpr std::array
    session_kinds{"any", "read-write", "read-only", "primary", "standby", "prefer-standby"};
constexpr std::int64_t port_max = 65'535;
constexpr std::string_view hidden = "***";

struct Scheme {
    std::string_view with_slashes;  ///< `postgresql://`; empty where there is none
    std::string_view rest;
};

Scheme without_scheme(std::string_view url) {
    const auto end = url.find("://");
    if (end == std::string_view::npos) return {.with_slashes = "", .rest = url};
    return {.with_slashes = url.substr(0, end + 3), .rest = url.substr(end + 3)};
}

/// libpq ends the credentials at the first @, and takes none from behind a slash. Where another @
/// stands in the hosts or the name, one of the two belongs to a password that nobody encoded.
bool is_certain(std::string_view url) {
    std::string_view rest = without_scheme(url).rest;
    const auto at = rest.find('@');
    if (at < rest.find('/')) rest.remove_prefix(at + 1);
    return rest.substr(0, rest.find('?')).find('@') == std::string_view::npos;
}

/// What libpq understands.
struct Options {
    std::map<std::string, std::string, std::less<>> values = {};
    std::string fault = {};  ///< its own words, which quote passwords

    [[nodiscard]] std::string of(std::string_view keyword) const {
        const auto found = values.find(keyword);
        return found == values.end() ? "" : found->second;
    }
};

Options options_of(std::string_view url) {
    Options options;
    const std::string plain = "postgresql://" + std::string{without_scheme(url).rest};
    char* error = nullptr;
    PQconninfoOption* read = PQconninfoParse(plain.c_str(), &error);
    if (read == nullptr) options.fault = error == nullptr ? "no memory" : error;
    PQfreemem(error);
    for (PQconninfoOption* one = read; one != nullptr && one->keyword != nullptr; ++one) {
        if (one->val != nullptr) options.values[one->keyword] = one->val;
    }
    PQconninfoFree(read);
    return options;
}

bool are_ports(const std::string& ports) {
    for (const std::string& port : split(ports, ',')) {
        const auto number = parse_int(port);
        if (!port.empty() && (!number || *number < 1 || *number > port_max)) return false;
    }
    return true;
}

std::string in_our_words(std::string_view libpq_says) {
    struct Words {
        std::string_view theirs;
        std::string_view ours;
    };
    constexpr std::array known{
        Words{"invalid URI query parameter", "it has a parameter that PostgreSQL does not know"},
        Words{"key/value separator", "it has a ? whose parameters are no name=value"},
        Words{"percent-encoded", "it has a % without two hexadecimal digits"},
        Words{"forbidden value", "it has %00 in it"}};
    for (const Words& words : known) {
        if (libpq_says.find(words.theirs) != std::string_view::npos) return std::string{words.ours};
    }
    return "it cannot be read";
}

/// Nothing of the credentials; nothing at all of what follows a ?, which may be one of theirs.
std::string masked_uncertain(std::string_view url) {
    const auto [scheme, rest] = without_scheme(url);
    const auto at = rest.rfind('@');
    std::string shown{scheme};
    shown += hidden;
    if (at == std::string_view::npos || rest.find('?') < at) return shown;
    const std::string_view behind = rest.substr(at);
    const auto query = behind.find('?');
    shown += behind.substr(0, query);
    return query == std::string_view::npos ? shown : shown + "?***";
}

std::string masked_query(std::string_view query) {
    std::vector<std::string> shown;
    for (const std::string& parameter : split(query, '&')) {
        const auto equals = parameter.find('=');
        const bool secret = parameter.substr(0, equals).find("password") != std::string::npos;
        shown.push_back(secret ? parameter.substr(0, equals) + "=***" : parameter);
    }
    return join(shown, "&");
}

}  // namespace

std::optional<std::string> fault_of_postgres_url(const Secret& url) {
    if (!is_certain(url.reveal()))
        return "a / or @ of its password, user or database name stands there as it is";
    const Options options = options_of(url.reveal());
    if (!options.fault.empty()) return in_our_words(options.fault);
    if (!are_ports(options.of("port"))) return "its port is no number from 1 to 65535";
    const auto is_none_of = [&](const char* keyword, const auto& allowed) {
        const std::string value = options.of(keyword);
        return !value.empty() && std::ranges::find(allowed, value) == allowed.end();
    };
    if (is_none_of("sslmode", ssl_modes))
        return "its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full";
    if (is_none_of("target_session_attrs", session_kinds)) {
        return "its target_session_attrs is none of any, read-write, read-only, primary, standby "
               "and prefer-standby";
    }
    return std::nullopt;
}

std::string masked_postgres_url(std::string_view url) {
    const Options options = options_of(url);
    // Without an @, what was meant as a password is read as a port.
    if (!is_certain(url) || !options.fault.empty() || !are_ports(options.of("port")))
        return masked_uncertain(url);
    const auto [scheme, rest] = without_scheme(url);
    std::string_view open = rest;
    std::string shown{scheme};
    const auto at = rest.find('@');
    if (at < rest.find('/')) {
        const std::string_view credentials = rest.substr(0, at);
        const auto colon = credentials.find(':');
        shown += credentials.substr(0, colon);
        if (colon != std::string_view::npos) shown += ":***";
        shown += '@';
        open.remove_prefix(at + 1);
    }
    const auto query = open.find('?');
    shown += open.substr(0, query);
    if (query != std::string_view::npos) shown += "?" + masked_query(open.substr(query + 1));
    return shown;
}

std::string describe_postgres_url(const Secret& url) {
    if (fault_of_postgres_url(url)) return visible(masked_postgres_url(url.reveal()));
    const Options options = options_of(url.reveal());
    const auto or_else = [&](std::string_view keyword, const std::string& standard) {
        const std::string value = options.of(keyword);
        return value.empty() ? standard : value;
    };
    const std::string user = or_else("user", "this system's user");
    return visible(fmt::format(
        "{} at {}:{}, as {}",
        or_else("dbname", user),
        or_else("host", "this machine"),
        or_else("port", "5432"),
        user
    ));
}

bool postgres_url_has_password(const Secret& url) {
    const Options options = options_of(url.reveal());
    return !options.of("password").empty() || !options.of("sslpassword").empty();
}

}  // namespace oms::store
