// JSON from anywhere: refused with a place, or the same again after it was written.
#include <array>

#include "base/json.hpp"
#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/excerpt.hpp"

namespace oms::fuzz {

void run(std::string_view input) {
    static constexpr std::array of_issue{json::Wanted{"id"}, json::Wanted{"fields"}};
    static constexpr std::array wanted{json::Wanted{"a"}, json::Wanted{"issue", of_issue}};
    OMS_CHECK(test::excerpt_is_right(input, wanted));
    const auto parsed = json::parse(input);
    if (!parsed) {
        check_words(parsed.error().says);
        // A payload may hold secrets: the error quotes nothing.
        OMS_CHECK(parsed.error().says.size() < 100);
        return;
    }
    const std::string written = json::write(*parsed);
    OMS_CHECK(is_utf8(written));
    OMS_CHECK(written.find_first_of("\n\r\t") == std::string::npos);
    const auto again = json::parse(written);
    OMS_CHECK(again.has_value());
    OMS_CHECK(*again == *parsed);
    OMS_CHECK(json::write(*again) == written);

    for (const json::value* value : values_in(*parsed)) {
        const auto text = json::text(*value);
        const bool plain = !value->is_null() && !value->is_structured();
        OMS_CHECK(text.has_value() == plain);
        if (text) OMS_CHECK(is_utf8(*text));
        const auto number = json::integer(*value);
        if (number && value->is_int64()) OMS_CHECK(text == std::to_string(*number));
        OMS_CHECK(json::at(*value, "\x01none").is_null());
    }
}

}  // namespace oms::fuzz
