#include "tests/contract/redis_server.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::wake {
namespace {

using namespace std::chrono_literals;

/// Below those that the system gives to connections: one of these could take it while Redis is
/// down.
int free_port() {
    std::random_device chance;
    std::uniform_int_distribution<int> some{20'000, 32'000};
    while (true) {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        const int port = some(chance);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        const int bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::close(fd);
        if (bound == 0) return port;
    }
}

}  // namespace

bool eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(2ms);  // between two looks
    }
    return true;
}

RedisServer::RedisServer(std::vector<std::string> options) : options_{std::move(options)} {
    std::string folder = (std::filesystem::temp_directory_path() / "oms-redis-XXXXXX").string();
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    // Another program may take a port between our asking for it and Redis' binding to it.
    for (int attempt = 0; attempt < 5 && process_ == 0; ++attempt) {
        port_ = free_port();
        start();
    }
    EXPECT_NE(process_, 0);
}

RedisServer::~RedisServer() {
    kill();
    std::filesystem::remove_all(folder_);
}

bool RedisServer::installed() {
    const char* path = std::getenv("PATH");
    return std::ranges::any_of(split(path == nullptr ? "" : path, ':'), [](const auto& folder) {
        return ::access((folder + "/redis-server").c_str(), X_OK) == 0;
    });
}

void RedisServer::start() {
    std::vector<std::string> words{
        "redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1"};
    const bool by_file = !options_.empty() && !options_[0].starts_with("--");
    if (by_file) words.insert(words.begin() + 1, options_[0]);
    for (std::string word : {"--dir", folder_.c_str(), "--save", "", "--logfile", "redis.log"})
        words.push_back(std::move(word));
    words.insert(words.end(), options_.begin() + (by_file ? 1 : 0), options_.end());
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = ::open("/dev/null", O_RDWR);
        for (const int fd : {0, 1, 2})
            ::dup2(nowhere, fd);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    const bool up = eventually([this] {
        return answers() || ::waitpid(process_, nullptr, WNOHANG) == process_;
    });
    if (!up || ::kill(process_, 0) != 0) process_ = 0;
}

void RedisServer::kill() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
}

void RedisServer::hold() const { ::kill(process_, SIGSTOP); }
void RedisServer::let_go() const { ::kill(process_, SIGCONT); }

RedisAddress RedisServer::at(const std::string& before, const std::string& after) const {
    return parse_redis_address(before + "127.0.0.1:" + std::to_string(port_) + after).value();
}

RedisReply RedisServer::ask(const RedisCommand& command) const {
    const Signal never;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    auto socket = Socket::connect("127.0.0.1", static_cast<std::uint16_t>(port_), deadline, never);
    EXPECT_TRUE(socket) << socket.error().says;
    if (!socket) return {};
    Redis redis{std::move(*socket)};
    for (std::size_t i = 0; i + 1 < options_.size(); ++i) {
        if (options_[i] != "--requirepass") continue;
        EXPECT_TRUE(redis.ask({"AUTH", options_[i + 1]}));
    }
    auto reply = redis.ask(command, deadline);
    EXPECT_TRUE(reply) << command[0] << ": " << reply.error().says;
    return reply ? std::move(*reply) : RedisReply{};
}

/// Anything, an error among it: it is there.
bool RedisServer::answers() const {
    const Signal never;
    const auto deadline = std::chrono::steady_clock::now() + 1s;
    auto socket = Socket::connect("127.0.0.1", static_cast<std::uint16_t>(port_), deadline, never);
    if (!socket) return false;
    const auto reply = Redis{std::move(*socket)}.ask({"PING"}, deadline);
    return reply || reply.error().kind == ErrorKind::refused;
}

Log Lines::log() {
    return {LogLevel::debug, LogFormat::text, [this](std::string_view line) {
                const std::scoped_lock lock{mutex_};
                lines_.emplace_back(line);
            }};
}

std::string Lines::all() const {
    const std::scoped_lock lock{mutex_};
    return join(lines_, "\n");
}

int Lines::with(std::string_view words) const {
    const std::scoped_lock lock{mutex_};
    int count = 0;
    for (const std::string& line : lines_)
        count += line.find(words) != std::string::npos ? 1 : 0;
    return count;
}

}  // namespace oms::wake
