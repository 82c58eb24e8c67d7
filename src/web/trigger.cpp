#include "web/trigger.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

namespace oms::web {
namespace {

bool is_right(const TriggerSettings& settings, const std::string& credential) {
    constexpr std::string_view scheme = "basic ";
    if (!starts_with_ignoring_case(credential, scheme)) return false;
    const auto decoded = from_base64(trim(std::string_view{credential}.substr(scheme.size())));
    if (!decoded) return false;
    const auto colon = decoded->find(':');
    if (colon == std::string::npos) return false;
    const bool user = matches(Secret{settings.user}, decoded->substr(0, colon));
    const bool password = matches(settings.password, decoded->substr(colon + 1));
    return user && password;
}

}  // namespace

bool is_authorized(const TriggerSettings& settings, const http::Request& request) {
    if (settings.password.empty()) return true;
    const auto header = http::header(request.headers, "Authorization");
    if (header && is_right(settings, *header)) return true;
    const auto query = http::parameter(http::query_of(request.url), "authorization");
    if (query && is_right(settings, *query)) return true;
    const auto form = http::parameter(http::form_of(request.body), "authorization");
    return form && is_right(settings, *form);
}

}  // namespace oms::web
