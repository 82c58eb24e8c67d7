#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"

/// A simulated disk under the real SQLite: it forgets what was not synced when the power fails, and
/// can be set back to what it was yesterday.
namespace oms::simulation {

/// What a file holds, in blocks, so that nothing is copied while it grows.
class Content {
public:
    [[nodiscard]] std::size_t size() const { return size_; }
    /// What there is of `into.size()` bytes; how many these are.
    std::size_t read(std::size_t at, std::span<char> into) const;
    [[nodiscard]] std::string read(std::size_t at, std::size_t count) const;
    /// Between its end and `at` come zeros.
    void write(std::size_t at, std::string_view bytes);
    /// What is longer comes as zeros.
    void resize(std::size_t size);

private:
    static constexpr std::size_t block = 65'536;

    /// Calls `each(into block, from offset, length)`.
    template <typename Each>
    void each_part(std::size_t at, std::size_t count, Each each) const;
    /// Room for `size` bytes, of which the new ones are anything.
    void extend(std::size_t size);

    std::size_t size_ = 0;
    std::vector<std::unique_ptr<char[]>> blocks_ = {};
};

/// One file: what a process sees, and how to take back what was not synced.
struct DiskFile {
    Content content = {};
    struct Unsynced {
        std::size_t at = 0;
        std::size_t length = 0;
        bool truncates = false;   ///< to `at`
        std::string before = {};  ///< what stood there
        std::size_t size_before = 0;
    };
    std::vector<Unsynced> unsynced = {};
    int shared_locks = 0;
    int strongest_lock = 0;

    /// The write-ahead log's index: memory that all connections share, gone with the process.
    std::vector<std::unique_ptr<std::vector<std::byte>>> shared_memory = {};
    int shared_memory_locks[8] = {};  ///< readers; -1: one writer
};

/// Registered as SQLite's default file system as long as it lives: one at a time in a process.
class Disk {
public:
    explicit Disk(Random& random);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    /// The power fails at the `after`-th write or sync from now: from then on every call fails.
    void fail_power(std::uint64_t after) { power_fails_in_ = after; }
    [[nodiscard]] bool power_failed() const { return power_failed_; }
    /// The power is back: of each write that was not synced, chance kept each sector or lost it. What
    /// was open before stays broken.
    void power_on();
    /// A process died: its open files are closed, nothing that it wrote is lost.
    void process_died();

    using Image = std::map<std::string, std::string>;
    /// What a backup would hold now.
    [[nodiscard]] Image image() const;
    /// Only while nobody has a file open, or after process_died().
    void restore(const Image& image);

    /// For the file system's functions.
    DiskFile& open(const std::string& name) { return *files_[name]; }
    bool exists(const std::string& name) const { return files_.contains(name); }
    void create(const std::string& name);
    /// A name for a file of SQLite's own, which is made.
    std::string temporary();
    void remove(const std::string& name);
    /// Counts a write or sync; false where the power has failed.
    bool operate();
    [[nodiscard]] std::uint64_t life() const { return life_; }

private:
    void end_life();

    Random& random_;
    std::map<std::string, std::shared_ptr<DiskFile>> files_;
    std::vector<std::shared_ptr<DiskFile>> removed_;  ///< somebody may still have them open
    std::uint64_t temporaries_ = 0;
    std::uint64_t power_fails_in_ = 0;  ///< 0: it does not
    bool power_failed_ = false;
    std::uint64_t life_ = 1;  ///< files that were opened in an earlier one are dead
};

}  // namespace oms::simulation
