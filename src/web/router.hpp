#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/server.hpp"

namespace oms::web {

/// Method and path to handler. Paths match whole; one that ends in `/` matches all below it.
/// Unknown paths are 404, known ones with another method 405 with Allow; HEAD is served by GET.
class Router {
public:
    using Handle = std::function<void(http::Request, std::shared_ptr<http::Reply>)>;

    void add(const std::vector<std::string>& methods, const std::string& path, Handle handle);
    void handle(http::Request request, const std::shared_ptr<http::Reply>& reply) const;

private:
    struct Route {
        std::vector<std::string> methods;
        std::string path;
        Handle handle;
    };
    std::vector<Route> routes_;
};

}  // namespace oms::web
