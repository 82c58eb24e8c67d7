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
    const std::span wanted{static_cast<char*>(into), static_cast<std::size_t>(amount)};
    const std::size_t there = handle.file->content.read(static_cast<std::size_t>(offset), wanted);
    if (there == wanted.size()) return SQLITE_OK;
    std::ranges::fill(wanted.subspan(there), '\0');
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || !the_disk->operate()) return SQLITE_IOERR_WRITE;
    const auto at = static_cast<std::size_t>(offset);
    const std::string_view bytes{static_cast<const char*>(from), static_cast<std::size_t>(amount)};
    Content& content = handle.file->content;
    handle.file->unsynced.push_back(
        {.at = at,
         .length = bytes.size(),
         .before = content.read(at, bytes.size()),
         .size_before = content.size()}
    );
    content.write(at, bytes);
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || !the_disk->operate()) return SQLITE_IOERR_TRUNCATE;
    const auto at = static_cast<std::size_t>(size);
    Content& content = handle.file->content;
    handle.file->unsynced.push_back(
        {.at = at,
         .truncates = true,
         .before = content.read(at, content.size()),
         .size_before = content.size()}
    );
    content.resize(at);
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int /*flags*/) {
    Handle& handle = handle_of(file);
    if (is_dead(handle) || !the_disk->operate()) return SQLITE_IOERR_FSYNC;
    handle.file->unsynced.clear();
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    Handle& handle = handle_of(file);
    if (is_dead(handle)) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle.file->content.size());
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

template <typename Each>
void Content::each_part(std::size_t at, std::size_t count, Each each) const {
    for (std::size_t from = 0; from < count;) {
        const std::size_t length = std::min(block - (at + from) % block, count - from);
        each(blocks_[(at + from) / block].get() + (at + from) % block, from, length);
        from += length;
    }
}

void Content::extend(std::size_t size) {
    while (blocks_.size() * block < size)
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    size_ = std::max(size_, size);
}

std::size_t Content::read(std::size_t at, std::span<char> into) const {
    const std::size_t there = at < size_ ? std::min(into.size(), size_ - at) : 0;
    each_part(at, there, [&](const char* part, std::size_t from, std::size_t length) {
        std::memcpy(into.data() + from, part, length);
    });
    return there;
}

std::string Content::read(std::size_t at, std::size_t count) const {
    std::string bytes(at < size_ ? std::min(count, size_ - at) : 0, '\0');
    read(at, std::span{bytes});
    return bytes;
}

void Content::write(std::size_t at, std::string_view bytes) {
    if (at > size_) resize(at);
    extend(at + bytes.size());
    each_part(at, bytes.size(), [&](char* part, std::size_t from, std::size_t length) {
        std::memcpy(part, bytes.data() + from, length);
    });
}

void Content::resize(std::size_t size) {
    const std::size_t old = size_;
    extend(size);
    if (size > old) {
        each_part(old, size - old, [](char* part, std::size_t, std::size_t length) {
            std::memset(part, 0, length);
        });
    }
    size_ = size;
    blocks_.resize((size + block - 1) / block);
}

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
        Content& content = file->content;
        std::vector<std::string> written(file->unsynced.size());
        for (std::size_t index = written.size(); index-- > 0;) {
            const DiskFile::Unsynced& one = file->unsynced[index];
            written[index] = content.read(one.at, one.length);
            content.write(one.at, one.before);
            content.resize(one.size_before);
        }
        for (std::size_t index = 0; index < written.size(); ++index) {
            const std::size_t at = file->unsynced[index].at;
            if (file->unsynced[index].truncates) {
                if (random_.next() % 2 == 0) content.resize(at);
                continue;
            }
            const std::string_view bytes = written[index];
            for (std::size_t from = 0; from < bytes.size();) {
                const std::size_t length =
                    std::min(sector - (at + from) % sector, bytes.size() - from);
                if (random_.next() % 2 == 0) content.write(at + from, bytes.substr(from, length));
                from += length;
            }
        }
        file->unsynced.clear();
    }
    end_life();
}

Disk::Image Disk::image() const {
    Image image;
    for (const auto& [name, file] : files_)
        image[name] = file->content.read(0, file->content.size());
    return image;
}

void Disk::restore(const Image& image) {
    files_.clear();
    for (const auto& [name, bytes] : image) {
        create(name);
        files_[name]->content.write(0, bytes);
    }
    end_life();
}

}  // namespace oms::simulation
