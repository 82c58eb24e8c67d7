#pragma once

#include "base/json.hpp"
#include "http/message.hpp"

namespace oms::jira {

/// What an answer means: its JSON (null for an empty one), or an Error of the right kind. The only
/// place that decides it. Never throws, whatever the body.
Result<json::value> read_answer(const http::Response& response, bool write, bool credentials_sent);

}  // namespace oms::jira
