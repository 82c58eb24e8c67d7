// oms-bench-load --port 9000 --connections 16 --seconds 3: webhooks as Jira sends them, each another
// issue's, of 4 to 20 KB, over so many connections that are kept. Prints one line of JSON.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benchmarks/webhook.hpp"

namespace {

using Steady = std::chrono::steady_clock;

struct Options {
    int port = 0;
    int connections = 16;
    double seconds = 3;
    double warm_up = 0.5;
    std::int64_t first_issue = 9'000'001;
    std::int64_t issues = 10'000;
    std::string secret = "s3cret";
    bool on_one_processor = false;
};

struct Figures {
    std::vector<std::uint32_t> microseconds = {};
    std::map<int, std::int64_t> statuses = {};
    std::int64_t broken = 0;  ///< connections that ended before their answer was whole
};

/// What became of a request.
enum class Outcome { awaited, answered, broken };

/// One client: sends a request, reads the answer, and again; connects anew where the server closes.
class Client {
public:
    Client(const Options& options, int poll, oms::bench::Webhooks& webhooks)
        : options_{options},
          poll_{poll},
          webhooks_{webhooks} {}

    void begin(Steady::time_point now) {
        began_ = now;
        request_ = webhooks_.next();
        sent_ = 0;
        size_ = 0;
        if (socket_ < 0) {
            connect();
        } else {
            send();
        }
        if (sent_ < request_.size()) keep_rest();
    }
    /// Where it returns something else than `awaited` the client may `begin` again.
    Outcome ready(std::uint32_t events, Figures& figures) {
        if ((events & EPOLLOUT) != 0 && sent_ < request_.size()) send();
        if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return Outcome::awaited;
        return receive(figures);
    }
    [[nodiscard]] std::uint32_t took(Steady::time_point now) const {
        const auto passed = now - began_;
        return static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(passed).count()
        );
    }

private:
    void connect() {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.ptr = this;
        epoll_ctl(poll_, EPOLL_CTL_ADD, socket_, &event);
    }
    /// The text that all clients' requests are made from is another's next.
    void keep_rest() {
        rest_.assign(request_.substr(sent_));
        request_ = rest_;
        sent_ = 0;
    }
    void disconnect() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    void send() {
        while (sent_ < request_.size()) {
            const auto count =
                ::send(socket_, request_.data() + sent_, request_.size() - sent_, MSG_NOSIGNAL);
            if (count <= 0) return;
            sent_ += static_cast<std::size_t>(count);
        }
    }
    Outcome receive(Figures& figures) {
        while (true) {
            const auto count =
                ::recv(socket_, received_.data() + size_, received_.size() - 1 - size_, 0);
            if (count < 0 && (errno == EAGAIN || errno == EINPROGRESS || errno == ENOTCONN)) {
                return Outcome::awaited;
            }
            const bool ended = count <= 0;
            if (!ended) size_ += static_cast<std::size_t>(count);
            if (whole(figures, ended)) {
                if (ended) disconnect();
                return Outcome::answered;
            }
            if (ended || size_ == received_.size() - 1) {
                disconnect();
                return Outcome::broken;
            }
        }
    }
    /// Whether the whole answer has come: up to its length, or up to the end where it names none.
    bool whole(Figures& figures, bool ended) {
        const std::string_view text{received_.data(), size_};
        // Most answers are the one before once more, to the letter.
        if (!text.empty() && text == known_.text) {
            ++figures.statuses[known_.status];
            return true;
        }
        const auto head_end = text.find("\r\n\r\n");
        if (head_end == std::string_view::npos) return false;
        received_.at(head_end) = '\0';
        const int status = std::atoi(received_.data() + std::strlen("HTTP/1.1 "));
        const auto value_of = [this](const char* name) {
            const char* found = strcasestr(received_.data(), name);
            return found == nullptr ? nullptr : found + std::strlen(name);
        };
        const char* length = value_of("\ncontent-length:");
        const auto body = static_cast<std::size_t>(length == nullptr ? 0 : std::atol(length));
        const char* connection = value_of("\nconnection:");
        const bool closes = connection != nullptr && strcasestr(connection, "close") != nullptr;
        received_.at(head_end) = '\r';
        if (size_ < head_end + 4 + body && !ended) return false;
        ++figures.statuses[status];
        if (closes) {
            disconnect();
        } else {
            known_ = {.text = std::string{text}, .status = status};
        }
        return true;
    }

