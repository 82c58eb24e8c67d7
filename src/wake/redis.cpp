#include "wake/redis.hpp"

#include <array>

#include <hiredis/hiredis.h>

#include "base/check.hpp"
#include "base/text.hpp"

namespace oms::wake {
namespace {

/// No answer to anything that we ask is near this: what is more is no Redis, or no friend.
constexpr std::size_t reply_bytes_max = 1 << 20;

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

RedisReply taken_from(const redisReply& reply) {
    using Kind = RedisReply::Kind;
    switch (reply.type) {
    case REDIS_REPLY_INTEGER: return {.kind = Kind::number, .number = reply.integer};
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR: return {.kind = Kind::text, .text = {reply.str, reply.len}};
    case REDIS_REPLY_ARRAY: break;
    default: return {};
    }
    RedisReply list{.kind = Kind::list};
    for (std::size_t i = 0; i < reply.elements; ++i)
        list.list.push_back(taken_from(*reply.element[i]));
    return list;
}

}  // namespace

void Redis::FreeReader::operator()(redisReader* reader) const { redisReaderFree(reader); }

Redis::Redis(Socket socket) : socket_{std::move(socket)}, reader_{redisReaderCreate()} {
    OMS_CHECK(reader_ != nullptr);
}

Result<RedisReply> Redis::ask(const RedisCommand& command, Deadline deadline) {
    const auto sent = send(command, deadline);
    if (!sent) return Failure{sent.error()};
    return next(deadline);
}

Result<void> Redis::send(const RedisCommand& command, Deadline deadline) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const std::string& word : command) {
        words.push_back(word.data());
        sizes.push_back(word.size());
    }
    char* made = nullptr;
    const int size =
        redisFormatCommandArgv(&made, static_cast<int>(words.size()), words.data(), sizes.data());
    OMS_CHECK(size > 0);
    const std::unique_ptr<char, decltype(&redisFreeCommand)> bytes{made, redisFreeCommand};
    return socket_.send({bytes.get(), static_cast<std::size_t>(size)}, deadline);
}

Result<RedisReply> Redis::next(Deadline deadline) {
    std::array<char, 4096> part{};
    while (true) {
        auto reply = parse();
        if (!reply) return Failure{reply.error()};
        if (*reply) return std::move(**reply);
        const auto size = socket_.receive(part, deadline);
        if (!size) return Failure{size.error()};
        const auto fed = feed({part.data(), *size});
        if (!fed) return Failure{fed.error()};
    }
}

Result<std::optional<RedisReply>> Redis::arrived() {
    std::array<char, 4096> part{};
    while (true) {
        auto reply = parse();
        if (!reply || *reply) return reply;
        const auto size = socket_.receive_now(part);
        if (!size) return Failure{size.error()};
        if (*size == 0) return std::optional<RedisReply>{};
        const auto fed = feed({part.data(), *size});
        if (!fed) return Failure{fed.error()};
    }
}

Result<std::optional<RedisReply>> Redis::parse() {
    void* made = nullptr;
    if (redisReaderGetReply(reader_.get(), &made) != REDIS_OK) {
        return failure(
            ErrorKind::outcome_unknown,
            std::string{"it does not speak as Redis does: "} + one_line(reader_->errstr)
        );
    }
    if (made == nullptr) return std::optional<RedisReply>{};
    const std::unique_ptr<redisReply, FreeReply> reply{static_cast<redisReply*>(made)};
    unread_bytes_ = 0;
    if (reply->type == REDIS_REPLY_ERROR)
        return failure(ErrorKind::refused, one_line({reply->str, reply->len}));
    return std::optional<RedisReply>{taken_from(*reply)};
}

Result<void> Redis::feed(std::string_view bytes) {
    unread_bytes_ += bytes.size();
    if (unread_bytes_ > reply_bytes_max)
        return failure(ErrorKind::outcome_unknown, "its answer does not end");
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
        return failure(ErrorKind::outcome_unknown, one_line(reader_->errstr));
    return {};
}

}  // namespace oms::wake
