#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/plan_subject.hpp"

/// Both remotes and our records as plain values, and what carries a plan out between them as
/// docs/writes.md has it. No HTTP and no SQL: the planner is what is tested.
namespace oms::property {

/// What happens to a write, instead of going well.
enum class Fault {
    none,
    not_sent,        ///< it did not leave; the work ends there
    unknown_undone,  ///< it may have happened, and did not
    unknown_done,    ///< it may have happened, and did
    refused,         ///< the remote said no; what depends on it is left out
    killed,          ///< the process ends here, also before something is recorded
};

/// A comment, with what nobody but the test knows of it.
struct TrueComment {
    Comment comment;
    bool hidden = false;   ///< from our account
    bool deleted = false;  ///< by a person
    bool touched = false;  ///< ours, and a person edited it
    std::optional<std::pair<std::int64_t, int>> carries = std::nullopt;  ///< message and part
};

struct TrueMessage {
    Message message;
    std::optional<CommentId> carries = std::nullopt;
};

struct OpenWrite {
    plan::Step step;
    std::int64_t floor = 0;
};

struct Worked {
    std::vector<plan::Step> steps = {};  ///< all that were planned
    bool through = false;
    bool changed_records = false;
};

class TwoSides {
public:
    TwoSides(Subject subject, bool standing);

    /// One turn of a worker: settles what is open, then looks, plans and carries out as often as the
    /// plan asks for.
    Worked work(Aspects aspects);
    /// The same for what hints claim.
    Worked work_on_claims(const std::vector<std::string>& claims);
    /// Works without faults until a whole look finds nothing; how many works that took.
    int calm_down();

    // What people do.
    std::int64_t write_message(Scope scope, const std::string& decoration);
    void edit_message(std::size_t which, const std::string& decoration);
    void
    write_comment(std::optional<Visibility> visibility, bool desk, const std::string& decoration);
    void edit_comment(std::size_t which, const std::string& decoration);
    void restrict_comment(std::size_t which, std::optional<Visibility> visibility);
    void hide_comment(std::size_t which);
    /// The same for as long as `meanwhile` lasts.
    void hide_comment_while(std::size_t which, const std::function<void()>& meanwhile);
    void delete_comment(std::size_t which);
    void touch_ours(std::size_t which);
    void delete_ours(std::size_t which);
    void set_status(Status status);
    void set_issue_status(const StatusId& id);
    void set_voucher(const std::string& voucher);

    /// Fails the property where a promise is broken; `agreed`: after calm_down.
    void check(bool agreed) const;
    /// What both sides have, without ids and times: to compare two runs.
    [[nodiscard]] std::multiset<std::string> contents() const;

    plan::Settings settings;
    plan::Facts facts{.own_account = "oms", .own_name = "oms"};
    plan::TextForms forms;
    Subject subject;
    std::deque<Fault> faults;
    unsigned shuffle = 0;  ///< of lists that come in no order

    // The marketplace.
    Project project;
    Order order;
    bool order_gone = false;
    bool patch_forbidden = false;
    std::vector<TrueMessage> messages;

    // Jira.
    std::vector<Issue> issues;
    bool issue_hidden = false;
    std::vector<TrueComment> comments;

    // Our records.
    std::optional<Link> link;
    std::optional<Link> project_link;
    std::vector<CommentLink> comment_links;
    std::vector<OpenWrite> open_writes;

private:
    enum class Ended { through, stopped };

    [[nodiscard]] plan::View load() const;
    void look(plan::View& view, Aspects aspects, std::int64_t from) const;
    void read_issue(plan::View& view, bool with_comments) const;
    [[nodiscard]] std::vector<Comment> seen_comments(bool with_markers) const;
    [[nodiscard]] std::string records() const;
    [[nodiscard]] bool in_reach() const;
    [[nodiscard]] bool compared() const;
    [[nodiscard]] bool is_known(const TrueComment& comment) const;
    void forget_carried_before(const CommentId& id);
    Ended carry_out(const plan::Plan& plan, const plan::View& view);
    Worked go_round(Aspects aspects, std::int64_t from);
    void settle(Aspects& aspects);
    bool settle_one(const OpenWrite& write, Aspects& aspects);

    void record(const plan::Step& step);
    /// The effect on the remote: the id of what was made; nothing where it is refused.
    std::optional<std::string> effect(const plan::Step& step);
    /// What our records then say.
    void done(const plan::Step& step, const std::string& made);
    void mark_not_ours(const plan::PatchOrder& step, const plan::View& view);
    void put_comment_link(const CommentLink& added);
    TrueComment* find_comment(const CommentId& id);
    TrueComment* hideable(std::size_t which);
    TrueMessage* find_message(MessageId id);
    Issue* followed();
    [[nodiscard]] const Issue* followed() const;
    [[nodiscard]] Link new_link(const Issue& issue) const;
    std::string token();
    void note_publicity(const TrueComment& comment);
    void check_leaks() const;
    void check_texts() const;
    void check_state() const;
    Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
    int tokens_ = 0;
    std::int64_t next_id_ = 100;
    bool adopted_ = false;
    std::optional<std::string> patched_voucher_;
    std::set<std::string> public_tokens_;   ///< of comments, while open to customers
    std::set<std::string> comment_tokens_;  ///< of comments, all
    std::set<std::string> secret_tokens_;   ///< of user_direct messages
    /// Texts that an older integration carried: message to comment.
    std::map<std::int64_t, CommentId> carried_before_;
    std::map<std::string, FieldValue> issue_fields_;
};

}  // namespace oms::property
