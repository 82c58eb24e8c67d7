#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.hpp"
#include "jira/wiki.hpp"
#include "plan/comments.hpp"
#include "tests/property/texts.hpp"
#include "tests/property/wiki_model.hpp"

namespace oms::property {
namespace {

std::size_t java_length(std::string_view utf8) {
    const std::u32string points = code_points(utf8);
    return std::accumulate(points.begin(), points.end(), std::size_t{0}, [](auto sum, auto point) {
        return sum + (point > 0xFFFF ? 2 : 1);
    });
}

RC_GTEST_PROP(Clean, IsWellFormedWithoutControlsAndStaysSo, ()) {
    const std::string cleaned = clean(*raw_text());
    for (const char32_t point : code_points(cleaned))
        RC_ASSERT(point >= 0x20 || point == '\n' || point == '\t');
    RC_ASSERT(clean(cleaned) == cleaned);
}

RC_GTEST_PROP(Clean, LeavesGoodTextAsItIs, ()) {
    const std::string typed = *text();
    RC_ASSERT(clean(typed) == typed);
    RC_ASSERT(clean(replace_all(typed, "\n", "\r\n")) == typed);
    RC_ASSERT(clean(replace_all(typed, "\n", "\r")) == typed);
}

RC_GTEST_PROP(Truncate, IsTheBeginningInWholeCharacters, ()) {
    const std::string whole = *text();
    const auto most = *rc::gen::inRange<std::size_t>(0, 80);
    const std::u32string points = code_points(whole);
    const std::string cut = truncate(whole, most);
    RC_ASSERT(code_points(cut) == points.substr(0, most));
}

RC_GTEST_PROP(Split, LosesNothingAndFitsAndKeepsCharactersWhole, ()) {
    const std::string whole = *text();
    const auto most = *rc::gen::inRange<std::size_t>(2, 60);
    const auto parts = split_for_java(whole, most);
    RC_ASSERT(join(parts, "") == whole);
    for (const std::string& part : parts)
        RC_ASSERT(java_length(part) <= most);
    RC_ASSERT(utf16_length(whole) == java_length(whole));
}

RC_GTEST_PROP(Split, OfTextThatIsNoneLosesNothing, ()) {
    const std::string whole = *raw_text();
    RC_ASSERT(join(split_for_java(whole, 7), "") == whole);
}

plan::TextForms wiki() {
    return {.neutralise = jira::wiki::neutralise, .to_plain_text = jira::wiki::to_plain_text};
}

/// `(2/3)`, and `[internal]` before it, taken off the beginning.
std::string without_head(const std::string& body) {
    const auto end = body.find('\n');
    RC_ASSERT(end != std::string::npos);
    return body.substr(end + 1);
}

RC_GTEST_PROP(CommentBodies, CarryTheWholeTextWithinTheLimit, ()) {
    const std::string typed = *raw_text();
    const plan::Settings settings{.comment_units_max = *rc::gen::inRange<std::size_t>(200, 700)};
    const bool internal = *rc::gen::arbitrary<bool>();
    const Message message{
        .author = {.name = truncate(clean(*marks()), 40), .role = "user"},
        .content = typed,
        .scope = internal ? Scope::internal : Scope::public_scope};
    const auto bodies = plan::comment_bodies(settings, wiki(), message);
    std::string shown;
    for (const std::string& body : bodies) {
        RC_LOG() << "body: " << body << std::endl;
        RC_ASSERT(java_length(body) <= settings.comment_units_max);
        const Rendered rendered = render(body);
        RC_ASSERT(rendered.effects == std::vector<std::string>{});
        RC_ASSERT(rendered.text.starts_with("[internal] ") == internal);
        shown += without_head(rendered.text);
    }
    RC_ASSERT(shown == without_zero_width_space(clean(typed)));
}

}  // namespace
}  // namespace oms::property
