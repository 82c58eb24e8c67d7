#include "web/api_page.hpp"

#include "web/assets.hpp"

namespace oms::web {
namespace {

constexpr std::string_view api_html = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>oms-jira: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/swagger-ui.css">
<link rel="stylesheet" href="assets/api.css">
</head>
<body>
<div id="swagger"><p>oms-jira keeps the orders of a marketplace and the issues of a Jira project in
step. This page needs JavaScript to show the API; the document itself is at
<a href="openapi.json">openapi.json</a>.</p></div>
<script src="assets/swagger-ui-bundle.js"></script>
<script type="module" src="assets/api.js"></script>
</body>
</html>
)html";

}  // namespace

void add_api_page(Router& router) {
    router.add({"GET"}, "/", [](const http::Request&, const auto& reply) {
        http::Response response{
            .status = 200, .headers = page_headers(), .body = std::string{api_html}};
        response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
        reply->send(std::move(response));
    });
    router.add({"GET"}, "/openapi.json", [](const http::Request&, const auto& reply) {
        reply->send(http::json_response(200, openapi_document()));
    });
    router.add({"GET"}, "/assets/", [](const http::Request& request, const auto& reply) {
        constexpr std::string_view folder = "/assets/";
        send_asset(http::path_of(request.url).substr(folder.size()), request, *reply);
    });
}

}  // namespace oms::web
