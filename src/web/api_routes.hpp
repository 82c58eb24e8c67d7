#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "web/api_call.hpp"

namespace oms::web {

/// What one path and method does. In `path`, `*` stands for any one part.
struct ApiRoute {
    std::string_view method = {};
    std::string_view path = {};
    Role role = Role::viewer;
    std::function<http::Response(const ApiCall&)> answer = {};
};

/// The route of a request; nothing where no path is like it. `allowed`: the methods of those that
/// are, where none takes this one.
struct FoundRoute {
    const ApiRoute* route = nullptr;
    std::vector<std::string> allowed = {};
};
FoundRoute find_route(
    const std::vector<ApiRoute>& routes,
    std::string_view method,
    const std::vector<std::string>& path
);

}  // namespace oms::web
