#include "store/backup.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite.hpp"
#include "store/sqlite_connection.hpp"

namespace oms::store {
namespace {

namespace fs = std::filesystem;

/// $1 file. In one read transaction: whoever writes meanwhile is not waited for, nor held up.
constexpr Statement vacuum_into{"vacuum_into", "VACUUM INTO $1"};
constexpr Statement integrity{"integrity_check", "PRAGMA integrity_check"};

[[noreturn]] void refuse(const fs::path& file, const std::string& says) {
    throw DatabaseError{
        DatabaseError::Kind::unusable, fmt::format("backup {}: {}", file.string(), says)};
}

/// Gone again unless it was finished.
class PartFile {
public:
    explicit PartFile(fs::path file) : file_{std::move(file)} {
        const int made =
            ::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (made < 0 && errno == EEXIST) {
            refuse(
                file_,
                "is there, from a backup that was cut short or goes on: remove it if none does"
            );
        }
        if (made < 0) refuse(file_, fmt::format("cannot be made: {}", std::strerror(errno)));
        ::close(made);
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile() {
        if (!file_.empty()) ::unlink(file_.c_str());
    }

    [[nodiscard]] const fs::path& file() const { return file_; }
    /// A second name first: that one is never overwritten, whoever else makes it.
    void finish_as(const fs::path& to) {
        if (::link(file_.c_str(), to.c_str()) == 0) return;
        if (errno == EEXIST) refuse(to, "is there already: name another file");
        // A file system without second names.
        if (fs::exists(to)) refuse(to, "is there already: name another file");
        if (::rename(file_.c_str(), to.c_str()) != 0) {
            refuse(to, fmt::format("cannot be made: {}", std::strerror(errno)));
        }
        file_.clear();
    }

private:
    fs::path file_;
};

void sync(const fs::path& path) {
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) refuse(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
    const int synced = ::fsync(opened);
    const int error = errno;
    ::close(opened);
    // A folder on some file systems cannot be synced.
    if (synced != 0 && error != EINVAL) {
        refuse(path, fmt::format("cannot be made durable: {}", std::strerror(error)));
    }
}

void verify(const fs::path& file) {
    SqliteConnection copy{file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX};
    const Rows rows = copy.run(integrity, {});
    if (rows.size() == 1 && rows[0][0].text() == "ok") return;
    refuse(
        file, "is damaged: " + (rows.empty() ? std::string{"it cannot be read"} : rows[0][0].text())
    );
}

}  // namespace

std::uintmax_t back_up_sqlite(const fs::path& file, const fs::path& to) {
    if (fs::exists(to)) refuse(to, "is there already: name another file");
    // Refuses what is missing, or is another program's.
    open_sqlite(file, OpenMode::existing_only, false);
    PartFile part{to.string() + ".part"};
    {
        SqliteConnection source{file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX};
        try {
            source.run(vacuum_into, {part.file().string()});
        } catch (const DatabaseError& error) {
            if (error.kind() != DatabaseError::Kind::full) throw;
            throw DatabaseError{
                error.kind(),
                fmt::format(
                    "backup {}: the disk is full; nothing of it is kept: make room, or name a file "
                    "elsewhere, and back up again",
                    to.string()
                )};
        }
    }
    verify(part.file());
    sync(part.file());
    const auto size = fs::file_size(part.file());
    part.finish_as(to);
    sync(fs::absolute(to).parent_path());
    return size;
}

}  // namespace oms::store
