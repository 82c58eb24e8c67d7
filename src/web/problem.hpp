#pragma once

#include <string>

#include "base/json.hpp"
#include "http/message.hpp"

namespace oms::web {

/// An answer that is none, as RFC 9457 has it; `detail` is for people and says what to do.
http::Response problem(int status, const std::string& detail);

http::Response json_answer(int status, const json::value& body);

}  // namespace oms::web
