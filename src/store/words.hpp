#pragma once

#include <string>
#include <vector>

/// How what is typed into the search is compared with a title, a customer and an e-mail. Texts are
/// lower-cased before, by the database. A word is letters and digits, and all that is not ASCII but
/// its spaces and punctuation.
namespace oms::store {

/// What a text is found by: the first letters of each word, up to twelve, and each word with a space
/// behind it where it is no longer than that. In order, each once.
std::vector<std::string> beginnings_of(const std::string& text);

/// What is typed, as it is looked for.
struct Sought {
    std::vector<std::string> parts = {};  ///< what stands between spaces; all must be there
    /// Of beginnings_of() any text in which it is found, the most telling first; three at most.
    std::vector<std::string> keys = {};
};

/// Nothing is found by a text without a letter or digit.
Sought sought_in(const std::string& text);

/// Each part is there as it was typed, where a word begins; nothing where no part is sought.
bool is_found(const Sought& sought, const std::string& text);

}  // namespace oms::store
