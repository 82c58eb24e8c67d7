// Loaded into the real program by LD_PRELOAD: kills it, as kill -9 does, at one named seam.
//   KILL_AT=commit.before:3    right before the third sync of the database file reaches the disk
//   KILL_AT=commit.after:3     right after it
//   On PostgreSQL: right before the third COMMIT is sent, right after its answer has come.
//   KILL_AT=jira.before:1      right before the first write to Jira leaves (POST, PUT; no search)
//   KILL_AT=jira.after:1       right after its bytes were handed to the network
//   KILL_AT=market.before:1, market.after:1    the same for the marketplace (POST, PATCH)
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

struct Seam {
    std::string kind, when;
    int number = 0;
};

const Seam& seam() {
    static const Seam parsed = [] {
        const char* given = std::getenv("KILL_AT");
        const std::string text = given == nullptr ? "" : given;
        const auto dot = text.find('.');
        const auto colon = text.find(':');
        if (dot == std::string::npos || colon == std::string::npos) return Seam{};
        return Seam{
            text.substr(0, dot),
            text.substr(dot + 1, colon - dot - 1),
            std::atoi(text.c_str() + colon + 1)};
    }();
    return parsed;
}

std::atomic<int> met{0};

[[noreturn]] void die() {
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

// Counts the seam of this kind; does `act` with the kill before or after it where it is the one.
template <class Act>
auto pass(std::string_view kind, Act act) {
    const bool here = seam().kind == kind && ++met == seam().number;
    if (here && seam().when == "before") die();
    const auto result = act();
    if (here) die();
    return result;
}

std::string_view write_to(const void* bytes, std::size_t size) {
    const std::string_view text{static_cast<const char*>(bytes), size};
    const auto line = text.substr(0, text.find("\r\n"));
    const bool writes =
        line.starts_with("POST ") || line.starts_with("PUT ") || line.starts_with("PATCH ");
    if (!writes || line.find("/search") != std::string_view::npos) return "";
    if (line.find(" /rest/api/") != std::string_view::npos) return "jira";
    return line.find(" /api/v1/oms/") != std::string_view::npos ? "market" : "";
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" int fdatasync(int file) {
    static const auto real = next<int (*)(int)>("fdatasync");
    return pass("commit", [&] { return real(file); });
}

extern "C" int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    return pass("commit", [&] { return real(file); });
}

extern "C" ssize_t send(int socket, const void* bytes, size_t size, int flags) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, int)>("send");
    const std::string_view to = write_to(bytes, size);
    if (to.empty()) return real(socket, bytes, size, flags);
    return pass(to, [&] { return real(socket, bytes, size, flags); });
}

// Of libpq-fe.h, which need not be installed for a program that is only loaded.
struct pg_conn;
struct pg_result;

namespace {
std::atomic<bool> die_when_committed{false};
}

extern "C" int PQsendQuery(pg_conn* connection, const char* sql) {
    static const auto real = next<int (*)(pg_conn*, const char*)>("PQsendQuery");
    if (std::string_view{sql} == "COMMIT" && seam().kind == "commit" && ++met == seam().number) {
        if (seam().when == "before") die();
        die_when_committed = true;
    }
    return real(connection, sql);
}

extern "C" char* PQcmdStatus(pg_result* result) {
    static const auto real = next<char* (*)(pg_result*)>("PQcmdStatus");
    if (die_when_committed) die();
    return real(result);
}
