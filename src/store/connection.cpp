#include "store/connection.hpp"

#include "base/text.hpp"

namespace oms::store {

std::int64_t Value::integer() const { return integer_if().value_or(0); }

std::string Value::text() const {
    if (const auto* text = std::get_if<std::string>(&held_)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&held_)) return std::to_string(*number);
    return "";
}

std::optional<std::int64_t> Value::integer_if() const {
    if (const auto* number = std::get_if<std::int64_t>(&held_)) return *number;
    if (const auto* text = std::get_if<std::string>(&held_)) return parse_int(*text);
    return std::nullopt;
}

std::optional<Instant> Value::instant_if() const {
    if (is_null()) return std::nullopt;
    return instant();
}

}  // namespace oms::store
