#include "web/figures.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::web {
namespace {

/// Fields of /proc/self/stat behind the program's name, which may hold anything; proc(5) counts from
/// 1 with the name as the second.
std::vector<std::string> stat_fields() {
    std::ifstream file{"/proc/self/stat"};
    std::ostringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    const auto end = all.rfind(')');
    if (end == std::string::npos) return {};
    return split(trim(std::string_view{all}.substr(end + 1)), ' ');
}

double field(const std::vector<std::string>& fields, std::size_t number) {
    constexpr std::size_t first = 3;
    if (number - first >= fields.size()) return 0;
    return static_cast<double>(parse_int(fields[number - first]).value_or(0));
}

/// When the system began, in seconds since 1970.
double boot_time() {
    std::ifstream file{"/proc/stat"};
    for (std::string line; std::getline(file, line);) {
        constexpr std::string_view name = "btime ";
        if (line.starts_with(name))
            return static_cast<double>(parse_int(line.substr(name.size())).value_or(0));
    }
    return 0;
}

double open_descriptors() {
    std::error_code ignored;
    double count = 0;
    for (std::filesystem::directory_iterator at{"/proc/self/fd", ignored}, end; at != end;
         at.increment(ignored))
        ++count;
    // The folder itself was open meanwhile.
    return std::max(count - 1, 0.0);
}

}  // namespace

void Figures::add(
    std::string_view name,
    std::string_view help,
    bool counter,
    double value,
    Labels labels
) {
    auto found = std::ranges::find(families_, name, &Family::name);
    if (found == families_.end()) {
        families_.push_back(
            {.name = std::string{name}, .help = std::string{help}, .counter = counter}
        );
        found = families_.end() - 1;
    }
    found->samples.push_back({.labels = std::move(labels), .value = value});
}

void add_process_figures(Figures& figures) {
    const auto fields = stat_fields();
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    constexpr std::size_t utime = 14;
    constexpr std::size_t stime = 15;
    constexpr std::size_t starttime = 22;
    constexpr std::size_t vsize = 23;
    constexpr std::size_t rss = 24;
    figures.counter(
        "process_cpu_seconds_total",
        "Processor time used, by the program and for it",
        (field(fields, utime) + field(fields, stime)) / ticks
    );
    figures.gauge(
        "process_resident_memory_bytes",
        "Memory in use",
        field(fields, rss) * static_cast<double>(sysconf(_SC_PAGESIZE))
    );
    figures.gauge("process_virtual_memory_bytes", "Address space in use", field(fields, vsize));
    figures.gauge(
        "process_start_time_seconds",
        "When the process began, in seconds since 1970",
        boot_time() + field(fields, starttime) / ticks
    );
    figures.gauge("process_open_fds", "Open files and connections", open_descriptors());
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        figures.gauge(
            "process_max_fds",
            "How many files and connections may be open",
            static_cast<double>(limit.rlim_cur)
        );
    }
}

}  // namespace oms::web
