#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "domain/ids.hpp"
#include "http/message.hpp"
#include "ops/attention.hpp"
#include "ops/subjects.hpp"
#include "ops/wire.hpp"
#include "web/sign_in.hpp"

namespace oms::web {

/// Why a request cannot be answered as it is.
class Refused : public std::runtime_error {
public:
    Refused(int status, const std::string& detail) : std::runtime_error{detail}, status_{status} {}
    [[nodiscard]] int status() const { return status_; }

private:
    int status_;
};

/// A request of the API, taken apart. What is wrong with it is thrown as Refused.
struct ApiCall {
    http::Request request = {};
    Identity identity = {};
    std::vector<std::string> path = {};  ///< below /api/v1
    std::vector<std::pair<std::string, std::string>> query = {};

    [[nodiscard]] std::string parameter(std::string_view name) const;
    [[nodiscard]] ops::Page page() const;
    /// One of the allowed words, or "" where it is not given.
    [[nodiscard]] std::string choice(std::string_view name, const std::vector<std::string>& allowed)
        const;
    /// A flag: 1, true, 0, false.
    [[nodiscard]] bool flag(std::string_view name) const;
    [[nodiscard]] ops::SubjectChoice subject_choice() const;
    /// Of the path's part with that number.
    [[nodiscard]] std::int64_t id(std::size_t part) const;
    /// Of `subjects/order/12/3…`.
    [[nodiscard]] Subject subject() const;
    /// The body as a JSON object.
    [[nodiscard]] json::value body() const;
    [[nodiscard]] store::AttentionChoice attention_choice() const;
};

/// One line of a person's text, of limited length; Refused where it is empty, too long or no text.
std::string
persons_text(const json::value& body, std::string_view name, std::size_t characters_max);

}  // namespace oms::web
