#include "web/problem.hpp"

namespace oms::web {

http::Response problem(int status, const std::string& detail) {
    http::Response response = json_answer(
        status,
        json::object{
            {"type", "about:blank"},
            {"title", http::reason_phrase(status)},
            {"status", status},
            {"detail", detail}}
    );
    response.headers[0].second = "application/problem+json; charset=utf-8";
    return response;
}

http::Response json_answer(int status, const json::value& body) {
    return http::json_response(status, json::write(body) + "\n");
}

}  // namespace oms::web
