#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view hook = "http://adapter/hook?issue_id=${issue.id}&secret=S";

struct Delivered {
    std::string url;
    json::value body;
    [[nodiscard]] std::string text(std::initializer_list<std::string_view> path) const {
        return json::text_or_empty(json::at(body, path));
    }
};

struct WebhookHouse : JiraHouse {
    WebhookHouse() {
        given_order("Watched");
        jira.register_webhook("adapter", std::string{hook});
    }
    std::vector<Delivered> delivered() {
        std::vector<Delivered> all;
        for (const http::Request& request : jira.take_outgoing())
            all.push_back(
                {request.url, request.body.empty() ? json::value{} : *json::parse(request.body)}
            );
        return all;
    }
    /// `jira:issue_updated/issue_generic …`
    std::string names() {
        std::string text;
        for (const Delivered& one : delivered())
            text += one.text({"webhookEvent"}) + "/" + one.text({"issue_event_type_name"}) + " ";
        return text;
    }
};

std::string keys(const json::value& object) {
    std::string text;
    for (const auto& member : object.as_object())
        text += std::string{member.key()} + " ";
    return text;
}

TEST(JiraWebhook, TellsACommentTwiceAndOnceWithoutItsIssue) {
    WebhookHouse house;
    house.jira.comment("anna", "EOSC-1", "Hello");
    const auto told = house.delivered();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(keys(told[0].body), "timestamp webhookEvent comment ");
    EXPECT_EQ(told[0].text({"webhookEvent"}), "comment_created");
    EXPECT_EQ(
        told[0].text({"comment", "self"}),
        "http://jira.example.org/rest/api/2/issue/10001/comment/20001"
    );
    EXPECT_EQ(
        keys(told[1].body), "timestamp webhookEvent issue_event_type_name user issue comment "
    );
    EXPECT_EQ(told[1].text({"issue_event_type_name"}), "issue_commented");
    EXPECT_EQ(told[1].text({"issue", "fields", "comment", "total"}), "1");
    EXPECT_EQ(
        told[0].url,
        "http://adapter/hook?issue_id=10001&secret=S&user_id=anna&user_key=JIRAUSER10101"
    );
}

TEST(JiraWebhook, TellsEditsAndDeletionsOfComments) {
    WebhookHouse house;
    const std::string id = house.jira.comment("anna", "EOSC-1", "Hello");
    house.delivered();
    house.jira.edit_comment("anna", "EOSC-1", id, "Hello!");
    EXPECT_EQ(house.names(), "comment_updated/ jira:issue_updated/issue_comment_edited ");
    house.jira.restrict_comment("anna", "EOSC-1", id, "Staff");
    EXPECT_EQ(house.delivered()[0].text({"comment", "visibility", "value"}), "Staff");
    house.jira.delete_comment("anna", "EOSC-1", id);
    const auto told = house.delivered();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(keys(told[0].body), "timestamp webhookEvent user comment ");
    EXPECT_EQ(keys(told[1].body), "timestamp webhookEvent issue_event_type_name user issue ");
}

TEST(JiraWebhook, TellsChangesWithoutFieldId) {
    WebhookHouse house;
    house.jira.transition("anna", "EOSC-1", "In Progress");
    auto told = house.delivered();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].text({"issue_event_type_name"}), "issue_generic");
    EXPECT_EQ(
        json::write(json::at(told[0].body, {"changelog", "items"})),
        R"([{"field":"status","fieldtype":"jira","from":"1","fromString":"To Do","to":"2",)"
        R"("toString":"In Progress"}])"
    );
    house.jira.set_voucher("anna", "EOSC-1", "V-1");
    told = house.delivered();
    EXPECT_EQ(
        json::write(json::at(told[0].body, {"changelog", "items"})),
        R"([{"field":"CP-VoucherID","fieldtype":"custom","from":null,"fromString":null,"to":null,)"
        R"("toString":"V-1"}])"
    );
}

TEST(JiraWebhook, TellsBirthMoveAndEnd) {
    WebhookHouse house;
    house.given_order();
    EXPECT_EQ(house.names(), "jira:issue_created/issue_created ");
    house.jira.move("anna", "EOSC-1", "HELP");
    const auto moved = house.delivered();
    EXPECT_EQ(moved[0].text({"issue_event_type_name"}), "issue_moved");
    EXPECT_EQ(moved[0].text({"issue", "key"}), "HELP-1");
    EXPECT_EQ(moved[0].text({"issue", "id"}), "10001");
    house.jira.remove("anna", "10001");
    const auto gone = house.delivered();
    EXPECT_EQ(keys(gone[0].body), "timestamp webhookEvent user issue ");
}

TEST(JiraWebhook, SaysNothingOfWhatChangesNothing) {
    WebhookHouse house;
    house.put("issue/EOSC-1", R"({"fields":{"summary":"Watched"}})");
    house.put("issue/EOSC-1/properties/oms", R"("m")");
    EXPECT_EQ(house.names(), "");
}

