#include "ops/story.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/links.hpp"

namespace oms::ops {
namespace {

constexpr int entries_of_story = 200;

std::string shown_time(Instant at) {
    return replace_all(replace_all(to_rfc3339(at), "T", " "), "Z", "");
}

}  // namespace

Story load_story(store::Connection& connection, const Subject& subject) {
    return {
        .link = store::find_link(connection, subject),
        .texts = store::comment_links_of(connection, subject),
        .row = store::find_subject(connection, subject),
        .journal = store::journal_of(connection, subject, entries_of_story),
        .writes = store::writes_of(connection, subject, entries_of_story),
        .attention = store::attention_of(connection, subject),
        .remotes = store::remotes(connection)};
}

std::string next_of(const Story& story, Instant now) {
    if (!story.row) return "nothing: no hint has ever named it";
    const auto& row = *story.row;
    switch (row.state) {
    case store::SubjectState::idle:
        return "nothing: both sides agree, as far as hints told; the sweep compares it again";
    case store::SubjectState::leased: return "a worker is at it now";
    case store::SubjectState::waiting:
        return "it waits for its project's issue: " + row.failure_says;
    case store::SubjectState::attention:
        return fmt::format(
            "it needs a person ({}); tried again by itself at {}",
            row.failure_says,
            shown_time(row.due_at)
        );
    case store::SubjectState::due: break;
    }
    std::string text = row.due_at <= now
                           ? std::string{"it is looked at as soon as a worker is free"}
                           : fmt::format("it is looked at again at {}", shown_time(row.due_at));
    if (!row.failure.empty())
        text += fmt::format(": last time {} ({})", row.failure, row.failure_says);
    for (const auto& remote : story.remotes) {
        if (remote.state == "working") continue;
        text += fmt::format("; {} is {}: {}", remote.name, remote.state, remote.says);
    }
    return text;
}

}  // namespace oms::ops
