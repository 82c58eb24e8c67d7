#include "web/dashboard.hpp"

#include "web/assets.hpp"

namespace oms::web {
namespace {

constexpr std::string_view folder = "/ui/";
constexpr std::string_view help_folder = "/ui/help/";

constexpr std::string_view dashboard_html = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>oms-jira</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/ui/app.css">
</head>
<body>
<div id="app"><noscript>The dashboard needs JavaScript. The same is told by the command
oms-jira status, and by the API at /openapi.json.</noscript></div>
<script type="module" src="/ui/app.js"></script>
</body>
</html>
)html";

/// `app.js` is embedded as `dashboard.js`, `icons.svg` as `dashboard-icons.svg`.
std::string asset_of(std::string_view name) {
    if (name.starts_with("app.")) return "dashboard" + std::string{name.substr(3)};
    return "dashboard-" + std::string{name};
}

/// `attention` is embedded as `help-attention.html`, `style.css` as `help.css`.
std::string help_asset_of(std::string_view name) {
    if (name.empty()) return "help-index.html";
    if (name == "style.css") return "help.css";
    if (name == "theme.js") return "help.js";
    const bool file = name.find('.') != std::string_view::npos;
    return "help-" + std::string{name} + (file ? "" : ".html");
}

void send_page(const http::Request& request, http::Reply& reply) {
    if (find_asset("dashboard.html")) return send_asset("dashboard.html", request, reply);
    http::Response response{
        .status = 200, .headers = page_headers(), .body = std::string{dashboard_html}};
    response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
    reply.send(std::move(response));
}

}  // namespace

void add_dashboard(Router& router) {
    router.add({"GET"}, "/ui", [](const http::Request&, const auto& reply) {
        reply->send({.status = 302, .headers = {{"Location", std::string{folder}}}});
    });
    router.add({"GET"}, std::string{folder}, [](const http::Request& request, const auto& reply) {
        const std::string_view path = http::path_of(request.url);
        if (path.starts_with(help_folder)) {
            const std::string asset = help_asset_of(path.substr(help_folder.size()));
            return send_asset(asset, request, *reply);
        }
        const std::string_view name = path.substr(folder.size());
        const std::string asset = asset_of(name);
        const bool file = name.find('.') != std::string_view::npos;
        if (find_asset(asset)) return send_asset(asset, request, *reply);
        if (file) return reply->send(http::text_response(404, "there is nothing here\n"));
        send_page(request, *reply);
    });
}

}  // namespace oms::web
