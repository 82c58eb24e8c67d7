#pragma once

#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace oms::sync {

/// Whether a feed (the marketplace's events, Jira's updated issues) can be read, for `status`, the
/// dashboard and the log: one that fails for good would otherwise look like one that is quiet. Kept
/// in the database, where every process sees it. For one thread.
class FeedTrouble {
public:
    FeedTrouble(std::string cursor_name, store::Database& database, Log log)
        : cursor_name_{std::move(cursor_name)},
          database_{database},
          log_{std::move(log)} {}

    /// A poll that did not come to its end. Told from the third in a row on: one may be chance.
    void failed(const Error& error, Instant now);
    void worked();

private:
    std::string cursor_name_;
    store::Database& database_;
    Log log_;
    int failures_ = 0;
    Instant since_ = {};
    /// What the database says; nothing: not known yet.
    std::optional<std::string> told_ = std::nullopt;
};

}  // namespace oms::sync
