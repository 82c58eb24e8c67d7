#include "store/views.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "store/rows.hpp"
#include "store/sql/views.hpp"
#include "store/tallies.hpp"

namespace oms::store {
namespace {

std::vector<Spot> spots_in(const Rows& rows) {
    std::vector<Spot> list;
    list.reserve(rows.size());
    for (const Row& row : rows)
        list.push_back({.project = row[0].integer(), .key = row[1].text()});
    return list;
}

bool goes_to_jira(const std::string& kind) {
    return kind != to_text(WriteKind::patch_order) && kind != to_text(WriteKind::post_message) &&
           kind != to_text(WriteKind::edit_message);
}

}  // namespace

std::vector<Spot> first_of_both(std::vector<Spot> list, const std::vector<Spot>& more, int count) {
    list.insert(list.end(), more.begin(), more.end());
    std::ranges::sort(list, std::ranges::greater{});
    list.erase(std::ranges::unique(list).begin(), list.end());
    if (list.size() > static_cast<std::size_t>(count)) list.resize(static_cast<std::size_t>(count));
    return list;
}

std::vector<Spot> spots_below(Connection& connection, const Spot& from, int count) {
    return first_of_both(
        spots_in(connection.run(sql::spots_of_subjects, {from.project, from.key, count})),
        spots_in(connection.run(sql::spots_of_links, {from.project, from.key, count})),
        count
    );
}

std::vector<Spot>
spots_in_state(Connection& connection, SubjectState state, const Spot& from, int count) {
    auto list = spots_in(
        connection.run(sql::spots_in_state, {from.project, from.key, count, to_text(state)})
    );
    if (state != SubjectState::attention) return list;
    std::vector<Spot> at_rest;
    for (const Row& row : connection.run(sql::spots_in_attention, {from.project, from.key, count}))
        at_rest.push_back({.project = row[0].integer(), .key = row[2].text()});
    return first_of_both(std::move(list), at_rest, count);
}

std::vector<Spot> spots_that_would(Connection& connection, const Spot& from, int count) {
    return spots_in(connection.run(sql::spots_that_would, {from.project, from.key, count}));
}

std::vector<Spot> spots_that_differ(Connection& connection, const Spot& from, int count) {
    return spots_in(connection.run(sql::spots_that_differ, {from.project, from.key, count}));
}

std::vector<Spot> spots_of_issue(Connection& connection, const std::string& issue_key) {
    const auto dash = issue_key.rfind('-');
    if (dash == std::string::npos) return {};
    const auto number = parse_int(std::string_view{issue_key}.substr(dash + 1));
    if (!number) return {};
    return spots_in(connection.run(sql::spots_of_issue, {*number, issue_key}));
}

Listed shown(Connection& connection, const Subject& subject) {
    const Rows rows = connection.run(sql::subject_shown, {key_of(subject)});
    const Row& row = rows.at(0);
    Listed listed{.subject = subject, .known = !row[0].is_null() || !row[3].is_null()};
    if (!row[0].is_null()) {
        listed.state = parse_subject_state(row[0].text());
        listed.due_at = row[1].instant();
        listed.says = row[2].text();
    }
    if (!row[3].is_null()) listed.link_state = parse_link_state(row[3].text());
    listed.issue_key = row[4].text();
    listed.title = row[5].text();
    listed.customer = row[6].text();
    listed.email = row[7].text();
    listed.seen_at = row[8].instant_if();
    listed.would = row[9].integer();
    listed.differs = row[10].integer();
    listed.found = row[11].text();
    listed.attention = row[12].integer();
    listed.attention_says = row[13].text();
    return listed;
}

std::vector<NextSubject> next_subjects(Connection& connection, int count) {
    std::vector<NextSubject> list;
    for (const Lane lane : {Lane::live, Lane::poll, Lane::sweep, Lane::backfill}) {
        for (const Row& row :
             connection.run(sql::subject_next_few, {static_cast<int>(lane), count})) {
            list.push_back(
                {.key = row[0].text(),
                 .state = parse_subject_state(row[1].text()),
                 .due_at = row[2].instant(),
                 .lane = lane,
                 .says = row[4].text()}
            );
        }
    }
    std::ranges::stable_sort(list, {}, &NextSubject::due_at);
    if (list.size() > static_cast<std::size_t>(count)) list.resize(static_cast<std::size_t>(count));
    return list;
}

std::vector<InFlight> in_flight(Connection& connection, int count) {
    std::vector<InFlight> list;
    for (const Row& row : connection.run(sql::subject_in_flight, {count}))
        list.push_back({.key = row[0].text(), .since = row[1].instant(), .cause = row[2].text()});
    return list;
}

std::optional<std::pair<std::string, Instant>> oldest_hint(Connection& connection) {
    const Rows rows = connection.run(sql::subject_oldest, {});
    if (rows.empty()) return std::nullopt;
    return std::pair{rows[0][0].text(), rows[0][1].instant()};
}

std::pair<std::int64_t, std::int64_t> carried(Connection& connection, Instant from, Instant to) {
    std::pair<std::int64_t, std::int64_t> both{0, 0};
    for (const Row& row : connection.run(sql::write_carried, {from, to}))
        (goes_to_jira(row[0].text()) ? both.first : both.second) += row[1].integer();
    return both;
}

std::vector<OpenWrite> open_writes_after(Connection& connection, std::int64_t id, int count) {
    const Rows rows = connection.run(sql::write_open_after, {id, count});
    std::vector<RemoteWrite> writes = writes_in(rows);
    std::vector<OpenWrite> list;
    list.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        list.push_back(
            {.write = std::move(writes[i]),
             .again_at = rows[i][13].instant_if(),
             .in_hand = rows[i][14].text() == to_text(SubjectState::leased)}
        );
    }
    return list;
}

