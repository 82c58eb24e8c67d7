#include "marketplace/client.hpp"

#include <gtest/gtest.h>

#include "tests/unit/scripted_transport.hpp"

// The traps of the Ordering API, each as the marketplace really behaves (contract, section 0).
namespace oms::marketplace {
namespace {

using namespace std::chrono_literals;

constexpr OrderId order_12_3{{12}, {3}};

class MarketplaceClient : public testing::Test {
protected:
    [[nodiscard]] const http::Request& asked() const { return transport_.asked.back(); }
    [[nodiscard]] json::value sent() const {
        const auto body = json::parse(asked().body);
        return body ? *body : json::value(nullptr);
    }
    [[nodiscard]] std::string header(const char* name) const {
        return http::header(asked().headers, name).value_or("");
    }

    test::ScriptedTransport transport_;
    Client client_{
        transport_,
        {.url = "http://market.example", .token = Secret{"t0ken"}, .oms = {1}}};
};

TEST_F(MarketplaceClient, AsksForJsonAndNothingElse) {
    transport_.will_answer(200, R"({"projects":[]})");
    ASSERT_TRUE(client_.projects({0}, 20));
    EXPECT_EQ(header("Accept"), "application/json");
    EXPECT_EQ(header("X-User-Token"), "t0ken");
    EXPECT_EQ(asked().url, "http://market.example/api/v1/oms/1/projects?from_id=0&limit=20");
}

TEST_F(MarketplaceClient, WhatItSaysDoesNotTellOurToken) {
    transport_.will_answer(422, R"({"error":"X-User-Token t0ken may not"})");
    const auto answer = client_.order(order_12_3);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().says, "the marketplace answered 422: X-User-Token *** may not");
}

TEST_F(MarketplaceClient, NeitherARedirectNorALinkIsFollowed) {
    for (const int status : {301, 302, 303, 307, 308}) {
        transport_.will_answer(status, "", {{"Location", "http://evil.example/"}});
        EXPECT_FALSE(client_.order(order_12_3));
    }
    transport_.will_answer(
        200,
        R"({"projects":[],"next":"http://evil.example/","links":{"next":"http://evil.example/"}})"
    );
    ASSERT_TRUE(client_.projects({0}, 20));
    EXPECT_EQ(transport_.asked.size(), 6U);
    for (const auto& request : transport_.asked)
        EXPECT_TRUE(request.url.starts_with("http://market.example/api/v1/oms/1/")) << request.url;
}

TEST_F(MarketplaceClient, TakesAPageWithStatus200ForAServersFailure) {
    transport_.will_answer(200, "<html>We are sorry</html>", {{"Content-Type", "text/html"}});
    const auto read = client_.order(order_12_3);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::not_sent);

    transport_.will_answer(200, "<html>We are sorry</html>", {{"Content-Type", "text/html"}});
    const auto written = client_.patch_order(order_12_3, {.status = Status::ready});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::outcome_unknown);
}

TEST_F(MarketplaceClient, TakesTheWayToTheSignInPageForABadToken) {
    transport_.will_answer(302, "", {{"Location", "http://market.example/users/auth/checkin"}});
    const auto read = client_.oms();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::unauthorized);
    EXPECT_NE(read.error().says.find("OMS_MP_TOKEN"), std::string::npos);
    EXPECT_EQ(read.error().says.find("t0ken"), std::string::npos);
}

TEST_F(MarketplaceClient, NamesAnOrderByProjectAndNumber) {
    transport_.will_answer(
        200, R"({"id":3,"project_id":12,"status":{"value":"ready","type":"ready"},"attributes":{}})"
    );
    const auto order = client_.order(order_12_3);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->id, order_12_3);
    EXPECT_EQ(asked().url, "http://market.example/api/v1/oms/1/projects/12/project_items/3");
}

TEST_F(MarketplaceClient, AsksForEventsToTheMicrosecond) {
    transport_.will_answer(200, R"({"events":[]})");
    const Instant from{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 10h + 1us};
    ASSERT_TRUE(client_.events(from, 200));
    EXPECT_EQ(
        asked().url,
        "http://market.example/api/v1/oms/1/events?from_timestamp=2026-05-04T10:00:00.000001Z"
        "&limit=200"
    );
}

