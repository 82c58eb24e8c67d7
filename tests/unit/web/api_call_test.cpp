#include "web/api_call.hpp"

#include <gtest/gtest.h>

#include "web/api_page.hpp"
#include "web/api_routes.hpp"

namespace oms::web {
namespace {

ApiCall asked(const std::string& url, const std::string& body = "") {
    return {
        .request = {.url = url, .headers = {{"Content-Type", "application/json"}}, .body = body},
        .path = {},
        .query = http::query_of(url)};
}

template <class F>
int refusal(F ask) {
    try {
        ask();
    } catch (const Refused& refused) {
        return refused.status();
    }
    return 0;
}

TEST(ApiCall, TakesALimitFromOneToTwoHundred) {
    EXPECT_EQ(asked("/x?limit=200").page().limit, 200);
    EXPECT_EQ(asked("/x").page().limit, 50);
    for (const char* wrong : {"0", "201", "-1", "x", "1.5", "99999999999999999999"}) {
        EXPECT_EQ(refusal([&] { (void)asked("/x?limit=" + std::string{wrong}).page(); }), 400)
            << wrong;
    }
}

TEST(ApiCall, TakesNoTextThatADatabaseCannotStore) {
    EXPECT_EQ(refusal([] { (void)asked("/x?q=%00").subject_choice(); }), 400);
    EXPECT_EQ(refusal([] { (void)asked("/x?q=%ff").subject_choice(); }), 400);
    EXPECT_EQ(refusal([] { (void)asked("/x?cursor=%00").page(); }), 400);
    EXPECT_EQ(asked("/x?q=%20M%C3%BCller%20").subject_choice().text, "Müller");
}

TEST(ApiCall, NamesASubjectByItsNumbersAlone) {
    ApiCall call;
    call.path = {"subjects", "order", "12", "3"};
    EXPECT_EQ(key_of(call.subject()), "order/12/3");
    call.path = {"subjects", "project", "12", "journal"};
    EXPECT_EQ(key_of(call.subject()), "project/12");
    for (const auto& wrong : std::vector<std::vector<std::string>>{
             {"subjects", "order", "12", "x"},
             {"subjects", "order", "0", "3"},
             {"subjects", "project", "-1"},
             {"subjects", "issue", "12"}}) {
        call.path = wrong;
        EXPECT_EQ(refusal([&] { (void)call.subject(); }), 404) << wrong[1] << wrong[2];
    }
}

TEST(ApiCall, WantsOneWayToSayWhichEntries) {
    EXPECT_EQ(asked("/x", R"({"ids":[3,1,3]})").attention_choice().ids.size(), 2U);
    EXPECT_TRUE(asked("/x", R"({"all":true})").attention_choice().all);
    for (const char* wrong :
         {"{}",
          R"({"ids":[]})",
          R"({"ids":["x"]})",
          R"({"all":false})",
          R"({"all":true,"ids":[1]})",
          R"({"fingerprint":"f"})",
          "[1]",
          "no json"}) {
        EXPECT_EQ(refusal([&] { (void)asked("/x", wrong).attention_choice(); }), 400) << wrong;
    }
}

TEST(ApiCall, TakesJsonAlone) {
    ApiCall form = asked("/x", "a=b");
    form.request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    EXPECT_EQ(refusal([&] { (void)form.body(); }), 415);
    form.request.headers = {};
    EXPECT_EQ(refusal([&] { (void)form.body(); }), 415);
}

TEST(ApiCall, KeepsAPersonsTextToALine) {
    const json::value body{{"reason", " mended\nby\thand "}};
    EXPECT_EQ(persons_text(body, "reason", 20), "mended by hand");
    EXPECT_EQ(refusal([&] { persons_text(body, "reason", 5); }), 400);
    EXPECT_EQ(refusal([&] { persons_text(body, "who", 5); }), 400);
}

TEST(ApiRoutes, ToldApartByPathAndMethod) {
    const std::vector<ApiRoute> routes{
        {.method = "GET", .path = "tasks/*"}, {.method = "POST", .path = "tasks/*/x"}};
    EXPECT_EQ(find_route(routes, "GET", {"tasks", "7"}).route, &routes[0]);
    EXPECT_EQ(find_route(routes, "PUT", {"tasks", "7"}).allowed, std::vector<std::string>{"GET"});
    const FoundRoute none = find_route(routes, "GET", {"tasks"});
    EXPECT_TRUE(none.route == nullptr && none.allowed.empty());
}

TEST(ApiDocument, IsOneWholeOfItsParts) {
    const auto whole = json::parse(openapi_document());
    ASSERT_TRUE(whole);
    EXPECT_EQ(json::at(*whole, "openapi"), "3.1.0");
    EXPECT_TRUE(json::at(*whole, {"paths", "/api/v1/status", "get"}).is_object());
    EXPECT_TRUE(json::at(*whole, {"components", "schemas", "Story"}).is_object());
}

}  // namespace
}  // namespace oms::web
