#pragma once

#include <string>
#include <string_view>

namespace oms {

/// A password, token or shared secret. It cannot be printed, formatted or compared by accident:
/// whoever needs the text says `reveal()`, and a search for that word finds them all.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text);

    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    friend bool matches(const Secret& secret, std::string_view given);

    std::string text_;
    std::string digest_;  ///< made once: how long that takes tells the length
};

/// `***`, or nothing where there is none: what a log, a page or an error report may show.
inline std::string to_text(const Secret& secret) { return secret.empty() ? "" : "***"; }

/// Compares in a time that depends neither on where they differ nor on the secret's length. False
/// where the secret is empty.
bool matches(const Secret& secret, std::string_view given);

/// `text` with `***` in the secret's place, also where it stands in base64 or percent-encoded: a
/// remote's own words may quote what we sent it. A secret of fewer than four characters is left: it
/// would be found in any text.
std::string redacted(std::string text, const Secret& secret);

}  // namespace oms