TEST_F(MarketplaceClient, KeepsTheTimeOfEventsThatItDoesNotKnow) {
    transport_.will_answer(200, R"({"events":[
        {"timestamp":"2026-05-04T10:00:01Z","type":"delete","resource":"project","project_id":1},
        {"timestamp":"2026-05-04T10:00:02Z","type":"create","resource":"offer","offer_id":1},
        {"type":"create","resource":"project","project_id":1},
        {"timestamp":"2026-05-04T10:00:03Z","type":"update","resource":"project_item",
         "changes":[{"field":"status.type","before":null,"after":{"odd":1}}],
         "project_id":1,"project_item_id":2}]})");
    const auto page = client_.events({}, 4);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->count, 4);
    EXPECT_EQ(page->unreadable, 1);
    ASSERT_EQ(page->elements.size(), 3U);
    EXPECT_EQ(page->elements[0].resource, Resource::other);
    EXPECT_EQ(page->elements[1].resource, Resource::other);
    EXPECT_EQ(page->elements[2].changes[0].after, R"({"odd":1})");
}

TEST_F(MarketplaceClient, KnowsThatAFailedWriteMayHaveHappened) {
    for (const int status : {500, 502, 503, 504, 408}) {
        transport_.will_answer(
            status, "500 Internal Server Error", {{"Content-Type", "text/plain"}}
        );
        const auto posted = client_.post_message({.subject = Subject::of(order_12_3)});
        ASSERT_FALSE(posted);
        EXPECT_EQ(posted.error().kind, ErrorKind::outcome_unknown) << status;
        EXPECT_EQ(posted.error().status, status);
    }
    transport_.will_break(ErrorKind::outcome_unknown);
    EXPECT_EQ(client_.edit_message({7}, "x").error().kind, ErrorKind::outcome_unknown);
    transport_.will_break(ErrorKind::not_sent);
    EXPECT_EQ(client_.edit_message({7}, "x").error().kind, ErrorKind::not_sent);
    transport_.will_break(ErrorKind::outcome_unknown);
    EXPECT_EQ(client_.message({7}).error().kind, ErrorKind::not_sent);
}

TEST_F(MarketplaceClient, TellsTheServersFailureFromTheEntitys) {
    transport_.will_answer(500, "500 Internal Server Error", {{"Content-Type", "text/plain"}});
    const auto poisoned = client_.events({}, 200);
    ASSERT_FALSE(poisoned);
    EXPECT_EQ(poisoned.error().kind, ErrorKind::not_sent);
    EXPECT_EQ(poisoned.error().status, 500);
    transport_.will_answer(404, R"({"error":"Project not found"})");
    EXPECT_EQ(client_.project({9}).error().kind, ErrorKind::missing);
    transport_.will_answer(403, R"({"error":"You are not authorized to perform this action."})");
    const auto foreign = client_.project({9});
    EXPECT_EQ(foreign.error().kind, ErrorKind::forbidden);
    EXPECT_NE(foreign.error().says.find("not authorized"), std::string::npos);
}

TEST_F(MarketplaceClient, ProbesOwnershipWithoutChangingAnything) {
    transport_.will_answer(403, R"({"error":"no"})");
    EXPECT_EQ(client_.may_patch(order_12_3), false);
    EXPECT_EQ(asked().method, "PATCH");
    EXPECT_EQ(asked().body, R"({"user_secrets":{}})");
}

TEST_F(MarketplaceClient, ReadsAProjectOfNothingButNulls) {
    transport_.will_answer(200, R"({"id":5,"owner":{"uid":null},"project_items":[3,1],
        "attributes":{"name":"P","customer_typology":null,"organization":null,"department":"",
        "department_webpage":null,"scientific_domains":null,"country":null,
        "collaboration_countries":[null,"Poland"],"user_group_name":null}})");
    const auto project = client_.project({5});
    ASSERT_TRUE(project);
    EXPECT_EQ(project->country, "");
    EXPECT_EQ(project->collaboration_countries, std::vector<std::string>{"Poland"});
    EXPECT_EQ(project->items, (std::vector<ProjectItemId>{{3}, {1}}));
}

TEST_F(MarketplaceClient, ReadsAnAuthorWithARoleAlone) {
    transport_.will_answer(200, R"({"messages":[
        {"id":8,"author":{"role":"provider"},"content":"\u003cOBFUSCATED\u003e",
         "scope":"user_direct","created_at":"2026-05-04T10:05:40Z"},
        {"id":9,"author":{"role":"user"},"content":"?","scope":"a new one"}]})");
    const auto page = client_.messages(Subject::of(order_12_3), {0}, 200);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->elements.size(), 1U);
    EXPECT_EQ(page->elements[0].scope, Scope::user_direct);
    EXPECT_EQ(page->elements[0].content, "<OBFUSCATED>");
    EXPECT_EQ(page->unreadable, 1);
    EXPECT_EQ(
        asked().url,
        "http://market.example/api/v1/oms/1/messages?project_id=12&project_item_id=3&from_id=0"
        "&limit=200"
    );
}

