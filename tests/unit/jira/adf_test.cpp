#include "jira/adf.hpp"

#include <random>

#include <gtest/gtest.h>

#include "base/text.hpp"

// Documents as Cloud writes them, and as ours are to be: text, and nothing that takes effect.
namespace oms::jira::adf {
namespace {

std::string read(std::string_view content) {
    const auto document =
        json::parse(R"({"type":"doc","version":1,"content":)" + std::string{content} + "}");
    return document ? to_plain_text(*document) : "no JSON";
}

/// Types of all nodes, marks too.
void types_in(const json::value& node, std::set<std::string>& types) {
    if (const std::string type = json::text_or_empty(json::at(node, "type")); !type.empty())
        types.insert(type);
    for (const char* below : {"content", "marks"}) {
        for (const auto& child : json::elements(json::at(node, below)))
            types_in(child, types);
    }
}

TEST(Adf, ReadsWhatStaffWriteAsACustomerCanReadIt) {
    EXPECT_EQ(
        read(R"([{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Title"}]},
                 {"type":"paragraph","content":[
                   {"type":"text","text":"It is "},
                   {"type":"text","text":"ready","marks":[{"type":"strong"}]},
                   {"type":"text","text":", see "},
                   {"type":"text","text":"the manual","marks":[{"type":"link","attrs":{"href":"https://x.example/y"}}]},
                   {"type":"hardBreak"},
                   {"type":"text","text":"https://z.example","marks":[{"type":"link","attrs":{"href":"https://z.example"}}]}]}])"
        ),
        "Title\n\nIt is ready, see the manual (https://x.example/y)\nhttps://z.example"
    );
    EXPECT_EQ(
        read(R"([{"type":"bulletList","content":[
                   {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]},
                     {"type":"orderedList","attrs":{"order":3},"content":[
                       {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"deep"}]}]},
                       {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"deeper"}]}]}]}]},
                   {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]}]},
                 {"type":"taskList","content":[
                   {"type":"taskItem","attrs":{"state":"DONE"},"content":[{"type":"text","text":"done"}]},
                   {"type":"taskItem","attrs":{"state":"TODO"},"content":[{"type":"text","text":"open"}]}]}])"
        ),
        "- one\n  3. deep\n  4. deeper\n- two\n\n[x] done\n[ ] open"
    );
    EXPECT_EQ(
        read(
            R"([{"type":"codeBlock","attrs":{"language":"sh"},"content":[{"type":"text","text":"a *b*\n  c"}]},
                 {"type":"panel","attrs":{"panelType":"info"},"content":[{"type":"paragraph","content":[{"type":"text","text":"note"}]}]},
                 {"type":"rule"},
                 {"type":"table","content":[
                   {"type":"tableRow","content":[
                     {"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"CPU"}]}]},
                     {"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"RAM"}]}]}]},
                   {"type":"tableRow","content":[
                     {"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"4"}]}]},
                     {"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"16 GiB"}]}]}]}]}])"
        ),
        "a *b*\n  c\n\nnote\n\n---\n\nCPU | RAM\n4 | 16 GiB"
    );
    EXPECT_EQ(
        read(R"([{"type":"paragraph","content":[
                   {"type":"mention","attrs":{"id":"5b10","text":"@Anna Nowak"}},
                   {"type":"text","text":" "},
                   {"type":"emoji","attrs":{"shortName":":smile:","text":"😄"}},
                   {"type":"text","text":" by "},
                   {"type":"date","attrs":{"timestamp":"1762646400000"}},
                   {"type":"text","text":" "},
                   {"type":"status","attrs":{"text":"READY","color":"green"}},
                   {"type":"text","text":" "},
                   {"type":"inlineCard","attrs":{"url":"https://x.example/1"}}]},
                 {"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"file","id":"1","alt":"shot.png"}}]},
                 {"type":"expand","attrs":{"title":"More"},"content":[{"type":"paragraph","content":[{"type":"text","text":"hidden"}]}]},
                 {"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"said"}]}]}])"
        ),
        "@Anna Nowak 😄 by 2025-11-09 READY https://x.example/1\n\nshot.png\n\nMore\nhidden\n\nsaid"
    );
}

TEST(Adf, ReadsWhatItDoesNotKnowForTheTextInIt) {
    EXPECT_EQ(
        read(R"([{"type":"layoutSection","content":[{"type":"layoutColumn","content":[
                   {"type":"paragraph","content":[{"type":"text","text":"left"}]}]}]},
                 {"type":"fancy","content":[{"type":"text","text":"new"}]}])"),
        "left\n\nnew"
    );
    EXPECT_EQ(read(R"([{"type":"mention","attrs":{"id":"5b10"}}])"), "@someone");
    EXPECT_EQ(
        read(
            R"([{"type":"paragraph","content":[{"type":"text","text":"a "},{"type":"newInline","attrs":{"text":"b"}},{"type":"text","text":" c"}]}])"
        ),
        "a b c"
    );
    EXPECT_EQ(
        read(R"([{"type":"blockCard","attrs":{"data":{"url":"https://x.example/2"}}}])"),
        "https://x.example/2"
    );
    EXPECT_EQ(
        read(
            R"([{"type":"taskList","content":[{"type":"blockTaskItem","attrs":{"state":"DONE"},"content":[{"type":"paragraph","content":[{"type":"text","text":"done"}]}]}]}])"
        ),
        "[x] done"
    );
    EXPECT_EQ(
        read(R"([{"type":"mediaGroup","content":[{"type":"media","attrs":{"id":"1"}}]}])"),
        "(attachment)"
    );
    EXPECT_EQ(
        read(
            R"([1, null, "x", {"type":7}, {"type":"date","attrs":{"timestamp":"99999999999999999"}}])"
        ),
        "\n\n\n\n\n\n\n\n"
    );
    EXPECT_EQ(
        to_plain_text(json::value("see [the manual|https://x.example]")),
        "see the manual (https://x.example)"
    );
    EXPECT_EQ(to_plain_text(json::value(nullptr)), "");
}

TEST(Adf, WritesTextThatComesBackAndHasNoEffect) {
    constexpr std::string_view alphabet = "ab {}[]*_-+^~|!\\#?.:@<>&\"\n\n\nh1ż😀";
    std::mt19937 engine{20261128};
    std::set<std::string> types;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const auto length = engine() % 40;
        for (std::size_t i = 0; i < length; ++i)
            text += alphabet[engine() % alphabet.size()];
        text = clean(text);
        const json::object document = adf::document(text);
        EXPECT_EQ(to_plain_text(document), text);
        types_in(document, types);
        EXPECT_EQ(json::write(document).find(R"("text":"")"), std::string::npos) << text;
    }
    EXPECT_EQ(types, (std::set<std::string>{"doc", "paragraph", "text", "hardBreak"}));
}

}  // namespace
}  // namespace oms::jira::adf
