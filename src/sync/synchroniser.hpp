#pragma once

#include "jobs/worker.hpp"
#include "sync/carry_out.hpp"
#include "sync/look.hpp"
#include "sync/onlooker.hpp"
#include "sync/settle.hpp"

namespace oms::sync {

struct SyncSettings {
    plan::Settings plan = {};
    SettleSettings settle = {};
    Duration lease_length = std::chrono::seconds{60};
    /// Reads, decides and records, and writes nothing to either side.
    bool dry_run = false;
    const jobs::Watch* watch = &jobs::no_watch;
};

/// What was found out about one subject without writing anything.
struct Examined {
    plan::View view = {};
    plan::Plan plan = {};
};

/// Whether it begins with an issue that already stands for the subject.
bool adopts(const plan::Plan& plan);

/// The corridor: takes a leased subject from its hints to a recorded outcome. The same for live
/// hints, polls and the sweep. For one thread; `shared` is the process's.
class Synchroniser final : public jobs::Work {
public:
    Synchroniser(
        const SyncSettings& settings,
        store::Database& database,
        Shared& shared,
        Remotes& remotes,
        Log log
    );

    jobs::Outcome work(const store::Leased& leased) override;
    bool is_old_news(store::Connection& connection, const store::Leased& leased) override;

    /// Looks at everything of a subject and says what would be done; touches nothing. Goes as far
    /// as can be foreseen: over an issue that would be adopted, and a project that has none yet.
    Result<Examined> examine(const Subject& subject);

private:
    struct Loaded {
        plan::View view = {};
        std::vector<store::RemoteWrite> open_writes = {};
    };
    Loaded load(const Subject& subject);
    [[nodiscard]] plan::Settings plan_settings() const;

    jobs::Outcome work_on(const store::Leased& leased);
    jobs::Outcome follow_issue(const store::Leased& leased);
    jobs::Outcome look_in_shadow(const store::Leased& leased, Aspects aspects);
    void tell_would(
        store::Connection& connection,
        const Subject& subject,
        const std::vector<std::string>& would
    );
    std::optional<jobs::Outcome> settle(
        Records& records,
        const Loaded& loaded,
        const std::vector<IssueId>& sightings,
        Aspects& aspects
    );
    jobs::Outcome
    go_round(Records& records, const plan::Facts& facts, plan::View view, Wanted wanted);
    bool may_have_moved(const Subject& subject, Duration order_read_at);
    /// Whether the plan would carry a text that an earlier life may have carried already.
    bool must_recollect(const plan::View& view, const plan::Plan& plan);
    plan::View adopted(const plan::Plan& plan, plan::View view);
    /// Tells a person of another issue that bears the subject's marker, if it really does.
    Result<bool> report_second(Records& records, const Link& link, const IssueId& second);

    const SyncSettings& settings_;
    store::Database& database_;
    Clock& clock_;
    Shared& shared_;
    Remotes& remotes_;
    Log log_;
    plan::TextForms forms_;
    Onlooker onlooker_;
};

}  // namespace oms::sync
