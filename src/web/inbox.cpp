#include "web/inbox.hpp"

#include <algorithm>
#include <array>

#include "base/planted.hpp"
#include "base/text.hpp"
#include "store/attention.hpp"
#include "store/inbox.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"

namespace oms::web {
namespace {

using namespace std::chrono_literals;

/// So many are sorted in one transaction, for which others wait: some milliseconds at most.
constexpr std::size_t hints_per_row = 64;
/// As long as one commit follows the other within this, they belong to one burst, however few come.
constexpr Duration burst_pause_max = 1ms;
/// A burst is over when for so long nothing came.
constexpr Duration quiet_time = 20ms;
/// Longer than this nothing waits for the end of a burst.
constexpr Duration patience = 5s;

/// The status and the voucher of a project's issue are nobody's but Jira's.
void drop_what_is_jiras(Hint& hint) {
    if (!hint.subject.is_project()) return;
    std::erase_if(hint.claims, [](const std::string& claim) {
        return claim.starts_with("i=") || claim.starts_with("v=");
    });
}

/// Whether another try would end the same.
bool is_of_the_hint(store::DatabaseError::Kind kind) {
    return kind == store::DatabaseError::Kind::constraint ||
           kind == store::DatabaseError::Kind::programming;
}

}  // namespace

std::optional<Hint> hint_for(store::Connection& connection, const WebhookHint& read) {
    Hint hint{
        .aspects = read.aspects,
        .claims = read.claims,
        .cause = "webhook " + (read.event.empty() ? "without a body" : read.event)};
    if (const auto link = store::find_link_of_issue(connection, read.issue)) {
        hint.subject = link->subject;
        drop_what_is_jiras(hint);
        return hint;
    }
    if (read.marked) {
        hint.subject = *read.marked;
        const auto other = store::find_link(connection, *read.marked);
        const bool stood_for = other && other->state != LinkState::before;
        if (stood_for) {
            // A second issue with this marker, a clone: its status and comments are not the order's.
            if (store::is_known_duplicate(connection, hint.subject, read.issue))
                return std::nullopt;
            hint.aspects = no_aspects;
            hint.claims.clear();
        }
        // Often the issue that we are making: Jira tells of it before it answers.
        drop_what_is_jiras(hint);
        hint.claims.push_back("n=" + read.issue.value);
        return hint;
    }
    if (read.foreign_unless_linked) return std::nullopt;
    hint.subject = Subject::of(read.issue);
    return hint;
}

std::string written(std::span<const WebhookHint* const> hints) {
    std::string text;
    for (const WebhookHint* hint : hints) {
        text.append(hint->event).append(" ").append(hint->issue.value).append(" ");
        if (hint->marked) text += key_of(*hint->marked);
        text.append(" ").append(std::to_string(hint->aspects));
        text += hint->foreign_unless_linked ? " 1\n" : " 0\n";
        for (const std::string& claim : hint->claims)
            text.append(one_line(claim)).append("\n");
        text += "\n";
    }
    return text;
}

std::vector<WebhookHint> read_back(std::string_view text) {
    std::vector<WebhookHint> hints;
    bool within = false;
    for (std::string& line : split(std::string{text}, '\n')) {
        if (line.empty()) {
            within = false;
        } else if (within) {
            hints.back().claims.push_back(std::move(line));
        } else {
            const auto parts = split(line, ' ');
            hints.push_back(
                {.event = parts.at(0),
                 .issue = IssueId{parts.at(1)},
                 .marked = parse_key(parts.at(2)),
                 .aspects = static_cast<Aspects>(parse_int(parts.at(3)).value_or(all_aspects)),
                 .foreign_unless_linked = parts.at(4) == "1"}
            );
            within = true;
        }
    }
    return hints;
}

void Inbox::put(store::Connection& connection, std::span<const WebhookHint* const> hints) const {
    const Instant now = clock_.now();
    while (!hints.empty()) {
        const auto row = hints.first(std::min(hints.size(), hints_per_row));
        store::put_in_inbox(connection, written(row), static_cast<int>(row.size()), now);
        hints = hints.subspan(row.size());
    }
}

void Inbox::note_put() {
    const Duration now = clock_.steady();
    last_put_ = now;
    if (waits_) return;
    first_put_ = now;
    waits_ = true;
    bell_.ring();
}

bool Inbox::in_a_burst() const {
    return waits_ && clock_.steady() - last_put_.load() < burst_pause_max;
}

bool Inbox::is_time() const {
    const Duration now = clock_.steady();
    return now - last_put_.load() >= quiet_time || now - first_put_.load() >= patience;
}

Instant Inbox::sort(Instant now) {
    if (!waits_) return now + 1h;
    if (!is_time()) return now + quiet_time;
    // Before it is looked for: what is put in meanwhile rings, or is found.
    waits_ = false;
    bool more = true;
    try {
        more = sort_some();
    } catch (const std::exception&) {
        waits_ = true;
        throw;
    }
    if (more) waits_ = true;
    return more ? now : now + 1h;
}

void Inbox::sort_rest() {
    try {
        while (sort_some()) {
        }
    } catch (const std::exception&) {
        // It stays, for the next start.
    }
}

/// False where there was none. What cannot be sorted keeps nobody beside or behind it waiting.
bool Inbox::sort_some() {
    try {
        return sort_first(hints_per_row);
    } catch (const store::DatabaseError& error) {
        if (!is_of_the_hint(error.kind())) throw;
    }
    try {
        return sort_first(1);
    } catch (const store::DatabaseError& error) {
        if (!is_of_the_hint(error.kind())) throw;
        log_.error("webhooks cannot be sorted as they came", {{"says", error.what()}});
    }
    set_apart();
    return true;
}

/// Of several in a row each gets one of its own; one alone is left to the polls and the sweep, which
/// find what it told of.
void Inbox::set_apart() {
    database_.write([](store::Connection& connection) {
        const auto row = store::take_out_of_inbox(connection);
        if (!row || row->hints <= 1) return;
        for (const WebhookHint& one : read_back(row->text))
            store::put_in_inbox(connection, written(std::array{&one}), 1, row->at);
    });
}

/// Whole rows, as many as it takes for so many hints. False where there was none.
bool Inbox::sort_first(std::size_t wanted) {
    std::vector<WebhookHint> hints;
    std::vector<std::optional<Subject>> subjects;
    database_.write([&](store::Connection& connection) {
        // Once more where it could not stay.
        hints.clear();
        subjects.clear();
        while (hints.size() < wanted) {
            const auto row = store::take_out_of_inbox(connection);
            if (!row) return;
            for (WebhookHint& one : read_back(row->text)) {
                const auto found = hint_for(connection, one);
                const bool forgotten = OMS_PLANTED("inbox.taken_out_unsorted");
                if (found && !forgotten) store::add_hint(connection, *found, row->at);
                subjects.push_back(found ? std::optional{found->subject} : std::nullopt);
                hints.push_back(std::move(one));
            }
        }
    });
    for (std::size_t i = 0; i < hints.size(); ++i)
        sorted_(hints[i], subjects[i]);
    return !hints.empty();
}

}  // namespace oms::web
