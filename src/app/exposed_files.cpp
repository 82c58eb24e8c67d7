#include "app/exposed_files.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string shell_quoted(const fs::path& path) {
    const std::string text = path.string();
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    const bool needs_none =
        text.find_first_not_of(plain) == std::string::npos && !text.starts_with('-');
    return needs_none ? text : "'" + replace_all(text, "'", R"('\'')") + "'";
}

std::vector<ExposedFile> exposed_files(const Settings& settings) {
    const std::string database = settings.database.file.string();
    std::vector<ExposedFile> exposed;
    for (const fs::path& path :
         {fs::path{".env"},
          fs::path{database},
          fs::path{database + "-wal"},
          fs::path{database + "-shm"}}) {
        std::error_code missing;
        const fs::perms mode = fs::status(path, missing).permissions();
        if (missing || mode == fs::perms::unknown) continue;
        constexpr fs::perms others = fs::perms::group_read | fs::perms::group_write |
                                     fs::perms::others_read | fs::perms::others_write;
        if ((mode & others) == fs::perms::none) continue;
        exposed.push_back(
            {.path = path,
             .says = fmt::format(
                 "{} may be read by other users (its mode is {:04o})",
                 path.string(),
                 static_cast<unsigned>(mode & fs::perms::mask)
             ),
             .fix = "chmod 600 " + shell_quoted(path)}
        );
    }
    return exposed;
}

}  // namespace oms::app
