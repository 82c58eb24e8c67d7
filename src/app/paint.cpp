#include "app/paint.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool is_dumb() {
    const char* terminal = std::getenv("TERM");
    return terminal != nullptr && std::string_view{terminal} == "dumb";
}

int code_of(Tone tone) {
    switch (tone) {
    case Tone::plain: return 0;
    case Tone::strong: return 1;
    case Tone::quiet: return 2;
    case Tone::good: return 32;
    case Tone::careful: return 33;
    case Tone::bad: return 31;
    }
    return 0;
}

}  // namespace

Paint Paint::of_output() {
    return Paint{isatty(STDOUT_FILENO) == 1 && !is_set("NO_COLOR") && !is_dumb()};
}

std::string Paint::operator()(Tone tone, std::string_view text) const {
    if (!colours_ || tone == Tone::plain || text.empty()) return std::string{text};
    return fmt::format("\x1b[{}m{}\x1b[0m", code_of(tone), text);
}

void print(std::ostream& out, const Paint& paint, std::initializer_list<Piece> pieces) {
    for (const Piece& piece : pieces)
        out << paint(piece.tone, visible(piece.text));
    out << "\n";
}

}  // namespace oms::app
