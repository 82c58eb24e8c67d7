#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "sim/jira.hpp"
#include "sim/marketplace.hpp"
#include "store/database.hpp"
#include "web/router.hpp"

namespace oms::app {

/// The sandbox's page and what it is fed with.
///
/// | path | what |
/// | --- | --- |
/// | GET /sandbox | the page |
/// | GET /sandbox/api/state | both sides, and what the adapter knows, as of now |
/// | GET /sandbox/api/events | server-sent: `step` with each line of the adapter's journal, `changed` |
/// | POST /sandbox/api/marketplace/… , /sandbox/api/jira/… | the simulators' control surfaces |
class SandboxPage {
public:
    SandboxPage(sim::Marketplace& marketplace, sim::Jira& jira);
    ~SandboxPage();
    SandboxPage(const SandboxPage&) = delete;
    SandboxPage& operator=(const SandboxPage&) = delete;

    void add_to(web::Router& router);
    /// Begins to follow the adapter's journal.
    void watch(store::Database& database);
    void stop();

private:
    http::Response state();
    json::object adapter_state();
    http::Response act(const http::Request& request);
    void follow();

    sim::Marketplace& marketplace_;
    sim::Jira& jira_;
    std::atomic<store::Database*> database_{nullptr};
    std::mutex streams_mutex_;  // guards streams_
    std::vector<std::shared_ptr<http::EventStream>> streams_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> acted_{false};
    std::thread follower_;
};

}  // namespace oms::app
