#pragma once

namespace oms::app {

inline constexpr const char* version = "0.1.0";

}  // namespace oms::app
