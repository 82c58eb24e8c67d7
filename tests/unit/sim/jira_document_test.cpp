#include "sim/jira_document.hpp"

#include "base/text.hpp"
#include "tests/unit/sim/jira_house.hpp"

namespace oms::sim {
namespace {

using Words = std::vector<std::string>;

json::value doc(const std::string& content) {
    return *json::parse(R"({"type":"doc","version":1,"content":[)" + content + "]}");
}

std::string paragraph(const std::string& content) {
    return R"({"type":"paragraph","content":[)" + content + "]}";
}

TEST(JiraDocument, IsReadAsMarkup) {
    EXPECT_EQ(
        wiki_of(
            doc(paragraph(R"({"type":"text","text":"one"},{"type":"hardBreak"},)"
                          R"({"type":"text","text":"two"})") +
                "," + paragraph(R"({"type":"text","text":"three"})"))
        ),
        "one\ntwo\n\nthree"
    );
    EXPECT_EQ(
        wiki_of(doc(paragraph(
            R"({"type":"text","text":"b","marks":[{"type":"strong"}]},{"type":"text","text":" "},)"
            R"({"type":"text","text":"c","marks":[{"type":"code"}]},{"type":"text","text":" "},)"
            R"({"type":"text","text":"l","marks":[{"type":"link","attrs":{"href":"http://x"}}]},)"
            R"({"type":"emoji","attrs":{"shortName":":smile:"}},)"
            R"({"type":"mention","attrs":{"id":"712020:a","text":"@Anna"}})"
        ))),
        "*b* {{c}} [l|http://x]:smile:[~accountid:712020:a]"
    );
    EXPECT_EQ(
        wiki_of(
            doc(R"({"type":"bulletList","content":[{"type":"listItem","content":[)" +
                paragraph(R"({"type":"text","text":"a"})") +
                R"(,{"type":"orderedList","content":[{"type":"listItem","content":[)" +
                paragraph(R"({"type":"text","text":"b"})") + "]}]}]}]}")
        ),
        "* a\n*# b"
    );
    EXPECT_EQ(
        wiki_of(
            doc(R"({"type":"codeBlock","attrs":{"language":"sh"},"content":[)"
                R"({"type":"text","text":"ls"}]},{"type":"panel","attrs":{"panelType":"info"},)"
                R"("content":[)" +
                paragraph(R"({"type":"text","text":"p"})") +
                R"(]},{"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"file",)"
                R"("id":"7","alt":"x.png"}}]})")
        ),
        "{code:sh}\nls\n{code}\n\n{panel}\np\n{panel}\n\n!x.png!"
    );
    EXPECT_EQ(
        wiki_of(
            doc(R"({"type":"table","content":[{"type":"tableRow","content":[)"
                R"({"type":"tableHeader","content":[)" +
                paragraph(R"({"type":"text","text":"h"})") +
                R"(]}]},{"type":"tableRow","content":[{"type":"tableCell","content":[)" +
                paragraph(R"({"type":"text","text":"c"})") + "]}]}]}")
        ),
        "||h||\n|c|"
    );
}

TEST(JiraDocument, IsWellFormedOrNone) {
    EXPECT_TRUE(is_document(doc("")));
    EXPECT_FALSE(is_document(json::value("text")));
    EXPECT_FALSE(is_document(doc(paragraph(R"({"type":"text","text":""})"))));
    EXPECT_FALSE(is_document(*json::parse(R"({"type":"doc","content":[]})")));
}

TEST(JiraDocument, IsMadeOfMarkupWithAllThatTakesEffectInIt) {
    EXPECT_EQ(effects_of(document_of("plain text\nof two lines\n\nand more")), Words{});
    EXPECT_EQ(effects_of(document_of("hi [~accountid:712020:a]")), Words{"mention"});
    EXPECT_EQ(mentions_of(document_of("hi [~accountid:712020:a]")), Words{"712020:a"});
    EXPECT_EQ(effects_of(document_of("*b* and {{c}}")), (Words{"strong", "code"}));
    EXPECT_EQ(effects_of(document_of("see [x|http://x]")), Words{"link"});
    EXPECT_EQ(effects_of(document_of("an !image.png! here")), Words{"mediaInline"});
    EXPECT_EQ(effects_of(document_of("a {code}b{code} c")), Words{"codeBlock"});
    EXPECT_EQ(plain_of(document_of("a {code}b{code} c")), "a \nb\n c");
    EXPECT_EQ(
        effects_of(document_of("h1. Big\n* a\n* b")), (Words{"heading", "bulletList", "listItem"})
    );
    EXPECT_EQ(effects_of(document_of("2 * 3 * 4, snake_case_word, [no link], wow!")), Words{});
    const json::object escaped = document_of("\\*b\\* \\{code\\} \\[~x\\]");
    EXPECT_EQ(effects_of(escaped), Words{});
    EXPECT_EQ(plain_of(escaped), "*b* {code} [~x]");
}

TEST(JiraDocument, IsMadeOfWhateverSomebodyTypes) {
    const Words parts{"*",          "_",    "{{",   "}}", "{code}",     "{code:sh}",
                      "{noformat}", "[",    "]",    "|",  "~",          "!",
                      "\\",         "\n",   "\n\n", " ",  "a",          "b.c",
                      "http://x",   "h1. ", "* ",   "# ", "accountid:", "\u00e9"};
    SeededRandom random{11};
    for (int i = 0; i < 5000; ++i) {
        std::string wiki;
        for (std::uint64_t left = random.next() % 20; left > 0; --left)
            wiki += parts[random.next() % parts.size()];
        const json::value document = document_of(wiki);
        ASSERT_TRUE(is_document(document)) << wiki;
        ASSERT_LE(plain_of(document).size(), wiki.size() + 2 * wiki.size()) << wiki;
        ASSERT_TRUE(is_document(document_of(wiki_of(document)))) << wiki;
    }
}

struct DocumentHouse : JiraHouse {
    DocumentHouse() : JiraHouse{"cloud"} { given_order(); }
    std::string mentioned() {
        return json::write(json::at(ask("GET", "/sim/state").body, "mentions"));
    }
};

TEST(JiraDocument, IsWhatApi3TakesAndShows) {
    DocumentHouse house;
    const std::string given = json::write(doc(paragraph(R"({"type":"text","text":"*x*"})")));
    const Asked made = house.post3("issue/EOSC-1/comment", R"({"body":)" + given + "}");
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(json::write(json::at(made.body, "body")), given);
    EXPECT_EQ(house.get("issue/EOSC-1/comment/20001").text({"body"}), "*x*");
    EXPECT_EQ(json::write(json::at(house.get3("issue/EOSC-1/comment/20001").body, "body")), given);
    // What came as text is a document in API 3, with its markup at work.
    house.post("issue/EOSC-1/comment", R"({"body":"*x*"})");
    EXPECT_EQ(house.get("issue/EOSC-1/comment/20002").text({"body"}), "*x*");
    EXPECT_NE(
        house.get3("issue/EOSC-1/comment/20002").response.body.find("strong"), std::string::npos
    );
}

TEST(JiraDocument, IsDemandedByApi3) {
    DocumentHouse house;
    constexpr const char* words =
        "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
    const Asked comment = house.post3("issue/EOSC-1/comment", R"({"body":"text"})");
    EXPECT_EQ(comment.status, 400);
    EXPECT_EQ(comment.says("comment"), words);
    const Asked area = house.put3("issue/EOSC-1", R"({"fields":{"customfield_10120":"text"}})");
    EXPECT_EQ(area.status, 400);
    EXPECT_EQ(area.says("customfield_10120"), words);
    EXPECT_EQ(house.put3("issue/EOSC-1", R"({"fields":{"customfield_10101":"line"}})").status, 204);
    const std::string given = json::write(doc(paragraph(R"({"type":"text","text":"a"})")));
    const std::string fields = R"({"fields":{"customfield_10120":)" + given + "}}";
    EXPECT_EQ(house.put3("issue/EOSC-1", fields).status, 204);
    EXPECT_EQ(
        json::write(json::at(house.get3("issue/EOSC-1").body, {"fields", "customfield_10120"})),
        given
    );
    EXPECT_EQ(house.get("issue/EOSC-1").text({"fields", "customfield_10120"}), "a");
    EXPECT_EQ(house.put("issue/EOSC-1", fields).status, 400);
}

TEST(JiraDocument, WakesWhomItMentions) {
    DocumentHouse house;
    const std::string anna = account_id_of("anna");
    house.post("issue/EOSC-1/comment", R"({"body":"[~accountid:)" + anna + "]\"}");
    EXPECT_EQ(house.mentioned(), R"([{"issue":"10001","comment":"20001","user":"anna"}])");
    house.post3(
        "issue/EOSC-1/comment",
        R"({"body":)" +
            json::write(doc(paragraph(R"({"type":"text","text":"[~accountid:)" + anna + "]\"}"))) +
            "}"
    );
    EXPECT_EQ(house.mentioned(), R"([{"issue":"10001","comment":"20001","user":"anna"}])");
    const std::string node =
        R"({"type":"mention","attrs":{"id":")" + account_id_of("piotr") + "\"}}";
    house.as_staff(
        "issues/EOSC-1/comments", R"({"document":)" + json::write(doc(paragraph(node))) + "}"
    );
    EXPECT_NE(house.mentioned().find(R"("comment":"20003","user":"piotr")"), std::string::npos);

    JiraHouse old;
    old.given_order();
    old.post("issue/EOSC-1/comment", R"({"body":"\\[~anna] and [\u200b~piotr] and [~nobody]"})");
    EXPECT_EQ(
        json::write(json::at(old.ask("GET", "/sim/state").body, "mentions")),
        R"([{"issue":"10001","comment":"20001","user":"anna"}])"
    );
}

