#include <fmt/format.h>

#include "base/text.hpp"
#include "wake/redis.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

/// One Sentinel that is away must not use up the time of the others.
constexpr auto sentinel_time_max = 500ms;

Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

/// `error`, with what was being done before its words. Whatever Redis said, no password is in it.
Failure failed(std::string_view doing, Error error, const RedisAddress& address) {
    error.says = redacted(fmt::format("{}: {}", doing, error.says), address.password);
    return Failure{std::move(error)};
}

Result<void> authenticate(Redis& redis, const RedisAddress& address) {
    if (address.password.empty()) return {};
    RedisCommand command{"AUTH"};
    if (!address.user.empty()) command.push_back(address.user);
    command.push_back(address.password.reveal());
    const auto answer = redis.ask(command);
    if (answer) return {};
    return failed(
        answer.error().kind == ErrorKind::refused ? "refuses our password" : "gives no answer",
        answer.error(),
        address
    );
}

/// A connection that may be used, from one that is only open.
Result<void> introduce(Redis& redis, const RedisAddress& address, const std::string& name) {
    auto known = authenticate(redis, address);
    if (!known) return known;
    if (address.database != 0) {
        const auto chosen = redis.ask({"SELECT", std::to_string(address.database)});
        if (!chosen) {
            const std::string doing = fmt::format("database {}", address.database);
            return failed(doing, chosen.error(), address);
        }
    }
    // A name is for people who look at CLIENT LIST; a user that may not take one works as well.
    const auto named = redis.ask({"CLIENT", "SETNAME", name});
    if (!named && named.error().kind != ErrorKind::refused)
        return failed("gives no answer", named.error(), address);
    const auto alive = redis.ask({"PING"});
    if (alive) return {};
    if (alive.error().kind != ErrorKind::refused)
        return failed("gives no answer", alive.error(), address);
    if (alive.error().says.starts_with("NOAUTH"))
        return failed("wants a password", alive.error(), address);
    // A user who may not PING may do other things.
    if (alive.error().says.starts_with("NOPERM")) return {};
    return failed("is not ready", alive.error(), address);
}

Result<Redis> open_host(
    const RedisHost& host,
    const RedisAddress& address,
    const std::string& name,
    const Signal& stop
) {
    auto socket = Socket::connect(host.name, host.port, in(connect_time_max), stop);
    if (!socket) return failed("cannot be reached", socket.error(), address);
    Redis redis{std::move(*socket)};
    const auto introduced = introduce(redis, address, name);
    if (!introduced) return Failure{introduced.error()};
    return redis;
}

/// The master that this Sentinel names. Sentinels often have no password where Redis has one, and
/// would refuse it.
Result<RedisHost>
ask_sentinel(const RedisHost& host, const RedisAddress& address, const Signal& stop) {
    auto socket = Socket::connect(host.name, host.port, in(sentinel_time_max), stop);
    if (!socket) return failed("cannot be reached", socket.error(), address);
    Redis sentinel{std::move(*socket)};
    const RedisCommand question{"SENTINEL", "get-master-addr-by-name", address.service};
    auto answer = sentinel.ask(question);
    if (!answer && answer.error().says.starts_with("NOAUTH")) {
        const auto known = authenticate(sentinel, address);
        if (!known) return Failure{known.error()};
        answer = sentinel.ask(question);
    }
    if (!answer) return failed("does not tell the master", answer.error(), address);
    if (answer->list.size() != 2)
        return failure(ErrorKind::refused, "does not know " + in_quotes(address.service));
    const auto port = parse_int(answer->list[1].text);
    if (!port || *port < 1 || *port > 65'535)
        return failure(ErrorKind::refused, "names a master without a port");
    return RedisHost{.name = answer->list[0].text, .port = static_cast<std::uint16_t>(*port)};
}

/// After a fail-over a Sentinel may still name the old master for a while, which does not say so.
Result<void> check_master(Redis& redis, const RedisAddress& address) {
    const auto role = redis.ask({"ROLE"});
    if (!role) return failed("does not tell its role", role.error(), address);
    const bool master = !role->list.empty() && role->list[0].text == "master";
    if (!master) return failure(ErrorKind::refused, "is no master at present");
    return {};
}

Result<Redis>
open_by_sentinel(const RedisAddress& address, const std::string& name, const Signal& stop) {
    std::vector<std::string> tried;
    for (const RedisHost& host : address.hosts) {
        if (stop.raised()) break;
        const auto master = ask_sentinel(host, address, stop);
        if (!master) {
            tried.push_back(fmt::format("Sentinel {} {}", to_text(host), master.error().says));
            continue;
        }
        auto redis = open_host(*master, address, name, stop);
        const Result<void> checked =
            redis ? check_master(*redis, address) : Result<void>{Failure{redis.error()}};
        if (checked) return redis;
        tried.push_back(fmt::format(
            "{}, which Sentinel {} names, {}", to_text(*master), to_text(host), checked.error().says
        ));
    }
    if (stop.raised()) return failure(ErrorKind::shutdown, "we are stopping");
    return failure(ErrorKind::not_sent, join(tried, "; "));
}

}  // namespace

Result<Redis> open_redis(const RedisAddress& address, const std::string& name, const Signal& stop) {
    if (!address.service.empty()) return open_by_sentinel(address, name, stop);
    if (address.path.empty()) return open_host(address.hosts.at(0), address, name, stop);
    auto socket = Socket::connect_unix(address.path, in(connect_time_max), stop);
    if (!socket) return failed("cannot be reached", socket.error(), address);
    Redis redis{std::move(*socket)};
    const auto introduced = introduce(redis, address, name);
    if (!introduced) return Failure{introduced.error()};
    return redis;
}

}  // namespace oms::wake
