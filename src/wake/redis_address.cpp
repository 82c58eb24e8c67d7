#include "wake/redis_address.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::wake {
namespace {

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr int database_max = 1'000'000;
/// What a Unix socket's address holds, its final zero left out.
constexpr std::size_t path_size_max = 107;
constexpr std::string_view forms =
    "write host:port, redis://user:password@host:port/0, unix:///path, or "
    "redis+sentinel://host:port,host:port/service";

/// The parts of a URL as they stand.
struct Parts {
    std::string scheme;         ///< in lower case; empty where there is none
    std::string_view userinfo;  ///< empty where there is none
    bool has_userinfo = false;
    std::string_view rest;  ///< hosts and path
};

Parts take_apart(std::string_view given) {
    Parts parts;
    const auto colon = given.find("://");
    // What stands before is no scheme where it has a colon or an @ of its own.
    if (colon != std::string_view::npos && given.find_first_of(":@") == colon) {
        parts.scheme = lower(given.substr(0, colon));
        given.remove_prefix(colon + 3);
    }
    // The last one: a password may hold another that nobody encoded.
    const auto at = given.rfind('@');
    if (at != std::string_view::npos) {
        parts.has_userinfo = true;
        parts.userinfo = given.substr(0, at);
        given.remove_prefix(at + 1);
    }
    parts.rest = given;
    return parts;
}

constexpr std::size_t port_digits_max = 5;
constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

tl::unexpected<AddressFault> fault(std::string says, std::string_view fix = forms) {
    return tl::unexpected<AddressFault>{
        AddressFault{.says = std::move(says), .fix = std::string{fix}}};
}

bool is_host_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char one) {
        const bool letter = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
        return letter || (one >= '0' && one <= '9') || one == '.' || one == '-' || one == '_';
    });
}

/// An IPv6 address as far as it can be told from a name; the system reads it.
bool is_ipv6(std::string_view address) {
    const std::string_view plain = address.substr(0, address.find('%'));
    return plain.find(':') != std::string_view::npos &&
           plain.find_first_not_of(":." + std::string{hexadecimal}) == std::string_view::npos;
}

/// A host as it stands: its name, and the text of its port where there is one.
struct HostParts {
    std::string_view name;
    std::optional<std::string_view> port = std::nullopt;
};

tl::expected<HostParts, AddressFault>
take_apart_ipv6(std::string_view text, const std::string& shown) {
    constexpr std::string_view form =
        "write IPv6 like [2001:db8::1]:6379; names go without brackets";
    const auto end = text.find(']');
    if (end == std::string_view::npos) return fault(shown + " has a [ without its ]", form);
    const std::string_view address = text.substr(1, end - 1);
    if (!is_ipv6(address)) return fault(shown + " has no IPv6 address in its brackets", form);
    const std::string_view after = text.substr(end + 1);
    if (after.empty()) return HostParts{.name = address};
    if (!after.starts_with(':')) return fault(shown + " goes on after its ]", form);
    return HostParts{.name = address, .port = after.substr(1)};
}

tl::expected<HostParts, AddressFault>
take_apart_host(std::string_view text, const std::string& shown) {
    if (text.starts_with('[')) return take_apart_ipv6(text, shown);
    const auto colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    if (colon != text.rfind(':')) {
        return fault(
            shown + " has more than one colon in its host",
            "write IPv6 in brackets, like [2001:db8::1]:6379"
        );
    }
    if (name.empty()) return fault(shown + " names no host");
    if (!is_host_name(name)) return fault(shown + " has a host that is no name");
    if (colon == std::string_view::npos) return HostParts{.name = name};
    return HostParts{.name = name, .port = text.substr(colon + 1)};
}

tl::expected<RedisHost, AddressFault>
read_host(std::string_view text, std::uint16_t standard_port, const std::string& shown) {
    const auto parts = take_apart_host(text, shown);
    if (!parts) return tl::unexpected{parts.error()};
    RedisHost host{.name = std::string{parts->name}, .port = standard_port};
    if (!parts->port) return host;
    const auto number = is_number(*parts->port) ? parse_int(*parts->port) : std::nullopt;
    if (!number || *number < 1 || *number > 65'535) {
        return fault(
            shown + " has a port that is no number from 1 to 65535",
            "write the port as a number, like " + to_text(host)
        );
    }
    host.port = static_cast<std::uint16_t>(*number);
    return host;
}

tl::expected<int, AddressFault> read_database(std::string_view text, const std::string& shown) {
    if (text.empty()) return 0;
    const auto number = is_number(text) ? parse_int(text) : std::nullopt;
    if (!number || *number > database_max) {
        return fault(
            shown + " has a database that is no number",
            "write the database's number behind the last slash, like /0"
        );
    }
    return static_cast<int>(*number);
}

tl::expected<RedisAddress, AddressFault>
read_path(RedisAddress address, std::string_view path, const std::string& shown) {
    if (!path.starts_with('/') || path.size() < 2)
        return fault(
            shown + " names no path", "write unix:///path/of/redis.sock, with three slashes"
        );
    if (path.size() > path_size_max)
        return fault(shown + " has a path that is too long for a socket", "name a shorter one");
    address.path = path;
    return address;
}

