#include "app/env_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include "app/variables.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

namespace fs = std::filesystem;

/// As parse_dot_env reads it back.
std::string line_value(const std::string& name, const std::string& value) {
    const bool one_line = value.find_first_of("\n\r") == std::string::npos;
    const bool plain = value.find(" #") == std::string::npos && value == trim(value) &&
                       !value.starts_with('"') && !value.starts_with('\'') &&
                       !value.starts_with('#');
    if (one_line && plain) return value;
    for (const char quote : {'\'', '"'}) {
        const bool reads_back = value.find(quote) == std::string::npos &&
                                (quote == '\'' || value.find('\\') == std::string::npos);
        if (one_line && reads_back) return quote + value + quote;
    }
    throw std::invalid_argument{
        name + " cannot be written on one line: put it into a file and give " + name + "_FILE"};
}

[[noreturn]] void fail(const fs::path& file) {
    throw std::system_error{errno, std::generic_category(), file.string()};
}

void write_private(const fs::path& file, const std::string& text) {
    fs::remove(file);
    const int descriptor =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) fail(file);
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
        if (count < 0) {
            ::close(descriptor);
            fail(file);
        }
        written += static_cast<std::size_t>(count);
    }
    const bool kept = ::fsync(descriptor) == 0;
    if (::close(descriptor) != 0 || !kept) fail(file);
}

fs::path backup_name(const fs::path& file) {
    std::string stamp = to_rfc3339(SystemClock{}.now());
    std::erase_if(stamp, [](char letter) { return letter == '-' || letter == ':'; });
    fs::path name = file.string() + "." + stamp;
    for (int again = 2; fs::exists(name); ++again)
        name = fmt::format("{}.{}-{}", file.string(), stamp, again);
    return name;
}

}  // namespace

std::string env_text(const std::map<std::string, std::string>& values) {
    std::string text =
        "# Settings of oms-jira, made by `oms-jira init`. `oms-jira check` tests them.\n";
    std::set<std::string> done;
    const auto add = [&](const std::string& name, const std::string& what) {
        const auto found = values.find(name);
        if (found == values.end() || found->second.empty() || !done.insert(name).second) return;
        if (!what.empty()) text += "\n# " + what + "\n";
        text += name + "=" + line_value(name, found->second) + "\n";
    };
    for (const Variable& variable : variables()) {
        add(variable.name, variable.what);
        add(variable.name + "_FILE", "a file that holds " + variable.name);
    }
    for (const auto& [name, value] : values)
        add(name, "");
    return text;
}

fs::path write_env_file(const fs::path& file, const std::string& text) {
    const fs::path fresh = file.string() + ".new";
    write_private(fresh, text);
    fs::path backup;
    if (fs::exists(file)) {
        backup = backup_name(file);
        fs::rename(file, backup);
        fs::permissions(backup, fs::perms::owner_read | fs::perms::owner_write);
    }
    fs::rename(fresh, file);
    return backup;
}

std::string new_secret() {
    std::array<unsigned char, 24> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error{errno, std::generic_category(), "getrandom"};
    std::string text;
    for (const unsigned char byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace oms::app
