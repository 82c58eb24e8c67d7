#include "sync/text_limits.hpp"

#include "base/text.hpp"

namespace oms::sync {
namespace {

/// The number after `words`, with or without thousands separators.
std::optional<std::size_t> number_after(std::string_view says, std::string_view words) {
    const auto at = says.find(words);
    if (at == std::string_view::npos) return std::nullopt;
    std::string digits;
    for (const char character : says.substr(at + words.size())) {
        if (character >= '0' && character <= '9') {
            digits += character;
        } else if (character != ',' && character != '.') {
            break;
        }
    }
    const auto number = parse_int(digits);
    if (!number || *number < 1) return std::nullopt;
    return static_cast<std::size_t>(*number);
}

/// Below that a limit is no limit, but a misreading.
constexpr std::size_t limit_least = 50;

/// What Jira said of this one field; all of it where it names none.
std::string_view said_of(const std::string& says, const std::string& field) {
    const auto at = says.find(field + ": ");
    if (at == std::string::npos) return says;
    const std::string_view rest = std::string_view{says}.substr(at);
    return rest.substr(0, rest.find("; "));
}

}  // namespace

std::optional<std::size_t> limit_in(std::string_view says) {
    if (const auto limit = number_after(says, "allowed limit of ")) return limit;
    const auto too_many = number_after(says, "must be less than ");
    if (!too_many) return std::nullopt;
    return *too_many - 1;
}

bool shorten(FieldValues& fields, const std::string& says) {
    bool shortened = false;
    for (auto& [field, value] : fields) {
        const auto limit = limit_in(said_of(says, field));
        const bool cut = value.kind == FieldValue::Kind::text && limit && *limit >= limit_least &&
                         utf16_length(value.text) > *limit;
        if (!cut) continue;
        value.text = split_for_java(value.text, *limit).front();
        shortened = true;
    }
    return shortened;
}

}  // namespace oms::sync
