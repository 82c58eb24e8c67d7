#include "tests/property/wiki_model.hpp"

#include <algorithm>

#include "tests/property/texts.hpp"

namespace oms::property {
namespace {

/// One character; a mark that was escaped is only a character.
struct Glyph {
    char32_t code = 0;
    bool escaped = false;
};
using Line = std::vector<Glyph>;

bool is_space(char32_t code) { return code == ' ' || code == '\t' || code == '\n'; }

/// Java's \p{L} and \p{Nd}, as far as our texts have them.
bool is_letter_or_digit(char32_t code) {
    const bool ascii = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
                       (code >= 'A' && code <= 'Z');
    const bool latin_greek_cyrillic = code >= 0xC0 && code <= 0x52F && code != 0xD7 &&
                                      code != 0xF7 && !(code >= 0x300 && code <= 0x36F);
    return ascii || latin_greek_cyrillic || (code >= 0x4E00 && code <= 0x9FFF);
}

class Renderer {
public:
    explicit Renderer(std::string_view markup) : points_{code_points(markup)} {}

    Rendered render() {
        read_escapes();
        for (const Line& line : lines_) {
            find_blocks(line);
            find_dashes(line);
            find_links(line);
            find_emoticons(line);
            for (const char32_t mark : std::u32string{U"*_-+^~!"})
                find_phrase(line, std::u32string(1, mark));
            find_phrase(line, U"??");
        }
        find_in_raw();
        find_braces();
        return std::move(rendered_);
    }

private:
    void effect(const std::string& name) { rendered_.effects.push_back(name); }

    [[nodiscard]] char32_t at(std::size_t i) const { return i < points_.size() ? points_[i] : 0; }

    void show(Glyph glyph) {
        if (glyph.code == '\n') {
            lines_.emplace_back();
        } else {
            lines_.back().push_back(glyph);
        }
        if (glyph.code != 0x200B) shown_ += glyph.code;
    }

    /// A backslash escapes a mark, unless another backslash stands before it; two of them break the
    /// line, unless more backslashes follow in the same word. All others are what they look like.
    void read_escapes() {
        const std::u32string escapable = U"-#*_+?^~|%{}[]()!@";
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const bool backslash = points_[i] == '\\';
            const bool first = backslash && (i == 0 || points_[i - 1] != '\\');
            if (first && escapable.find(at(i + 1)) != std::u32string::npos && at(i + 1) != 0) {
                show({.code = points_[++i], .escaped = true});
                continue;
            }
            if (first && at(i + 1) == '\\') {
                std::size_t end = i + 2;
                while (end < points_.size() && !is_space(points_[end]) && points_[end] != '\\')
                    ++end;
                if (at(end) != '\\') effect("line break");
            }
            show({.code = points_[i]});
        }
        for (const char32_t point : shown_)
            rendered_.text += to_utf8(point);
    }

    static std::string to_utf8(char32_t point) {
        const auto tail = [&](unsigned shift) {
            return static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
        };
        const auto head = [](char32_t bits) { return static_cast<char>(bits); };
        if (point < 0x80) return {head(point)};
        if (point < 0x800) return {head(0xC0U | (point >> 6U)), tail(0)};
        if (point < 0x10000) return {head(0xE0U | (point >> 12U)), tail(6), tail(0)};
        return {head(0xF0U | (point >> 18U)), tail(12), tail(6), tail(0)};
    }

    static std::size_t indent_of(const Line& line) {
        std::size_t start = 0;
        while (start < line.size() && is_space(line[start].code))
            ++start;
        return start;
    }

    static bool has(const Line& line, std::size_t at, std::u32string_view bare) {
        for (std::size_t i = 0; i < bare.size(); ++i) {
            if (at + i >= line.size() || line[at + i].escaped || line[at + i].code != bare[i])
                return false;
        }
        return true;
    }

