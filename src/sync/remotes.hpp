#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "base/planted.hpp"
#include "base/trace.hpp"
#include "jira/client.hpp"
#include "jobs/gate.hpp"
#include "marketplace/client.hpp"
#include "plan/view.hpp"
#include "store/database.hpp"

namespace oms::sync {

/// When a process on this database begins: now, or, where a clock was set back since, after all that
/// the database knows of.
Instant process_beginning(store::Database& database, Instant now);

/// What all workers of a process know together. May be used from any thread.
class Shared {
public:
    /// How many of the newest keys are read out of Jira's database where a search may overlook: at most
    /// a hundred at once, in one request; more, once, where the database has forgotten something.
    struct NewestKeys {
        std::int64_t at_once = 100;
        std::int64_t if_forgotten = 1000;
    };

    /// `began`: see process_beginning().
    explicit Shared(Instant began) : Shared{began, NewestKeys{}} {}
    Shared(Instant began, NewestKeys keys) : newest_keys{keys}, began_{began} {}

    const NewestKeys newest_keys;

    /// What is ours since before this process: a life of which a restored database knows nothing may
    /// have worked on it.
    [[nodiscard]] bool is_older_than_we(Instant linked_at) const { return linked_at < began_; }
    /// The same of a remote's text, by a clock that may differ from ours.
    [[nodiscard]] bool may_predate_us(Instant created_at) const;
    /// Once per subject and process: what such a life may have carried was found again.
    bool recollected(const Subject& subject);
    void remember_recollected(const Subject& subject);

    /// The newest issues of our Jira project that our database does not know, out of Jira's database:
    /// no search need show them. An earlier life may have made them, or an older integration.
    struct Newest {
        std::map<std::string, IssueId> by_name =
            {};                      ///< label, marker, order reference, project name
        std::int64_t number = 0;     ///< of the newest that the search had
        std::int64_t read_from = 0;  ///< all with this number or a higher one were read
    };
    /// None before they were read for the first time.
    std::optional<Newest> newest();
    void remember(Newest newest);
    /// An issue was met that stands for something and that our database does not know: that was put
    /// back, or lost, or an older integration made it.
    std::atomic<bool> has_forgotten{false};

    /// Facts of this instance; none before both remotes told them.
    std::optional<plan::Facts> facts();
    void learn(const plan::Facts& facts);

    /// A project as read at most a minute ago: one read for all its orders of a batch.
    std::optional<Project> project(ProjectId id, Instant now);
    void remember(const Project& project, Instant now);

    /// When GET /oms/:id last proved that a 404 is about the entity and not about us.
    bool marketplace_proven(Instant now);
    void prove_marketplace(Instant now);

    /// When a write whose outcome is unknown was sent, by the time that only goes forward: a wall
    /// clock that is set must not end its grace. Writes of an earlier process count from the moment
    /// at which this one was first asked.
    void remember_uncertain(std::int64_t write, Duration sent_at);
    Duration uncertain_since(std::int64_t write, Duration now);
    /// Whether this process sent it and knows that it does not know.
    bool is_our_uncertain(std::int64_t write);
    void forget_uncertain(std::int64_t write);

    /// Held while one worker asks both remotes who we are: eight failed logins at once would lock
    /// the account.
    std::mutex asking;

    /// The longest comment that this Jira takes, where it told us; else 0.
    std::atomic<std::size_t> comment_units_max{0};

private:
    struct Kept {
        Project project;
        Instant at;
    };

    const Instant began_;
    std::mutex mutex_;  // guards what follows
    std::optional<plan::Facts> facts_;
    std::optional<Newest> newest_;
    std::map<ProjectId, Kept> projects_;
    Instant marketplace_proven_at_ = {};
    std::set<Subject> recollected_;
    std::map<std::int64_t, Duration> uncertain_;
    std::set<std::int64_t> our_uncertain_;
};

/// Both remotes as one worker sees them: a client each, behind its gate. For one thread.
class Remotes {
public:
    Remotes(
        marketplace::Client& of_marketplace,
        jira::Client& of_jira,
        jobs::Gate& to_marketplace,
        jobs::Gate& to_jira,
        Clock& time
    )
        : marketplace_client{of_marketplace},
          jira_client{of_jira},
          marketplace_gate{to_marketplace},
          jira_gate{to_jira},
          clock{time} {}

    /// Asks the gate, calls, and tells the gate what came of it.
    template <class F>
    auto marketplace(F call) -> decltype(call(std::declval<marketplace::Client&>())) {
        return through(marketplace_gate, marketplace_client, call);
    }
    template <class F>
    auto jira(F call) -> decltype(call(std::declval<jira::Client&>())) {
        return through(jira_gate, jira_client, [&](jira::Client& client) -> decltype(call(client)) {
            if (auto ready = client.prepare(); !ready) return Failure{ready.error()};
            return call(client);
        });
    }

    marketplace::Client& marketplace_client;
    jira::Client& jira_client;
    jobs::Gate& marketplace_gate;
    jobs::Gate& jira_gate;
    Clock& clock;
    /// A write that has been written down as sent leaves until then (by the steady clock), or not at
    /// all; nothing while no write is under way.
    std::optional<Duration> write_not_after = std::nullopt;
    /// For whose sake requests are made now, as key_of() gives it; "": nobody's. For the record.
    std::string on_behalf_of = {};
    /// Of this thread; null: nothing is traced.
    trace::Tracer* tracer = nullptr;

private:
    template <class Client, class F>
    auto through(jobs::Gate& gate, Client& client, F call) -> decltype(call(client)) {
        if (auto closed = gate.closed(clock.now())) return Failure{*closed};
        auto result = call(client);
        if (OMS_PLANTED("remotes.sent_again_at_once") && !result &&
            result.error().kind == ErrorKind::outcome_unknown) {
            result = call(client);
        }
        if (result) {
            gate.succeeded(clock.now());
        } else {
            gate.failed(result.error(), clock.now());
        }
        return result;
    }
};

/// Who we are on both sides: asked once, remembered. An Error where a remote does not say.
Result<plan::Facts> facts_of(Shared& shared, Remotes& remotes);

/// After a 404 or 403 of the marketplace: true where our identity and OMS are proven, so that the
/// answer was about the entity.
Result<bool> marketplace_identity(Shared& shared, Remotes& remotes);
/// The same for Jira's 404 (contract 2.4): asks /myself each time.
Result<bool> jira_identity(Shared& shared, Remotes& remotes);

}  // namespace oms::sync
