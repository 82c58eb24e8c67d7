#include "app/environment.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

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

void read_named_files(Environment& environment) {
    const auto given = environment.all();
    constexpr std::string_view suffix = "_FILE";
    for (const auto& [name, value] : given) {
        const bool ours = name.starts_with("OMS_") || name.starts_with("SENTRY_");
        if (!ours || !name.ends_with(suffix) || value.value.empty()) continue;
        // OMS_CA_FILE is a variable of its own.
        if (name == "OMS_CA_FILE") continue;
        const std::string target = name.substr(0, name.size() - suffix.size());
        auto text = read_file(value.value);
        if (!text) {
            environment.faults.push_back(
                {.variable = name,
                 .says = fmt::format("{} cannot be read", in_quotes(value.value)),
                 .fix = "name a file that this user may read, or set " + target + " itself"}
            );
            continue;
        }
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
            text->pop_back();
        environment.set(target, *text, value.value);
    }
}

}  // namespace

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
        environment.set(name, value_of(line.substr(equals + 1)), ".env");
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