tl::expected<RedisAddress, AddressFault>
read_hosts(RedisAddress address, std::string_view rest, bool sentinel, const std::string& shown) {
    const auto slash = rest.find('/');
    const std::string_view hosts = rest.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (sentinel) {
        const auto end = path.find('/');
        address.service = percent_decode(path.substr(0, end), false);
        path = end == std::string_view::npos ? "" : path.substr(end + 1);
        if (address.service.empty()) {
            return fault(
                shown + " does not say which master the Sentinels are to name",
                "put its name behind the hosts, as in redis+sentinel://host:26379/mymaster"
            );
        }
    } else if (hosts.find(',') != std::string_view::npos) {
        return fault(
            shown + " names several hosts",
            "write one host; for Sentinels redis+sentinel://host:port,host:port/service"
        );
    }
    const auto database = read_database(path, shown);
    if (!database) return tl::unexpected{database.error()};
    address.database = *database;
    for (const std::string& one : split(hosts, ',')) {
        const auto host = read_host(trim(one), sentinel ? sentinel_port : redis_port, shown);
        if (!host) return tl::unexpected{host.error()};
        address.hosts.push_back(*host);
    }
    return address;
}

}  // namespace

std::string masked_redis_address(std::string_view given) {
    const Parts parts = take_apart(given);
    std::string shown = parts.scheme.empty() ? "" : parts.scheme + "://";
    if (parts.has_userinfo) {
        const auto colon = parts.userinfo.find(':');
        if (colon != std::string_view::npos) shown += parts.userinfo.substr(0, colon);
        shown += colon == std::string_view::npos ? "***@" : ":***@";
    }
    std::string_view rest = parts.rest;
    const auto query = rest.find_first_of("?#");
    const bool has_query = query != std::string_view::npos;
    if (has_query) rest = rest.substr(0, query);
    bool in_brackets = false;
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        const std::string_view before = rest.substr(0, colon);
        const auto bracket = before.find_last_of("[]");
        if (bracket != std::string_view::npos) in_brackets = before[bracket] == '[';
        shown += before;
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
        const std::string_view part = rest.substr(0, rest.find_first_of(":,/]"));
        const bool port = !before.empty() && part.size() <= port_digits_max && is_number(part);
        const bool group =
            in_brackets && part.find_first_not_of(hexadecimal) == std::string_view::npos;
        shown += part.empty() || port || group ? fmt::format(":{}", part) : ":***";
        rest.remove_prefix(part.size());
    }
    return has_query ? shown + "?***" : shown;
}

tl::expected<RedisAddress, AddressFault> parse_redis_address(std::string_view given) {
    const std::string text = trim(given);
    const std::string shown = in_quotes(masked_redis_address(text));
    if (text.empty()) return fault("it is empty");
    const Parts parts = take_apart(text);
    const std::string& scheme = parts.scheme;
    if (scheme.starts_with("rediss")) {
        return fault(
            shown + " asks for TLS, which the Redis library of Debian 12 cannot do",
            "run a TLS tunnel such as stunnel on this machine, which connects to that host, and "
            "write redis://127.0.0.1:PORT, the port where the tunnel listens"
        );
    }
    const bool sentinel = scheme == "redis+sentinel";
    const bool by_path = scheme == "unix";
    if (!scheme.empty() && scheme != "redis" && !sentinel && !by_path)
        return fault(shown + " is no address of Redis");
    if (scheme.empty() && parts.has_userinfo) {
        return fault(
            shown + " has a password but does not begin with redis://",
            "write redis://user:password@host:port, the password percent-encoded"
        );
    }
    if (scheme.empty() && text.starts_with('/'))
        return fault(shown + " is a path", "write unix://" + one_line(text));
    if (parts.rest.find_first_of("?#") != std::string_view::npos) {
        return fault(
            shown + " has a ? or #, which mean nothing here",
            "leave out what follows; in a user or password write %3F and %23"
        );
    }
    RedisAddress address;
    if (parts.has_userinfo) {
        const auto colon = parts.userinfo.find(':');
        if (colon == std::string_view::npos) {
            return fault(
                shown + " has a user or password alone, without a colon",
                "write redis://:password@host, or redis://user:password@host"
            );
        }
        address.user = percent_decode(parts.userinfo.substr(0, colon), false);
        address.password = Secret{percent_decode(parts.userinfo.substr(colon + 1), false)};
        if (address.password.empty() && !address.user.empty())
            return fault(shown + " has a user without a password", "write user:password@host");
    }
    if (by_path) return read_path(std::move(address), parts.rest, shown);
    return read_hosts(std::move(address), parts.rest, sentinel, shown);
}

std::string to_text(const RedisHost& host) {
    const bool ipv6 = host.name.find(':') != std::string::npos;
    return ipv6 ? fmt::format("[{}]:{}", host.name, host.port)
                : fmt::format("{}:{}", host.name, host.port);
}

std::string to_text(const RedisAddress& address) {
    if (!address.path.empty()) return "Redis at " + address.path;
    std::vector<std::string> hosts;
    for (const RedisHost& host : address.hosts)
        hosts.push_back(to_text(host));
    const std::string all = join(hosts, ", ");
    if (address.service.empty()) return "Redis at " + all;
    return fmt::format("Redis of \"{}\" by Sentinels at {}", address.service, all);
}

}  // namespace oms::wake
