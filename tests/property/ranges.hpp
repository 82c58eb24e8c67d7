#pragma once

#include <rapidcheck.h>

namespace oms::property {

/// From `first` to before `end`, and not the part of it that the size of the case allows.
template <class Number>
rc::Gen<Number> whole_range(Number first, Number end) {
    return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(first, end));
}

}  // namespace oms::property