std::vector<JournalEntry>
journal_before(Connection& connection, const Subject& subject, std::int64_t id, int count) {
    return journal_entries_in(connection.run(sql::journal_before, {key_of(subject), id, count}));
}

std::vector<Sweep> sweeps_before(Connection& connection, std::int64_t id, int count) {
    std::vector<Sweep> list;
    for (const Row& row : connection.run(sql::sweep_before, {id, count}))
        list.push_back(sweep_in(row));
    return list;
}

std::vector<Task> tasks_before(Connection& connection, std::int64_t id, int count) {
    return tasks_in(connection.run(sql::task_before, {id, count}));
}

std::vector<AttentionGroup> attention_groups(
    Connection& connection,
    const std::string& after_cause,
    const std::string& after_fingerprint,
    int count
) {
    std::vector<AttentionGroup> list;
    for (const Row& row :
         connection.run(sql::attention_groups, {after_cause, after_fingerprint, count})) {
        list.push_back(
            {.cause = row[0].text(),
             .fingerprint = row[1].text(),
             .count = row[2].integer(),
             .since = row[3].instant(),
             .last_at = row[4].instant(),
             .blocking = row[5].integer() != 0,
             .says = row[6].text(),
             .remedy = row[7].text()}
        );
    }
    return list;
}

std::vector<AttentionLine> attention_in_group(
    Connection& connection,
    const std::string& cause,
    const std::string& fingerprint,
    std::int64_t after_id,
    int count
) {
    std::vector<AttentionLine> list;
    for (const Row& row :
         connection.run(sql::attention_in_group, {cause, fingerprint, after_id, count})) {
        list.push_back(
            {.entry =
                 {.id = row[0].integer(),
                  .subject = parse_key(row[1].text()).value_or(Subject{}),
                  .cause = cause,
                  .fingerprint = fingerprint,
                  .says = row[8].text(),
                  .since = row[5].instant(),
                  .last_at = row[6].instant(),
                  .times = row[7].integer()},
             .title = row[2].text(),
             .customer = row[3].text(),
             .issue_key = row[4].text()}
        );
    }
    return list;
}

std::vector<EndedAttention> last_ended_attention(Connection& connection, int count) {
    std::vector<EndedAttention> list;
    for (const Row& row : connection.run(sql::attention_last_ended, {count})) {
        list.push_back(
            {.id = row[0].integer(),
             .key = row[1].text(),
             .cause = row[2].text(),
             .says = row[3].text(),
             .ended_at = row[4].instant(),
             .ended_by = row[5].text()}
        );
    }
    return list;
}

std::vector<CallFigure> calls_since(Connection& connection, Instant since, int count) {
    std::vector<CallFigure> list;
    for (const Row& row : connection.run(sql::calls_since, {since, count})) {
        list.push_back(
            {.remote = row[0].text(),
             .status = static_cast<int>(row[1].integer()),
             .took = Duration{row[2].integer()}}
        );
    }
    return list;
}

std::vector<RemoteCall> failed_calls_before(
    Connection& connection,
    const std::string& remote,
    std::int64_t id,
    int count,
    int of
) {
    return calls_in(connection.run(sql::calls_failed, {remote, id, count, of}));
}

std::vector<std::pair<std::string, std::int64_t>> would_counts(Connection& connection, int count) {
    std::vector<std::pair<std::string, std::int64_t>> list;
    const Statement& counts_of =
        has_tallies(connection) ? sql::would_counts : sql::would_counts_counted;
    for (const Row& row : connection.run(counts_of, {count}))
        list.emplace_back(row[0].text(), row[1].integer());
    return list;
}

std::int64_t count_would(Connection& connection) {
    const Statement& count_of =
        has_tallies(connection) ? sql::would_subjects : sql::would_subjects_counted;
    return connection.run(count_of, {})[0][0].integer();
}

std::int64_t count_sights(Connection& connection) {
    const Statement& count_of =
        has_tallies(connection) ? sql::sight_count : sql::sight_count_counted;
    return connection.run(count_of, {})[0][0].integer();
}

std::optional<Answered> find_answered(Connection& connection, const std::string& key) {
    const Rows rows = connection.run(sql::answered_find, {key});
    if (rows.empty()) return std::nullopt;
    return Answered{
        .asked = rows[0][0].text(),
        .status = static_cast<int>(rows[0][1].integer()),
        .body = rows[0][2].text()};
}

void add_answered(
    Connection& connection,
    const std::string& key,
    const Answered& answered,
    Instant now
) {
    connection.run(sql::answered_add, {key, answered.asked, answered.status, answered.body, now});
}

void prune_answered(Connection& connection, Instant before) {
    connection.run(sql::answered_prune, {before});
}

}  // namespace oms::store
