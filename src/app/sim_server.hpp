#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "http/server.hpp"

namespace oms::app {

/// What a simulator gives: answers, and calls of its own to deliver.
struct Simulated {
    std::function<http::Response(const http::Request&)> handle;
    std::function<std::vector<http::Request>()> take_outgoing;
    std::function<void(std::function<void()>)> on_outgoing;
    /// Told what became of each call, 0 where there was no answer; may be left out.
    std::function<void(const http::Request&, int)> delivered = {};
    /// The option that sets its port, for whoever is told that it is taken.
    std::string port_from = {};
};

/// A simulator on a port of loopback, and the postman who delivers what it sends.
class SimServer {
public:
    /// Throws std::system_error where the port cannot be had.
    SimServer(Simulated simulated, std::uint16_t port, const Log& log);
    ~SimServer();
    SimServer(const SimServer&) = delete;
    SimServer& operator=(const SimServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::app
