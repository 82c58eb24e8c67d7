#include "base/secret.hpp"

#include "base/digest.hpp"

namespace oms {

bool matches(const Secret& secret, std::string_view given) {
    if (secret.empty()) return false;
    // Comparing digests hides the length as well.
    const std::string wanted = sha256_hex(secret.reveal());
    const std::string got = sha256_hex(given);
    unsigned difference = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        difference |= static_cast<unsigned>(wanted[i] ^ got[i]);
    }
    return difference == 0;
}

}  // namespace oms
