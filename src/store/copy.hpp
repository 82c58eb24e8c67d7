#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "store/open.hpp"

/// One database into another, of whichever engine, row by row.
namespace oms::store {

/// Told after each page.
struct CopyProgress {
    bool verifying = false;
    std::string table = {};
    std::int64_t rows = 0;   ///< so far, of this pass
    std::int64_t total = 0;  ///< of the source
};

struct CopyResult {
    std::int64_t tables = 0;
    std::int64_t rows = 0;
    std::int64_t there_already = 0;  ///< by an earlier copy that was cut short
};

/// Both sides are not alike where they should be: where, and how.
class CopyDiffers : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Copies all tables that this program's schema has (store/tables.hpp) but the list of its steps, in the order of their
/// keys, a page a transaction; where an earlier copy from there was cut short, it goes on with what
/// is missing. At the end each value is compared. Until then nobody starts on the target.
///
/// Throws DatabaseError::unusable with words where the source is not current, or somebody works with
/// it, or the target holds other data; CopyDiffers at the first row that is not alike.
CopyResult copy_database(
    const Place& from,
    const Place& to,
    const std::function<void(const CopyProgress&)>& tell,
    Instant now
);

}  // namespace oms::store
