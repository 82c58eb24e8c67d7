#include "app/environment.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "app/variables.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

constexpr std::string_view file_suffix = "_FILE";
constexpr const char* from_dot_env = ".env";

bool is_name(std::string_view text) {
    if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
    return std::ranges::all_of(text, [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '_';
    });
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) return std::nullopt;
    return text.str();
}

/// The value of one line: quoted text as it stands, else up to a comment.
std::string value_of(std::string text) {
    text = trim(text);
    const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'');
    if (quoted) {
        const auto end = text.find(text.front(), 1);
        if (end != std::string::npos) {
            std::string inside = text.substr(1, end - 1);
            return text.front() == '"' ? replace_all(inside, "\\n", "\n") : inside;
        }
    }
    const auto comment = text.find(" #");
    return trim(std::string_view{text}.substr(0, comment));
}

/// The value that a file holds: all but the line ends at its end.
struct Held {
    std::string value = {};
    std::string fault = {};  ///< why there is none
};

Held held_in(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return {.fault = error ? error.message() : "there is no such file"};
    if (std::filesystem::is_directory(status)) return {.fault = "it is a directory"};
    errno = 0;
    auto text = read_file(path);
    if (!text) {
        const std::error_code why{errno, std::generic_category()};
        return {.fault = "it cannot be read" + (why ? ": " + why.message() : "")};
    }
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
        text->pop_back();
    if (text->empty()) return {.fault = "it is empty"};
    return {.value = std::move(*text)};
}

/// OMS_CA_FILE is a variable of its own.
bool names_a_file(const std::string& name) {
    if (!name.ends_with(file_suffix) || name == "OMS_CA_FILE") return false;
    if (name.starts_with("OMS_") || name.starts_with("SENTRY_")) return true;
    const std::string target = name.substr(0, name.size() - file_suffix.size());
    return std::ranges::find(variables(), target, &Variable::old_name) != variables().end();
}

void read_named_files(Environment& environment) {
    const auto given = environment.all();
    for (const auto& [name, path] : given) {
        if (!names_a_file(name) || path.value.empty()) continue;
        const std::string target = name.substr(0, name.size() - file_suffix.size());
        const auto plain = given.find(target);
        // The environment wins, also over a file that .env names.
        if (path.from == from_dot_env && plain != given.end() && plain->second.from != from_dot_env)
            continue;
        Held held = held_in(path.value);
        if (!held.fault.empty()) {
            environment.faults.push_back(
                {.variable = name,
                 .says = fmt::format(
                     "{} does not hold the value of {}: {}",
                     in_quotes(path.value),
                     target,
                     held.fault
                 ),
                 .fix = "name a file that holds it and that this user may read, or set " + target +
                        " itself"}
            );
            continue;
        }
        environment.set(target, held.value, path.value);
    }
}

}  // namespace

bool Environment::has_unread_file(const std::string& name) const {
    return std::ranges::find(faults, name + std::string{file_suffix}, &Fault::variable) !=
           faults.end();
}

std::optional<std::string> Environment::find(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.value.empty()) return std::nullopt;
    return found->second.value;
}

void Environment::set(const std::string& name, const std::string& value, const std::string& from) {
    values_[name] = {.value = value, .from = from};
}

Environment parse_dot_env(const std::string& text) {
    Environment environment;
    int number = 0;
    for (const std::string& raw : split(text, '\n')) {
        ++number;
        std::string line = trim(raw);
        if (line.empty() || line.front() == '#') continue;
        if (line.starts_with("export ")) line = trim(std::string_view{line}.substr(7));
        const auto equals = line.find('=');
        const std::string name = trim(std::string_view{line}.substr(0, equals));
        if (equals == std::string::npos || !is_name(name)) {
            environment.faults.push_back(
                {.variable = fmt::format(".env line {}", number),
                 .says = "this is no NAME=value",
                 .fix = "write it as NAME=value, or start the line with #"}
            );
            continue;
        }
        environment.set(name, value_of(line.substr(equals + 1)), from_dot_env);
    }
    return environment;
}

Environment read_environment(const std::filesystem::path& folder) {
    Environment environment;
    if (const auto text = read_file(folder / ".env")) environment = parse_dot_env(*text);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string line = *entry;
        const auto equals = line.find('=');
        if (equals == std::string::npos) continue;
        environment.set(line.substr(0, equals), line.substr(equals + 1), "environment");
    }
    read_named_files(environment);
    return environment;
}

}  // namespace oms::app