TEST(JiraDocument, ShowsInTheStateWhatTookEffect) {
    DocumentHouse house;
    house.post("issue/EOSC-1/comment", R"({"body":"*loud*"})");
    house.as_staff(
        "issues/EOSC-1/comments",
        R"({"document":)" + json::write(doc(paragraph(R"({"type":"text","text":"*calm*"})"))) + "}"
    );
    const Asked issue = house.ask("GET", "/sim/issues/EOSC-1");
    const auto& comments = json::elements(json::at(issue.body, "comments"));
    ASSERT_EQ(comments.size(), 2U);
    EXPECT_EQ(json::write(json::at(comments[0], "effects")), R"(["strong"])");
    EXPECT_EQ(json::text_or_empty(json::at(comments[0], "text")), "loud");
    EXPECT_EQ(json::write(json::at(comments[1], "effects")), "[]");
    EXPECT_EQ(json::text_or_empty(json::at(comments[1], "text")), "*calm*");
    EXPECT_EQ(JiraHouse{}.as_staff("issues", "{}").status, 400);
}

TEST(JiraDocument, IsNothingForAServer) {
    JiraHouse house;
    house.given_order();
    EXPECT_EQ(
        house.as_staff("issues/EOSC-1/comments", R"({"document":)" + json::write(doc("")) + "}")
            .status,
        400
    );
}

}  // namespace
}  // namespace oms::sim
