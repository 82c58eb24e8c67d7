#pragma once

/// Faults planted on purpose, to try the tests themselves: OMS_PLANTED("name") is `false` in
/// everything that ships, and true in the one program that is built with OMS_PLANTED_FAULTS while
/// that fault is switched on. Only tests/simulation builds it.
///
/// OMS_RARE("room.what") marks a branch that is rarely taken. It is nothing in what ships; that same
/// program counts how often each was passed, and fails where one never was.
#ifdef OMS_PLANTED_FAULTS

#    include <algorithm>
#    include <cstdint>
#    include <string_view>

namespace oms::planted {

/// A name as a template's argument, so that every mark is known before it is passed.
template <std::size_t N>
struct Name {
    char text[N];
    // Implicit: a literal is a name.
    constexpr Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

/// One of either, known from the start of the program. Counted by one thread only.
struct Place {
    Place(std::string_view place, bool fault);

    std::string_view name;
    bool is_fault;
    std::uint64_t passed = 0;  ///< how often; of a fault: while it was switched on
    bool on = false;           ///< of a fault
    Place* next = nullptr;
};

/// All of them, chained.
Place*& places();

template <Name name, bool fault>
struct Known {
    static inline Place place{name.text, fault};
};

template <Name name>
bool is_on() {
    Place& place = Known<name, true>::place;
    if (place.on) ++place.passed;
    return place.on;
}

template <Name name>
void pass() {
    ++Known<name, false>::place.passed;
}

}  // namespace oms::planted

#    define OMS_PLANTED(name) (::oms::planted::is_on<name>())
#    define OMS_RARE(name) (::oms::planted::pass<name>())

#else

#    define OMS_PLANTED(name) false
#    define OMS_RARE(name) static_cast<void>(0)

#endif
