#pragma once

namespace oms {

/// Says what cannot be and ends the process: exactly-once is worth a restart. Stays on in release.
[[noreturn]] void check_failed(const char* what, const char* file, int line);

}  // namespace oms

#define OMS_CHECK(condition) \
    (static_cast<bool>(condition) ? void() : ::oms::check_failed(#condition, __FILE__, __LINE__))
