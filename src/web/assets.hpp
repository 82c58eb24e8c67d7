#pragma once

#include <optional>
#include <string_view>

#include "http/server.hpp"

namespace oms::web {

/// A file that was embedded at build, gzipped.
struct Asset {
    std::string_view gzip = {};
    std::string_view content_type = {};
    std::string_view etag = {};
};

/// By its name below `ui/dist`: `swagger-ui-bundle.js`, `sandbox.js`….
std::optional<Asset> find_asset(std::string_view name);

/// Answers with the asset, as it is or (for the rare client that wants no gzip) unpacked; 304 where
/// the client has it; 404 where there is none.
void send_asset(std::string_view name, const http::Request& request, http::Reply& reply);

/// What every page of ours may do: its own scripts and styles, nothing from elsewhere.
http::Headers page_headers();

/// Of every answer, a refusal too: it is no page, nobody's frame, what it says it is, and not kept.
/// Where a page or asset says otherwise, that holds.
http::Headers answer_headers();

}  // namespace oms::web
