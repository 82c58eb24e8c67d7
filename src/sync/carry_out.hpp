#pragma once

#include <vector>

#include "jobs/watch.hpp"
#include "plan/settings.hpp"
#include "plan/steps.hpp"
#include "sync/records.hpp"
#include "sync/remotes.hpp"

namespace oms::sync {

/// Stands in the row of a PATCH that has a voucher.
inline constexpr std::string_view voucher_marker = "voucher";

/// How a plan ended.
struct CarriedOut {
    std::optional<Error> error =
        std::nullopt;           ///< of the step that failed; later ones were not tried
    bool waiting = false;       ///< for the project
    bool blocked = false;       ///< a person is needed
    bool plan_again = false;    ///< the remote told us something that changes the plan
    Aspects look = no_aspects;  ///< what the failure makes doubtful
    std::string says = {};
};

/// Carries out a plan's steps in order. Each remote write is written down and committed before it
/// leaves, and its outcome with what follows from it in one transaction: see docs/writes.md.
/// Throws store::LeaseLost where the subject has passed to another worker.
class CarryOut {
public:
    CarryOut(
        Records& records,
        Shared& shared,
        Remotes& remotes,
        const plan::Settings& settings,
        const jobs::Watch& watch,
        Log log
    )
        : records_{records},
          shared_{shared},
          remotes_{remotes},
          settings_{settings},
          watch_{watch},
          log_{std::move(log)} {}

    CarriedOut run(const plan::Plan& plan, const plan::View& view);

private:
    void carry_out(const plan::Plan& plan, const plan::View& view);
    /// Steps that touch only our records, and what comes next, in one transaction: a commit for each
    /// would delay the write.
    void record(const store::Work& work);
    /// What a successful call leads to in our records; gets the remote's id of what was made.
    struct Write {
        store::RemoteWrite row;
        /// Completes the row in the transaction that writes it down.
        std::function<void(store::Connection&, store::RemoteWrite&)> prepare = {};
        std::function<Result<std::string>()> call;
        std::function<void(store::Connection&, const std::string& made)> then;
    };
    Result<std::string> perform(const Write& write);
    void end_failed(std::int64_t id, const Error& error);
    [[nodiscard]] Duration since_hint() const;

    Result<std::string> create(const plan::CreateIssue& step, const plan::View& view);
    Result<std::string> edit(const plan::EditIssue& step, const plan::View& view);
    Result<std::string> move(const plan::MoveIssue& step, const plan::View& view);
    Result<std::string> patch(const plan::PatchOrder& step, const plan::View& view);
    Result<std::string> add_comment(const plan::AddComment& step, const plan::View& view);
    Result<std::string> edit_comment(const plan::EditComment& step, const plan::View& view);
    Result<std::optional<Visibility>>
    standing_visibility(const CommentId& id, const plan::View& view);
    Result<std::string> post(const plan::PostMessage& step, const plan::View& view);
    Result<std::string> edit_message(const plan::EditMessage& step);
    Result<std::string> write_step(const plan::Step& step, const plan::View& view);

    void record_step(store::Connection& connection, const plan::Step& step);
    void adopt(store::Connection& connection, const plan::AdoptIssue& step);
    void wait_for_project(store::Connection& connection);
    Result<std::string> create_once(const plan::CreateIssue& step, const IssueDraft& draft);
    bool refresh_epic(IssueDraft& draft);
    bool tolerate(const plan::Step& step, const Error& error, const plan::View& view);
    void mark_not_ours(const plan::PatchOrder& step, const plan::View& view);
    bool learn_limit(const Error& error);

    Records& records_;
    Shared& shared_;
    Remotes& remotes_;
    const plan::Settings& settings_;
    const jobs::Watch& watch_;
    Log log_;
    CarriedOut ended_ = {};
    std::vector<const plan::Step*> pending_;  ///< to be recorded with what comes next
    std::string words_;                       ///< what the step under way does, and why
};

}  // namespace oms::sync
