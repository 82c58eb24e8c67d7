#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "tests/property/store_commands.hpp"
#include "tests/property/store_model.hpp"

namespace oms::property {

/// The store and its model, side by side.
class StorePair {
public:
    /// In memory, or in a file that two databases have open.
    explicit StorePair(bool in_memory);
    StorePair(const StorePair&) = delete;
    StorePair(StorePair&&) = delete;
    StorePair& operator=(const StorePair&) = delete;
    StorePair& operator=(StorePair&&) = delete;
    ~StorePair();

    void run(const Command& command);
    void compare();
    /// When all leases have ended and all time has passed, every hint is there to be taken.
    void nothing_is_lost();

private:
    void open();
    store::Database& database() { return second_ && use_second_ ? *second_ : *first_; }
    template <class F>
    auto write(F work) {
        return store::write(database(), work);
    }
    template <class F>
    void change(F work) {
        database().write(work);
    }

    static Hint hint_of(const Command& command);
    void run_on_leases(const Command& command);
    void run_on_queue(const Command& command);
    void run_on_records(const Command& command);
    void run_on_sights(const Command& command);
    void run_on_inbox(const Command& command);
    void take(const std::optional<store::Leased>& leased, const std::string& owner, Instant until);
    /// Does it where the lease is still held, and expects LeaseLost where it is not.
    template <class F>
    bool with_lease(const store::Leased& leased, F work);
    void compare_subjects(store::Connection& connection);
    void compare_records(store::Connection& connection);
    void compare_counts(store::Connection& connection);

    std::filesystem::path folder_;
    std::unique_ptr<store::Database> first_;
    std::unique_ptr<store::Database> second_;
    bool use_second_ = false;
    StoreModel model_;
    std::vector<store::Leased> leases_;  ///< all that were ever given out
    std::vector<std::int64_t> writes_;
    Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
};

}  // namespace oms::property
