#include "web/router.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::web {
namespace {

bool matches(const std::string& pattern, std::string_view path) {
    if (pattern == path) return true;
    return pattern.size() > 1 && pattern.ends_with('/') && path.starts_with(pattern);
}

}  // namespace

void Router::add(const std::vector<std::string>& methods, const std::string& path, Handle handle) {
    routes_.push_back({methods, path, std::move(handle)});
}

void Router::handle(http::Request request, const std::shared_ptr<http::Reply>& reply) const {
    const std::string path{http::path_of(request.url)};
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    std::vector<std::string> allowed;
    for (const Route& route : routes_) {
        if (!matches(route.path, path)) continue;
        if (std::ranges::find(route.methods, method) != route.methods.end()) {
            return route.handle(std::move(request), reply);
        }
        allowed.insert(allowed.end(), route.methods.begin(), route.methods.end());
    }
    if (allowed.empty()) return reply->send(http::text_response(404, "there is nothing here\n"));
    http::Response refused = http::text_response(405, "this path does not take that method\n");
    refused.headers.emplace_back("Allow", join(allowed, ", "));
    reply->send(std::move(refused));
}

}  // namespace oms::web
