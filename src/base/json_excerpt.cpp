#include "base/json_excerpt.hpp"

#include <algorithm>
#include <new>

#include <simdjson.h>

namespace oms::json {
namespace {

using boost::json::storage_ptr;
namespace dom = simdjson::dom;

/// Larger ones are rare, and room for them, fifteen times as much, would be kept.
constexpr std::size_t text_bytes_max = std::size_t{128} * 1024;

value copied(
    const dom::element& element,
    std::span<const Wanted> wanted,
    const storage_ptr& storage
);

value copied_members(
    const dom::object& members,
    std::span<const Wanted> wanted,
    const storage_ptr& storage
) {
    object copy(storage);
    for (const auto& [name, member] : members) {
        const auto found = std::ranges::find(wanted, std::string_view{name}, &Wanted::name);
        if (!wanted.empty() && found == wanted.end()) continue;
        const auto within = wanted.empty() ? std::span<const Wanted>{} : found->members;
        // Of a name that is there twice, the last.
        copy.insert_or_assign(name, copied(member, within, storage));
    }
    return copy;
}

value copied(
    const dom::element& element,
    std::span<const Wanted> wanted,
    const storage_ptr& storage
) {
    switch (element.type()) {
    case dom::element_type::OBJECT: return copied_members(element.get_object(), wanted, storage);
    case dom::element_type::ARRAY: {
        array copy(storage);
        for (const dom::element one : dom::array{element})
            copy.push_back(copied(one, wanted, storage));
        return copy;
    }
    case dom::element_type::INT64: return value(std::int64_t{element}, storage);
    case dom::element_type::UINT64: return value(std::uint64_t{element}, storage);
    case dom::element_type::DOUBLE: return value(double{element}, storage);
    case dom::element_type::STRING:
        return value(boost::json::string_view{std::string_view{element}}, storage);
    case dom::element_type::BOOL: return value(bool{element}, storage);
    case dom::element_type::NULL_VALUE: break;
    }
    return value(storage);
}

/// It takes one level less than is allowed: the last is left to parse().
dom::parser with_depth() {
    dom::parser parser{text_bytes_max};
    if (parser.allocate(text_bytes_max / 8, depth_max) != simdjson::SUCCESS) throw std::bad_alloc{};
    return parser;
}

}  // namespace

Result<value> parse_excerpt(std::string_view text, std::span<const Wanted> wanted, Arena& arena) {
    // Each thread's own: it keeps the room for the next document.
    thread_local dom::parser parser = with_depth();
    if (text.size() > text_bytes_max) return parse(text, arena);
    const auto document = parser.parse(text.data(), text.size());
    // It says neither where nor what we take all the same, such as half a surrogate pair.
    if (document.error() != simdjson::SUCCESS) return parse(text, arena);
    return copied(document.value_unsafe(), wanted, &arena);
}

}  // namespace oms::json
