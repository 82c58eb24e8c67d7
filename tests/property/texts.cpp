#include "tests/property/texts.hpp"

#include <stdexcept>

#include "base/text.hpp"

namespace oms::property {
namespace {

using Pieces = std::vector<std::string>;

const Pieces words{
    "a",
    "Z",
    "word",
    "7",
    " ",
    " ",
    "  ",
    ".",
    ",",
    "h",
    "bq",
    "code",
    "ż",
    "ß",
    "Ω",
    "я",
    "字",
    "(",
    ")",
    ":",
    "e\u0301",
    "\u00A0",
    "“",
    "”",
    "…",
    "—",
    "²",
    "😀",
    "👩‍👩‍👧",
    "\n",
    "\n",
    "\t"};

const Pieces signs{"*",   "_",    "-",    "+",  "^",  "~",   "{",   "}",   "[",   "]",  "|",
                   "!",   "\\",   "?",    "#",  "%",  "@",   "??",  "{{",  "}}",  "[~", "--",
                   "---", "----", "\\\\", "||", "*#", "\\{", "\\*", "\\(", "\\[", "\\]"};

const Pieces wholes{
    "h1. ",
    "h6.",
    "bq. ",
    "* ",
    "- ",
    "# ",
    "** ",
    "|a|b|",
    "{code}",
    "{code:java|title=x}",
    "{noformat}",
    "{color:red}",
    "{quote}",
    "{panel}",
    "{*}x{*}",
    "{{mono}}",
    "*bold*",
    "_it_",
    "-gone-",
    "+new+",
    "^up^",
    "~low~",
    "??cite??",
    "[~admin]",
    "[~accountid:5b10]",
    "[a|http://x.example]",
    "[http://x.example]",
    "[mailto:a@x.example]",
    "[^file.txt]",
    "[#anchor]",
    "[internal]",
    "!pic.png!",
    "!http://x.example/p.png|thumbnail!",
    "https://x.example/a_b-c?d=e#f",
    "jane_doe@x.example",
    "EOSC-7",
    "(x)",
    "(y)",
    "(*r)",
    "(flag)",
    ":)",
    ";-)",
    "\\\\server\\share",
    "C:\\dir\\",
    "\\(a+b\\)",
    "50\\%"};

Pieces all_of(const std::vector<Pieces>& lists) {
    Pieces all;
    for (const Pieces& pieces : lists)
        all.insert(all.end(), pieces.begin(), pieces.end());
    return all;
}

rc::Gen<std::string> joined(const Pieces& pieces) {
    return rc::gen::map(
        rc::gen::container<Pieces>(rc::gen::elementOf(pieces)),
        [](const Pieces& chosen) { return join(chosen, ""); }
    );
}

}  // namespace

rc::Gen<std::string> text() { return joined(all_of({words, signs, wholes})); }

rc::Gen<std::string> raw_text() {
    const Pieces bad{
        std::string(1, '\0'),
        "\x01",
        "\x0B",
        "\x1F",
        "\x7F",
        "\r",
        "\r\n",
        "\r\r\n",
        "\x80",
        "\xC0\xAF",
        "\xC3",
        "\xE2\x80",
        "\xED\xA0\x80",
        "\xF0\x9F\x98",
        "\xF4\x90\x80\x80",
        "\xFF",
        zero_width_space};
    return joined(all_of({words, signs, wholes, bad, bad, bad}));
}

rc::Gen<std::string> marks() {
    return joined({"a", "b", "1", " ",      "\n", "*", "_",  "-",  "+",  "^", "~",
                   "{", "}", "[", "]",      "|",  "!", "\\", "?",  "#",  ".", ":",
                   "“", "…", "ż", "\u0301", "(",  ")", "x",  "h1", "bq", "%", "@"});
}

std::u32string code_points(std::string_view utf8) {
    std::u32string points;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[at]);
        const std::size_t size = first < 0x80   ? 1
                                 : first < 0xC2 ? 0
                                 : first < 0xE0 ? 2
                                 : first < 0xF0 ? 3
                                 : first < 0xF5 ? 4
                                                : 0;
        if (size == 0 || at + size > utf8.size()) throw std::runtime_error{"no UTF-8"};
        char32_t point = size == 1 ? first : first & (0xFFU >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) {
            const auto next = static_cast<unsigned char>(utf8[at + i]);
            if ((next & 0xC0U) != 0x80U) throw std::runtime_error{"no UTF-8"};
            point = (point << 6U) | (next & 0x3FU);
        }
        constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (point < smallest.at(size) || point > 0x10FFFF || surrogate)
            throw std::runtime_error{"no UTF-8"};
        points += point;
        at += size;
    }
    return points;
}

std::string without_zero_width_space(std::string text) {
    return replace_all(std::move(text), zero_width_space, "");
}

}  // namespace oms::property
