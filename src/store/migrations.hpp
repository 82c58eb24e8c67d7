#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace oms::store {

/// One step of the schema. Numbers count up from 1 without a gap; text that has shipped never
/// changes: its checksum is in every database that has applied it.
struct Migration {
    int number;
    std::string_view name;
    /// A program that knows the schema up to this number may go on working with what this step leaves,
    /// for as long as a rolling upgrade takes.
    int least;
    /// A program that knows this step may go on working without it, for as long: it asks has_applied().
    bool may_wait;
    std::string_view up;
    std::string_view down;
};

/// All that this program knows, in order.
const std::vector<Migration>& known_migrations();

struct AppliedMigration {
    int number = 0;
    std::string name = {};
    std::string checksum = {};
    Instant applied_at = {};
};

/// In order; empty for a new database.
std::vector<AppliedMigration> applied_migrations(Database& database);

enum class SchemaState {
    current,
    behind,          ///< `oms-jira db upgrade`
    one_behind,      ///< the same, but this program can work with it meanwhile
    ahead,           ///< a later program has been here, and left what this one can work with
    newer,           ///< a later program has been here: this one must not touch it
    changed,         ///< a migration's text differs from the one that was applied
    python_adapter,  ///< the Python adapter's: see store/takeover.hpp
    half_copied,     ///< `oms-jira db copy` was cut short here
};

struct Schema {
    SchemaState state = SchemaState::current;
    std::string says = {};  ///< for people: what is wrong and what to do
};

Schema schema_of(Database& database);
/// current, ahead or one_behind: one version apart from this program's at most.
bool is_usable(SchemaState state);
/// A database of ours in which each step is one that this program knows.
bool knows_all_of(SchemaState state);

/// Whether this step has been taken: a table of the last step may be missing, and come or go, while
/// processes of two versions run.
bool has_applied(Connection& connection, int number);

/// Applies what is missing, each step in a transaction of its own, and returns their names.
/// Throws DatabaseError::unusable where the schema is newer or changed, or the database not to be
/// worked with.
std::vector<std::string> upgrade(Database& database, Instant now);

/// The same for a database that a copy of `source` is made into: it is half_copied from its first
/// step on, and one that is already goes on. Throws where it has tables without being that.
void upgrade_to_copy_into(Database& database, const std::string& source, Instant now);

/// Takes back the last step and returns its name; nothing where there is none.
/// Its tables and what is in them are gone afterwards.
std::optional<std::string> downgrade(Database& database);

/// For who brings the transaction: all steps to an empty database, and back.
void apply_all(Connection& connection, Instant now);
void take_back_all(Connection& connection);

/// A setting that stands in a database as long as it is being copied into; says from where.
inline constexpr const char* copying_setting = "copying";

}  // namespace oms::store
