#include <cstddef>
#include <cstdint>

#include "tests/fuzz/fuzz.hpp"

// libFuzzer's own name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {  // NOLINT
    oms::fuzz::run({reinterpret_cast<const char*>(data), size});
    return 0;
}
