#include "store/subjects.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/planted.hpp"
#include "base/text.hpp"
#include "store/inbox.hpp"
#include "store/journal.hpp"
#include "store/sql/subjects.hpp"

namespace oms::store {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::string& line : split(text, '\n')) {
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

std::string as_lines(const std::vector<std::string>& claims) {
    std::string text;
    for (const std::string& claim : claims)
        text += claim + "\n";
    return text;
}

SubjectRow subject_row(const Row& row) {
    return {
        .subject = parse_key(row[0].text()).value_or(Subject{}),
        .state = parse_subject_state(row[1].text()),
        .dirty = static_cast<Aspects>(row[2].integer() | row[4].integer()),
        .claims = lines_of(row[5].text() + row[3].text()),
        .generation = row[6].integer(),
        .done_generation = row[7].integer(),
        .lane = static_cast<Lane>(row[8].integer()),
        .due_at = row[9].instant(),
        .hinted_at = row[10].instant(),
        .attempts = static_cast<int>(row[11].integer()),
        .refusals = static_cast<int>(row[12].integer()),
        .lease_owner = row[13].text(),
        .lease_until = row[14].instant(),
        .failure = row[16].text(),
        .failure_says = row[17].text()};
}

struct Dirt {
    Aspects dirty = no_aspects;
    std::vector<std::string> claims = {};
};

Dirt merged(Dirt dirt, const Hint& hint) {
    dirt.dirty |= hint.aspects;
    for (const std::string& said : hint.claims) {
        // A line each: a status or key with a line feed in it would read as two.
        const std::string claim = one_line(said);
        if (std::ranges::find(dirt.claims, claim) == dirt.claims.end())
            dirt.claims.push_back(claim);
    }
    if (as_lines(dirt.claims).size() <= claims_bytes_max) return dirt;
    for (const std::string& claim : dirt.claims)
        dirt.dirty |= bits(aspect_of(claim));
    dirt.claims.clear();
    return dirt;
}

/// A subject that is being retried keeps its time: hints must not turn a backoff into hammering.
/// One that is due keeps its place in the queue.
Instant due_after_hint(const Row& row, Instant now) {
    const SubjectState state = parse_subject_state(row[1].text());
    const bool backing_off = state == SubjectState::due && row[11].integer() > 0;
    if (backing_off || state == SubjectState::waiting) return row[9].instant();
    return state == SubjectState::due ? std::min(row[9].instant(), now) : now;
}

SubjectState state_after_hint(SubjectState state) {
    switch (state) {
    case SubjectState::idle:
    case SubjectState::due:
    case SubjectState::attention: return SubjectState::due;
    case SubjectState::leased:
    case SubjectState::waiting: return state;
    }
    return state;
}

Leased leased_row(Connection& connection, const std::string& key) {
    const Row row = connection.run(sql::subject_find, {key}).at(0);
    return {
        .subject = parse_key(key).value_or(Subject{}),
        .aspects = static_cast<Aspects>(row[4].integer()),
        .claims = lines_of(row[5].text()),
        .lane = static_cast<Lane>(row[8].integer()),
        .attempts = static_cast<int>(row[11].integer()),
        .refusals = static_cast<int>(row[12].integer()),
        .hinted_at = row[10].instant(),
        .fence = row[15].integer(),
        .until = row[14].instant()};
}

}  // namespace

std::string_view to_text(SubjectState state) {
    switch (state) {
    case SubjectState::idle: return "idle";
    case SubjectState::due: return "due";
    case SubjectState::leased: return "leased";
    case SubjectState::waiting: return "waiting";
    case SubjectState::attention: return "attention";
    }
    return "";
}

SubjectState parse_subject_state(std::string_view text) {
    for (const SubjectState state :
         {SubjectState::due,
          SubjectState::leased,
          SubjectState::waiting,
          SubjectState::attention}) {
        if (to_text(state) == text) return state;
    }
    return SubjectState::idle;
}

