#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace oms::wake {

using Deadline = std::chrono::steady_clock::time_point;

/// A flag that a thread can wait for beside its sockets. Stays raised until it is lowered. May be
/// used from any thread.
class Signal {
public:
    Signal();
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    void raise() const noexcept;
    void lower() const noexcept;
    [[nodiscard]] bool raised() const;
    /// True once raised, false after that time.
    [[nodiscard]] bool wait(std::chrono::milliseconds at_most) const;
    /// For poll(2): readable while raised.
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

/// What poll(2) takes for the time until then, rounded up; 0 where it is past.
int poll_time(Deadline deadline);

/// A connected stream socket. Every wait ends at its deadline, and at once when `stop` is raised
/// (ErrorKind::shutdown); a broken connection is an error, never a signal. After an error it can
/// only be closed. For one thread at a time.
class Socket {
public:
    /// `stop` outlives the socket. Waits for the name to be resolved too; a resolver that hangs is
    /// left to itself.
    static Result<Socket>
    connect(const std::string& host, std::uint16_t port, Deadline deadline, const Signal& stop);
    static Result<Socket>
    connect_unix(const std::string& path, Deadline deadline, const Signal& stop);

    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// What of it could not be sent makes an error.
    Result<void> send(std::string_view bytes, Deadline deadline) const;
    /// At least one byte; how many.
    Result<std::size_t> receive(std::span<char> into, Deadline deadline) const;
    /// What is there already; 0 where that is nothing.
    Result<std::size_t> receive_now(std::span<char> into) const;
    [[nodiscard]] int fd() const { return fd_; }

private:
    Socket(int fd, const Signal& stop) : fd_{fd}, stop_{&stop} {}
    static Result<Socket>
    connect_to(int fd, const void* address, unsigned size, Deadline deadline, const Signal& stop);
    Result<void> wait_for(short events, Deadline deadline) const;

    int fd_;
    const Signal* stop_;
};

}  // namespace oms::wake
