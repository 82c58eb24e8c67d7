// The marketplace's trigger: its credential is found in each of its places, and only the right one.
#include "base/digest.hpp"
#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "web/trigger.hpp"

namespace oms::fuzz {
namespace {

constexpr std::string_view right = "oms:Zażółć?>~";

/// Decoded bit by bit, in either alphabet.
std::string decoded(std::string_view text) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bits;
    for (char character : text) {
        if (character == '-') character = '+';
        if (character == '_') character = '/';
        const auto digit = digits.find(character);
        if (digit == std::string_view::npos) continue;
        for (int bit = 5; bit >= 0; --bit)
            bits += (digit >> static_cast<unsigned>(bit) & 1U) != 0 ? '1' : '0';
    }
    std::string bytes;
    for (std::size_t at = 0; at + 8 <= bits.size(); at += 8)
        bytes += static_cast<char>(std::stoi(bits.substr(at, 8), nullptr, 2));
    return bytes;
}

bool bears(const std::optional<std::string>& credential) {
    if (!credential || credential->size() < 6) return false;
    return lower(credential->substr(0, 6)) == "basic " && decoded(credential->substr(6)) == right;
}

}  // namespace

void run(std::string_view input) {
    const web::TriggerSettings settings{.password = Secret{std::string{right.substr(4)}}};
    const Told parts = told(input);
    const http::Request request{
        .method = "POST", .url = parts.first, .headers = parts.headers, .body = parts.body};
    OMS_CHECK(web::is_authorized({}, request));
    if (web::is_authorized(settings, request)) {
        OMS_CHECK(
            bears(http::header(request.headers, "authorization")) ||
            bears(http::parameter(http::query_of(request.url), "authorization")) ||
            bears(http::parameter(http::form_of(request.body), "authorization"))
        );
    }
    // The right one, whatever stands beside it.
    const std::string other = replace_all(replace_all(base64(right), "+", "-"), "/", "_");
    for (const std::string& credential : {"Basic " + base64(right), "bAsIc " + other}) {
        http::Request again = request;
        again.headers.insert(again.headers.begin(), {"authorization", credential});
        OMS_CHECK(web::is_authorized(settings, again));
        again = request;
        again.url = "/mp/trigger?authorization=" + percent_encode(credential) + "&" + parts.first;
        OMS_CHECK(web::is_authorized(settings, again));
        again = request;
        again.body = "authorization=" + percent_encode(credential) + "&" + parts.body;
        OMS_CHECK(web::is_authorized(settings, again));
    }
}

}  // namespace oms::fuzz
