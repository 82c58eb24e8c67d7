#include "wake/socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.hpp"

namespace oms::wake {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string words_of(int error) { return std::system_category().message(error); }

Failure no_answer_in_time() { return failure(ErrorKind::outcome_unknown, "no answer in time"); }
Failure stopped() { return failure(ErrorKind::shutdown, "we are stopping"); }

struct Lookup {
    Signal done;
    std::mutex mutex;  // guards the two below
    int code = 0;
    Addresses found{nullptr, freeaddrinfo};
};

void look_up(Lookup& lookup, const std::string& host, std::uint16_t port, int flags) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = flags;
    addrinfo* found = nullptr;
    const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
    {
        const std::scoped_lock lock{lookup.mutex};
        lookup.code = code;
        if (code == 0) lookup.found.reset(found);
    }
    lookup.done.raise();
}

/// getaddrinfo(3) can be neither limited nor stopped, and takes half a minute where no name server
/// answers: it has a thread of its own, which is left behind then. shared_ptr: for either of the
/// two that ends last.
Result<Addresses>
resolve(const std::string& host, std::uint16_t port, Deadline deadline, const Signal& stop) {
    const auto lookup = std::make_shared<Lookup>();
    look_up(*lookup, host, port, AI_NUMERICHOST);
    if (lookup->code != 0) {
        lookup->done.lower();
        try {
            std::thread{[=] { look_up(*lookup, host, port, AI_ADDRCONFIG); }}.detach();
        } catch (const std::system_error& error) {
            return failure(ErrorKind::not_sent, error.what());
        }
        std::array<pollfd, 2> waits{
            pollfd{.fd = lookup->done.fd(), .events = POLLIN, .revents = 0},
            pollfd{.fd = stop.fd(), .events = POLLIN, .revents = 0}};
        while (!lookup->done.raised()) {
            if (stop.raised()) return stopped();
            const int time = poll_time(deadline);
            if (time == 0) return failure(ErrorKind::not_sent, "its name was not found in time");
            ::poll(waits.data(), waits.size(), time);
        }
    }
    const std::scoped_lock lock{lookup->mutex};
    if (lookup->code != 0) {
        return failure(
            ErrorKind::not_sent, std::string{"its name is not known: "} + gai_strerror(lookup->code)
        );
    }
    return std::move(lookup->found);
}

}  // namespace

Signal::Signal() : fd_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} { OMS_CHECK(fd_ >= 0); }

Signal::~Signal() { ::close(fd_); }

void Signal::raise() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

void Signal::lower() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(fd_, &count, sizeof count);
}

bool Signal::raised() const { return wait(std::chrono::milliseconds{0}); }

bool Signal::wait(std::chrono::milliseconds at_most) const {
    const Deadline deadline = std::chrono::steady_clock::now() + at_most;
    while (true) {
        pollfd waits{.fd = fd_, .events = POLLIN, .revents = 0};
        const int time = poll_time(deadline);
        if (::poll(&waits, 1, time) == 1) return true;
        if (time == 0) return false;
    }
}

int poll_time(Deadline deadline) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero()) return 0;
    constexpr std::chrono::milliseconds longest = std::chrono::hours{1};
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(left);
    return static_cast<int>(std::min(time, longest).count());
}

Result<Socket> Socket::connect(
    const std::string& host,
    std::uint16_t port,
    Deadline deadline,
    const Signal& stop
) {
    const auto found = resolve(host, port, deadline, stop);
    if (!found) return Failure{found.error()};
    Result<Socket> tried = failure(ErrorKind::not_sent, "its name has no address");
    int untried = 0;
    for (const addrinfo* one = found->get(); one != nullptr; one = one->ai_next)
        ++untried;
    for (const addrinfo* one = found->get(); one != nullptr; one = one->ai_next, --untried) {
        const int fd = ::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) continue;  // an IPv6 address on a machine without it
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        // One that swallows what is sent to it leaves the others their share of the time.
        const auto now = std::chrono::steady_clock::now();
        const Deadline its_own = now + (deadline - now) / untried;
        tried = connect_to(fd, one->ai_addr, one->ai_addrlen, its_own, stop);
        if (tried || tried.error().kind == ErrorKind::shutdown) break;
    }
    return tried;
}

Result<Socket>
Socket::connect_unix(const std::string& path, Deadline deadline, const Signal& stop) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return failure(ErrorKind::not_sent, "its path is too long for a socket");
    std::memcpy(address.sun_path, path.data(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failure(ErrorKind::not_sent, words_of(errno));
    return connect_to(fd, &address, sizeof address, deadline, stop);
}

Result<Socket> Socket::connect_to(
    int fd,
    const void* address,
    unsigned size,
    Deadline deadline,
    const Signal& stop
) {
    Socket socket{fd, stop};
    if (::connect(fd, static_cast<const sockaddr*>(address), size) != 0) {
        if (errno != EINPROGRESS) return failure(ErrorKind::not_sent, words_of(errno));
        const auto connected = socket.wait_for(POLLOUT, deadline);
        if (!connected) return Failure{connected.error()};
        int error = 0;
        socklen_t length = sizeof error;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) return failure(ErrorKind::not_sent, words_of(error));
    }
    return socket;
}

Socket::Socket(Socket&& other) noexcept : fd_{std::exchange(other.fd_, -1)}, stop_{other.stop_} {}

Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(stop_, other.stop_);
    return *this;
}

Socket::~Socket() {
    if (fd_ >= 0) ::close(fd_);
}

Result<void> Socket::send(std::string_view bytes, Deadline deadline) const {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            auto writable = wait_for(POLLOUT, deadline);
            if (!writable) return writable;
        } else if (errno != EINTR) {
            return failure(ErrorKind::outcome_unknown, words_of(errno));
        }
    }
    return {};
}

Result<std::size_t> Socket::receive(std::span<char> into, Deadline deadline) const {
    while (true) {
        auto came = receive_now(into);
        if (!came || *came > 0) return came;
        const auto readable = wait_for(POLLIN, deadline);
        if (!readable) return Failure{readable.error()};
    }
}

Result<std::size_t> Socket::receive_now(std::span<char> into) const {
    const auto came = ::recv(fd_, into.data(), into.size(), 0);
    if (came > 0) return static_cast<std::size_t>(came);
    if (came == 0) return failure(ErrorKind::outcome_unknown, "it closed the connection");
    if (errno == EAGAIN || errno == EINTR) return 0U;
    return failure(ErrorKind::outcome_unknown, words_of(errno));
}

Result<void> Socket::wait_for(short events, Deadline deadline) const {
    while (true) {
        std::array<pollfd, 2> waits{
            pollfd{.fd = fd_, .events = events, .revents = 0},
            pollfd{.fd = stop_->fd(), .events = POLLIN, .revents = 0}};
        const int time = poll_time(deadline);
        ::poll(waits.data(), waits.size(), time);
        if (waits[1].revents != 0) return stopped();
        if (waits[0].revents != 0) return {};
        if (time == 0) return no_answer_in_time();
    }
}

}  // namespace oms::wake
