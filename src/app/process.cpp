#include "app/process.hpp"

#include <fstream>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.hpp"
#include "jobs/lead.hpp"
#include "store/leader.hpp"
#include "store/processes.hpp"
#include "store/subjects.hpp"

namespace oms::app {
namespace {

/// When the process began, in the kernel's ticks; "" where there is no such process. Tells a reused
/// number from the process that had it before.
std::string start_of(const std::string& pid) {
    std::ifstream file{"/proc/" + pid + "/stat"};
    std::string line;
    if (!std::getline(file, line)) return "";
    // The second field is the name in parentheses and may hold spaces; the 22nd is the start.
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return "";
    const auto fields = split(std::string_view{line}.substr(name_end + 2), ' ');
    constexpr std::size_t start_field = 19;
    return fields.size() > start_field ? fields[start_field] : "";
}

std::string host() {
    utsname names{};
    return uname(&names) == 0 ? names.nodename : "unknown";
}

/// Two containers may bear one host's name and number their processes each for itself.
std::string numbering() {
    struct stat found {};
    return ::stat("/proc/self/ns/pid", &found) == 0 ? std::to_string(found.st_ino) : "0";
}

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

std::string lease_owner() {
    const std::string pid = std::to_string(getpid());
    return fmt::format("{}:{}:{}:{}", host(), pid, start_of(pid), numbering());
}

void release_dead_owners(store::Database& database, Instant now) {
    const auto dead = [](const std::string& owner) {
        const auto parts = split(owner, ':');
        // Before there were several processes, an owner had three parts.
        if (parts.size() < 3 || parts[0] != host()) return false;
        if (parts.size() > 3 && split(parts[3], '/')[0] != numbering()) return false;
        return start_of(parts[1]) != parts[2];
    };
    database.write([&](store::Connection& connection) {
        for (const std::string& owner : store::lease_owners(connection)) {
            if (dead(owner)) store::release_owner(connection, owner, now);
        }
        for (const store::Process& process : store::processes(connection)) {
            if (dead(process.owner)) store::remove_process(connection, process.owner);
        }
        const auto leader = store::find_leader(connection, jobs::LeadSettings{}.name);
        if (leader && dead(leader->owner)) {
            store::give_up_lead(connection, jobs::LeadSettings{}.name, leader->owner);
        }
    });
}

}  // namespace oms::app
