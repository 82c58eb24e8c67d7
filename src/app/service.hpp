#pragma once

#include <memory>

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/server.hpp"
#include "web/router.hpp"

namespace oms::app {

struct ServiceOptions {
    bool workers = true;  ///< false: web only
    /// Triggers, webhooks, pages. Without it health and metrics alone are served, on `http_port` where
    /// that is not 0.
    bool web = true;
    /// More routes: the sandbox's page.
    std::function<void(web::Router&)> add_routes = {};
};

/// `oms-jira serve` and `worker`: the server, the workers, the pollers and the sweep over one
/// database, each turn in a thread of its own. On PostgreSQL any number of them share the work; one
/// of those with workers polls, sweeps and keeps house.
class Service {
public:
    /// Opens and upgrades the database, listens, starts. Throws store::DatabaseError or
    /// std::system_error with words for people where that cannot be. Waits for a PostgreSQL that is
    /// away, unless SIGTERM or SIGINT comes meanwhile.
    Service(Settings settings, const ServiceOptions& options, Log log);
    /// Stops, if it was not stopped.
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] store::Database& database();
    [[nodiscard]] const Settings& settings() const;

    /// Takes no more work, lets what is in flight end within 20 s, closes.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Before all else: a peer or a reader that closes is an error of the write, not the end of the process.
void ignore_closed_pipes();
/// For those who put something in order before they end: they ask for SIGTERM and SIGINT themselves.
/// Goes before the first thread. Every other command is ended by these signals at once, which costs
/// nothing: what it writes is whole, or is settled as after a crash.
void block_signals();
/// Waits until the process is asked to end (SIGTERM, SIGINT), after `block_signals`.
void wait_for_signal();
/// The same; at each SIGHUP meanwhile `reload` is called. `block_hangup` goes before the first thread:
/// without it SIGHUP ends the process, as that of a terminal should.
void block_hangup();
void wait_for_signal(const std::function<void()>& reload);

}  // namespace oms::app
