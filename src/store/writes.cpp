#include "store/writes.hpp"

#include "store/rows.hpp"
#include "store/sql/journal.hpp"

namespace oms::store {
namespace {

WriteKind parse_kind(std::string_view text) {
    for (const WriteKind kind :
         {WriteKind::create_issue,
          WriteKind::edit_issue,
          WriteKind::transition,
          WriteKind::add_comment,
          WriteKind::edit_comment,
          WriteKind::patch_order,
          WriteKind::post_message,
          WriteKind::edit_message}) {
        if (to_text(kind) == text) return kind;
    }
    return WriteKind::edit_issue;
}

WriteState parse_state(std::string_view text) {
    for (const WriteState state :
         {WriteState::sent,
          WriteState::done,
          WriteState::refused,
          WriteState::not_sent,
          WriteState::uncertain,
          WriteState::settled}) {
        if (to_text(state) == text) return state;
    }
    return WriteState::uncertain;
}

std::map<WriteState, std::int64_t> counted(const Rows& rows) {
    std::map<WriteState, std::int64_t> counts;
    for (const Row& row : rows)
        counts[parse_state(row[0].text())] = row[1].integer();
    return counts;
}

}  // namespace

std::vector<RemoteWrite> writes_in(const Rows& rows) {
    std::vector<RemoteWrite> list;
    list.reserve(rows.size());
    for (const Row& row : rows) {
        list.push_back(
            {.id = row[0].integer(),
             .subject = parse_key(row[1].text()).value_or(Subject{}),
             .kind = parse_kind(row[2].text()),
             .marker = row[3].text(),
             .cause = row[4].text(),
             .state = parse_state(row[5].text()),
             .target = row[6].text(),
             .floor = row[7].integer(),
             .result = row[8].text(),
             .says = row[9].text(),
             .answered = row[10].integer() != 0,
             .sent_at = row[11].instant(),
             .ended_at = row[12].instant_if()}
        );
    }
    return list;
}

std::string_view to_text(WriteKind kind) {
    switch (kind) {
    case WriteKind::create_issue: return "create_issue";
    case WriteKind::edit_issue: return "edit_issue";
    case WriteKind::transition: return "transition";
    case WriteKind::add_comment: return "add_comment";
    case WriteKind::edit_comment: return "edit_comment";
    case WriteKind::patch_order: return "patch_order";
    case WriteKind::post_message: return "post_message";
    case WriteKind::edit_message: return "edit_message";
    }
    return "";
}

std::string_view to_text(WriteState state) {
    switch (state) {
    case WriteState::sent: return "sent";
    case WriteState::done: return "done";
    case WriteState::refused: return "refused";
    case WriteState::not_sent: return "not_sent";
    case WriteState::uncertain: return "uncertain";
    case WriteState::settled: return "settled";
    }
    return "";
}

std::int64_t add_write(Connection& connection, const RemoteWrite& write, Instant now) {
    return connection
        .run(
            sql::write_sent,
            {key_of(write.subject),
             to_text(write.kind),
             write.marker,
             write.cause,
             write.target,
             write.floor,
             now}
        )
        .at(0)
        .at(0)
        .integer();
}

void end_write(Connection& connection, std::int64_t id, const WriteOutcome& outcome, Instant now) {
    const bool open = outcome.state == WriteState::uncertain || outcome.state == WriteState::sent;
    const Value ended = open ? Value{} : Value{now};
    connection.run(
        sql::write_ended,
        {id, to_text(outcome.state), outcome.result, outcome.says, outcome.answered ? 1 : 0, ended}
    );
}

std::vector<RemoteWrite> open_writes_of(Connection& connection, const Subject& subject) {
    return writes_in(connection.run(sql::write_open_of, {key_of(subject)}));
}

std::vector<RemoteWrite> open_writes(Connection& connection, int count) {
    return writes_in(connection.run(sql::write_uncertain, {count}));
}

std::vector<RemoteWrite> writes_of(Connection& connection, const Subject& subject, int count) {
    return writes_in(connection.run(sql::write_of, {key_of(subject), count}));
}

std::map<WriteState, std::int64_t> count_writes(Connection& connection) {
    return counted(connection.run(sql::write_counts, {}));
}

std::map<WriteState, std::int64_t> count_open_writes(Connection& connection) {
    return counted(connection.run(sql::write_open_counts, {}));
}

}  // namespace oms::store
