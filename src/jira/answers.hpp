#pragma once

#include "base/json.hpp"
#include "http/message.hpp"

namespace oms::jira {

/// What an answer means: its JSON (null for an empty one), or an Error of the right kind. The only
/// place that decides it. Never throws, whatever the body.
Result<json::value> read_answer(const http::Response& response, bool write, bool credentials_sent);

/// Cloud limits the writes to one issue by themselves: only that issue has to wait.
bool is_told_to_wait_for_one(const http::Response& response);

}  // namespace oms::jira
