#include "store/sqlite.hpp"

#include <deque>
#include <future>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/planted.hpp"
#include "store/commit_queue.hpp"
#include "store/sqlite_connection.hpp"

namespace oms::store {
namespace {

/// "OMSJ": tells our files from other programs'.
constexpr std::int64_t application_id = 0x4F4D534A;

constexpr Statement begin_write{"begin_write", "BEGIN IMMEDIATE"};
constexpr Statement begin_read{"begin_read", "BEGIN"};
constexpr Statement commit{"commit", "COMMIT"};
constexpr Statement rollback{"rollback", "ROLLBACK"};
constexpr Statement savepoint{"savepoint", "SAVEPOINT work"};
constexpr Statement release{"release", "RELEASE work"};
constexpr Statement undo{"undo", "ROLLBACK TO work"};
constexpr Statement get_application_id{"get_application_id", "PRAGMA application_id"};
constexpr Statement count_tables{"count_tables", "SELECT count(*) FROM sqlite_schema"};

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(std::filesystem::path file, OpenMode mode, bool threaded);

    void write(const Work& work) override;
    void write_later(Work work, std::function<void(std::exception_ptr)> done) override;
    void read(const Work& work) override;
    bool commit_waiting(std::chrono::milliseconds wait) override;
    void stop() override;
    [[nodiscard]] std::string description() const override { return "SQLite, " + file_.string(); }

private:
    [[nodiscard]] bool in_memory() const { return file_ == ":memory:"; }
    void shut_others_out();
    void prepare_writer(OpenMode mode);
    void make_private_file() const;
    void refuse_foreign_file();
    void commit_together(std::deque<WaitingWork>& batch);
    bool commit_whole(std::deque<WaitingWork>& batch);
    void commit_apart(std::deque<WaitingWork>& batch);
    void roll_back();
    std::unique_ptr<SqliteConnection> take_reader();

    std::filesystem::path file_;

    CommitQueue queue_;
    bool only_one_ = false;  ///< connection: readers use the writer's

    std::recursive_mutex
        writer_mutex_;  // guards writer_; recursive for :memory:, where readers use it
    std::unique_ptr<SqliteConnection> writer_;

    std::mutex readers_mutex_;  // guards readers_
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
};

SqliteDatabase::SqliteDatabase(std::filesystem::path file, OpenMode mode, bool threaded)
    : file_{std::move(file)},
      queue_{threaded} {
    prepare_writer(mode);
}

void SqliteDatabase::prepare_writer(OpenMode mode) {
    only_one_ = in_memory() || mode == OpenMode::alone;
    if (mode != OpenMode::create_if_missing && !in_memory() && !std::filesystem::exists(file_)) {
        throw DatabaseError{
            DatabaseError::Kind::unusable,
            fmt::format(
                "database {}: there is no such file; `oms-jira serve` or `oms-jira db upgrade` "
                "makes it",
                file_.string()
            )};
    }
    if (mode == OpenMode::create_if_missing && !in_memory()) make_private_file();
    const int create = mode == OpenMode::create_if_missing ? SQLITE_OPEN_CREATE : 0;
    writer_ = std::make_unique<SqliteConnection>(
        file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create
    );
    if (mode == OpenMode::alone) shut_others_out();
    refuse_foreign_file();
    writer_->run_script(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA application_id=1330467658; PRAGMA journal_size_limit=67108864;"
        // Between checkpoints a page that is written again and again costs the log alone: 16 MB of it.
        "PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4000;"
    );
    if (OMS_PLANTED("store.commits_are_not_synced")) writer_->run_script("PRAGMA synchronous=OFF");
}

/// SQLite's own lock, which it keeps until the file is closed, and which nobody gets who is not alone.
void SqliteDatabase::shut_others_out() {
    writer_->run_script("PRAGMA busy_timeout=500; PRAGMA locking_mode=EXCLUSIVE");
    try {
        writer_->run_script("BEGIN EXCLUSIVE; COMMIT");
    } catch (const DatabaseError& error) {
        if (error.kind() != DatabaseError::Kind::busy) throw;
        throw DatabaseError{
            DatabaseError::Kind::unusable,
            fmt::format(
                "database {}: another process works with it, such as `oms-jira serve`: stop it "
                "first",
                file_.string()
            )};
    }
}

/// Customers' texts are nobody else's: a new file is its owner's alone, whatever the umask, and
/// SQLite gives -wal and -shm the file's own permissions. Where it cannot be made, SQLite says why.
void SqliteDatabase::make_private_file() const {
    // Only a file that was not there is opened: closing one that is in use would end SQLite's locks.
    const int file =
        ::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file >= 0) ::close(file);
}

