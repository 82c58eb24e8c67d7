#pragma once

#include "web/router.hpp"

namespace oms::web {

/// `GET /`: the API's documentation (Swagger UI, embedded), and `GET /openapi.json`.
void add_api_page(Router& router);

/// The OpenAPI 3.1 document of what this service answers.
const std::string& openapi_document();

}  // namespace oms::web
