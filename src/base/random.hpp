#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace oms {

/// Where chance comes from: jitter, ids of log lines. A seam: the simulation seeds its own.
class Random {
public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;

    /// A number in [0, 1).
    double fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
};

/// From the system's entropy. May be used from any thread.
class SystemRandom final : public Random {
public:
    SystemRandom();
    std::uint64_t next() override;

private:
    std::mutex mutex_;  // guards engine_
    std::mt19937_64 engine_;
};

/// The same numbers for the same seed. For one thread.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : engine_{seed} {}
    std::uint64_t next() override { return engine_(); }

private:
    std::mt19937_64 engine_;
};

/// 32 lower-case hexadecimal digits.
std::string random_hex_32(Random& random);

/// 64 lower-case hexadecimal digits that nobody can guess, from the kernel: what proves who somebody
/// is must not come from an engine that tells its next number by the last ones.
std::string unguessable_hex_64();

}  // namespace oms
