#include "store/words.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text.hpp"

namespace oms::store {
namespace {

constexpr std::size_t beginning_characters_max = 12;
constexpr std::size_t keys_max = 3;

bool is_of_word(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/// The bytes of a space or punctuation mark that is not ASCII: of Latin-1 (U+0080 to U+00BF), or
/// General Punctuation (U+2000 to U+206F, of which its second half takes a little more).
std::size_t mark_at(std::string_view text) {
    if (text.size() >= 2 && text[0] == '\xC2') return 2;
    const bool punctuation =
        text.size() >= 3 && text[0] == '\xE2' && (text[1] == '\x80' || text[1] == '\x81');
    return punctuation ? 3 : 0;
}

/// Such marks as spaces.
std::string in_ascii_marks(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const std::size_t mark = mark_at(text);
        plain += mark > 0 ? ' ' : text[0];
        text.remove_prefix(std::max<std::size_t>(mark, 1));
    }
    return plain;
}

struct Word {
    std::string_view text;
    bool ended;  ///< something stands behind it
};

std::vector<Word> words_in(std::string_view text) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < text.size();) {
        const auto rest = text.substr(at);
        const auto end =
            static_cast<std::size_t>(std::ranges::find_if_not(rest, is_of_word) - rest.begin());
        if (end > 0) words.push_back({.text = rest.substr(0, end), .ended = end < rest.size()});
        at += std::max<std::size_t>(end, 1);
    }
    return words;
}

/// Where each of its first characters ends, in bytes; one more than are in a beginning.
std::vector<std::size_t> ends_of_characters(std::string_view word) {
    std::vector<std::size_t> ends;
    for (std::size_t at = 1; at <= word.size() && ends.size() <= beginning_characters_max; ++at) {
        const bool inside =
            at < word.size() && (static_cast<unsigned char>(word[at]) & 0xC0U) == 0x80U;
        if (!inside) ends.push_back(at);
    }
    return ends;
}

std::string key_for(const Word& word) {
    const auto ends = ends_of_characters(word.text);
    if (ends.size() > beginning_characters_max)
        return std::string{word.text.substr(0, ends[beginning_characters_max - 1])};
    return std::string{word.text} + (word.ended ? " " : "");
}

bool is_there(std::string_view part, std::string_view text) {
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        if (at == 0 || !is_of_word(text[at - 1]) || !is_of_word(part[0])) return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> beginnings_of(const std::string& text) {
    const std::string plain = in_ascii_marks(storable(text));
    std::set<std::string> all;
    for (const Word& word : words_in(plain)) {
        const auto ends = ends_of_characters(word.text);
        const std::size_t count = std::min(ends.size(), beginning_characters_max);
        for (std::size_t i = 0; i < count; ++i)
            all.emplace(word.text.substr(0, ends[i]));
        if (ends.size() <= beginning_characters_max) all.insert(std::string{word.text} + " ");
    }
    return {all.begin(), all.end()};
}

Sought sought_in(const std::string& text) {
    std::string plain = in_ascii_marks(text);
    std::ranges::replace_if(
        plain,
        [](char character) {
            return std::string_view{"\t\r\n,;"}.find(character) != std::string_view::npos;
        },
        ' '
    );
    Sought sought;
    for (std::string& part : split(plain, ' ')) {
        const auto words = words_in(part);
        for (const Word& word : words)
            sought.keys.push_back(key_for(word));
        if (!words.empty()) sought.parts.push_back(std::move(part));
    }
    std::ranges::sort(sought.keys);
    sought.keys.erase(std::ranges::unique(sought.keys).begin(), sought.keys.end());
    std::ranges::stable_sort(sought.keys, std::ranges::greater{}, &std::string::size);
    if (sought.keys.size() > keys_max) sought.keys.resize(keys_max);
    std::ranges::stable_sort(sought.parts, std::ranges::greater{}, &std::string::size);
    return sought;
}

bool is_found(const Sought& sought, const std::string& text) {
    const std::string plain = in_ascii_marks(text);
    return !sought.parts.empty() && std::ranges::all_of(sought.parts, [&](const std::string& part) {
        return is_there(part, plain);
    });
}

}  // namespace oms::store
