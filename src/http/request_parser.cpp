#include "http/request_parser.hpp"

#include <functional>

#include <boost/beast/http/error.hpp>

#include "base/text.hpp"

namespace oms::http {
namespace {

namespace bhttp = boost::beast::http;

/// No value of a header is farther from its name than the room to read into is long.
constexpr std::size_t header_reach = std::size_t{64} * 1024;
/// Most requests have fewer headers.
constexpr std::size_t usual_headers = 16;

bool same_word(std::string_view one, std::string_view other) {
    return one.size() == other.size() && starts_with_ignoring_case(one, other);
}

/// Whether a line break was between name and value or in the value. Beast hands out a value where it
/// was received, behind its name; only one that it had to put together lies elsewhere.
bool is_folded(std::string_view name, std::string_view value) {
    const std::less<> before;
    const char* name_end = name.data() + name.size();
    const bool in_place =
        !before(value.data(), name_end) && before(value.data(), name.data() + header_reach);
    if (!in_place) return true;
    const std::string_view between{name_end, static_cast<std::size_t>(value.data() - name_end)};
    return between.find_first_of("\r\n") != std::string_view::npos;
}

}  // namespace

void RequestParser::Single::add(std::string_view value) {
    if (count++ == 0) first = value;
}

void RequestParser::on_request_impl(
    bhttp::verb /*verb*/,
    Text method,
    Text target,
    int version,
    Error& /*error*/
) {
    request_.method = method;
    request_.url = target;
    request_.headers.reserve(usual_headers);
    version_ = version;
}

void RequestParser::on_field_impl(Field field, Text name, Text value, Error& error) {
    // What stands behind the last chunk is not a header, whatever it is called.
    if (is_header_done()) return;
    if (is_folded(name, value)) {
        error = bhttp::error::bad_value;
        return;
    }
    if (field == Field::host) ++hosts_;
    if (field == Field::content_length) length_.add(value);
    if (field == Field::transfer_encoding) encoding_.add(value);
    if (field == Field::expect) expect_.add(value);
    request_.headers.emplace_back(name, value);
}

// Grows with what comes: what was only announced takes no room.
std::size_t RequestParser::on_body_impl(Text part, Error& /*error*/) {
    request_.body.append(part.data(), part.size());
    return part.size();
}

std::size_t
RequestParser::on_chunk_body_impl(std::uint64_t /*remaining*/, Text part, Error& error) {
    return on_body_impl(part, error);
}

bool RequestParser::wants_continue() const { return same_word(expect_.first, "100-continue"); }

std::optional<std::string> RequestParser::ambiguity() const {
    if (hosts_ > 1 || (hosts_ == 0 && version_ == 11)) return "exactly one Host header is needed";
    if (length_.count > 1) return "more than one Content-Length";
    if (length_.count > 0 && encoding_.count > 0) {
        return "both Content-Length and Transfer-Encoding";
    }
    // Beast takes `1, 1` for 1, and a coding that it does not know for none.
    if (length_.count > 0 && !parse_int(length_.first)) return "Content-Length must be one number";
    if (encoding_.count > 0 && !same_word(encoding_.first, "chunked")) {
        return "Transfer-Encoding must be chunked";
    }
    if (encoding_.count > 0 && version_ != 11) return "Transfer-Encoding needs HTTP/1.1";
    if (!request_.url.starts_with('/')) return "the target must be a path";
    return std::nullopt;
}

}  // namespace oms::http
