#include "web/api_routes.hpp"

#include "base/text.hpp"

namespace oms::web {
namespace {

bool is_like(std::string_view pattern, const std::vector<std::string>& path) {
    const auto parts = split(pattern, '/');
    if (parts.size() != path.size()) return false;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (parts[i] != "*" && parts[i] != path[i]) return false;
    return true;
}

}  // namespace

FoundRoute find_route(
    const std::vector<ApiRoute>& routes,
    std::string_view method,
    const std::vector<std::string>& path
) {
    FoundRoute found;
    for (const ApiRoute& route : routes) {
        if (!is_like(route.path, path)) continue;
        if (route.method == method) return {.route = &route};
        found.allowed.emplace_back(route.method);
    }
    return found;
}

}  // namespace oms::web
