#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace oms {

/// A password, token or shared secret. It cannot be printed, formatted or compared by accident:
/// whoever needs the text says `reveal()`, and a search for that word finds them all.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_{std::move(text)} {}

    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

/// `***`, or nothing where there is none: what a log, a page or an error report may show.
inline std::string to_text(const Secret& secret) { return secret.empty() ? "" : "***"; }

/// Compares in a time that does not depend on where they differ. False where the secret is empty.
bool matches(const Secret& secret, std::string_view given);

}  // namespace oms
