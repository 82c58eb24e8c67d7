#include "plan/side_by_side.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "plan/fields.hpp"

namespace oms::plan {
namespace {

const Subject order = Subject::of(OrderId{{12}, {3}});
const Subject project = Subject::of(ProjectId{12});

class SideBySide : public testing::Test {
protected:
    SideBySide() {
        settings_.oms = {1};
        settings_.marketplace_public_url = "https://mp.example.org";
        settings_.workflow = {
            {Status::registered, StatusId{"1"}}, {Status::in_progress, StatusId{"3"}}};
        settings_.field_ids = {
            {"CI_Name", "customfield_1"},
            {"CP_INeedAVoucher", "customfield_2"},
            {"CP_VoucherID", "customfield_3"},
            {"Order_reference", "customfield_4"}};
        settings_.voucher_options = {{true, "20001"}, {false, "20002"}};
        view_.subject = order;
        view_.link = Link{
            .subject = order,
            .issue_id = IssueId{"10"},
            .issue_key = IssueKey{"EOSC-7"},
            .base_status = Status::registered,
            .base_issue_status = StatusId{"1"},
            .base_voucher = "V-OLD"};
    }
    void given_order(Status status) {
        view_.order = Order{
            .id = {{12}, {3}},
            .status = status,
            .service = "EGI Cloud",
            .request_voucher = true,
            .supplied_voucher_id = "V-SECRET"};
    }
    void given_issue(const std::string& status, const std::string& name) {
        view_.issue = Issue{
            .id = IssueId{"10"},
            .key = IssueKey{"EOSC-7"},
            .status = StatusId{status},
            .status_name = name,
            .summary = "Service order",
            .voucher = "V-NEW"};
    }
    [[nodiscard]] std::vector<SideRow> rows() const { return side_by_side(settings_, view_); }
    static SideRow row(const std::vector<SideRow>& rows, const std::string& name) {
        const auto found = std::ranges::find(rows, name, &SideRow::name);
        return found == rows.end() ? SideRow{} : *found;
    }

