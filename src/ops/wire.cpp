#include "ops/wire.hpp"

#include "base/text.hpp"

namespace oms::ops {

json::value time_json(Instant at) { return json::value(to_rfc3339(at, 3)); }

json::value time_json(const std::optional<Instant>& at) {
    return at ? time_json(*at) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

json::object list_json(json::array items, const std::string& next) {
    return {{"items", std::move(items)}, {"next", text_or_null(next)}};
}

std::optional<std::int64_t> cursor_number(const std::string& cursor) {
    if (cursor.empty()) return 0;
    const auto number = parse_int(cursor);
    if (!number || *number <= 0) return std::nullopt;
    return number;
}

}  // namespace oms::ops
