#pragma once

#include <memory>
#include <string>

#include "app/settings.hpp"
#include "http/curl_transport.hpp"
#include "sync/remotes.hpp"
#include "web/metrics.hpp"

namespace oms::app {

/// What all threads of a process share about the remotes.
struct Gates {
    Gates(const Settings& settings, store::Database& database, Random& random, const Log& log);
    jobs::Gate marketplace;
    jobs::Gate jira;
};

/// One thread's way to both remotes: a transport with its kept connections, and a client each.
class Agent {
public:
    /// `metrics` may be null.
    Agent(const Settings& settings, Gates& gates, Clock& clock, web::Metrics* metrics);

    [[nodiscard]] sync::Remotes& remotes() { return remotes_; }
    [[nodiscard]] marketplace::Client& marketplace_client() { return marketplace_; }
    [[nodiscard]] jira::Client& jira_client() { return jira_; }
    /// Ends what is under way, from any thread.
    void abort() { transport_.abort(); }

private:
    /// Counts what passes, and lets no write pass that comes too late.
    class Counted final : public http::Transport {
    public:
        Counted(
            http::Transport& inner,
            std::string remote,
            web::Metrics* metrics,
            const sync::Remotes& remotes
        )
            : inner_{inner},
              remote_{std::move(remote)},
              metrics_{metrics},
              remotes_{remotes} {}
        Result<http::Response> send(const http::Request& request) override;

    private:
        Result<http::Response> send_in_time(const http::Request& request);

        http::Transport& inner_;
        std::string remote_;
        web::Metrics* metrics_;
        const sync::Remotes& remotes_;
    };

    http::CurlTransport transport_;
    Counted to_marketplace_;
    Counted to_jira_;
    marketplace::Client marketplace_;
    jira::Client jira_;
    sync::Remotes remotes_;
};

}  // namespace oms::app
