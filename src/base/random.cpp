#include "base/random.hpp"

#include <fmt/format.h>

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

}  // namespace oms
