#include "base/secret.hpp"

#include <openssl/crypto.h>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace oms {

Secret::Secret(std::string text) : text_{std::move(text)}, digest_{sha256_hex(text_)} {}

bool matches(const Secret& secret, std::string_view given) {
    if (secret.empty()) return false;
    // Digests are of one length, whatever they are of.
    const std::string digest = sha256_hex(given);
    OMS_CHECK(digest.size() == secret.digest_.size());
    return CRYPTO_memcmp(digest.data(), secret.digest_.data(), digest.size()) == 0;
}

std::string redacted(std::string text, const Secret& secret) {
    constexpr std::size_t found_by_chance = 4;
    const std::string& plain = secret.reveal();
    if (plain.size() < found_by_chance) return text;
    for (const std::string& form : {plain, base64(plain), percent_encode(plain)})
        text = replace_all(std::move(text), form, "***");
    return text;
}

}  // namespace oms
