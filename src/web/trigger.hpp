#pragma once

#include <string>

#include "base/secret.hpp"
#include "http/message.hpp"

namespace oms::web {

struct TriggerSettings {
    std::string user = "oms";
    Secret password = {};  ///< empty: no credential is asked for
};

/// Whether a trigger call bears the right credential, in any of the places where the marketplace
/// really puts it: form body, query, or an Authorization header; either base64 alphabet.
bool is_authorized(const TriggerSettings& settings, const http::Request& request);

}  // namespace oms::web
