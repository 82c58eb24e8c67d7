#pragma once

#include "base/json.hpp"
#include "http/message.hpp"

namespace oms::marketplace {

/// What an answer means: its JSON, or an Error of the right kind. The only place that decides it.
Result<json::value> read_answer(const http::Response& response, bool write);

}  // namespace oms::marketplace
