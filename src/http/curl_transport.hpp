#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "http/transport.hpp"

namespace oms::http {

struct CurlOptions {
    std::string user_agent = "oms-jira";
    std::string ca_file = {};  ///< PEM, in place of the system's; empty: the system's
    bool proxies = true;       ///< whether the proxy variables are honoured
    std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
    std::size_t response_bytes_max = std::size_t{32} * 1024 * 1024;  ///< after decompression
};

/// Over libcurl: connections kept alive, TLS verified, proxy variables honoured, no redirects, and
/// no silent second sending of a request on a reused connection (curl would do that for a POST).
/// For one thread; only `abort` may be called from others.
class CurlTransport final : public Transport {
public:
    explicit CurlTransport(CurlOptions options);
    ~CurlTransport() override;
    CurlTransport(const CurlTransport&) = delete;
    CurlTransport& operator=(const CurlTransport&) = delete;

    Result<Response> send(const Request& request) override;

    /// Ends the request under way, if any, and all later ones, with ErrorKind::shutdown.
    void abort();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::http
