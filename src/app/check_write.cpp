#include "app/check_write.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <set>

#include <fmt/format.h>

#include "app/env_file.hpp"
#include "base/text.hpp"
#include "plan/fields.hpp"

namespace oms::app {
namespace {

constexpr const char* test_label = "oms-jira-check-";  // and what makes it this run's own
constexpr const char* test_name = "oms-jira check: a test, may be deleted";
/// A workflow may lead in circles.
constexpr int moves_max = 30;

/// SIGINT and SIGTERM are blocked (block_signals): one that came is taken here.
bool asked_to_end() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    const timespec no_time{};
    return sigtimedwait(&set, nullptr, &no_time) > 0;
}

Project test_project() {
    return {
        .id = {0},
        .owner = {.first_name = "Test", .last_name = "Test"},
        .name = test_name,
        .customer_typology = "single_user"};
}

class TestOrder {
public:
    explicit TestOrder(JiraView& view) : view_{view} {}
    ~TestOrder() { clean_up(); }
    TestOrder(const TestOrder&) = delete;
    TestOrder& operator=(const TestOrder&) = delete;

    void run();

private:
    using Step = void (TestOrder::*)();

    void make_epic();
    void make_order();
    void comment();
    void restricted_comment();
    void edit_project();
    void voucher();
    void move();
    void clean_up();
    bool took_way(const Issue& issue, std::set<std::string>& been);
    void look_for_it(const char* what);
    std::optional<CreatedIssue> made(const char* what, const IssueDraft& draft);
    void fault(const char* code, const std::string& about, const Error& error, std::string remedy);
    [[nodiscard]] std::string wire_of(const StatusId& id) const;

