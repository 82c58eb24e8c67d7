#include "base/random.hpp"

#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "base/check.hpp"

namespace oms {

SystemRandom::SystemRandom() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    engine_.seed(seed);
}

std::uint64_t SystemRandom::next() {
    const std::scoped_lock lock{mutex_};
    return engine_();
}

std::string random_hex_32(Random& random) {
    return fmt::format("{:016x}{:016x}", random.next(), random.next());
}

std::string unguessable_hex_64() {
    std::array<unsigned char, 32> bytes{};
    OMS_CHECK(getentropy(bytes.data(), bytes.size()) == 0);
    std::string text;
    for (const unsigned char byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace oms