TEST(JiraWebhook, IsAdministeredOverRestByAdministratorsOnly) {
    JiraHouse house;
    const std::string path = "/rest/webhooks/1.0/webhook";
    EXPECT_EQ(house.ask("GET", path).status, 403);
    house.user = "admin";
    house.password = "admin-password";
    const Asked made = house.ask(
        "POST", path, R"({"name":"a","url":"http://a/",
        "events":["comment_created"],"filters":{"issue-related-events-section":"project = EOSC"}})"
    );
    EXPECT_EQ(made.status, 201);
    EXPECT_TRUE(json::at(made.body, "id").is_null());
    EXPECT_EQ(made.text({"self"}), "http://jira.example.org/rest/webhooks/1.0/webhook/1");
    EXPECT_EQ(house.ask("PUT", path + "/1", R"({"excludeBody":true})").text({"name"}), "a");
    house.given_order();
    house.jira.comment("anna", "EOSC-1", "x");
    const auto out = house.jira.take_outgoing();
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].body, "");
    house.jira.move("anna", "EOSC-1", "HELP");
    house.jira.comment("anna", "HELP-1", "outside the filter");
    EXPECT_TRUE(house.jira.take_outgoing().empty());
    EXPECT_EQ(house.ask("DELETE", path + "/1").status, 204);
}

TEST(JiraWebhook, MayBeLostDoubledAndLate) {
    WebhookHouse house;
    house.jira.fail_webhooks({.lose_next = 1, .twice_next = 1});
    house.jira.comment("anna", "EOSC-1", "x");
    EXPECT_EQ(
        house.names(), "jira:issue_updated/issue_commented jira:issue_updated/issue_commented "
    );
    house.jira.fail_webhooks({.delay = 10s});
    house.jira.transition("anna", "EOSC-1", "2");
    EXPECT_EQ(house.names(), "");
    EXPECT_EQ(
        house.jira.next_outgoing_at(), house.jira.requests().back().at - 123'456us + 10s + 123ms
    );
    house.clock.at += 10s;
    EXPECT_EQ(house.names(), "jira:issue_updated/issue_generic ");
}

TEST(JiraWebhook, MayComeBeforeTheAnswer) {
    WebhookHouse house;
    std::size_t seen = 0;
    house.jira.on_outgoing([&] { seen += house.jira.take_outgoing().size(); });
    const Asked answer = house.post("issue/EOSC-1/comment", R"({"body":"x"})");
    EXPECT_EQ(seen, 2U);
    EXPECT_EQ(answer.header("X-Sim-Delay-Ms"), "");
    house.as_staff("settings", R"({"webhooks":{"before_answer":true}})");
    EXPECT_EQ(
        house.post("issue/EOSC-1/comment", R"({"body":"y"})").header("X-Sim-Delay-Ms"), "300"
    );
}

/// The same members as in what others recorded from Server and Data Center, user apart: their
/// versions differ in what a person shows.
TEST(JiraWebhook, HasTheShapesThatWereRecorded) {
    const auto folder = fixtures("jira/webhooks");
    if (!folder) GTEST_SKIP() << "no recorded webhooks on this machine";
    const auto recorded = [&](const std::string& name) { return read_json(*folder / name); };
    WebhookHouse house;
    const std::string id = house.jira.comment("anna", "EOSC-1", "Hello");
    auto told = house.delivered();
    EXPECT_EQ(keys(told[0].body), "timestamp webhookEvent comment ");
    const json::value commented =
        recorded("mattermost-plugin-jira/webhook-server-issue-updated-commented-2.json");
    EXPECT_EQ(keys(told[1].body), keys(commented));
    EXPECT_EQ(keys(json::at(told[1].body, "issue")), keys(json::at(commented, "issue")));
    EXPECT_EQ(keys(json::at(told[1].body, "comment")), keys(json::at(commented, "comment")));
    EXPECT_EQ(keys(json::at(told[1].body, "user")), keys(json::at(commented, "user")));

    house.jira.delete_comment("anna", "EOSC-1", id);
    EXPECT_EQ(
        keys(house.delivered()[0].body),
        keys(recorded("mattermost-plugin-jira/webhook-server-comment-deleted.json"))
    );
    house.jira.transition("anna", "EOSC-1", "2");
    const json::value updated = recorded("laravel-jira-webhook/jira_issue_updated.json");
    told = house.delivered();
    EXPECT_EQ(keys(told[0].body), keys(updated));
    const auto item = [](const json::value& body) {
        return json::elements(json::at(body, {"changelog", "items"}))[0];
    };
    EXPECT_EQ(keys(item(told[0].body)), keys(item(updated)));
    house.given_order();
    EXPECT_EQ(
        keys(house.delivered()[0].body),
        keys(recorded("laravel-jira-webhook/jira_issue_created.json"))
    );
    house.jira.remove("anna", "EOSC-1");
    EXPECT_EQ(
        keys(house.delivered()[0].body),
        keys(recorded("laravel-jira-webhook/jira_issue_deleted.json"))
    );
}

}  // namespace
}  // namespace oms::sim