    void find_blocks(const Line& line) {
        const std::size_t start = indent_of(line);
        if (has(line, start, U"|")) effect("table");
        if (has(line, start, U"bq.")) effect("quotation");
        if (has(line, start, U"----")) effect("rule");
        const bool heading = has(line, start, U"h") && start + 2 < line.size() &&
                             line[start + 1].code >= '1' && line[start + 1].code <= '6' &&
                             line[start + 2].code == '.';
        if (heading) effect("heading");
        std::size_t end = start;
        while (has(line, end, U"*") || has(line, end, U"-") || has(line, end, U"#"))
            ++end;
        if (end > start && (end == line.size() || is_space(line[end].code))) effect("list");
    }

    void find_dashes(const Line& line) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            std::size_t end = i;
            while (has(line, end, U"-"))
                ++end;
            const bool dash = end - i == 2 || end - i == 3;
            const bool apart = (i == 0 || is_space(line[i - 1].code)) &&
                               (end == line.size() || is_space(line[end].code));
            if (dash && apart) effect("dash");
        }
    }

    void find_links(const Line& line) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (!has(line, i, U"[")) continue;
            for (std::size_t end = i + 2; end < line.size(); ++end) {
                if (has(line, end, U"]")) return effect("link");
            }
        }
    }

    /// Those in parentheses, which say something else than what was typed. A `:)` that becomes a
    /// face is still read as one.
    void find_emoticons(const Line& line) {
        for (const std::u32string_view symbol :
             {U"(y)",
              U"(n)",
              U"(i)",
              U"(/)",
              U"(x)",
              U"(!)",
              U"(+)",
              U"(-)",
              U"(?)",
              U"(on)",
              U"(off)",
              U"(*)",
              U"(*r)",
              U"(*g)",
              U"(*b)",
              U"(*y)",
              U"(flag)",
              U"(flagoff)"}) {
            for (std::size_t i = 0; i < line.size(); ++i) {
                const std::size_t end = i + symbol.size();
                const bool ends = end >= line.size() || !is_letter_or_digit(line[end].code);
                if (has(line, i, symbol) && ends) effect("emoticon");
            }
        }
    }

    /// A mark that hugs what follows and has no letter, digit or backslash before it, up to one that
    /// hugs what precedes and has no letter or digit after it.
    void find_phrase(const Line& line, const std::u32string& mark) {
        const std::size_t size = mark.size();
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (!has(line, i, mark)) continue;
            const char32_t before = i == 0 ? U' ' : line[i - 1].code;
            const std::size_t first = i + size;
            const bool opens = !is_letter_or_digit(before) && before != '\\' &&
                               first < line.size() && !is_space(line[first].code) &&
                               (line[first].code != mark[0] || line[first].escaped);
            if (!opens) continue;
            for (std::size_t end = first + 1; end < line.size(); ++end) {
                if (!has(line, end, mark)) continue;
                const char32_t last = line[end - 1].code;
                const char32_t after = end + size < line.size() ? line[end + size].code : U' ';
                const bool closes = !is_space(last) && last != '\\' && !is_letter_or_digit(after);
                if (closes) return effect(mark == U"!" ? "image" : "phrase");
            }
        }
    }

    /// Mentions are looked for in the raw text, and no escape is trusted to hide one.
    void find_in_raw() {
        std::u32string bare = points_;
        std::erase(bare, U'\\');
        if (bare.find(U"[~") != std::u32string::npos) effect("mention");
    }

    /// Macros reach over lines; `{{` is seen even where both braces were escaped.
    void find_braces() {
        bool open = false;
        char32_t previous = 0;
        for (const Line& line : lines_) {
            for (const Glyph& glyph : line) {
                if (glyph.code == '{' && previous == '{') effect("monospaced");
                if (glyph.code == '{' && !glyph.escaped) open = true;
                if (glyph.code == '}' && !glyph.escaped && open) effect("macro");
                previous = glyph.code;
            }
            previous = '\n';
        }
    }

    std::u32string points_;
    std::u32string shown_;
    std::vector<Line> lines_{1};
    Rendered rendered_;
};

}  // namespace

Rendered render(std::string_view markup) { return Renderer{markup}.render(); }

}  // namespace oms::property
