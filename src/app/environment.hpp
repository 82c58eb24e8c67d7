#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace oms::app {

/// Something wrong with the configuration: which variable, what was given (never a secret), what is
/// wrong and what to do.
struct Fault {
    std::string variable = {};
    std::string says = {};
    std::string fix = {};
    /// What it may be set to as it stands; "" unsets it. Nothing where nobody but the operator knows.
    std::optional<std::string> value = std::nullopt;
    friend bool operator==(const Fault&, const Fault&) = default;
};

/// The variables by name, from the process's environment, from `.env`, or from files that
/// `NAME_FILE` names; the environment wins over `.env`.
class Environment {
public:
    struct Given {
        std::string value = {};
        std::string from = {};  ///< environment, .env, a file's name
    };

    Environment() = default;
    explicit Environment(std::map<std::string, Given> values) : values_{std::move(values)} {}

    /// Nothing where it is not set, or set to "".
    [[nodiscard]] std::optional<std::string> find(const std::string& name) const;
    [[nodiscard]] const std::map<std::string, Given>& all() const { return values_; }
    /// What was wrong with reading it: a file that cannot be read, a line of `.env` that is none.
    std::vector<Fault> faults = {};

    /// It was to come from a file, and the fault says why it does not.
    [[nodiscard]] bool has_unread_file(const std::string& name) const;

    void set(const std::string& name, const std::string& value, const std::string& from);

private:
    std::map<std::string, Given> values_;
};

/// Reads `environ` and `folder/.env`. A variable that the environment sets to "" is not set, whatever
/// `.env` has. A file that cannot be read or holds nothing is a fault.
Environment read_environment(const std::filesystem::path& folder);

/// The lines of a `.env`: `NAME=value`, quotes, comments, `export`. Faults name the line.
Environment parse_dot_env(const std::string& text);

}  // namespace oms::app
