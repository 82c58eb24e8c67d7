#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <unistd.h>

#include "store/open.hpp"

namespace oms::test {

/// A new database of one of the engines, gone when this is: `memory` and `file` are SQLite;
/// `postgres` and `pooled` need the servers of tools/with-servers.mjs, and psql.
class TestDatabase {
public:
    explicit TestDatabase(const std::string& engine) : engine_{engine} {
        if (engine == "file") {
            std::string folder =
                (std::filesystem::temp_directory_path() / "oms-store-XXXXXX").string();
            if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
            folder_ = folder;
            place_.file = folder_ / "x.db";
        } else if (engine == "memory") {
            place_.file = ":memory:";
        } else {
            static int number = 0;
            name_ = "t" + std::to_string(getpid()) + "_" + std::to_string(++number);
            psql("CREATE DATABASE " + name_);
            const char* variable = engine == "pooled" ? "OMS_TEST_PGBOUNCER" : "OMS_TEST_POSTGRES";
            place_.postgres = Secret{std::getenv(variable) + name_};
        }
    }
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    ~TestDatabase() {
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
        if (!name_.empty()) psql("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    }

    /// Why this engine cannot be tried here; nothing where it can.
    static std::optional<std::string> missing(const std::string& engine) {
        if (engine == "postgres" && std::getenv("OMS_TEST_POSTGRES") == nullptr) {
            return "needs OMS_TEST_POSTGRES: node tools/with-servers.mjs ctest …";
        }
        if (engine == "pooled" && std::getenv("OMS_TEST_PGBOUNCER") == nullptr) {
            return "needs OMS_TEST_PGBOUNCER: node tools/with-servers.mjs ctest …";
        }
        return std::nullopt;
    }

    [[nodiscard]] const store::Place& place() const { return place_; }
    [[nodiscard]] std::unique_ptr<store::Database> open(bool threaded = false) const {
        return store::open(place_, store::OpenMode::create_if_missing, threaded);
    }
    /// Two connections to one in memory would be two databases.
    [[nodiscard]] bool shared() const { return engine_ != "memory"; }

private:
    static void psql(const std::string& statement) {
        const std::string command = "psql -X -q -d '" +
                                    std::string{std::getenv("OMS_TEST_POSTGRES")} +
                                    "postgres' -c '" + statement + "' >/dev/null 2>&1";
        if (std::system(command.c_str()) != 0) throw std::runtime_error{"psql: " + statement};
    }

    std::string engine_;
    std::filesystem::path folder_;
    std::string name_;
    store::Place place_;
};

}  // namespace oms::test
