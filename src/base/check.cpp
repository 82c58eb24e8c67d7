#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace oms {

void check_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "check failed: %s (%s:%d)\n", what, file, line);
    std::abort();
}

}  // namespace oms
