#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

/// How values stand on the wire of the operators' API.
namespace oms::ops {

/// RFC 3339 with milliseconds.
json::value time_json(Instant at);
/// null where there is none.
json::value time_json(const std::optional<Instant>& at);
/// null where it is empty.
json::value text_or_null(const std::string& text);
double seconds(Duration duration);

/// Which part of a list is asked for.
struct Page {
    std::string cursor = {};  ///< "": from its beginning
    int limit = 50;
};

/// `{"items": …, "next": …}`; `next` is empty where the list has ended.
json::object list_json(json::array items, const std::string& next);

/// The number that a cursor is; nothing where it is none of ours.
std::optional<std::int64_t> cursor_number(const std::string& cursor);

}  // namespace oms::ops
