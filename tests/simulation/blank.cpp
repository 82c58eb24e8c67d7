#include "tests/simulation/blank.hpp"

#include <stdexcept>

#include <sqlite3.h>

#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::simulation {
namespace {

constexpr const char* file_name = "oms-jira.db";

Disk::Image make_image() {
    SeededRandom random{1};
    Disk disk{random};
    {
        const auto database =
            store::open_sqlite(file_name, store::OpenMode::create_if_missing, false);
        store::upgrade(*database, Instant{});
    }
    // SQLite has put its log into the database when it was closed.
    return {{file_name, disk.image().at(file_name)}};
}

sqlite3* open_source() {
    std::string bytes = blank_image().at(file_name);
    // In memory there is no write-ahead log: the header's versions for reading and for writing.
    bytes.at(18) = bytes.at(19) = 1;
    const auto size = static_cast<sqlite3_int64>(bytes.size());
    auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), copy);
    sqlite3* source = nullptr;
    const bool ok =
        sqlite3_open(":memory:", &source) == SQLITE_OK &&
        sqlite3_deserialize(source, "main", copy, size, size, SQLITE_DESERIALIZE_FREEONCLOSE) ==
            SQLITE_OK;
    if (!ok) throw std::runtime_error{"the blank database cannot be read"};
    return source;
}

/// Kept open for good.
sqlite3* source() {
    static sqlite3* const opened = open_source();
    return opened;
}

int fill(sqlite3* opened, const char** /*error*/, const sqlite3_api_routines* /*routines*/) {
    sqlite3_backup* const copying = sqlite3_backup_init(opened, "main", source(), "main");
    if (copying == nullptr) return SQLITE_ERROR;
    sqlite3_backup_step(copying, -1);
    return sqlite3_backup_finish(copying);
}

}  // namespace

const Disk::Image& blank_image() {
    static const Disk::Image image = make_image();
    return image;
}

void with_blank_memory(const std::function<void()>& open) {
    (void)source();  // which is not to be filled itself
    const auto hook = reinterpret_cast<void (*)()>(&fill);
    sqlite3_auto_extension(hook);
    try {
        open();
    } catch (...) {
        sqlite3_cancel_auto_extension(hook);
        throw;
    }
    sqlite3_cancel_auto_extension(hook);
}

}  // namespace oms::simulation