    struct Known {
        std::string text = {};  ///< a whole answer after which the connection is kept
        int status = 0;
    };

    const Options& options_;
    int poll_;
    Known known_;
    oms::bench::Webhooks& webhooks_;
    int socket_ = -1;
    std::string_view request_;  ///< in `webhooks_` until `begin` returns, in `rest_` after it
    std::string rest_;
    std::size_t sent_ = 0;
    std::array<char, 16'384> received_{};  ///< an answer, and room for the end of a text
    std::size_t size_ = 0;                 ///< of it
    Steady::time_point began_;
};

/// The last of those that it may use, where there are several.
void stay_on_one_processor() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
    std::size_t last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(last, &allowed))
        --last;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    sched_setaffinity(0, sizeof one, &one);
}

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Figures run(const Options& options) {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    // One for all, so that what is sent is in the processor's cache.
    oms::bench::Webhooks webhooks{options.secret, options.first_issue, options.issues};
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < options.connections; ++i) {
        clients.push_back(std::make_unique<Client>(options, poll, webhooks));
        clients.back()->begin(Steady::now());
    }
    Figures figures;
    const auto from = Steady::now() + std::chrono::duration<double>{options.warm_up};
    const auto until = from + std::chrono::duration<double>{options.seconds};
    bool warm = false;
    std::array<epoll_event, 512> events{};
    for (auto now = Steady::now(); now < until; now = Steady::now()) {
        const int count = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
        if (!warm && Steady::now() >= from) {
            warm = true;
            figures = {};
        }
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events.at(static_cast<std::size_t>(i));
            auto& client = *static_cast<Client*>(event.data.ptr);
            const Outcome outcome = client.ready(event.events, figures);
            if (outcome == Outcome::awaited) continue;
            const auto then = Steady::now();
            if (outcome == Outcome::answered) {
                figures.microseconds.push_back(client.took(then));
            } else {
                ++figures.broken;
            }
            client.begin(then);
        }
    }
    return figures;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App cli{"Sends webhooks as fast as they are answered."};
    cli.add_option("--port", options.port)->required();
    cli.add_option("--connections", options.connections);
    cli.add_option("--seconds", options.seconds);
    cli.add_option("--warm-up", options.warm_up);
    cli.add_option("--first-issue", options.first_issue);
    cli.add_option("--issues", options.issues);
    cli.add_option("--secret", options.secret);
    cli.add_flag("--on-one-processor", options.on_one_processor);
    CLI11_PARSE(cli, argc, argv);
    if (options.on_one_processor) stay_on_one_processor();

    const double before = processor_seconds();
    Figures figures = run(options);
    std::ranges::sort(figures.microseconds);
    const std::size_t count = figures.microseconds.size();
    const auto at = [&](double part) -> std::uint32_t {
        if (count == 0) return 0;
        const auto index = static_cast<std::size_t>(part * static_cast<double>(count));
        return figures.microseconds[std::min(index, count - 1)];
    };
    std::string statuses;
    for (const auto& [status, times] : figures.statuses)
        statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, times);
    fmt::print(
        "{{\"connections\":{},\"seconds\":{},\"count\":{},\"per_second\":{:.1f},\"p50_us\":{},"
        "\"p90_us\":{},\"p99_us\":{},\"max_us\":{},\"statuses\":{{{}}},\"broken\":{},"
        "\"own_processor_seconds\":{:.3f}}}\n",
        options.connections,
        options.seconds,
        count,
        static_cast<double>(count) / options.seconds,
        at(0.5),
        at(0.9),
        at(0.99),
        at(1),
        statuses,
        figures.broken,
        processor_seconds() - before
    );
}
