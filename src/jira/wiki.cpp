#include "jira/wiki.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/planted.hpp"
#include "base/text.hpp"

namespace oms::jira::wiki {
namespace {

/// Between `[` and `~`, `{` and `{`: mentions are found in the raw text, and `{{` cannot be escaped.
/// Nor can a backslash.
constexpr std::string_view zero_width_space = "\xE2\x80\x8B";

constexpr std::string_view escaped_characters = "*_-+^~{}[]|!(";
/// What a backslash takes the effect of; it does not of another backslash.
constexpr std::string_view escapable = "*_-+^~{}[]|!()#?%@";

/// Before these a backslash is known to be shown (contract 6.5); which others it may escape is not.
constexpr std::string_view shown_after_backslash = ".,:";

/// Shown as pictures that say something else than what was typed: `(i)` of a list, `f(x)`. A face
/// is still read as one.
constexpr std::array<std::string_view, 18> emoticons{
    "(y)",
    "(n)",
    "(i)",
    "(/)",
    "(x)",
    "(!)",
    "(+)",
    "(-)",
    "(?)",
    "(on)",
    "(off)",
    "(*)",
    "(*r)",
    "(*g)",
    "(*b)",
    "(*y)",
    "(flag)",
    "(flagoff)"};

bool is_line_markup(std::string_view line) {
    // h1. to h6., bq., and list marks that are not escaped by themselves.
    const bool heading =
        line.size() >= 3 && line[0] == 'h' && line[1] >= '1' && line[1] <= '6' && line[2] == '.';
    const bool quote = line.starts_with("bq.");
    return heading || quote || line.starts_with("#");
}

bool is_plain_word(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z');
}

/// The rest of UTF-8 counts too: a letter, most of the time.
bool is_word(char character) {
    return is_plain_word(character) || static_cast<unsigned char>(character) >= 0x80;
}

bool is_emoticon(std::string_view rest) {
    return std::ranges::any_of(emoticons, [&](std::string_view emoticon) {
        return rest.starts_with(emoticon) &&
               (rest.size() == emoticon.size() || !is_plain_word(rest[emoticon.size()]));
    });
}

/// Whether the character that begins with these bytes is a letter or digit to Jira. Of what is none,
/// beyond ASCII, only what people put next to words is known: spaces, dashes, quotes, arrows, emoji.
bool begins_with_letter(std::string_view text) {
    if (text.empty() || !is_word(text.front())) return false;
    const auto byte = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const bool latin_mark = byte(0) == 0xC2;                     // U+0080 to U+00BF
    const bool symbol = byte(0) == 0xE2 && byte(1) < 0xB0;       // U+2000 to U+2BFF
    const bool wide_mark = byte(0) == 0xE3 && byte(1) == 0x80;   // U+3000 to U+303F
    const bool pictograph = byte(0) == 0xF0 && byte(1) == 0x9F;  // U+1F000 to U+1FFFF
    const bool selector = byte(0) == 0xEF && byte(1) >= 0xB8 && byte(1) < 0xBD;
    return !latin_mark && !symbol && !wide_mark && !pictograph && !selector;
}

bool letter_before(std::string_view text, std::size_t at) {
    std::size_t start = at;
    while (start > 0 && at - start < 4) {
        --start;
        if ((static_cast<unsigned char>(text[start]) & 0xC0U) != 0x80U) break;
    }
    return start < at && begins_with_letter(text.substr(start));
}

/// Whether the `]` at `at` ends a plain word in brackets: with the opening one escaped, as all are,
/// there is nothing that it could close. So our own mark stands as `\[internal]`.
bool closes_a_word(std::string_view line, std::size_t at) {
    const auto opening = line.substr(0, at).rfind('[');
    if (opening == std::string_view::npos || opening + 1 == at) return false;
    return std::ranges::all_of(line.substr(opening + 1, at - opening - 1), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    });
}

/// Whether the mark at `at` could mean something to Jira where it stands: in `re-read` and `a_b` it
/// could not, and is left as it was typed.
bool takes_effect(std::string_view line, std::size_t at) {
    const char mark = line[at];
    const char before = at > 0 ? line[at - 1] : ' ';
    const char after = at + 1 < line.size() ? line[at + 1] : ' ';
    const bool at_start = at == 0;
    switch (mark) {
    case '{':
    case '}':
    case '[': return true;
    case ']': return !closes_a_word(line, at);
    case '|': return at_start;
    case '!': return after != ' ';
    case '(': return is_emoticon(line.substr(at));
    default: break;
    }
    // * _ - + ^ ~ : they hug a word, or begin a list. A quotation mark or a dash beyond ASCII lets
    // them, and an escape too many does not show: so only ASCII is trusted to be a word.
    const bool inside_word = is_plain_word(before) && is_plain_word(after);
    const bool alone = before == ' ' && after == ' ' && !at_start;
    return !inside_word && !alone;
}

std::string neutral_line(std::string_view line) {
    std::string result;
    const auto start = std::min(line.find_first_not_of(" \t"), line.size());
    result += line.substr(0, start);
    line.remove_prefix(start);
    if (line.starts_with("#")) {
        result += '\\';
    } else if (is_line_markup(line)) {
        // An invisible character in front: the mark is no longer at the line's start.
        result += zero_width_space;
    }
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char character = line[at];
        const char previous = at > 0 ? line[at - 1] : ' ';
        const bool doubled = (character == '{' && previous == '{') ||
                             (character == '~' && previous == '[') ||
                             (character == '?' && previous == '?');
        if (doubled) result += zero_width_space;
        const bool mark = escaped_characters.find(character) != std::string_view::npos;
        if (mark && takes_effect(line, at)) result += '\\';
        result += character;
        // One that was typed must neither escape, nor break the line together with another.
        const char next = at + 1 < line.size() ? line[at + 1] : ' ';
        const bool would_escape = std::ispunct(static_cast<unsigned char>(next)) != 0 &&
                                  shown_after_backslash.find(next) == std::string_view::npos;
        if (character == '\\' && would_escape) result += zero_width_space;
    }
    return result;
}

