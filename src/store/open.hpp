#pragma once

#include <filesystem>
#include <memory>

#include "base/secret.hpp"
#include "store/database.hpp"
#include "store/sqlite.hpp"

namespace oms::store {

/// Where the database is.
struct Place {
    std::filesystem::path file = "oms-jira.db";  ///< SQLite; does not count where `postgres` is set
    Secret postgres = {};                        ///< a URL as libpq reads it, with its password

    [[nodiscard]] bool shared() const { return !postgres.empty(); }
};

/// The engine that is there. `mode` is SQLite's: a PostgreSQL database is made by its administrator.
/// Throws as open_sqlite does; PostgreSQL is connected to at the first use.
std::unique_ptr<Database> open(const Place& place, OpenMode mode, bool threaded);

/// Whether its URL says a password, in whichever form.
bool has_password(const Place& place);

/// For people, without password: `SQLite, /var/lib/oms-jira/oms-jira.db`.
std::string describe(const Place& place);

}  // namespace oms::store
