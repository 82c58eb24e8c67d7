#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "store/database.hpp"

namespace oms::store {

/// A database in PostgreSQL 15 or newer, shared by any number of processes; a pooler in transaction
/// mode may stand in between. `url` as libpq reads it: postgresql://user:password@host:port/name?…
///
/// Connects at the first use, and again after each break. A transaction that PostgreSQL undid in
/// favour of another, or whose connection broke before its commit was sent, is begun anew (a few
/// times, after a moment): a Work must bear to be run again. One whose connection breaks in the
/// commit is reported as broken, and may have happened.
/// `threaded`: somebody calls commit_waiting, and what is written later shares its commits.
/// Throws nothing itself.
std::unique_ptr<Database> open_postgres(const Secret& url, bool threaded);

/// Why nobody could connect by this URL, whatever server is there; nothing where somebody might. Says
/// nothing of what it holds.
std::optional<std::string> fault_of_postgres_url(const Secret& url);

/// The URL without its passwords. Where it cannot be told for certain which part is one: its scheme,
/// and what stands behind the last @.
std::string masked_postgres_url(std::string_view url);

/// For people: `orders at db.example.org:5432, as oms`; no password. A faulty URL: as it is masked.
std::string describe_postgres_url(const Secret& url);

/// Also as a parameter of it.
bool postgres_url_has_password(const Secret& url);

/// What `check` asks of a server.
struct PostgresFacts {
    int version = 0;  ///< 15
    std::string role = {};
    bool only_reads = false;
    bool may_create = false;  ///< tables, where ours are made
};
PostgresFacts postgres_facts(Database& database);

}  // namespace oms::store
