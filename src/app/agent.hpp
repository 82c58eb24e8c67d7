#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "app/call_record.hpp"
#include "app/settings.hpp"
#include "base/trace.hpp"
#include "http/curl_transport.hpp"
#include "sync/remotes.hpp"
#include "sync/settle.hpp"
#include "wake/bell.hpp"
#include "wake/pace.hpp"
#include "web/metrics.hpp"

namespace oms::app {

/// What all threads of a process share about the remotes.
struct Gates {
    Gates(
        const Settings& settings,
        store::Database& database,
        Clock& clock,
        Random& random,
        const Log& log
    );
    jobs::Gate marketplace;
    jobs::Gate jira;
    /// What it says of itself is written down, for `status`.
    jira::Site site;
};

/// How long a write may still appear, as it is configured.
sync::SettleSettings settle_settings(const Settings& settings);

/// Where an agent's calls are counted, logged and traced.
struct Telling {
    web::Metrics& metrics;
    trace::Sink* spans;  ///< null: ids are passed on, and nothing is kept
    Random& random;
    Log log;
};

/// One thread's way to both remotes: a transport with its kept connections, and a client each.
class Agent {
public:
    /// Without `telling` its calls are nobody's business: those of a command.
    Agent(
        const Settings& settings,
        Gates& gates,
        wake::Pace& pace,
        Clock& clock,
        const std::optional<Telling>& telling
    );

    /// From now on its requests are recorded there, for people.
    void record_in(CallRecord& calls) { calls_ = &calls; }
    [[nodiscard]] sync::Remotes& remotes() { return remotes_; }
    [[nodiscard]] marketplace::Client& marketplace_client() { return marketplace_; }
    [[nodiscard]] jira::Client& jira_client() { return jira_; }
    /// This thread's; null where nothing is told.
    [[nodiscard]] trace::Tracer* tracer() { return tracer_ ? &*tracer_ : nullptr; }
    /// Ends what is under way, from any thread.
    void abort() {
        aborted_ = true;
        waiting_.stop();
        transport_.abort();
    }

private:
    /// Lets requests pass at the pace that is kept towards the remote, and none that would come too
    /// late; counts, logs and traces them, and tells the remote which trace they belong to.
    class Counted final : public http::Transport {
    public:
        Counted(Agent& agent, std::string remote) : agent_{agent}, remote_{std::move(remote)} {}
        Result<http::Response> send(const http::Request& request) override;

    private:
        std::optional<Error> wait_for_turn();
        void wait_until(std::chrono::steady_clock::time_point until);
        Result<http::Response> send_in_time(http::Request request);
        void tell(
            const http::Request& request,
            const Result<http::Response>& response,
            Duration took,
            trace::Span& span
        );

        Agent& agent_;
        std::string remote_;
    };

    wake::Pace& pace_;
    CallRecord* calls_ = nullptr;
    std::optional<Telling> telling_;
    std::optional<trace::Tracer> tracer_;
    std::atomic<bool> aborted_{false};
    wake::ProcessBell waiting_;  ///< nobody rings it: `abort` ends the wait for a turn
    http::CurlTransport transport_;
    Counted to_marketplace_;
    Counted to_jira_;
    marketplace::Client marketplace_;
    jira::Client jira_;
    sync::Remotes remotes_;
};

}  // namespace oms::app
