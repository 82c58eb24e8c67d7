// The search by words, on every engine: what is new is found as what was sorted in, in the same order,
// part by part; what it goes through does not depend on how many there are.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "store/migrations.hpp"
#include "store/search.hpp"
#include "store/sights.hpp"
#include "tests/contract/store_contract.hpp"

namespace oms::store {
namespace {

using contract::start;

TEST(Words, AreFoundByTheirFirstLettersAndWhole) {
    EXPECT_EQ(beginnings_of("ab c-ab"), (std::vector<std::string>{"a", "ab", "ab ", "c", "c "}));
    const auto longest = beginnings_of("abcdefghijkl abcdefghijklm");
    EXPECT_EQ(longest.size(), 13U);
    EXPECT_EQ(longest.back(), "abcdefghijkl ");
    EXPECT_TRUE(beginnings_of(" -- ").empty());
}

TEST(Words, HaveLettersOfEveryScriptAndNeverAPartOfOne) {
    EXPECT_EQ(beginnings_of("łódź"), (std::vector<std::string>{"ł", "łó", "łód", "łódź", "łódź "}));
    EXPECT_EQ(beginnings_of("a–b").size(), 4U);
    EXPECT_EQ(beginnings_of("ηηηηηηηηηηηηη").size(), 12U);
}

TEST(Words, OfATextAreLookedUpByTheLongest) {
    const Sought sought = sought_in("an ada@example, of b");
    EXPECT_EQ(sought.parts, (std::vector<std::string>{"ada@example", "an", "of", "b"}));
    EXPECT_EQ(sought.keys, (std::vector<std::string>{"example", "ada ", "an"}));
    EXPECT_EQ(sought_in("abcdefghijklmnop@").keys.at(0), "abcdefghijkl");
    EXPECT_EQ(sought_in("łódź@").keys.at(0), "łódź ");
    EXPECT_TRUE(sought_in("-- %").parts.empty());
    EXPECT_TRUE(sought_in("").keys.empty());
}

TEST(Words, AreFoundWhereOneBeginsAsTyped) {
    const std::string text = "egi cloud ada o'byron ada.byron@example.org";
    for (const char* typed :
         {"ada", "cloud egi", "byr", "o'b", "ada.byron@", "@example", "ada@ ada", "example.org"}) {
        const bool wanted = std::string_view{typed} != "ada@ ada";
        EXPECT_EQ(is_found(sought_in(typed), text), wanted) << typed;
    }
    for (const char* typed : {"yron", "loud", "ada-byron", "egi x", "%", ""})
        EXPECT_FALSE(is_found(sought_in(typed), text)) << typed;
}

/// Each key by which a text is looked up is one of those that it is found by.
TEST(Words, NoTextThatMatchesIsMissed) {
    const std::vector<std::string> texts{
        "egi cloud ada byron ada@example.org", "x-ray o'neil_b łódź–ab abcdefghijklmnop@q.de"};
    for (const std::string& text : texts) {
        const auto stored = beginnings_of(text);
        for (std::size_t from = 0; from < text.size(); ++from) {
            for (std::size_t length = 1; length <= text.size() - from; ++length) {
                const std::string typed = text.substr(from, length);
                if (storable(typed) != typed) continue;  // half a letter
                const Sought sought = sought_in(typed);
                if (!is_found(sought, text)) continue;
                for (const std::string& key : sought.keys)
                    EXPECT_TRUE(std::ranges::binary_search(stored, key)) << key << " of " << typed;
            }
        }
    }
}

class SearchContract : public contract::OnEachEngine {
protected:
    void given(std::int64_t project, std::int64_t item, const std::string& customer) {
        database_->write([&](Connection& connection) {
            put_sight(
                connection,
                {.subject = Subject::of(OrderId{{project}, {item}}),
                 .title = "EGI Cloud",
                 .customer = customer,
                 .email = "someone@example.org",
                 .seen_at = start}
            );
        });
    }
    int sort(int count = 1000) {
        return store::write(*database_, [&](Connection& connection) {
            return sort_in(connection, count);
        });
    }
    std::string found(const std::string& text, int count = 50, Spot from = {}) {
        return store::read(*database_, [&](Connection& connection) {
            std::string keys;
            const Sought sought = seek(connection, text);
            while (true) {
                const auto list = spots_found(connection, sought, from, count);
                EXPECT_LE(list.size(), static_cast<std::size_t>(count));
                if (list.empty()) return keys;
                for (const Spot& spot : list)
                    keys += (keys.empty() ? "" : " ") + spot.key.substr(6);
                from = list.back();
            }
        });
    }
};

TEST_P(SearchContract, WhatIsNewIsFoundAndWhatIsSortedInAlike) {
    given(1, 1, "Ada Byron");
    given(1, 2, "Grace Hopper");
    EXPECT_EQ(found("ada"), "1/1");
    EXPECT_EQ(sort(1), 1);
    EXPECT_EQ(found("egi"), "1/2 1/1");
    EXPECT_EQ(sort(), 1);
    EXPECT_EQ(sort(), 0);
    EXPECT_EQ(found("ada"), "1/1");
    EXPECT_EQ(found("egi"), "1/2 1/1");
    EXPECT_EQ(found("hopper gra"), "1/2");
    EXPECT_EQ(found("hopper ada"), "");
    given(1, 2, "Ada Hopper");
    EXPECT_EQ(found("ada"), "1/2 1/1");
    EXPECT_EQ(found("grace"), "");
    EXPECT_EQ(sort(), 1);
    EXPECT_EQ(found("ada"), "1/2 1/1");
    EXPECT_EQ(found("grace"), "");
    given(1, 2, "Ada Hopper");
    EXPECT_EQ(sort(), 0) << "nothing is new of it";
}

TEST_P(SearchContract, ListsInTheOrderOfTheListWhateverThePage) {
    for (const std::int64_t project : {1, 7, 8, 9, 63, 64, 65, 200, 5'000'000})
        for (const std::int64_t item : {1, 2, 10})
            given(project, item, item == 2 ? "Ada Byron" : "Grace Hopper");
    const std::string all = "5000000/2 200/2 65/2 64/2 63/2 9/2 8/2 7/2 1/2";
    for (const bool sorted : {false, true}) {
        if (sorted) sort();
        for (const int count : {1, 2, 4, 9, 50}) {
            EXPECT_EQ(found("byron", count), all);
            EXPECT_EQ(found("cloud", count).substr(0, 29), "5000000/10 5000000/2 5000000/");
            EXPECT_EQ(
                found("byron", count, {.project = 64, .key = "order/64/2"}), "63/2 9/2 8/2 7/2 1/2"
            );
            EXPECT_EQ(found("byron", count, {.project = 64, .key = ""}), "63/2 9/2 8/2 7/2 1/2");
        }
    }
    // Half of it is new.
    given(64, 3, "Ada Byron");
    given(3, 3, "Ada Byron");
    for (const int count : {1, 3, 50})
        EXPECT_EQ(found("ada", count), "5000000/2 200/2 65/2 64/3 64/2 63/2 9/2 8/2 7/2 3/3 1/2");
}

TEST_P(SearchContract, FindsAllTheSameWhereMuchWaitsToBeSortedIn) {
    const int orders = 1100;
    database_->write([&](Connection& connection) {
        for (int i = 1; i <= orders; ++i)
            put_sight(
                connection,
                {.subject = Subject::of(OrderId{{i}, {1}}),
                 .customer = i % 500 == 0 ? "Ada Byron" : "Grace Hopper",
                 .seen_at = start}
            );
    });
    EXPECT_EQ(found("ada"), "1000/1 500/1");
    EXPECT_EQ(found("byr", 1), "1000/1 500/1");
    sort(200);
    EXPECT_EQ(found("ada"), "1000/1 500/1");
    while (sort(200) > 0)
        ;
    EXPECT_EQ(found("ada"), "1000/1 500/1");
}

TEST_P(SearchContract, TextsOfEveryKindAreSortedIn) {
    given(1, 1, "Łukasz \"O'Brien\" \\ x");
    given(1, 2, std::string{"a\0b", 3});
    given(1, 3, "\xFF\xFE broken");
    EXPECT_EQ(sort(), 3);
    EXPECT_EQ(found("Łuk"), "1/1");
    EXPECT_EQ(found("\"o'brien"), "1/1");
    EXPECT_EQ(found("broken"), "1/3");
    EXPECT_EQ(found("byron"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    SearchContract,
    testing::Values("memory", "file", "postgres", "pooled"),
    [](const auto& one) { return std::string{one.param}; }
);

}  // namespace
}  // namespace oms::store