    Settings settings_;
    View view_;
};

TEST_F(SideBySide, TellsAStatusThatOnlyOneSideHasMoved) {
    given_order(Status::in_progress);
    given_issue("1", "To Do");
    const SideRow status = row(rows(), "Status");
    EXPECT_EQ(status.marketplace, "in_progress");
    EXPECT_EQ(status.base, "registered");
    EXPECT_EQ(status.jira, "To Do (1)");
    EXPECT_TRUE(status.differs);
}

TEST_F(SideBySide, FindsNoDifferenceWhereTheMappedStatusIsThere) {
    given_order(Status::in_progress);
    given_issue("3", "In Progress");
    EXPECT_FALSE(row(rows(), "Status").differs);
}

TEST_F(SideBySide, NeverShowsAVoucher) {
    given_order(Status::registered);
    given_issue("1", "To Do");
    const SideRow voucher = row(rows(), "Voucher");
    EXPECT_EQ(voucher.base, "set");
    EXPECT_EQ(voucher.jira, "set, another one");
    EXPECT_TRUE(voucher.differs);
    EXPECT_EQ(rows_text(rows()).find("V-"), std::string::npos) << rows_text(rows());
}

TEST_F(SideBySide, ShowsAnOptionAsWhatItMeans) {
    given_order(Status::registered);
    EXPECT_EQ(row(rows(), "CP_INeedAVoucher").marketplace, "yes");
}

TEST_F(SideBySide, KeepsWhatALaterLookDidNotRead) {
    given_order(Status::in_progress);
    const auto before = rows();
    view_.order = std::nullopt;
    given_issue("1", "To Do");
    const auto after = with_news(settings_, before, rows());
    const SideRow status = row(after, "Status");
    EXPECT_EQ(status.marketplace, "in_progress");
    EXPECT_EQ(status.jira, "To Do (1)");
    EXPECT_TRUE(status.differs);
    EXPECT_EQ(
        row(after, "Order_reference").marketplace, "https://mp.example.org/projects/12/services/3"
    );
}

TEST_F(SideBySide, SaysNothingOfALookThatReadNothing) { EXPECT_TRUE(rows().empty()); }

TEST_F(SideBySide, ComparesAProjectsFieldsWithWhatWasWritten) {
    view_ = {.subject = project};
    view_.project = Project{.id = {12}, .owner = {.first_name = "Ada"}, .name = "Engine"};
    view_.link = Link{
        .subject = project, .fields_written = hashes_of(project_fields(settings_, *view_.project))};
    EXPECT_EQ(row(rows(), "CI_Name").base, "as the marketplace has it");
    EXPECT_FALSE(row(rows(), "CI_Name").differs);
    view_.project->owner.first_name = "Augusta";
    const SideRow name = row(rows(), "CI_Name");
    EXPECT_EQ(name.marketplace, "Augusta");
    EXPECT_EQ(name.base, "another value");
    EXPECT_TRUE(name.differs);
}

TEST_F(SideBySide, CountsTextsAndShowsNone) {
    view_.messages = {{.id = {5}, .content = "my password is hush"}};
    view_.comments.emplace();
    view_.comment_links = {{.subject = order, .message = MessageId{4}, .comment = CommentId{"9"}}};
    const SideRow texts = row(rows(), "Messages and comments");
    EXPECT_EQ(texts.marketplace, "2 messages");
    EXPECT_EQ(texts.base, "1 carried");
    EXPECT_EQ(texts.jira, "1 comment");
    EXPECT_TRUE(texts.differs);
    EXPECT_EQ(rows_text(rows()).find("hush"), std::string::npos);
}

TEST_F(SideBySide, ComesBackFromItsText) {
    given_order(Status::in_progress);
    given_issue("1", "To \"Do\"");
    EXPECT_EQ(parse_rows(rows_text(rows())), rows());
    EXPECT_TRUE(parse_rows("no JSON").empty());
}

TEST_F(SideBySide, ShowsBothSidesAsTheyAreOnceThePlanWasCarriedOut) {
    given_order(Status::registered);
    given_issue("3", "In Progress");
    Plan plan;
    plan.steps.emplace_back(PatchOrder{.status = Status::in_progress});
    EXPECT_FALSE(row(side_by_side(settings_, carried_out(settings_, view_, plan)), "Status").differs
    );
}

TEST_F(SideBySide, NamesWhoseItIs) {
    given_order(Status::registered);
    EXPECT_EQ(heading_of(view_).title, "EGI Cloud");
    EXPECT_EQ(heading_of(view_).customer, "");
    view_.project = Project{
        .id = {12},
        .owner = {.email = "ada@example.org", .first_name = "Ada", .last_name = "Byron"},
        .name = "Engine"};
    EXPECT_EQ(heading_of(view_).customer, "Ada Byron");
    EXPECT_EQ(heading_of(view_).email, "ada@example.org");
}

TEST(SubjectByReference, IsReadFromWhatAnOlderIntegrationWrote) {
    Settings settings;
    settings.marketplace_public_url = "https://mp.example.org";
    const auto whose = [&](const std::string& reference, const std::string& name) {
        return subject_by_reference(settings, {.order_reference = reference, .project_name = name});
    };
    EXPECT_EQ(whose("https://mp.example.org/projects/12/services/3", ""), order);
    EXPECT_EQ(whose("", "Engine (of) (12)"), project);
    EXPECT_EQ(whose("https://elsewhere.org/projects/12/services/3", "Engine (12)"), std::nullopt);
    EXPECT_EQ(whose("https://mp.example.org/projects/12", ""), std::nullopt);
    EXPECT_EQ(whose("", "Engine (x)"), std::nullopt);
    EXPECT_EQ(whose("", "Engine"), std::nullopt);
}

TEST(WhatWouldBeDone, IsCountedWithoutTheIssueItIsAbout) {
    EXPECT_EQ(without_ids("adopt EOSC-7: it stands for it"), "adopt an issue: it stands for it");
    EXPECT_EQ(without_ids("edit message 12: it was edited"), "edit a message: it was edited");
    EXPECT_EQ(
        without_ids("create the issue (27 fields): new"), "create the issue (27 fields): new"
    );
    EXPECT_EQ(without_ids("adopt"), "adopt");
}

}  // namespace
}  // namespace oms::plan
