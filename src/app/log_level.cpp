#include "app/log_level.hpp"

#include <fstream>
#include <sstream>

#include "app/environment.hpp"
#include "app/setting_reader.hpp"

namespace oms::app {
namespace {

constexpr const char* variable = "OMS_LOG_LEVEL";

/// The settings may be in a file that only who starts us may read: they hand on what is to be reloaded.
std::optional<std::string> from_reload_file(const Environment& environment) {
    const auto path = environment.find("OMS_RELOAD_FROM");
    if (!path) return std::nullopt;
    std::ifstream file{*path};
    std::ostringstream text;
    text << file.rdbuf();
    return parse_dot_env(text.str()).find(variable);
}

}  // namespace

void reread_log_level(const std::filesystem::path& folder, const Log& log) {
    const Environment environment = read_environment(folder);
    std::vector<Fault> faults;
    const SettingReader reader{environment, faults};
    auto given = from_reload_file(environment);
    if (!given) given = reader.find(variable);
    const auto level = parse_log_level(given.value_or("info"));
    if (!level) {
        log.error(
            "log level not changed",
            {{"given", *given},
             {"fix", "set OMS_LOG_LEVEL to debug, info, warning, error or critical"}}
        );
        return;
    }
    const LogLevel before = log.level();
    // Told at whichever of the two lets more be seen.
    if (*level < before) log.set_level(*level);
    log.info("log level", {{"before", to_text(before)}, {"now", to_text(*level)}});
    log.set_level(*level);
}

}  // namespace oms::app