/// `code` of `{code:java|title=x}`; nothing where no macro stands at `at`.
struct Macro {
    std::string name;
    std::size_t end;
};

std::optional<Macro> macro_at(std::string_view text, std::size_t at) {
    constexpr std::array<std::string_view, 7> known{
        "code", "noformat", "quote", "color", "panel", "anchor", "html"};
    const auto end = text.find('}', at);
    if (text[at] != '{' || end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    const std::string name{inside.substr(0, inside.find(':'))};
    if (std::ranges::find(known, name) == known.end()) return std::nullopt;
    return Macro{.name = name, .end = end + 1};
}

/// `[label|url]`, `[url]`, `[~name]`, `[^file]`.
std::optional<std::pair<std::string, std::size_t>> link_at(std::string_view text, std::size_t at) {
    const auto end = text.find(']', at);
    if (text[at] != '[' || end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    if (inside.empty() || inside.find('\n') != std::string_view::npos) return std::nullopt;
    const auto done = [&](std::string shown) { return std::pair{std::move(shown), end + 1}; };
    if (inside.starts_with("~accountid:")) return done("@" + std::string{inside.substr(11)});
    if (inside.starts_with("~")) return done("@" + std::string{inside.substr(1)});
    if (inside.starts_with("^")) return done(std::string{inside.substr(1)});
    const auto bar = inside.find('|');
    if (bar != std::string_view::npos) {
        const std::string label = trim(inside.substr(0, bar));
        std::string url = trim(inside.substr(bar + 1));
        // A smart link: [text|url|smart-link].
        url = url.substr(0, url.find('|'));
        if (url.empty()) return std::nullopt;
        if (label.empty() || label == url) return done(url);
        return done(label + " (" + url + ")");
    }
    const bool address = inside.find("://") != std::string_view::npos ||
                         inside.starts_with("mailto:") || inside.starts_with("#");
    if (!address) return std::nullopt;
    return done(std::string{inside.starts_with("mailto:") ? inside.substr(7) : inside});
}

/// `!picture.png|thumbnail!` becomes its name.
std::optional<std::pair<std::string, std::size_t>> image_at(std::string_view text, std::size_t at) {
    const auto end = text.find('!', at + 1);
    if (text[at] != '!' || end == std::string_view::npos || end == at + 1) return std::nullopt;
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    const std::string_view name = inside.substr(0, inside.find('|'));
    const bool file = name.find('.') != std::string_view::npos &&
                      name.find_first_of(" \n\t") == std::string_view::npos;
    if (!file) return std::nullopt;
    return std::pair{std::string{name}, end + 1};
}

/// `*bold*`, `_italic_`: marks that hug a word on one line. Others are what they look like.
std::optional<std::pair<std::string, std::size_t>>
emphasis_at(std::string_view text, std::size_t at) {
    const char mark = text[at];
    if (mark != '*' && mark != '_') return std::nullopt;
    const bool opens = !letter_before(text, at) && at + 1 < text.size() && text[at + 1] != ' ' &&
                       text[at + 1] != '\n' && text[at + 1] != mark;
    if (!opens) return std::nullopt;
    const auto end = text.find(mark, at + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    const bool closes = inside.back() != ' ' && inside.find('\n') == std::string_view::npos &&
                        !begins_with_letter(text.substr(end + 1));
    if (!closes) return std::nullopt;
    return std::pair{to_plain_text(inside), end + 1};
}

/// Marks at a line's start: `h2. `, `bq. `; numbered list marks become a dash.
std::string_view without_line_mark(std::string_view line, std::string& shown) {
    const bool heading = line.size() > 3 && line[0] == 'h' && line[1] >= '1' && line[1] <= '6' &&
                         line[2] == '.' && line[3] == ' ';
    if (heading) return line.substr(4);
    if (line.starts_with("bq. ")) return line.substr(4);
    const auto marks = line.find_first_not_of("#*");
    const bool list = marks != std::string_view::npos && marks > 0 && line[marks] == ' ';
    if (!list) return line;
    shown += std::string(2 * (marks - 1), ' ') + "-";
    return line.substr(marks);
}

/// `|a|b|`, `||head||head||`.
bool is_table_row(std::string_view line) {
    const auto first = line.find_first_not_of("| \t");
    const auto last = line.find_last_not_of(" \t\r");
    return line.starts_with('|') && first != std::string_view::npos && line[last] == '|' &&
           line[last - 1] != '\\';
}

/// Reads markup from left to right and writes what a customer can read.
class Reader {
public:
    explicit Reader(std::string_view markup) : markup_{markup} {}

    std::string read() {
        while (at_ < markup_.size()) {
            if (line_start_) {
                begin_line();
            } else if (!escape() && !macro() && !bar() && !inline_markup()) {
                line_start_ = markup_[at_] == '\n';
                plain_ += markup_[at_++];
            }
        }
        return replace_all(plain_, zero_width_space, "");
    }

private:
    void begin_line() {
        const std::string_view rest = without_line_mark(markup_.substr(at_), plain_);
        at_ = markup_.size() - rest.size();
        line_start_ = false;
        in_row_ = is_table_row(rest.substr(0, rest.find('\n')));
        if (in_row_) at_ = std::min(markup_.find_first_not_of("| \t", at_), markup_.size());
    }

    /// Between two cells of a table; the last of a row is only its end.
    bool bar() {
        if (!in_row_ || markup_[at_] != '|') return false;
        at_ = std::min(markup_.find_first_not_of("| \t\r", at_), markup_.size());
        while (plain_.ends_with(' '))
            plain_.pop_back();
        const bool last = at_ == markup_.size() || markup_[at_] == '\n';
        if (!last) plain_ += " | ";
        return true;
    }

    /// A backslash before a mark; or two, which break the line where no other follows in the same
    /// word: `\\server\share` is what it looks like.
    bool escape() {
        const bool first = markup_[at_] == '\\' && (at_ == 0 || markup_[at_ - 1] != '\\');
        if (!first || at_ + 1 == markup_.size()) return false;
        const char next = markup_[at_ + 1];
        if (next == '\\') {
            const auto end = markup_.find_first_of(" \t\r\n\\", at_ + 2);
            if (end != std::string_view::npos && markup_[end] == '\\') return false;
            plain_ += '\n';
        } else if (escapable.find(next) != std::string_view::npos) {
            plain_ += next;
        } else {
            return false;
        }
        at_ += 2;
        return true;
    }

    bool macro() {
        const auto found = macro_at(markup_, at_);
        if (!found) return false;
        at_ = found->end;
        const bool verbatim = found->name == "code" || found->name == "noformat";
        if (!verbatim) return true;
        const std::string closing = "{" + found->name + "}";
        const auto end = std::min(markup_.find(closing, at_), markup_.size());
        plain_ += markup_.substr(at_, end - at_);
        at_ = std::min(end + closing.size(), markup_.size());
        return true;
    }

    bool inline_markup() {
        std::optional<std::pair<std::string, std::size_t>> found = link_at(markup_, at_);
        if (!found) found = image_at(markup_, at_);
        if (!found) found = emphasis_at(markup_, at_);
        const auto two = markup_.substr(at_, 2);
        if (!found && (two == "{{" || two == "}}")) found = std::pair{std::string{}, at_ + 2};
        if (!found) return false;
        plain_ += found->first;
        at_ = found->second;
        return true;
    }

    std::string_view markup_;
    std::string plain_;
    std::size_t at_ = 0;
    bool line_start_ = true;
    bool in_row_ = false;
};

}  // namespace

std::string neutralise(std::string_view text) {
    if (OMS_PLANTED("wiki.nothing_is_escaped")) return std::string{text};
    std::vector<std::string> lines = split(text, '\n');
    for (std::string& line : lines)
        line = neutral_line(line);
    return join(lines, "\n");
}

std::string to_plain_text(std::string_view markup) { return Reader{markup}.read(); }

}  // namespace oms::jira::wiki
