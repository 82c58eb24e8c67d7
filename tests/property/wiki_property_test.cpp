// What customers type, in Jira's wiki markup: the only dialect of text that src/jira has today.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.hpp"
#include "jira/wiki.hpp"
#include "tests/property/texts.hpp"
#include "tests/property/wiki_model.hpp"

namespace oms::property {
namespace {

using jira::wiki::neutralise;
using jira::wiki::to_plain_text;

TEST(WikiModel, SeesWhatTakesEffect) {
    using Effects = std::vector<std::string>;
    EXPECT_EQ(render("2 * 3 - 1, a_b re-read").effects, Effects{});
    EXPECT_EQ(render("\\*x\\* \\{code\\} \\[a|b\\]").effects, Effects{});
    EXPECT_EQ(render("\\*x\\* \\{code\\}").text, "*x* {code}");
    EXPECT_EQ(render("“*x*”").effects, Effects{"phrase"});
    EXPECT_EQ(render("??x??").effects, Effects{"phrase"});
    EXPECT_EQ(render("{code}").effects, Effects{"macro"});
    EXPECT_EQ(render("\\{\\{x\\}\\}").effects, Effects{"monospaced"});
    EXPECT_EQ(render("[a|http://x]").effects, Effects{"link"});
    EXPECT_EQ(render("\\[\\~a [~b").effects, Effects{"mention"});
    EXPECT_EQ(render("!x.png!").effects, Effects{"image"});
    EXPECT_EQ(render(" h1.x\nbq. y\n|a|\n# b\n-- c").effects.size(), 6U);
    EXPECT_EQ(render("a \\\\ b").effects, Effects{"line break"});
    EXPECT_EQ(render("\\\\server\\share").effects, Effects{});
    EXPECT_EQ(render("(x) (xy)").effects, Effects{"emoticon"});
}

void shows_only_text(const std::string& typed) {
    const std::string markup = neutralise(typed);
    RC_LOG() << "markup: " << markup << std::endl;
    const Rendered rendered = render(markup);
    RC_ASSERT(rendered.effects == std::vector<std::string>{});
    RC_ASSERT(rendered.text == typed);
}

RC_GTEST_PROP(Neutralise, LeavesNothingThatTakesEffectInTexts, ()) { shows_only_text(*text()); }

RC_GTEST_PROP(Neutralise, LeavesNothingThatTakesEffectInMarks, ()) { shows_only_text(*marks()); }

RC_GTEST_PROP(Neutralise, ReadBackIsWhatWasTyped, ()) {
    const std::string typed = *rc::gen::oneOf(text(), marks());
    const std::string markup = neutralise(typed);
    RC_LOG() << "markup: " << markup << std::endl;
    RC_ASSERT(to_plain_text(markup) == typed);
}

RC_GTEST_PROP(Neutralise, MakesAtMostThreeCharactersOfOne, ()) {
    // What comment_bodies counts on when it looks for a length that fits.
    const std::string typed = *rc::gen::oneOf(text(), marks());
    RC_ASSERT(code_points(neutralise(typed)).size() <= code_points(typed).size() * 3 + 1);
}

RC_GTEST_PROP(ToPlainText, LosesNoWord, ()) {
    // Emphasis, headings, quotations, lists and escapes: of those, only marks are lost. (Without
    // bars: what a link says when it is pointed at is lost.)
    const std::string markup = replace_all(*marks(), "|", "");
    const auto letters = [](const std::string& text) {
        std::u32string kept;
        for (const char32_t point : code_points(text)) {
            if (point == 'a' || point == 'b' || point == 'x' || point == 0x17C) kept += point;
        }
        // `bq. ` at a line's start is a mark.
        std::erase(kept, 'b');
        return kept;
    };
    RC_ASSERT(letters(to_plain_text(markup)) == letters(markup));
}

RC_GTEST_PROP(ToPlainText, IsWellFormedForAnyMarkup, ()) {
    code_points(to_plain_text(*text()));
    code_points(to_plain_text(*marks()));
}

RC_GTEST_PROP(ToPlainText, LeavesPlainTextAsItIs, ()) {
    const auto plain = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{
        "abcXYZ 0123.,:;()/&%'\"\n"}));
    RC_ASSERT(to_plain_text(plain) == plain);
    RC_ASSERT(render(plain).text == plain);
}

}  // namespace
}  // namespace oms::property