void add_hint(Connection& connection, const Hint& hint, Instant now) {
    const std::string key = key_of(hint.subject);
    add_journal(connection, hint.subject, JournalKind::hint, one_line(hint.cause), now);
    Rows rows = connection.run(sql::subject_hold, {key});
    if (rows.empty()) {
        const Dirt dirt = merged({}, hint);
        connection.run(
            sql::subject_add,
            {key,
             hint.subject.project.value,
             dirt.dirty,
             as_lines(dirt.claims),
             static_cast<int>(hint.lane),
             now}
        );
        if (connection.changed() == 1) return;
        // Another process added it a moment ago.
        rows = connection.run(sql::subject_hold, {key});
    }
    const Row& row = rows.at(0);
    const Dirt dirt = merged(
        {.dirty = static_cast<Aspects>(row[2].integer()), .claims = lines_of(row[3].text())}, hint
    );
    const SubjectState state = parse_subject_state(row[1].text());
    const auto lane = std::min<std::int64_t>(row[8].integer(), static_cast<int>(hint.lane));
    const bool was_idle = state == SubjectState::idle;
    const Instant due = due_after_hint(row, now);
    const Instant hinted = was_idle || row[10].integer() == 0 ? now : row[10].instant();
    const bool only_dirtier = state == SubjectState::due && lane == row[8].integer() &&
                              due == row[9].instant() && hinted == row[10].instant();
    if (only_dirtier) {
        connection.run(sql::subject_hint_more, {key, dirt.dirty, as_lines(dirt.claims)});
        return;
    }
    connection.run(
        sql::subject_hint,
        {key,
         dirt.dirty,
         as_lines(dirt.claims),
         was_idle ? static_cast<std::int64_t>(hint.lane) : lane,
         to_text(state_after_hint(state)),
         due,
         hinted}
    );
}

