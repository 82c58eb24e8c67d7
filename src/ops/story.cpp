#include "ops/story.hpp"

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/text.hpp"
#include "ops/subjects.hpp"
#include "store/links.hpp"

namespace oms::ops {
namespace {

constexpr int entries_of_story = 200;

/// As `store::dismiss` has written it down, where it is the last that a person did.
std::string dismissal_of(const Story& story) {
    for (auto entry = story.journal.rbegin(); entry != story.journal.rend(); ++entry) {
        if (entry->kind == "person")
            return entry->says.find(" dismissed") == std::string::npos ? "" : entry->says;
    }
    return "";
}

/// Of entries that are open the first; the others are told beside it.
std::string what_a_person_does(const store::Attention& entry) {
    return fmt::format(
        "a person must act ({}): {}. What to do: {}", entry.cause, entry.says, entry.remedy
    );
}

std::string next_at_rest(const Story& story) {
    if (!story.would.empty()) {
        return "nothing as long as it is shadow mode (OMS_DRY_RUN); without it: " +
               join(story.would, "; ");
    }
    if (!story.attention.empty()) return what_a_person_does(story.attention.front());
    if (story.link && story.link->state == LinkState::orphaned) {
        const std::string dismissal = dismissal_of(story);
        return fmt::format(
            "nothing as long as issue {} is gone or hidden from us{}",
            issue_in_words(*story.link),
            dismissal.empty() ? "" : " (" + dismissal + ")"
        );
    }
    return "nothing: all is carried, as far as hints told; the sweep compares it again";
}

std::string next_in_attention(const Story& story, const store::SubjectRow& row) {
    const std::string again = in_utc(row.due_at);
    if (!story.attention.empty()) {
        return what_a_person_does(story.attention.front()) + " Tried again by itself at " + again;
    }
    const std::string dismissal = dismissal_of(story);
    return fmt::format(
        "{} ({}); tried again by itself at {}, and in attention again once something new is heard "
        "of it",
        dismissal.empty() ? "nothing: it was dismissed" : "nothing: " + dismissal,
        row.failure_says,
        again
    );
}

}  // namespace

Story load_story(store::Connection& connection, const Subject& subject) {
    const auto sight = store::find_sight(connection, subject);
    return {
        .link = store::find_link(connection, subject),
        .texts = store::comment_links_of(connection, subject),
        .row = store::find_subject(connection, subject),
        .journal = store::journal_of(connection, subject, entries_of_story),
        .writes = store::writes_of(connection, subject, entries_of_story),
        .attention = store::attention_of(connection, subject),
        .remotes = store::remotes(connection),
        .would = sight ? sight->would : std::vector<std::string>{}};
}

std::string next_of(const Story& story, Instant now) {
    if (!story.row) return "nothing: no hint has ever named it";
    const auto& row = *story.row;
    switch (row.state) {
    case store::SubjectState::idle: return next_at_rest(story);
    case store::SubjectState::leased: return "a worker is at it now";
    case store::SubjectState::waiting:
        return "it waits for its project's issue: " + row.failure_says;
    case store::SubjectState::attention: return next_in_attention(story, row);
    case store::SubjectState::due: break;
    }
    std::string text = row.due_at <= now
                           ? std::string{"it is looked at as soon as a worker is free"}
                           : fmt::format("it is looked at again at {}", in_utc(row.due_at));
    if (row.failure == in_word({.obstacle = Obstacle::ourselves}))
        text += " (" + row.failure_says + ")";
    else if (!row.failure.empty())
        text += fmt::format(": last time {} ({})", row.failure, row.failure_says);
    for (const auto& remote : story.remotes) {
        if (remote.state == "working") continue;
        text += fmt::format("; {} is {}: {}", remote.name, remote.state, remote.says);
    }
    if (!story.attention.empty()) text += "; " + what_a_person_does(story.attention.front());
    return text;
}

store::SubjectState state_of(const Story& story) {
    const auto state = story.row ? story.row->state : store::SubjectState::idle;
    return shown_state(state, !story.attention.empty());
}

}  // namespace oms::ops
