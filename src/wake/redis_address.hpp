#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/secret.hpp"

namespace oms::wake {

struct RedisHost {
    std::string name;  ///< or an address; IPv6 without its brackets
    std::uint16_t port = 6379;
    friend bool operator==(const RedisHost&, const RedisHost&) = default;
};

/// Where Redis is. Either one host, or a path, or Sentinels with the name of their service.
struct RedisAddress {
    std::vector<RedisHost> hosts = {};
    std::string path = {};     ///< of a Unix socket
    std::string service = {};  ///< what the Sentinels (`hosts`) call the master
    std::string user = {};     ///< empty: the default user
    Secret password = {};
    int database = 0;
};

/// For people: what is wrong (with what was given, passwords masked), and what to write.
struct AddressFault {
    std::string says;
    std::string fix;
};

/// Reads
///     host   host:port   [2001:db8::1]:6379                       port 6379 where none is given
///     redis://[user[:password]@]host[:port][/database]
///     redis+sentinel://[user[:password]@]host[:port][,host[:port]…]/service[/database]
///                                                                 port 26379 where none is given
///     unix://[user[:password]@]/path/of/redis.sock
/// User and password may be percent-encoded, and are those of Redis; a Sentinel is given the same
/// where it asks for some. `rediss://` is refused: Debian's client library has no TLS.
tl::expected<RedisAddress, AddressFault> parse_redis_address(std::string_view given);

/// What was given, fit for a log: whatever could be a password is `***`. Where it is not read as it
/// was meant, one may stand in a port's place or in a query.
std::string masked_redis_address(std::string_view given);

/// `Redis at host:port`, `Redis of "orders" by Sentinels at a:26379, b:26379`. Never a password.
std::string to_text(const RedisAddress& address);
std::string to_text(const RedisHost& host);

}  // namespace oms::wake
