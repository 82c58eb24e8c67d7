#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using namespace std::chrono_literals;

std::string bodies(const Asked& asked) {
    std::string text;
    for (const json::value& comment : json::elements(json::at(asked.body, "comments")))
        text += json::text_or_empty(json::at(comment, "body")) + " ";
    return text;
}

TEST(JiraComment, IsAddedWithPropertiesAndReadBackWithThem) {
    JiraHouse house;
    house.given_order();
    const Asked added = house.post(
        "issue/EOSC-1/comment", R"({"body":"Hello","properties":[{"key":"oms","value":"m"}]})"
    );
    ASSERT_EQ(added.status, 201);
    EXPECT_EQ(added.text({"author", "key"}), "JIRAUSER10100");
    EXPECT_EQ(added.text({"created"}), added.text({"updated"}));
    EXPECT_TRUE(json::at(added.body, "properties").is_null());
    const Asked list = house.get("issue/EOSC-1/comment?expand=properties");
    const json::value& first = json::elements(json::at(list.body, "comments"))[0];
    EXPECT_EQ(json::write(json::at(first, "properties")), R"([{"key":"oms","value":"m"}])");
    EXPECT_EQ(house.get("comment/20001/properties/oms").text({"value"}), "m");
}

TEST(JiraComment, ShowsPropertiesOneByOneWhereTheListDoesNot) {
    JiraHouse house;
    house.given_order();
    house.post("issue/EOSC-1/comment", R"({"body":"x","properties":[{"key":"oms","value":"m"}]})");
    house.as_staff("settings", R"({"comment_properties_expand":false})");
    const Asked list = house.get("issue/EOSC-1/comment?expand=properties");
    EXPECT_TRUE(json::at(json::elements(json::at(list.body, "comments"))[0], "properties").is_null()
    );
    EXPECT_EQ(house.get("comment/20001/properties/oms").status, 200);
}

TEST(JiraComment, IsListedInPagesAndBackwards) {
    JiraHouse house;
    house.given_order();
    for (const char* body : {"one", "two", "three"})
        house.jira.comment("anna", "EOSC-1", body);
    EXPECT_EQ(bodies(house.get("issue/EOSC-1/comment")), "one two three ");
    EXPECT_EQ(
        bodies(house.get("issue/EOSC-1/comment?orderBy=-created&maxResults=2")), "three two "
    );
    const Asked page = house.get("issue/EOSC-1/comment?startAt=2&maxResults=2");
    EXPECT_EQ(bodies(page), "three ");
    EXPECT_EQ(page.text({"total"}), "3");
}

TEST(JiraComment, IsHiddenFromThoseOutsideItsRole) {
    JiraHouse house;
    house.given_order();
    const std::string id = house.jira.comment("anna", "EOSC-1", "between us", "Staff");
    house.jira.comment("anna", "EOSC-1", "for users", "User");
    EXPECT_EQ(bodies(house.get("issue/EOSC-1/comment")), "for users ");
    EXPECT_EQ(house.get("issue/EOSC-1").text({"fields", "comment", "total"}), "1");
    EXPECT_EQ(house.get("issue/EOSC-1/comment/" + id).status, 404);
    EXPECT_EQ(
        house
            .post(
                "issue/EOSC-1/comment",
                R"({"body":"x","visibility":{"type":"role","value":"Staff"}})"
            )
            .status,
        400
    );
    house.as_staff("settings", R"({"users":{"oms":{"roles":["User","Staff"]}}})");
    EXPECT_EQ(bodies(house.get("issue/EOSC-1/comment")), "between us for users ");
}

TEST(JiraComment, LosesItsRestrictionWhenAnEditDoesNotRepeatIt) {
    JiraHouse house;
    house.given_order();
    house.post(
        "issue/EOSC-1/comment", R"({"body":"a","visibility":{"type":"role","value":"User"}})"
    );
    house.clock.at += 1min;
    const Asked kept = house.put(
        "issue/EOSC-1/comment/20001", R"({"body":"b","visibility":{"type":"role","value":"User"}})"
    );
    EXPECT_EQ(kept.text({"visibility", "value"}), "User");
    const Asked freed = house.put("issue/EOSC-1/comment/20001", R"({"body":"b"})");
    EXPECT_TRUE(json::at(freed.body, "visibility").is_null());
    EXPECT_NE(freed.text({"created"}), freed.text({"updated"}));
}

TEST(JiraComment, OfOthersCannotBeEdited) {
    JiraHouse house;
    house.given_order();
    const std::string id = house.jira.comment("anna", "EOSC-1", "mine");
    EXPECT_EQ(house.put("issue/EOSC-1/comment/" + id, R"({"body":"yours"})").status, 400);
    EXPECT_EQ(house.remove("issue/EOSC-1/comment/" + id).status, 400);
}

TEST(JiraComment, MustNotBeEmptyNorTooLong) {
    JiraHouse house;
    house.given_order();
    EXPECT_EQ(
        house.post("issue/EOSC-1/comment", R"({"body":" "})").says("comment"),
        "Comment body can not be empty!"
    );
    // Each of these characters is two of Java's.
    std::string astral;
    for (int i = 0; i < 16'384; ++i)
        astral += "😀";
    EXPECT_EQ(
        house.post("issue/EOSC-1/comment", R"({"body":")" + astral + R"("})").says("comment"),
        "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
    );
}

TEST(JiraComment, OfAServiceDeskMayBeInternalByItsProperty) {
    JiraHouse house;
    house.given_order();
    house.as_staff("settings", R"({"service_desk":true})");
    house.as_staff("issues/EOSC-1/comments", R"({"user":"piotr","body":"note","internal":true})");
    const Asked list = house.get("issue/EOSC-1/comment?expand=properties");
    EXPECT_EQ(
        json::write(json::at(json::elements(json::at(list.body, "comments"))[0], "properties")),
        R"([{"key":"sd.public.comment","value":{"internal":true}}])"
    );
    EXPECT_EQ(
        house.get("issue/EOSC-1?fields=project").text({"fields", "project", "projectTypeKey"}),
        "service_desk"
    );
}

TEST(JiraComment, HidesTheAddressOfThoseWhoWishIt) {
    JiraHouse house;
    house.given_order();
    house.jira.comment("tomas", "EOSC-1", "hi");
    house.jira.comment("anna", "EOSC-1", "hi");
    const Asked list = house.get("issue/EOSC-1/comment");
    const auto& comments = json::elements(json::at(list.body, "comments"));
    EXPECT_TRUE(json::at(comments[0], {"author", "emailAddress"}).is_null());
    EXPECT_EQ(
        json::text_or_empty(json::at(comments[1], {"author", "emailAddress"})),
        "anna.kowalska@jira.example.org"
    );
}

}  // namespace
}  // namespace oms::sim
