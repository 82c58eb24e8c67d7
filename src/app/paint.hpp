#pragma once

#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>

namespace oms::app {

/// How a word is meant, for eyes; the words say it too.
enum class Tone { plain, strong, quiet, good, careful, bad };

/// Colours, where a person looks and wants them.
class Paint {
public:
    explicit Paint(bool colours) : colours_{colours} {}
    /// Of standard output: a terminal that is not dumb, and no NO_COLOR (no-color.org).
    static Paint of_output();

    [[nodiscard]] bool colours() const { return colours_; }
    /// `text` is shown as it is: nothing foreign in it that has not been through visible().
    [[nodiscard]] std::string operator()(Tone tone, std::string_view text) const;

private:
    bool colours_;
};

struct Piece {
    Tone tone = Tone::plain;
    std::string text =
        {};  ///< may hold a remote's words: what a terminal would obey is made visible
};

/// One line of pieces.
void print(std::ostream& out, const Paint& paint, std::initializer_list<Piece> pieces);

}  // namespace oms::app