    JiraView& view_;
    const std::string label_ = test_label + new_secret().substr(0, 12);
    std::vector<CreatedIssue> issues_;  ///< to be deleted, the last one first
    bool failed_ = false;
    std::vector<std::string> unreached_;
};

void TestOrder::fault(
    const char* code,
    const std::string& about,
    const Error& error,
    std::string remedy
) {
    failed_ = true;
    view_.findings.fault(
        {.code = code,
         .about = about,
         .found = error.says,
         .cause = "an order will fare the same",
         .remedy = std::move(remedy)}
    );
}

/// Whether it was made is not known: its label is nobody else's.
void TestOrder::look_for_it(const char* what) {
    const auto found = view_.client.find_standing({.marker = label_});
    bool fresh = false;
    for (const Issue& issue : found ? *found : std::vector<Issue>{}) {
        if (std::ranges::find(issues_, issue.id, &CreatedIssue::id) != issues_.end()) continue;
        issues_.push_back({.id = issue.id, .key = issue.key});
        fresh = true;
    }
    if (fresh) return;
    view_.findings.note(
        {.code = "write.left-behind",
         .about = what,
         .found = "whether it was made is not known, and it was not found",
         .remedy = fmt::format("look for an issue with the label {}, and delete it", label_)}
    );
}

std::optional<CreatedIssue> TestOrder::made(const char* what, const IssueDraft& draft) {
    const auto created = view_.client.create_issue(draft);
    if (created) {
        issues_.push_back(*created);
        view_.findings.ok("write.created", what, created->key.value);
        return *created;
    }
    if (created.error().kind == ErrorKind::outcome_unknown) look_for_it(what);
    fault("write.create", what, created.error(), "see what is said above of its screen and fields");
    return std::nullopt;
}

void TestOrder::make_epic() {
    made(
        "project's issue",
        {.project_key = view_.settings.jira.project,
         .issue_type_id = view_.settings.plan.project_issue_type_id,
         .fields = plan::project_fields(view_.settings.plan, test_project()),
         .marker = label_}
    );
}

void TestOrder::make_order() {
    const Project project = test_project();
    Order order{.id = {{0}, {0}}, .service = test_name, .order_type = "order_required"};
    order.supplied_voucher_id = "TEST";
    made(
        "order's issue",
        {.project_key = view_.settings.jira.project,
         .issue_type_id = view_.settings.plan.order_issue_type_id,
         .fields = plan::order_fields(view_.settings.plan, project, order, false),
         .marker = label_,
         .epic = std::pair{issues_.front().id, issues_.front().key}}
    );
}

void TestOrder::comment() {
    const auto added =
        view_.client.add_comment(issues_.back().id, {.body = "A test.", .marker = label_});
    if (!added) return fault("write.comment", "comment", added.error(), "grant Add Comments");
    const auto edited = view_.client.edit_comment(
        issues_.back().id, added->id, {.body = "A test, edited.", .marker = label_}
    );
    if (!edited)
        return fault("write.comment", "edited comment", edited.error(), "grant Edit Own Comments");
    view_.findings.ok("write.commented", "comment", "added and edited");
}

void TestOrder::restricted_comment() {
    const std::string& role = view_.settings.plan.internal_role;
    if (role.empty()) return;
    const auto added = view_.client.add_comment(
        issues_.back().id,
        {.body = "A test.",
         .visibility = Visibility{.type = "role", .value = role},
         .marker = label_}
    );
    if (!added) {
        return fault(
            "write.internal-comment",
            "OMS_JIRA_INTERNAL_ROLE",
            added.error(),
            fmt::format(
                "make our account a member of the role {} in the project: {}",
                in_quotes(role),
                view_.client.admin_page(jira::AdminPage::people)
            )
        );
    }
    view_.findings.ok("write.commented", "restricted comment", "for the role " + in_quotes(role));
}

/// As the sweep does when a project was edited in the marketplace.
void TestOrder::edit_project() {
    const auto& plan = view_.settings.plan;
    Project edited = test_project();
    edited.name += ", edited";
    const auto done = view_.client.edit_issue(
        issues_.front().id, plan.project_issue_type_id, plan::project_fields(plan, edited)
    );
    if (!done) {
        return fault(
            "write.edit",
            "project's issue",
            done.error(),
            "grant Edit Issues, and look at the screen of the operation Edit Issue: " +
                view_.client.admin_page(jira::AdminPage::screens)
        );
    }
    view_.findings.ok("write.edited", "project's issue", "all its fields");
}

/// People set it, not the adapter: what it cannot do is only a hint.
void TestOrder::voucher() {
    const std::string& field = view_.settings.jira.voucher_field;
    if (field.empty()) return;
    const auto edited = view_.client.edit_issue(
        issues_.back().id, view_.settings.plan.order_issue_type_id, {{field, {.text = "TEST-2"}}}
    );
    if (edited) return view_.findings.ok("write.edited", "voucher", "set");
    view_.findings.note(
        {.code = "write.voucher",
         .about = "voucher",
         .found = edited.error().says,
         .cause = "people may not be able to set it either, and would carry none to customers",
         .remedy = fmt::format(
             "add {} to the screen of the operation Edit Issue: {}",
             view_.field_name(field),
             view_.client.admin_page(jira::AdminPage::screens)
         )}
    );
}

std::string TestOrder::wire_of(const StatusId& id) const {
    for (const auto& [status, known] : view_.settings.plan.workflow) {
        if (known == id) return std::string{oms::to_text(status)};
    }
    return "";
}

/// One step to a mapped status where it was not yet; else to any of them, as long as some are left.
bool TestOrder::took_way(const Issue& issue, std::set<std::string>& been) {
    const auto ways = view_.client.ways(issue.id);
    if (!ways) {
        fault("write.move", "transitions", ways.error(), "grant Transition Issues");
        return false;
    }
    const auto fresh = std::ranges::find_if(*ways, [&](const jira::Way& way) {
        return way.required.empty() && !wire_of(way.transition.to).empty() &&
               !been.contains(way.transition.to.value);
    });
    const auto any = std::ranges::find_if(*ways, [&](const jira::Way& way) {
        return way.required.empty() && !wire_of(way.transition.to).empty() &&
               way.transition.to != issue.status;
    });
    const auto way = fresh != ways->end() ? fresh : any;
    if (way == ways->end()) return false;
    const auto moved = view_.client.transition(issue.id, way->transition.id);
    if (!moved) {
        fault(
            "write.move",
            fmt::format("from '{}' by '{}'", issue.status_name, way->transition.name),
            moved.error(),
            "look at the validators and conditions of this transition: " +
                view_.client.admin_page(jira::AdminPage::workflow)
        );
        return false;
    }
    been.insert(way->transition.to.value);
    return true;
}

void TestOrder::move() {
    std::set<std::string> been;
    const std::size_t all = view_.settings.plan.workflow.size();
    for (int moves = 0; moves < moves_max && been.size() < all; ++moves) {
        const auto issue = view_.client.issue(issues_.back().id, {});
        if (!issue) return fault("write.move", "status", issue.error(), "grant Browse Projects");
        been.insert(issue->status.value);
        if (asked_to_end() || !took_way(*issue, been)) break;
    }
    std::vector<std::string> reached;
    std::vector<std::string> left;
    for (const auto& [status, id] : view_.settings.plan.workflow)
        (been.contains(id.value) ? reached : left).emplace_back(oms::to_text(status));
    view_.findings.ok("write.moved", "statuses", "went through " + join(reached, ", "));
    if (left.empty() || failed_) return;
    view_.findings.note(
        {.code = "write.unreached",
         .about = "statuses",
         .found = "no way was found to " + join(left, ", "),
         .cause = "no transition without a field to fill in leads there for our account",
         .remedy = "look at the workflow: " + view_.client.admin_page(jira::AdminPage::workflow)}
    );
}

void TestOrder::clean_up() {
    while (!issues_.empty()) {
        const CreatedIssue issue = issues_.back();
        issues_.pop_back();
        const auto deleted = view_.client.delete_issue(issue.id);
        if (deleted) {
            view_.findings.ok("write.deleted", "test issue", issue.key.value + " was deleted");
            continue;
        }
        view_.findings.note(
            {.code = "write.left-behind",
             .about = "test issue",
             .found = fmt::format("{} stays: {}", issue.key.value, deleted.error().says),
             .cause = "our account lacks Delete Issues, which the adapter itself never needs",
             .remedy = fmt::format(
                 "delete {} by hand: {}{}/browse/{}",
                 issue.key.value,
                 view_.settings.jira.url,
                 view_.settings.jira.context_path,
                 issue.key.value
             )}
        );
    }
}

void TestOrder::run() {
    for (const Step step :
         {&TestOrder::make_epic,
          &TestOrder::make_order,
          &TestOrder::comment,
          &TestOrder::restricted_comment,
          &TestOrder::edit_project,
          &TestOrder::voucher,
          &TestOrder::move}) {
        if (asked_to_end()) {
            view_.findings.note(
                {.code = "write.interrupted",
                 .about = "a test order",
                 .found = "asked to end: what was made is deleted"}
            );
            return;
        }
        const std::size_t before = issues_.size();
        (this->*step)();
        // Without the issue there is nothing to go on with.
        const bool makes = step == &TestOrder::make_epic || step == &TestOrder::make_order;
        if (makes && issues_.size() == before) return;
    }
}

}  // namespace

void check_by_writing(JiraView& view) {
    if (view.settings.dry_run) {
        return view.findings.note(
            {.code = "write.dry-run",
             .about = "a test order",
             .found = "OMS_DRY_RUN is set: nothing was written"}
        );
    }
    TestOrder{view}.run();
}

}  // namespace oms::app
