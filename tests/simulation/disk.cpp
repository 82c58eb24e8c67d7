#include "tests/simulation/disk.hpp"

#include <algorithm>
#include <cstring>

#include <sqlite3.h>

namespace oms::simulation {
namespace {

constexpr std::size_t sector = 512;
constexpr const char* name_of_ours = "simulated";

Disk* the_disk = nullptr;

/// What SQLite holds of an open file.
struct Handle {
    sqlite3_file base;
    DiskFile* file;
    std::uint64_t life;
    int lock;
    unsigned shared_slots;  ///< of the index's locks that this connection holds
    unsigned exclusive_slots;
};

Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }

bool is_dead(const Handle& handle) {
    return the_disk == nullptr || handle.life != the_disk->life() || the_disk->power_failed();
}

void put(std::string& bytes, std::size_t at, std::string_view written) {
    if (bytes.size() == at) {
        bytes.append(written);
        return;
    }
    if (bytes.size() < at + written.size()) bytes.resize(at + written.size(), '\0');
    bytes.replace(at, written.size(), written);
}

int close(sqlite3_file* file) {
    Handle& handle = handle_of(file);
    if (!is_dead(handle) && handle.lock > SQLITE_LOCK_NONE) {
        --handle.file->shared_locks;
        if (handle.lock > SQLITE_LOCK_SHARED) handle.file->strongest_lock = SQLITE_LOCK_SHARED;
    }
    handle.file = nullptr;
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
    Handle& handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_READ;
    const std::string& bytes = handle.file->current;
    const auto at = static_cast<std::size_t>(offset);
    const auto wanted = static_cast<std::size_t>(amount);
    const std::size_t there = at < bytes.size() ? std::min(wanted, bytes.size() - at) : 0;
    if (there > 0) std::memcpy(into, bytes.data() + at, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || !the_disk->operate()) return SQLITE_IOERR_WRITE;
    const auto at = static_cast<std::size_t>(offset);
    std::string bytes{static_cast<const char*>(from), static_cast<std::size_t>(amount)};
    put(handle.file->current, at, bytes);
    handle.file->unsynced.push_back({.at = at, .bytes = std::move(bytes)});
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || !the_disk->operate()) return SQLITE_IOERR_TRUNCATE;
    handle.file->current.resize(static_cast<std::size_t>(size));
    handle.file->unsynced.push_back({.at = static_cast<std::size_t>(size), .truncates = true});
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int /*flags*/) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || !the_disk->operate()) return SQLITE_IOERR_FSYNC;
    DiskFile& of = *handle.file;
    for (const DiskFile::Unsynced& one : of.unsynced) {
        if (one.truncates) {
            of.durable.resize(one.at);
        } else {
            put(of.durable, one.at, one.bytes);
        }
    }
    of.unsynced.clear();
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    Handle& handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle.file->current.size());
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_LOCK;
    if (level <= handle.lock) return SQLITE_OK;
    DiskFile& of = *handle.file;
    const int others = of.shared_locks - (handle.lock > SQLITE_LOCK_NONE ? 1 : 0);
    const bool taken = of.strongest_lock > SQLITE_LOCK_SHARED && handle.lock <= SQLITE_LOCK_SHARED;
    if (taken || (level == SQLITE_LOCK_EXCLUSIVE && others > 0)) return SQLITE_BUSY;
    if (handle.lock == SQLITE_LOCK_NONE) ++of.shared_locks;
    of.strongest_lock = std::max(of.strongest_lock, level);
    handle.lock = level;
    return SQLITE_OK;
}

int unlock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || handle.lock <= level) return SQLITE_OK;
    DiskFile& of = *handle.file;
    if (handle.lock > SQLITE_LOCK_SHARED) of.strongest_lock = SQLITE_LOCK_SHARED;
    if (level == SQLITE_LOCK_NONE) --of.shared_locks;
    if (of.shared_locks == 0) of.strongest_lock = SQLITE_LOCK_NONE;
    handle.lock = level;
    return SQLITE_OK;
}

int is_reserved(sqlite3_file* file, int* reserved) {
    const Handle& handle = handle_of(file);
    *reserved = !is_dead(handle) && handle.file->strongest_lock >= SQLITE_LOCK_RESERVED ? 1 : 0;
    return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return static_cast<int>(sector); }
int characteristics(sqlite3_file*) { return 0; }

int map_index(sqlite3_file* file, int region, int size, int extend, void volatile** into) {
    Handle& handle = handle_of(file);
    *into = nullptr;
    if (is_dead(handle)) return SQLITE_IOERR_SHMMAP;
    auto& regions = handle.file->shared_memory;
    const auto at = static_cast<std::size_t>(region);
    while (regions.size() <= at) {
        if (extend == 0) return SQLITE_OK;
        regions.push_back(std::make_unique<std::vector<std::byte>>(static_cast<std::size_t>(size)));
    }
    *into = regions[at]->data();
    return SQLITE_OK;
}

