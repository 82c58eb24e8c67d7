#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/link.hpp"
#include "ops/facts.hpp"
#include "ops/wire.hpp"
#include "store/attention.hpp"
#include "store/calls.hpp"
#include "store/journal.hpp"
#include "store/sights.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"

namespace oms::ops {

/// All that the store has on one subject: what `explain` and the page Order tell.
struct Story {
    std::optional<Link> link = {};
    std::vector<CommentLink> texts = {};
    std::optional<store::SubjectRow> row = {};
    std::vector<store::JournalEntry> journal = {};  ///< oldest first
    std::vector<store::RemoteWrite> writes = {};    ///< newest first
    std::vector<store::Attention> attention = {};
    std::vector<store::RemoteState> remotes = {};
    std::vector<std::string> would = {};  ///< in shadow mode: what would be done
};

/// The latest 200 of each list.
Story load_story(store::Connection& connection, const Subject& subject);

/// What happens next, and why not now.
std::string next_of(const Story& story, Instant now);

/// As people are told it.
store::SubjectState state_of(const Story& story);

/// The page's story; nothing where nobody ever heard of the subject.
std::optional<json::object>
story_json(store::Connection& connection, const Facts& facts, const Subject& subject, Instant now);

/// Older entries of the time line, newest first; nothing where the cursor is none.
std::optional<json::object>
journal_page(store::Connection& connection, const Subject& subject, const Page& page);

}  // namespace oms::ops
