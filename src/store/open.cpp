#include "store/open.hpp"

#include "store/postgres.hpp"

namespace oms::store {

std::unique_ptr<Database> open(const Place& place, OpenMode mode, bool threaded) {
    if (place.shared()) return open_postgres(place.postgres, threaded);
    return open_sqlite(place.file, mode, threaded);
}

bool has_password(const Place& place) {
    return place.shared() && postgres_url_has_password(place.postgres);
}

std::string describe(const Place& place) {
    if (place.shared()) return "PostgreSQL, " + describe_postgres_url(place.postgres);
    return "SQLite, " + place.file.string();
}

}  // namespace oms::store
