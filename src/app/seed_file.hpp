#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace oms::app {

/// What the Python adapter's seed file says: where its work had come to.
struct SeedFile {
    struct Entry {
        Subject subject = {};
        IssueId issue = {};
    };
    struct Text {
        Subject subject = {};
        MessageId message = {};
        CommentId comment = {};  ///< empty: carried, but nobody knows as which comment
    };
    Instant timestamp = {};
    std::vector<Entry> entries = {};
    std::vector<Text> texts = {};
};

struct SeedParsed {
    SeedFile file = {};
    /// Each names line and field: `line 12, project_items[3].jira_id: …`.
    std::vector<std::string> faults = {};
};

SeedParsed parse_seed(const std::string& text);

}  // namespace oms::app