std::optional<Leased> lease_next(
    Connection& connection,
    const std::string& owner,
    Lane preferred,
    Instant now,
    Duration length
) {
    connection.run(sql::subject_release_expired, {now});
    for (const Lane lane : {preferred, Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
        const Rows rows = connection.run(sql::subject_next_in_lane, {static_cast<int>(lane), now});
        if (rows.empty()) continue;
        const std::string key = rows[0][0].text();
        connection.run(sql::subject_lease, {key, owner, now + length});
        OMS_CHECK(connection.changed() == 1);
        return leased_row(connection, key);
    }
    return std::nullopt;
}

std::vector<Leased>
look_at_next(Connection& connection, Lane preferred, Instant now, std::size_t count) {
    const auto most = static_cast<std::int64_t>(count);
    std::vector<Leased> plain;
    for (const Lane lane : {preferred, Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
        const Rows rows =
            connection.run(sql::subject_next_few_in_lane, {static_cast<int>(lane), now, most});
        for (const Row& row : rows) {
            if (row[7].integer() == 0) return plain;
            plain.push_back(
                {.subject = parse_key(row[0].text()).value_or(Subject{}),
                 .aspects = static_cast<Aspects>(row[1].integer() | row[2].integer()),
                 .claims = lines_of(row[3].text() + row[4].text()),
                 .lane = static_cast<Lane>(row[5].integer()),
                 .hinted_at = row[6].instant()}
            );
        }
        if (!rows.empty()) return plain;
    }
    return plain;
}

void settle_unleased(Connection& connection, const Subject& subject, Instant now) {
    connection.run(sql::subject_settled, {key_of(subject), now});
    OMS_CHECK(connection.changed() == 1);
}

std::optional<Leased>
lease_one(Connection& connection, const Subject& subject, const std::string& owner, Instant until) {
    const std::string key = key_of(subject);
    connection.run(sql::subject_lease, {key, owner, until});
    if (connection.changed() == 0) return std::nullopt;
    return leased_row(connection, key);
}

void renew(Connection& connection, const Leased& leased, Instant until) {
    connection.run(sql::subject_renew, {key_of(leased.subject), leased.fence, until});
    if (connection.changed() == 0) throw LeaseLost{key_of(leased.subject)};
}

void prove(Connection& connection, const Leased& leased) {
    if (connection.run(sql::subject_fence, {key_of(leased.subject), leased.fence}).empty()) {
        throw LeaseLost{key_of(leased.subject)};
    }
}

void finish_done(Connection& connection, const Leased& leased, Instant now) {
    if (OMS_PLANTED("store.hint_during_work_lost")) {
        connection.run(sql::subject_hint, {key_of(leased.subject), 0, "", 0, "leased", now, now});
    }
    connection.run(sql::subject_done, {key_of(leased.subject), leased.fence, now});
    if (connection.changed() == 0) throw LeaseLost{key_of(leased.subject)};
}

void finish_again(Connection& connection, const Leased& leased, const Again& again) {
    connection.run(
        sql::subject_again,
        {key_of(leased.subject),
         leased.fence,
         to_text(again.state),
         again.due_at,
         again.attempts,
         again.refusals,
         again.failure,
         again.says,
         again.aspects}
    );
    if (connection.changed() == 0) throw LeaseLost{key_of(leased.subject)};
}

void give_back(Connection& connection, const Leased& leased, Instant now) {
    connection.run(sql::subject_give_back, {key_of(leased.subject), leased.fence, now});
}

bool owner_expires(Connection& connection, const std::string& owner, Instant before) {
    return !connection.run(sql::subject_owner_expires, {owner, before}).empty();
}

void renew_owner(Connection& connection, const std::string& owner, Instant before, Instant until) {
    connection.run(sql::subject_renew_owner, {owner, before, until});
}

void release_owner(Connection& connection, const std::string& owner, Instant now) {
    connection.run(sql::subject_release_owner, {owner, now});
}

std::vector<std::string> lease_owners(Connection& connection) {
    std::vector<std::string> owners;
    for (const Row& row : connection.run(sql::subject_owners, {}))
        owners.push_back(row[0].text());
    return owners;
}

std::optional<SubjectRow> find_subject(Connection& connection, const Subject& subject) {
    const Rows rows = connection.run(sql::subject_find, {key_of(subject)});
    if (rows.empty()) return std::nullopt;
    return subject_row(rows[0]);
}

void hold_still(Connection& connection, const Subject& subject) {
    connection.run(sql::subject_share, {key_of(subject)});
}

void wake_orders_of(Connection& connection, ProjectId project, Instant now) {
    connection.run(sql::subject_wake_project, {project.value, now});
}

void wake(Connection& connection, const Subject& subject, Instant now) {
    connection.run(sql::subject_wake, {key_of(subject), now});
}

void wake_later_than(Connection& connection, Instant latest, Instant now) {
    connection.run(sql::subject_wake_later_than, {latest, now});
}

void wake_all_in_attention(Connection& connection, Instant now) {
    connection.run(sql::subject_wake_attention, {now});
}

void prune_issues(Connection& connection, int count) {
    connection.run(sql::subject_prune_issues, {count});
}

std::optional<Instant> next_due(Connection& connection) {
    return connection.run(sql::subject_next_due, {})[0][0].instant_if();
}

std::int64_t QueueCounts::in(SubjectState state) const {
    std::int64_t sum = 0;
    for (const auto& [key, count] : by_state_and_lane) {
        if (key.first == state) sum += count;
    }
    return sum;
}

QueueCounts count_queue(Connection& connection) {
    QueueCounts counts;
    for (const Row& row : connection.run(sql::subject_counts, {})) {
        const auto key =
            std::pair{parse_subject_state(row[0].text()), static_cast<Lane>(row[1].integer())};
        counts.by_state_and_lane[key] = row[2].integer();
    }
    counts.oldest_hint = connection.run(sql::subject_oldest_hint, {})[0][0].instant_if();
    const InboxCounts inbox = count_inbox(connection);
    if (inbox.hints > 0) counts.by_state_and_lane[{SubjectState::due, Lane::live}] += inbox.hints;
    if (inbox.oldest && (!counts.oldest_hint || *inbox.oldest < *counts.oldest_hint))
        counts.oldest_hint = inbox.oldest;
    return counts;
}

std::int64_t busy_in_lane(Connection& connection, Lane lane) {
    return connection.run(sql::subject_busy_in_lane, {static_cast<int>(lane)})[0][0].integer();
}

std::vector<SubjectRow> busy_subjects(Connection& connection, int count) {
    std::vector<SubjectRow> subjects;
    for (const Row& row : connection.run(sql::subject_list_busy, {count})) {
        subjects.push_back(
            {.subject = parse_key(row[0].text()).value_or(Subject{}),
             .state = parse_subject_state(row[1].text()),
             .lane = static_cast<Lane>(row[2].integer()),
             .due_at = row[3].instant(),
             .attempts = static_cast<int>(row[4].integer()),
             .failure = row[5].text(),
             .failure_says = row[6].text()}
        );
    }
    return subjects;
}

}  // namespace oms::store
