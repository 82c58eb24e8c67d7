#include "app/console.hpp"

#include "base/text.hpp"
#include "store/migrations.hpp"
#include "store/open.hpp"

namespace oms::app {

std::unique_ptr<store::Database> open_existing(const Settings& settings) {
    auto database = store::open(settings.database, store::OpenMode::existing_only, false);
    const auto schema = store::schema_of(*database);
    if (!store::is_usable(schema.state))
        throw store::DatabaseError{store::DatabaseError::Kind::unusable, schema.says};
    return database;
}

Instant time_of(store::Database& database) {
    const auto told = database.time();
    return told ? *told : SystemClock{}.now();
}

int guarded(const std::function<int()>& command) {
    try {
        return command();
    } catch (const store::DatabaseError& error) {
        std::cerr << "oms-jira: " << visible(error.what()) << "\n";
        const bool unusable = error.kind() == store::DatabaseError::Kind::unusable;
        return unusable ? exit_usage : exit_faults;
    } catch (const std::exception& error) {
        std::cerr << "oms-jira: " << visible(error.what()) << "\n";
        return exit_faults;
    }
}

std::string shown_time(Instant at) {
    return replace_all(replace_all(to_rfc3339(at), "T", " "), "Z", "");
}

}  // namespace oms::app
