#include "jira/wiki.hpp"

#include <random>

#include <gtest/gtest.h>

namespace oms::jira::wiki {
namespace {

TEST(Neutralise, LeavesOrdinaryTextAsItWasTyped) {
    for (const char* text :
         {"Please hurry!",
          "re-read a_b, 3 - 2 = 1",
          "jane_doe@uni.example",
          "https://example.org/a-b_c",
          "C:\\dir",
          "one | two",
          "Zażółć gęślą jaźń"}) {
        EXPECT_EQ(neutralise(text), text);
    }
}

TEST(Neutralise, TakesTheEffectOutOfMarkup) {
    EXPECT_EQ(neutralise("*bold* {code}"), "\\*bold\\* \\{code\\}");
    EXPECT_EQ(neutralise("!http://x/y.png!"), "\\!http://x/y.png!");
    EXPECT_EQ(neutralise("# one\n- two\n|a|"), "\\# one\n\\- two\n\\|a|");
    EXPECT_EQ(neutralise("[internal] [a|b] []"), "\\[internal] \\[a|b\\] \\[\\]");
    EXPECT_EQ(neutralise("[~admin]").find("[~"), std::string::npos);
    EXPECT_EQ(neutralise("{{x}}").find("{{"), std::string::npos);
    EXPECT_NE(neutralise("h1. big"), "h1. big");
}

TEST(Neutralise, TakesALetterOnlyForWhatSurelyIsOne) {
    // Found by properties: a quotation mark beyond ASCII counted as a letter, and *x* came out bold.
    EXPECT_EQ(neutralise("“*x*” —_y_— e\xCC\x81*z*"), "“\\*x\\*” —\\_y\\_— e\xCC\x81\\*z\\*");
}

TEST(Neutralise, KeepsABackslashThatWasTyped) {
    // Found by properties: Jira knows no escape for a backslash. LaTeX lost its own, `\\_` got more.
    const std::string gap = "\xE2\x80\x8B";
    EXPECT_EQ(neutralise("\\(a+b\\) 50\\%"), "\\" + gap + "(a+b\\" + gap + ") 50\\" + gap + "%");
    EXPECT_EQ(neutralise("a\\_b"), "a\\" + gap + "\\_b");
    EXPECT_EQ(neutralise("a \\\\ b"), "a \\" + gap + "\\ b");
    // Nobody knows all that it takes the backslash of; of these it is known that it does not.
    EXPECT_EQ(neutralise("\\\"a\\\""), "\\" + gap + "\"a\\" + gap + "\"");
    EXPECT_EQ(neutralise("\\. \\, \\:"), "\\. \\, \\:");
}

TEST(Neutralise, LeavesParenthesesThatWouldBecomePictures) {
    EXPECT_EQ(neutralise("f(x), (i) or (ii)"), "f\\(x), \\(i) or (ii)");
}

TEST(ToPlainText, ReadsTablesWithABarBetweenCells) {
    EXPECT_EQ(
        to_plain_text("||Name||Size||\n|disk | [1 TB|https://x.example]|\nand a|b, c | d"),
        "Name | Size\ndisk | 1 TB (https://x.example)\nand a|b, c | d"
    );
    EXPECT_EQ(to_plain_text("|\n||\n| alone"), "|\n||\n| alone");
}

TEST(ToPlainText, ReadsBackslashesAsJiraDoes) {
    EXPECT_EQ(to_plain_text("one\\\\two"), "one\ntwo");
    EXPECT_EQ(to_plain_text("\\\\server\\share"), "\\\\server\\share");
    EXPECT_EQ(to_plain_text("\\(x)"), "(x)");
}

TEST(ToPlainText, LosesNothingOfWhatIsNoLink) {
    EXPECT_EQ(to_plain_text("[||a] [a|]"), "[||a] [a|]");
}

TEST(Neutralise, KnowsThatADashAQuotationMarkOrAnEmojiIsNoLetter) {
    EXPECT_EQ(neutralise("—*bold*—"), "—\\*bold\\*—");
    EXPECT_EQ(neutralise("„_it_”"), "„\\_it\\_”");
    EXPECT_EQ(neutralise("\xC2\xA0-gone-\xC2\xA0"), "\xC2\xA0\\-gone\\-\xC2\xA0");
    EXPECT_EQ(neutralise("😀*bold*😀"), "😀\\*bold\\*😀");
    EXPECT_EQ(neutralise("źle-źle"), "źle\\-źle");
}

TEST(ToPlainText, ReadsLikeWhatStaffMeant) {
    EXPECT_EQ(
        to_plain_text("It is *ready*, see [the manual|https://x.example/y]"),
        "It is ready, see the manual (https://x.example/y)"
    );
    EXPECT_EQ(to_plain_text("h2. Title\n* one\n** two\nbq. said"), "Title\n- one\n  - two\nsaid");
    EXPECT_EQ(to_plain_text("{code:java}\na*b*c\n{code} end"), "\na*b*c\n end");
    EXPECT_EQ(
        to_plain_text("hello [~anna], see !shot.png|thumbnail!"), "hello @anna, see shot.png"
    );
    EXPECT_EQ(to_plain_text("{color:red}no{color} {panel}yes{panel}"), "no yes");
    EXPECT_EQ(to_plain_text("see—*ready*—now"), "see—ready—now");
    EXPECT_EQ(to_plain_text("2 * 3 * 4 and a_b_c"), "2 * 3 * 4 and a_b_c");
}

TEST(Neutralise, ComesBackAsItWasTyped) {
    // What goes in comes out, whatever the text is made of.
    constexpr std::string_view alphabet = "ab {}[]*_-+^~|!\\#?.:\nh1";
    std::mt19937 engine{20261124};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const auto length = engine() % 12;
        for (std::size_t i = 0; i < length; ++i)
            text += alphabet[engine() % alphabet.size()];
        const std::string neutral = neutralise(text);
        // Taking escapes and invisible characters away leaves the text.
        std::string back;
        for (std::size_t i = 0; i < neutral.size(); ++i) {
            if (neutral.compare(i, 3, "\xE2\x80\x8B") == 0) {
                i += 2;
                continue;
            }
            const bool escape =
                neutral[i] == '\\' && i + 1 < neutral.size() &&
                std::string_view{"*_-+^~{}[]|!(#"}.find(neutral[i + 1]) != std::string_view::npos;
            if (escape) ++i;
            back += neutral[i];
        }
        EXPECT_EQ(back, text) << "neutral: " << neutral;
    }
}

TEST(ToPlainText, NeverHangsOrThrows) {
    constexpr std::string_view alphabet = "a {}[]*_!\\|~^#code:\n";
    std::mt19937 engine{7};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const auto length = engine() % 30;
        for (std::size_t i = 0; i < length; ++i)
            text += alphabet[engine() % alphabet.size()];
        EXPECT_LE(to_plain_text(text).size(), text.size() * 4 + 16);
    }
}

}  // namespace
}  // namespace oms::jira::wiki