void SqliteDatabase::refuse_foreign_file() {
    const bool empty = writer_->run(count_tables, {})[0][0].integer() == 0;
    const bool ours = writer_->run(get_application_id, {})[0][0].integer() == application_id;
    if (empty || ours) return;
    throw DatabaseError{
        DatabaseError::Kind::unusable,
        fmt::format(
            "database {}: this is another program's database; name a file of its own in "
            "OMS_DB_HOST (sqlite:///path)",
            file_.string()
        )};
}

void SqliteDatabase::write(const Work& work) {
    std::promise<void> promise;
    auto done = [&promise](const std::exception_ptr& error) {
        if (error) {
            promise.set_exception(error);
        } else {
            promise.set_value();
        }
    };
    write_later(work, done);
    promise.get_future().get();
}

void SqliteDatabase::write_later(Work work, std::function<void(std::exception_ptr)> done) {
    WaitingWork waiting{.work = std::move(work), .done = std::move(done)};
    if (queue_.push(waiting)) return;
    std::deque<WaitingWork> alone;
    alone.push_back(std::move(waiting));
    commit_together(alone);
}

bool SqliteDatabase::commit_waiting(std::chrono::milliseconds wait) {
    auto batch = queue_.take(wait);
    if (!batch) return false;
    if (!batch->empty()) commit_together(*batch);
    return true;
}

void SqliteDatabase::stop() { queue_.stop(); }

void SqliteDatabase::commit_together(std::deque<WaitingWork>& batch) {
    {
        const std::scoped_lock lock{writer_mutex_};
        if (!commit_whole(batch)) commit_apart(batch);
    }
    for (const WaitingWork& one : batch)
        tell_done(one);
}

/// Nobody's work is durable, and no transaction open: some errors have rolled back already.
void SqliteDatabase::roll_back() {
    try {
        writer_->run(rollback, {});
    } catch (const DatabaseError&) {
        // There is none any more.
    }
}

/// The usual case, in which every work goes well: none needs a savepoint, which costs a copy of each
/// page that it touches. False where one of several does not: nothing of any stays then.
bool SqliteDatabase::commit_whole(std::deque<WaitingWork>& batch) {
    bool working = false;
    try {
        writer_->run(begin_write, {});
        working = true;
        for (WaitingWork& one : batch)
            one.work(*writer_);
        working = false;
        writer_->run(commit, {});
        return true;
    } catch (const std::exception&) {
        roll_back();
        if (working && batch.size() > 1) return false;
        // The transaction as a whole failed (disk full, busy), or the only work did.
        for (WaitingWork& one : batch)
            one.outcome = std::current_exception();
        return true;
    }
}

/// All of them once more: whichever fails is undone alone, and its caller learns why.
void SqliteDatabase::commit_apart(std::deque<WaitingWork>& batch) {
    try {
        writer_->run(begin_write, {});
        for (WaitingWork& one : batch) {
            writer_->run(savepoint, {});
            try {
                one.work(*writer_);
            } catch (const std::exception&) {
                one.outcome = std::current_exception();
                writer_->run(undo, {});
            }
            writer_->run(release, {});
        }
        writer_->run(commit, {});
    } catch (const std::exception&) {
        for (WaitingWork& one : batch) {
            if (!one.outcome) one.outcome = std::current_exception();
        }
        roll_back();
    }
}

std::unique_ptr<SqliteConnection> SqliteDatabase::take_reader() {
    {
        const std::scoped_lock lock{readers_mutex_};
        if (!readers_.empty()) {
            auto reader = std::move(readers_.back());
            readers_.pop_back();
            return reader;
        }
    }
    return std::make_unique<SqliteConnection>(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
}

void SqliteDatabase::read(const Work& work) {
    if (only_one_) {
        const std::scoped_lock lock{writer_mutex_};
        return work(*writer_);
    }
    auto reader = take_reader();
    reader->run(begin_read, {});
    try {
        work(*reader);
    } catch (const std::exception&) {
        reader->run(rollback, {});
        throw;
    }
    reader->run(commit, {});
    const std::scoped_lock lock{readers_mutex_};
    readers_.push_back(std::move(reader));
}

}  // namespace

std::unique_ptr<Database>
open_sqlite(const std::filesystem::path& file, OpenMode mode, bool threaded) {
    return std::make_unique<SqliteDatabase>(file, mode, threaded);
}

}  // namespace oms::store
