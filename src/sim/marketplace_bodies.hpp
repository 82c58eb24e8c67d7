#pragma once

#include <string>

#include "base/json.hpp"

/// What the Ordering API makes of a request's body: which keys reach the inner object (contract
/// 1.3), and the words of the json-schema gem for what is wrong with it. Pure.
namespace oms::sim::mp {

enum class Wrapper { message, project_item };

/// Of a body that was not wrapped: its columns, and a message's documented keys.
json::object wrapped(const json::object& given, Wrapper wrapper);

/// Of a body that came wrapped: all of it, but blank documented keys of a message.
json::object documented(const json::object& given, Wrapper wrapper);

/// What is wrong with a new message, a change of an item, an edit of a message; "" where nothing is.
std::string message_fault(const json::object& body);
std::string item_fault(const json::object& body);
std::string edit_fault(const json::object& body);

}  // namespace oms::sim::mp
