#include "tests/simulation/typed_texts.hpp"

#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/random.hpp"
#include "base/text.hpp"
#include "tests/property/texts.hpp"

namespace oms::simulation {
namespace {

using json::array;
using json::object;

constexpr std::size_t limit = 32'767;

/// What looks like nothing, or turns the line round, or is two characters that look like one.
const std::vector<std::string> oddities{
    std::string{"\x01"},
    std::string{"\x0B"},
    std::string{"\x0C"},
    std::string{"\x1B[31m"},
    std::string{"\x7F"},
    "\r",
    "\r\n",
    "\t",
    " ",
    "   ",
    "\n\n",
    "\n \n",
    "\u0085",
    "\u2028",
    "\u2029",
    "\u00AD",
    "\u200B",
    "\u200D",
    "\u200E",
    "\u202Eabc\u202C",
    "\u2066x\u2069",
    "\uFEFF",
    "\uFFFD",
    "\uFFFF",
    "a\u0300\u0301\u0302\u0303",
    "שלום",
    "مرحبا بالعالم",
    "हिन्दी",
    "日本語",
    "𝔘𝔫𝔦",
    "👩🏽‍🚀",
    "🇵🇱",
    "\U0010FFFD",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "&lt;&#42;&nbsp;",
    "**bold**",
    "# head",
    "```\ncode\n```",
    "[md](http://x.example)",
    "@anna",
    "@[Anna](accountid:5b10)",
    R"({"type":"mention","attrs":{"id":"5b10"}})",
    "[~accountid:712020:1-2]",
    "{macro:param=1|x}",
    "{jira:EOSC-1}",
    "javascript:alert(1)",
    "EOSC-1",
    "http://jira.example.org/browse/EOSC-1",
    "%7E%5B",
    "${issue.id}",
    "t.co/x"};

template <class T>
const T& one_of(Random& random, const std::vector<T>& all) {
    return all[random.next() % all.size()];
}

std::string odd_text(Random& random, const std::string& typed) {
    std::string text;
    const auto edge = [&] {
        while (random.next() % 3 == 0)
            text += one_of(random, oddities);
    };
    edge();
    for (const std::string& line : split(typed, ' ')) {
        text += line + " ";
        edge();
    }
    return text;
}

std::string long_text(Random& random, const std::string& typed) {
    const std::size_t size = limit + random.next() % limit;
    std::string text;
    while (text.size() < size)
        text += typed + fmt::format(" ({}) ", text.size());
    return text;
}

/// Words that occur nowhere else, counted through.
class Words {
public:
    Words(StaffText& text, int number) : text_{text}, number_{number} {}
    std::string next() {
        text_.words.push_back(fmt::format("w{}q{}", number_, text_.words.size() + 1));
        return text_.words.back();
    }

private:
    StaffText& text_;
    int number_;
};

/// `NEXT` stands for one more word.
std::string markup_piece(Random& random, Words& words) {
    static const std::vector<std::string> pieces{
        "*NEXT*",
        "_NEXT_",
        "{{NEXT}}",
        "[NEXT|https://x.example]",
        "[~NEXT]",
        "[~accountid:NEXT]",
        "!NEXT.png|thumbnail!",
        "\nh2. NEXT\n",
        "\nbq. NEXT\n",
        "\n* NEXT\n** NEXT\n",
        "\n# NEXT\n# NEXT\n",
        "\n||NEXT||NEXT||\n|x|NEXT|\n",
        "\n{code:java|title=X}\nNEXT = {};\n{code}\n",
        "{noformat}NEXT *x*{noformat}",
        "{quote}NEXT{quote}",
        "{color:#ff0000}NEXT{color}",
        "{panel:title=T}\nNEXT\n{panel}",
        "[^NEXT.pdf]",
        "\\{NEXT\\} \\*x\\*",
        "NEXT (y) :) -- NEXT"};
    std::string piece = one_of(random, pieces);
    for (std::size_t at = 0; (at = piece.find("NEXT", at)) != std::string::npos;)
        piece.replace(at, 4, words.next());
    return piece;
}

object text_node(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

object with_content(const char* type, array content) {
    return {{"type", type}, {"content", std::move(content)}};
}

object with_attributes(const char* type, object attributes) {
    return {{"type", type}, {"attrs", std::move(attributes)}};
}

object marked(const std::string& text, object mark) {
    object node = text_node(text);
    node["marks"] = array{std::move(mark)};
    return node;
}

object inline_piece(Random& random, Words& words) {
    switch (random.next() % 10) {
    case 0: return marked(words.next(), {{"type", "strong"}});
    case 1:
        return marked(
            words.next(), {{"type", "link"}, {"attrs", {{"href", "https://x.example/a"}}}}
        );
    case 2: return with_attributes("mention", {{"id", "5b10"}, {"text", "@" + words.next()}});
    case 3: return with_attributes("emoji", {{"shortName", ":x:"}, {"text", words.next()}});
    case 4: return with_attributes("inlineCard", {{"url", "https://x.example/" + words.next()}});
    case 5: return with_attributes("status", {{"text", words.next()}, {"color", "green"}});
    case 6: return with_attributes("date", {{"timestamp", "1700000000000"}});
    case 7: return {{"type", "hardBreak"}};
    default: return text_node(words.next() + " ");
    }
}

object paragraph(Random& random, Words& words) {
    array content;
    do
        content.push_back(inline_piece(random, words));
    while (random.next() % 3 != 0);
    return with_content("paragraph", std::move(content));
}

object row(const char* cell, Random& random, Words& words) {
    array cells{with_content(cell, array{paragraph(random, words)})};
    cells.push_back(with_content(cell, array{paragraph(random, words)}));
    return with_content("tableRow", std::move(cells));
}

object media(Words& words) {
    return with_content(
        "mediaSingle",
        array{with_attributes(
            "media", {{"type", "file"}, {"id", "1"}, {"alt", words.next() + ".png"}}
        )}
    );
}

object task(Random& random, Words& words) {
    object node = with_content("taskItem", array{inline_piece(random, words)});
    node["attrs"] = object{{"localId", "1"}, {"state", random.next() % 2 == 0 ? "DONE" : "TODO"}};
    return node;
}

object expand(Random& random, Words& words) {
    const std::string title = words.next();
    object node = with_content("expand", array{paragraph(random, words)});
    node["attrs"] = object{{"title", title}};
    return node;
}

object block(Random& random, Words& words, int depth) {
    const auto inner = [&] {
        return depth < 3 && random.next() % 3 == 0 ? block(random, words, depth + 1)
                                                   : paragraph(random, words);
    };
    switch (random.next() % 14) {
    case 0: return with_content("bulletList", array{with_content("listItem", array{inner()})});
    case 1: {
        array items{with_content("listItem", array{inner()})};
        items.push_back(with_content("listItem", array{paragraph(random, words), inner()}));
        return with_content("orderedList", std::move(items));
    }
    case 2: return with_content("codeBlock", array{text_node(words.next() + "\n  x();")});
    case 3: return with_content("blockquote", array{inner()});
    case 4: return with_content("panel", array{inner()});
    case 5: return with_content("heading", array{text_node(words.next())});
    case 6: {
        array rows{row("tableHeader", random, words)};
        rows.push_back(row("tableCell", random, words));
        return with_content("table", std::move(rows));
    }
    case 7: return media(words);
    case 8: return {{"type", "rule"}};
    case 9: return with_content("taskList", array{task(random, words)});
    case 10:
        return with_content(
            "decisionList", array{with_content("decisionItem", array{inline_piece(random, words)})}
        );
    case 11: return expand(random, words);
    case 12: return with_attributes("blockCard", {{"url", "https://x.example/" + words.next()}});
    default: return paragraph(random, words);
    }
}

std::vector<StaffText>
written(std::uint64_t seed, int count, const std::function<json::value(Random&, Words&)>& write) {
    SeededRandom random{seed};
    std::vector<StaffText> texts(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        StaffText& text = texts[static_cast<std::size_t>(i)];
        Words words{text, i};
        text.body = write(random, words);
    }
    return texts;
}

}  // namespace

std::vector<std::string> customers_texts(std::uint64_t seed, int count) {
    SeededRandom random{seed};
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) {
        const rc::Random chance{seed * 1'000'003 + static_cast<std::uint64_t>(i)};
        const int size = 1 + i % 40;
        std::string typed = property::text()(chance, size).value();
        if (i % 2 == 1) typed = odd_text(random, typed);
        if (i % 50 == 49) typed = long_text(random, typed + "x");
        texts.push_back(trim(clean(typed)).empty() ? "x" + typed : typed);
    }
    return texts;
}

std::vector<StaffText> staff_markup(std::uint64_t seed, int count) {
    return written(seed, count, [](Random& random, Words& words) {
        std::string text = words.next();
        while (random.next() % 6 != 0)
            text += " " + markup_piece(random, words);
        return json::value(text);
    });
}

std::vector<StaffText> staff_documents(std::uint64_t seed, int count) {
    return written(seed, count, [](Random& random, Words& words) {
        array content{with_content("paragraph", array{text_node(words.next())})};
        while (random.next() % 5 != 0)
            content.push_back(block(random, words, 0));
        object document = with_content("doc", std::move(content));
        document["version"] = 1;
        return json::value(document);
    });
}

}  // namespace oms::simulation
