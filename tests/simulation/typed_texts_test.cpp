// What people type, through the whole adapter: customers' texts as they stand in Jira, and what staff
// write there as it stands in the marketplace. With each generation of Jira.
#include "tests/simulation/typed_texts.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "tests/property/texts.hpp"
#include "tests/property/wiki_model.hpp"
#include "tests/simulation/world.hpp"

namespace oms::simulation {
namespace {

using json::at;
using json::elements;
using json::text_or_empty;

constexpr int texts_count = 1000;
constexpr int texts_per_order = 100;

std::uint64_t chosen_seed() {
    const char* given = std::getenv("OMS_TEXT_SEED");
    return given == nullptr ? 20261128 : std::strtoull(given, nullptr, 10);
}

/// A world with orders that is told what is typed, and looked at when all is at rest.
class Typed {
public:
    explicit Typed(const std::string& profile) : options_{.jira = *sim::jira_profile(profile)} {
        story_.name = "typed texts";
        act([](World& world) { return world.people().new_project(); });
        for (int i = 0; i < texts_count / texts_per_order; ++i)
            act([](World& world) { return world.people().new_order(1); });
    }

    void act(const std::function<std::string(World&)>& run) {
        story_.acts.push_back({.run = run, .cost_counts = false});
    }

    /// Nothing that the checkers of the world hold dear was violated meanwhile.
    void play() {
        options_.golden = &story_;
        const Verdict verdict = run_seed(options_);
        EXPECT_EQ(verdict.violations, std::vector<std::string>{});
    }

private:
    RunOptions options_;
    GoldenStory story_;
};

std::int64_t order_of(int number) { return 1 + number / texts_per_order; }

Subject subject_of(int number) { return Subject::of(OrderId{{1}, {order_of(number)}}); }

/// Our comments by their markers.
std::map<std::string, json::value> marked_comments(const Sides& sides) {
    std::map<std::string, json::value> found;
    for (const json::value& issue : elements(at(sides.jira, "issues"))) {
        for (const json::value& comment : elements(at(issue, "comments"))) {
            for (const auto& property : at(comment, "properties").as_object())
                found[text_or_empty(at(property.value(), "marker"))] = comment;
        }
    }
    found.erase("");
    return found;
}

/// The text of a document's text nodes; nothing else may stand in it but paragraphs and line ends.
std::string text_of_document(const json::value& document) {
    std::string text;
    bool first = true;
    for (const json::value& block : elements(at(document, "content"))) {
        EXPECT_EQ(text_or_empty(at(block, "type")), "paragraph");
        text += first ? "" : "\n\n";
        first = false;
        for (const json::value& node : elements(at(block, "content"))) {
            const bool line_end = text_or_empty(at(node, "type")) == "hardBreak";
            EXPECT_TRUE(line_end || text_or_empty(at(node, "type")) == "text");
            EXPECT_TRUE(at(node, "marks").is_null());
            text += line_end ? "\n" : text_or_empty(at(node, "text"));
        }
    }
    return text;
}

/// What a reader of the comment sees, as a second opinion has it: not the simulator's, nor ours.
std::string shown(const json::value& comment) {
    const json::value& document = at(comment, "document");
    if (!document.is_null()) return text_of_document(document);
    const property::Rendered rendered = property::render(text_or_empty(at(comment, "body")));
    EXPECT_EQ(rendered.effects, std::vector<std::string>{}) << json::write(at(comment, "body"));
    return rendered.text;
}

/// `Name (user) wrote:`, `(2/3)`.
std::string without_head(const std::string& text) {
    const auto end = text.find('\n');
    EXPECT_NE(end, std::string::npos) << text;
    return end == std::string::npos ? "" : text.substr(end + 1);
}

/// As the simulator shows texts: without empty lines and blanks at the ends of lines.
std::string words_alone(const std::string& text) {
    std::string words;
    for (const char32_t point : property::code_points(text)) {
        const bool blank = point <= ' ' || point == 0x200B || point == 0xA0;
        if (!blank) words += fmt::format("{:x} ", static_cast<std::uint32_t>(point));
    }
    return words;
}

std::string whole_of(
    const std::map<std::string, json::value>& comments,
    std::int64_t message,
    bool seen_by_simulator
) {
    std::string whole;
    for (int part = 1;; ++part) {
        const std::string first = fmt::format("oms-1-message-{}", message);
        const auto found = comments.find(part == 1 ? first : fmt::format("{}-{}", first, part));
        if (found == comments.end()) return whole;
        const json::value& comment = found->second;
        EXPECT_EQ(json::write(at(comment, "effects")), "[]") << json::write(at(comment, "body"));
        EXPECT_LE(utf16_length(text_or_empty(at(comment, "body"))), 32'767U);
        whole +=
            without_head(seen_by_simulator ? text_or_empty(at(comment, "text")) : shown(comment));
    }
}

class EveryJira : public testing::TestWithParam<std::string> {};

TEST_P(EveryJira, ShowsWhatCustomersTypedAndDoesNothingOfIt) {
    const auto texts = customers_texts(chosen_seed(), texts_count);
    std::vector<std::int64_t> messages;
    Typed typed{GetParam()};
    for (int i = 0; i < texts_count; i += texts_per_order) {
        typed.act([&, i](World& world) {
            for (int j = i; j < i + texts_per_order; ++j) {
                const auto made = world.people().market_do(
                    "messages",
                    {{"project", 1},
                     {"item", order_of(j)},
                     {"content", texts[static_cast<std::size_t>(j)]},
                     {"scope", "public"},
                     {"role", "user"}}
                );
                messages.push_back(json::integer(at(made, "id")).value_or(0));
            }
            return fmt::format("a customer writes {} texts", texts_per_order);
        });
    }
    typed.act([&](World& world) {
        const Sides sides = world.sides();
        EXPECT_EQ(json::write(at(sides.jira, "mentions")), "[]");
        const auto comments = marked_comments(sides);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            SCOPED_TRACE(fmt::format("text {}: {}", i, json::write(json::value(clean(texts[i])))));
            const std::string wanted = property::without_zero_width_space(clean(texts[i]));
            const std::string seen =
                property::without_zero_width_space(whole_of(comments, messages[i], false));
            EXPECT_EQ(seen, wanted);
            const std::string also = whole_of(comments, messages[i], true);
            EXPECT_EQ(words_alone(also), words_alone(wanted));
            if (testing::Test::HasFailure()) break;
        }
        return std::string{"somebody reads them in Jira"};
    });
    typed.play();
}

void expect_plain(const StaffText& text, const std::string& message) {
    std::size_t from = 0;
    for (const std::string& word : text.words) {
        const auto found = message.find(word, from);
        EXPECT_NE(found, std::string::npos) << word << " in " << message;
        if (found != std::string::npos) from = found + word.size();
    }
    for (const char* mark :
         {"[~",
          "{code",
          "{noformat",
          "{quote",
          "{color",
          "{panel",
          "{{",
          "h2. ",
          "bq. ",
          "|http",
          ".png|",
          ".png!",
          "[^",
          "||",
          "\"type\"",
          "accountid:",
          "\\{",
          "\\*",
          property::zero_width_space.c_str()})
        EXPECT_EQ(message.find(mark), std::string::npos) << mark << " in " << message;
}

TEST_P(EveryJira, LetsCustomersReadWhatStaffWroteAsPlainText) {
    const bool documents = sim::jira_profile(GetParam())->documents;
    const auto texts = documents ? staff_documents(chosen_seed(), texts_count)
                                 : staff_markup(chosen_seed(), texts_count);
    Typed typed{GetParam()};
    for (int i = 0; i < texts_count; i += texts_per_order) {
        typed.act([&, i](World& world) {
            const std::string issue = world.people().issue_of(subject_of(i));
            if (issue.empty()) return std::string{};
            for (int j = i; j < i + texts_per_order; ++j) {
                const json::value& body = texts[static_cast<std::size_t>(j)].body;
                const int status = world.people().jira_do(
                    "issues/" + issue + "/comments",
                    {{body.is_object() ? "document" : "body", body}, {"user", "piotr"}}
                );
                EXPECT_EQ(status, 201) << json::write(body);
            }
            return fmt::format("staff write {} comments", texts_per_order);
        });
    }
    typed.act([&](World& world) {
        const Sides sides = world.sides();
        for (int i = 0; i < texts_count; ++i) {
            const StaffText& text = texts[static_cast<std::size_t>(i)];
            SCOPED_TRACE(fmt::format("text {}: {}", i, json::write(text.body)));
            const json::value order = market_order(sides, {{1}, {order_of(i)}});
            const auto& messages = elements(at(order, "messages"));
            const auto mine = std::ranges::find_if(messages, [&](const json::value& message) {
                const std::string content = text_or_empty(at(message, "content"));
                return content.find(text.words.front()) != std::string::npos;
            });
            EXPECT_NE(mine, messages.end());
            if (mine != messages.end()) expect_plain(text, text_or_empty(at(*mine, "content")));
            if (testing::Test::HasFailure()) break;
        }
        return std::string{"a customer reads them"};
    });
    typed.play();
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    EveryJira,
    testing::Values("server-8.4", "dc-9.12", "dc-10.3", "cloud"),
    [](const auto& one) { return replace_all(replace_all(one.param, "-", "_"), ".", "_"); }
);

}  // namespace
}  // namespace oms::simulation
