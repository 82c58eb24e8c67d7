#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wake/redis_address.hpp"
#include "wake/socket.hpp"

struct redisReader;

namespace oms::wake {

/// How long one command may take, all of it. Whoever is slower counts as away.
inline constexpr std::chrono::milliseconds command_time_max{300};
/// How long connecting may take, its name's resolution among it.
inline constexpr std::chrono::seconds connect_time_max{2};

struct RedisReply {
    enum class Kind {
        nothing,  ///< nil
        text,     ///< a string or a status
        number,
        list,
    };
    Kind kind = Kind::nothing;
    std::string text = {};
    std::int64_t number = 0;
    std::vector<RedisReply> list = {};
};

/// The words of a command, whatever bytes they hold.
using RedisCommand = std::vector<std::string>;

/// A connection to a Redis server. hiredis writes and reads its language; the socket is ours. An
/// answer that is an error is ErrorKind::refused with Redis' words, and the connection is still
/// good; after any other error it can only be dropped. For one thread at a time.
class Redis {
public:
    explicit Redis(Socket socket);

    /// Sends, and waits for the answer.
    Result<RedisReply> ask(const RedisCommand& command, Deadline deadline);
    Result<RedisReply> ask(const RedisCommand& command) {
        return ask(command, std::chrono::steady_clock::now() + command_time_max);
    }
    Result<void> send(const RedisCommand& command, Deadline deadline);
    /// The next answer, or message of a subscription.
    Result<RedisReply> next(Deadline deadline);
    /// One that is there already; nothing where there is none.
    Result<std::optional<RedisReply>> arrived();
    /// For poll(2), once `arrived()` has nothing more.
    [[nodiscard]] int fd() const { return socket_.fd(); }

private:
    struct FreeReader {
        void operator()(redisReader* reader) const;
    };
    Result<std::optional<RedisReply>> parse();
    Result<void> feed(std::string_view bytes);

    Socket socket_;
    std::unique_ptr<redisReader, FreeReader> reader_;
    std::size_t unread_bytes_ = 0;
};

/// Connects, gives user and password, chooses the database and takes the client name `name`. Of
/// Sentinels, the first that knows the service is believed, if the server that it names says itself
/// that it is the master. The error says for people what failed, never a password.
Result<Redis> open_redis(const RedisAddress& address, const std::string& name, const Signal& stop);

}  // namespace oms::wake
