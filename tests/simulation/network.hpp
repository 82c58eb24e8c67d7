#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "http/transport.hpp"
#include "sim/jira.hpp"
#include "sim/marketplace.hpp"
#include "tests/simulation/seams.hpp"
#include "tests/simulation/weather.hpp"

namespace oms::simulation {

/// A request to a remote as the checkers see it.
struct Carried {
    std::string method, url, body;
    int status = 0;  ///< of what the remote did; 0: it never got there
    Instant at;
    bool late = false;  ///< it was sent a while ago
};

/// What becomes of one request: one of the weather's kinds, or a planned one.
enum class Fate {
    fine,
    refused,
    lost_request,
    lost_answer,
    late_effect,
    error_before,
    error_after,
    page,
    cut_body,
    throttled,
    unauthorized,
    anonymous,
    killed_before,
    killed_after,
    full,            ///< commits only
    busy,            ///< commits only
    commit_unknown,  ///< commits only: it was durable, and was told to have failed
};
inline constexpr std::size_t fates_count = 17;
std::string_view to_text(Fate fate);

/// The simulated network between the adapter and both remotes, and the database's disk: every seam
/// where something can go wrong is passed here, and counted.
class Network final : public CommitWeather {
public:
    Network(SimClock& clock, Random& random, sim::Marketplace& market, sim::Jira& jira)
        : clock_{clock},
          random_{random},
          market_{market},
          jira_{jira} {}

    Weather weather = {};
    /// Called while a request is under way: others act, hints come in.
    std::function<void()> meanwhile = [] {};
    /// Called once, when the next write has reached its remote and is not answered yet.
    std::function<void()> during_next_write = {};
    /// Of each request that reached a remote.
    std::function<void(const Carried&)> observe = [](const Carried&) {};
    std::function<void(const std::string&)> tell = [](const std::string&) {};

    /// The planned fate of one seam, for the exhaustive loop: the `at`-th call, or the commit of that
    /// number.
    struct Plan {
        int call = 0;
        int commit = 0;
        Fate fate = Fate::fine;
    };
    Plan plan = {};
    /// Webhooks come so many at once that they go into the inbox.
    bool bursts = false;
    int calls = 0;
    int commits = 0;
    int commits_failed = 0;
    /// How often each fate struck.
    std::array<std::uint64_t, fates_count> struck = {};

    Result<http::Response> send(const http::Request& request);
    /// Carries out what had timed out, and whose time has come.
    void deliver_late();
    [[nodiscard]] std::optional<Instant> next_late() const;
    void before_commit() override;
    void after_commit() override;

private:
    bool chance(double of) { return of > 0 && random_.fraction() < of; }
    Fate fate_of(const http::Request& request);
    [[noreturn]] void fail_commit(Fate fate);
    http::Response reach(const http::Request& request, bool late = false);
    Result<http::Response> answer(Fate fate, http::Response response);

    SimClock& clock_;
    Random& random_;
    sim::Marketplace& market_;
    sim::Jira& jira_;
    std::multimap<Instant, http::Request> late_;
    int disk_full_for_ = 0;
};

/// Changes something at a remote: no GET, and none of the reads that come as POST.
bool writes(std::string_view method, std::string_view url);

/// One client's transport: all lead into the same network.
class SimTransport final : public http::Transport {
public:
    explicit SimTransport(Network& network) : network_{network} {}
    Result<http::Response> send(const http::Request& request) override {
        return network_.send(request);
    }

private:
    Network& network_;
};

inline constexpr std::string_view market_url = "http://market.sim";
inline constexpr std::string_view jira_url = "http://jira.sim";

}  // namespace oms::simulation
