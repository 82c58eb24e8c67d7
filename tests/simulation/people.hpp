#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/random.hpp"
#include "domain/ids.hpp"
#include "tests/simulation/network.hpp"

namespace oms::simulation {

/// One text that a person wrote, on either side, and every state that it was in. Its content is a
/// canary: it can be found wherever it turns up.
struct Text {
    int number = 0;
    bool by_customer_side = true;  ///< a marketplace message; else a Jira comment
    Subject subject = {};
    std::string scope = "public";  ///< of messages
    std::string role = "user";     ///< of messages
    std::string content = {};      ///< as it is now
    std::int64_t message = 0;
    std::string comment = {};
    std::string issue = {};  ///< key or id, of comments
    int version = 1;
    bool restricted = false;
    bool deleted = false;
    /// Version to whether a customer was ever allowed to read it.
    std::map<int, bool> was_public = {};
};

/// `t7-v2`, or `hush7-v2` for what must never leave the marketplace.
std::string canary(const Text& text, int version);

/// The workflow's statuses, and the marketplace's of the same meaning at the same places.
inline constexpr std::array<const char*, 7> jira_statuses{"1", "2", "3", "4", "5", "6", "7"};
inline constexpr std::array<const char*, 7> market_statuses{
    "registered",
    "in_progress",
    "waiting_for_response",
    "approved",
    "rejected",
    "closed",
    "ready"};

/// People on both sides, who order, write, edit, restrict, move, delete and rename, by chance; and
/// what they remember of it, which is what the checkers go by.
class People {
public:
    People(Random& random, sim::Marketplace& market, sim::Jira& jira)
        : random_{random},
          market_{market},
          jira_{jira} {}

    /// One act of somebody; what it was, in words. "" where nothing came of it.
    std::string act();

    struct OrderFacts {
        OrderId id = {};
        int offer = 1;
        bool deleted_in_jira = false;
        bool moved = false;
        std::optional<std::string> voucher = std::nullopt;  ///< as staff last set it
        std::string last_in_jira = {};         ///< the status that a person last set there
        std::string last_in_marketplace = {};  ///< and here
    };
    [[nodiscard]] const std::vector<OrderFacts>& orders() const { return orders_; }
    [[nodiscard]] const std::vector<ProjectId>& projects() const { return projects_; }
    [[nodiscard]] const std::vector<Text>& texts() const { return texts_; }
    /// Projects whose epic a person deleted.
    [[nodiscard]] const std::set<ProjectId>& deleted_epics() const { return deleted_epics_; }
    [[nodiscard]] bool was_deleted(ProjectId project) const {
        return deleted_projects_.contains(project);
    }
    /// How many issues bear its marker by a person's doing, beside the right one.
    [[nodiscard]] std::size_t clones_of(const Subject& subject) const {
        const auto found = clones_.find(subject);
        return found == clones_.end() ? 0 : found->second;
    }
    /// Whether its issue was made by something else than the adapter.
    [[nodiscard]] bool was_adopted(const Subject& subject) const {
        return stood_in_.contains(subject);
    }
    /// How many changes were made that somebody has to carry.
    [[nodiscard]] int changes() const { return changes_; }

    json::value market_do(const std::string& path, const json::object& body);
    int jira_do(const std::string& path, const json::object& body, json::value* answer = nullptr);
    /// The issue that stands for it: the lowest that bears its label; "" where there is none.
    std::string issue_of(const Subject& subject);

    /// Whether the adapter knows which issue stands for it. An issue that is deleted before that was
    /// never seen by anybody: it is made again, and rightly so.
    std::function<bool(const Subject&)> is_linked = [](const Subject&) { return true; };

    /// Nothing is deleted, and no issue leaves its Jira project: after a database is restored, nobody
    /// can tell what vanished since from what never was.
    bool nothing_vanishes = false;

    // The acts, for golden stories too.
    std::string new_project();
    std::string new_order(int offer);
    /// From now on acts are about this one; about anything again without it.
    void aim(std::optional<Subject> at) { aim_ = at; }
    /// `length`: so many bytes of further text.
    std::string
    write_message(const std::string& scope, const std::string& role, std::size_t length = 0);
    std::string edit_message();
    std::string market_status(const char* status = nullptr);
    std::string edit_project();
    std::string move_status(const char* status = nullptr);
    std::string write_comment(bool restricted);
    std::string edit_comment();
    std::string restrict_comment(bool restricted);
    /// Among themselves, where the adapter's account sees nothing; "" opens it again.
    std::string hide_comment(bool hidden);
    std::string delete_comment();
    std::string set_voucher(const char* voucher = nullptr);
    std::string move_issue();
    std::string move_epic();
    std::string delete_issue();
    std::string other_issue();
    /// An issue that an older integration made for the order: known by its reference alone.
    std::string stand_in(const Subject& subject, const std::string& summary);
    /// A person clones the issue, marker and all.
    std::string clone_issue();
    std::string delete_project();

private:
    std::string act_at_marketplace(double die);
    std::string act_in_jira(double die);
    std::size_t pick(std::size_t of) { return static_cast<std::size_t>(random_.next() % of); }
    OrderFacts* any_order();
    /// The id of the custom field of that name.
    std::string field(std::string_view name);
    std::optional<Subject> any_subject();
    Text* any_text(bool by_customer_side);

    Random& random_;
    sim::Marketplace& market_;
    sim::Jira& jira_;
    std::vector<ProjectId> projects_;
    std::vector<OrderFacts> orders_;
    std::vector<Text> texts_;
    std::optional<Subject> aim_;
    std::set<ProjectId> deleted_epics_;
    std::set<ProjectId> deleted_projects_;
    std::map<Subject, std::string> stood_in_;  ///< the ids of issues that others made
    std::map<Subject, std::size_t> clones_;
    int changes_ = 0;
};

}  // namespace oms::simulation
