#include <fmt/format.h>

#include "app/check_own.hpp"
#include "wake/redis.hpp"
#include "wake/socket.hpp"

namespace oms::app {

void check_redis(const Settings& settings, Findings& findings) {
    if (!settings.redis) return;
    const std::string where = wake::to_text(*settings.redis);
    const wake::Signal stop;
    const auto redis = wake::open_redis(*settings.redis, "oms-jira:check", stop);
    if (redis) return findings.ok("redis.usable", "redis", where);
    const bool refused = redis.error().kind == ErrorKind::refused;
    findings.fault(
        {.code = refused ? "redis.refused" : "redis.unreachable",
         .about = "OMS_REDIS_HOST",
         .found = redis.error().says,
         .cause =
             "processes wake each other by looking into the database instead, which is slower, "
             "and each keeps only its own share of a rate limit",
         .remedy =
             refused
                 ? "correct its user, password and database in OMS_REDIS_HOST, written like "
                   "redis://user:password@host:6379/0; or do without it:"
                 : "start it, or correct host and port in OMS_REDIS_HOST (`redis-cli -h HOST -p "
                   "PORT ping` answers PONG); or do without it:",
         .set = {{.name = "OMS_REDIS_HOST", .value = "", .means = "unset"}}}
    );
}

}  // namespace oms::app