int lock_index(sqlite3_file* file, int from, int count, int flags) {
    Handle& handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_SHMLOCK;
    int* locks = handle.file->shared_memory_locks;
    const bool unlocks = (flags & SQLITE_SHM_UNLOCK) != 0;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int slot = from; slot < from + count; ++slot) {
        const unsigned bit = 1U << static_cast<unsigned>(slot);
        if (unlocks || (handle.exclusive_slots & bit) != 0) continue;
        const int own = (handle.shared_slots & bit) != 0 ? 1 : 0;
        const bool busy = exclusive ? locks[slot] - own != 0 : locks[slot] < 0;
        if (busy) return SQLITE_BUSY;
    }
    for (int slot = from; slot < from + count; ++slot) {
        const unsigned bit = 1U << static_cast<unsigned>(slot);
        unsigned& held = exclusive ? handle.exclusive_slots : handle.shared_slots;
        const bool has = (held & bit) != 0;
        if (unlocks && has) {
            held &= ~bit;
            locks[slot] += exclusive ? 1 : -1;
        } else if (!unlocks && !has) {
            held |= bit;
            locks[slot] += exclusive ? -1 : 1;
        }
    }
    return SQLITE_OK;
}

void barrier(sqlite3_file*) {}

int unmap_index(sqlite3_file* file, int remove) {
    Handle& handle = handle_of(file);
    if (!is_dead(handle) && remove != 0) handle.file->shared_memory.clear();
    return SQLITE_OK;
}

const sqlite3_io_methods methods{
    2,
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    lock,
    unlock,
    is_reserved,
    control,
    sector_size,
    characteristics,
    map_index,
    lock_index,
    barrier,
    unmap_index,
    nullptr,
    nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    Handle& handle = handle_of(file);
    handle.base.pMethods = nullptr;
    if (the_disk == nullptr || the_disk->power_failed()) return SQLITE_CANTOPEN;
    const std::string temporary = name == nullptr ? the_disk->temporary() : "";
    if (name == nullptr) name = temporary.c_str();
    if (!the_disk->exists(name)) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        the_disk->create(name);
    }
    handle.file = &the_disk->open(name);
    handle.life = the_disk->life();
    handle.lock = SQLITE_LOCK_NONE;
    handle.shared_slots = 0;
    handle.exclusive_slots = 0;
    handle.base.pMethods = &methods;
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int) {
    if (!the_disk->operate()) return SQLITE_IOERR_DELETE;
    the_disk->remove(name);
    return SQLITE_OK;
}

int access(sqlite3_vfs*, const char* name, int, int* there) {
    *there = the_disk->exists(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* into) {
    sqlite3_snprintf(size, into, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* into) {
    // Asked once per process, or after it was told to forget: the seed alone must decide.
    std::memset(into, 7, static_cast<std::size_t>(size));
    return size;
}

int pause(sqlite3_vfs*, int microseconds) { return microseconds; }

int days(sqlite3_vfs*, double* now) {
    *now = 2461164.5;
    return SQLITE_OK;
}

sqlite3_vfs file_system{1,       sizeof(Handle), 100,        nullptr,   name_of_ours, nullptr,
                        open,    remove,         access,     full_path, nullptr,      nullptr,
                        nullptr, nullptr,        randomness, pause,     days,         nullptr,
                        nullptr, nullptr,        nullptr,    nullptr};

}  // namespace

Disk::Disk(Random& random) : random_{random} {
    the_disk = this;
    sqlite3_vfs_register(&file_system, 1);
    sqlite3_randomness(0, nullptr);
}

Disk::~Disk() {
    sqlite3_vfs_unregister(&file_system);
    the_disk = nullptr;
}

std::string Disk::temporary() {
    const std::string name = "temporary-" + std::to_string(++temporaries_);
    create(name);
    return name;
}

void Disk::create(const std::string& name) { files_[name] = std::make_shared<DiskFile>(); }

void Disk::remove(const std::string& name) {
    const auto file = files_.find(name);
    if (file == files_.end()) return;
    removed_.push_back(std::move(file->second));
    files_.erase(file);
}

bool Disk::operate() {
    if (power_failed_) return false;
    if (power_fails_in_ > 0 && --power_fails_in_ == 0) power_failed_ = true;
    return !power_failed_;
}

void Disk::end_life() {
    ++life_;
    power_failed_ = false;
    power_fails_in_ = 0;
    for (auto& [name, file] : files_) {
        file->shared_locks = 0;
        file->strongest_lock = 0;
        file->shared_memory.clear();
        std::ranges::fill(file->shared_memory_locks, 0);
    }
}

void Disk::process_died() { end_life(); }

void Disk::power_on() {
    for (auto& [name, file] : files_) {
        std::string bytes = file->durable;
        for (const DiskFile::Unsynced& one : file->unsynced) {
            if (one.truncates) {
                if (random_.next() % 2 == 0) bytes.resize(one.at);
                continue;
            }
            for (std::size_t from = 0; from < one.bytes.size();) {
                const std::size_t room = sector - (one.at + from) % sector;
                const std::size_t length = std::min(room, one.bytes.size() - from);
                if (random_.next() % 2 == 0) {
                    put(bytes, one.at + from, std::string_view{one.bytes}.substr(from, length));
                }
                from += length;
            }
        }
        file->durable = bytes;
        file->current = bytes;
        file->unsynced.clear();
    }
    end_life();
}

Disk::Image Disk::image() const {
    Image image;
    for (const auto& [name, file] : files_)
        image[name] = file->current;
    return image;
}

void Disk::restore(const Image& image) {
    files_.clear();
    for (const auto& [name, bytes] : image) {
        create(name);
        files_[name]->durable = bytes;
        files_[name]->current = bytes;
    }
    end_life();
}

}  // namespace oms::simulation
