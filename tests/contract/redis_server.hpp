#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/log.hpp"
#include "wake/redis.hpp"
#include "wake/relay.hpp"

namespace oms::wake {

/// A real redis-server of this test alone: on a free port of loopback, in a temporary folder, and
/// gone with it. It keeps nothing on its disk.
class RedisServer {
public:
    /// `options` as in redis.conf, such as {"--requirepass", "secret"}. Starts it.
    explicit RedisServer(std::vector<std::string> options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// Where it is not, a test is skipped.
    static bool installed();

    /// On its port, empty.
    void start();
    void kill();          ///< SIGKILL
    void hold() const;    ///< SIGSTOP
    void let_go() const;  ///< SIGCONT
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    /// For parse_redis_address, such as at("redis://:secret@", "/2").
    [[nodiscard]] RedisAddress
    at(const std::string& before = "redis://", const std::string& after = "") const;
    /// As its administrator, over a connection of its own.
    RedisReply ask(const RedisCommand& command) const;

private:
    [[nodiscard]] bool answers() const;

    std::vector<std::string> options_;
    std::filesystem::path folder_;
    int port_ = 0;
    pid_t process_ = 0;
};

/// Whether it comes true within 30 s.
bool eventually(const std::function<bool()>& condition);

/// The lines of a log, from any thread.
class Lines {
public:
    [[nodiscard]] Log log();
    [[nodiscard]] std::string all() const;
    /// How many of them hold `words`.
    [[nodiscard]] int with(std::string_view words) const;

private:
    mutable std::mutex mutex_;  // guards lines_
    std::vector<std::string> lines_;
};

}  // namespace oms::wake