TEST_F(MarketplaceClient, ReadsASensitiveAndAnUnansweredProperty) {
    transport_.will_answer(200, R"({"id":3,"status":{"value":"x","type":"created"},"attributes":{
        "category":null,"service":null,"offer_properties":[
        {"id":"pw","label":"Password","value":"hunter2","sensitive":true},
        {"id":"note","label":"Note"},{"id":"n","label":"N","value":[1,"a"]}]},
        "oms_params":{"order_target":7},"user_secrets":{}})");
    const auto order = client_.order(order_12_3);
    ASSERT_TRUE(order);
    EXPECT_TRUE(order->offer_properties[0].sensitive);
    EXPECT_FALSE(order->offer_properties[1].value_json);
    EXPECT_EQ(order->offer_properties[2].value_json, R"([1,"a"])");
    EXPECT_EQ(order->order_target, "7");
}

TEST_F(MarketplaceClient, SendsNothingThatTheMarketplaceRefuses) {
    transport_.will_answer(
        201, R"({"id":1,"author":{"role":"mediator"},"content":"x","scope":"public"})"
    );
    ASSERT_TRUE(client_.post_message(
        {.subject = Subject::of(ProjectId{12}),
         .author = {.name = "Anna", .role = "mediator"},
         .content = std::string{"nul\0 and \x01 more", 15}}
    ));
    // No null uid, integers as integers, no NUL, no key that is a column of theirs.
    EXPECT_EQ(
        json::write(sent()),
        R"({"project_id":12,"author":{"email":"","name":"Anna","role":"mediator"},)"
        R"("content":"nul and  more","scope":"public"})"
    );
    EXPECT_EQ(header("Content-Type"), "application/json");
}

TEST_F(MarketplaceClient, PatchesStatusWithValueAndTypeAlike) {
    transport_.will_answer(
        200, R"({"id":3,"status":{"value":"ready","type":"ready"},"attributes":{}})"
    );
    ASSERT_TRUE(client_.patch_order(order_12_3, {.status = Status::ready, .voucher = ""}));
    EXPECT_EQ(
        asked().body,
        R"({"status":{"value":"ready","type":"ready"},"user_secrets":{"voucher_id":""}})"
    );
}

TEST_F(MarketplaceClient, TellsValidationInTheMarketplacesWords) {
    transport_.will_answer(400, R"({"error":{"property_values":["is invalid"]}})");
    const auto refused = client_.patch_order(order_12_3, {.status = Status::ready});
    EXPECT_EQ(refused.error().kind, ErrorKind::refused);
    EXPECT_NE(refused.error().says.find("property_values"), std::string::npos);
}

TEST_F(MarketplaceClient, RefusesWhatMakesNoSense) {
    for (const char* body :
         {"{", "[]", "null", R"({"id":"x"})", R"({"id":3,"status":{"type":"novel"}})", "\xFF"}) {
        transport_.will_answer(200, body);
        const auto read = client_.order(order_12_3);
        ASSERT_FALSE(read) << body;
        EXPECT_EQ(read.error().kind, ErrorKind::refused) << body;
    }
}

TEST_F(MarketplaceClient, WaitsAsLongAsItIsAsked) {
    transport_.will_answer(429, "", {{"Retry-After", "7"}});
    EXPECT_EQ(client_.oms().error().retry_after, 7s);
    transport_.will_answer(
        503,
        "",
        {{"Retry-After", "Mon, 04 May 2026 10:00:30 GMT"},
         {"Date", "Mon, 04 May 2026 10:00:00 GMT"}}
    );
    const auto busy = client_.oms();
    EXPECT_EQ(busy.error().kind, ErrorKind::throttled);
    EXPECT_EQ(busy.error().retry_after, 30s);
    transport_.will_answer(429, "", {{"Retry-After", "soon"}});
    EXPECT_FALSE(client_.oms().error().retry_after);
    transport_.will_answer(429, "", {{"Retry-After", "99999999"}});
    EXPECT_EQ(client_.oms().error().retry_after, 24h);
}

}  // namespace
}  // namespace oms::marketplace
