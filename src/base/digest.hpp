#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oms {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// The first 16 digits of sha256_hex: enough to tell two states of one thing apart.
std::string fingerprint(std::string_view bytes);

std::string base64(std::string_view bytes);

/// Standard and URL-safe alphabet, with or without padding. Nothing where it is neither.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace oms
