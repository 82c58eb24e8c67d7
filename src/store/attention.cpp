#include "store/attention.hpp"

#include "store/rows.hpp"
#include "store/sql/journal.hpp"

namespace oms::store {

std::vector<Attention> attentions_in(const Rows& rows) {
    std::vector<Attention> list;
    list.reserve(rows.size());
    for (const Row& row : rows) {
        list.push_back(
            {.id = row[0].integer(),
             .subject = parse_key(row[1].text()).value_or(Subject{}),
             .cause = row[2].text(),
             .fingerprint = row[3].text(),
             .says = row[4].text(),
             .remedy = row[5].text(),
             .blocking = row[6].integer() != 0,
             .since = row[7].instant(),
             .last_at = row[8].instant(),
             .times = row[9].integer()}
        );
    }
    return list;
}

void raise_attention(Connection& connection, const Attention& attention, Instant now) {
    connection.run(
        sql::attention_raise,
        {key_of(attention.subject),
         attention.cause,
         attention.fingerprint,
         attention.says,
         attention.remedy,
         attention.blocking ? 1 : 0,
         now}
    );
}

void unblock(Connection& connection, const Subject& subject, Instant now) {
    connection.run(sql::attention_unblock, {key_of(subject), now});
}

void solve_attention(
    Connection& connection,
    const Subject& subject,
    const std::string& cause,
    Instant now
) {
    connection.run(sql::attention_solved, {key_of(subject), cause, now});
}

bool end_attention(Connection& connection, std::int64_t id, const std::string& by, Instant now) {
    connection.run(sql::attention_end, {id, now, by});
    return connection.changed() > 0;
}

bool is_dismissed(Connection& connection, const Attention& attention) {
    const Rows rows = connection.run(
        sql::attention_dismissed,
        {key_of(attention.subject), attention.cause, attention.fingerprint}
    );
    return !rows.empty();
}

std::vector<Attention> open_attention(Connection& connection) {
    return attentions_in(connection.run(sql::attention_open_list, {}));
}

std::vector<Attention> attention_of(Connection& connection, const Subject& subject) {
    return attentions_in(connection.run(sql::attention_of, {key_of(subject)}));
}

std::optional<Attention> find_attention(Connection& connection, std::int64_t id) {
    auto found = attentions_in(connection.run(sql::attention_find, {id}));
    if (found.empty()) return std::nullopt;
    return std::move(found[0]);
}

std::string duplicate_fingerprint(const IssueId& second) {
    return "duplicate_issue " + second.value;
}

bool is_known_duplicate(Connection& connection, const Subject& subject, const IssueId& second) {
    return !connection.run(sql::attention_seen, {key_of(subject), duplicate_fingerprint(second)})
                .empty();
}

std::int64_t count_attention(Connection& connection) {
    return connection.run(sql::attention_count, {})[0][0].integer();
}

std::map<std::string, std::int64_t> count_attention_by_cause(Connection& connection) {
    std::map<std::string, std::int64_t> counts;
    for (const Row& row : connection.run(sql::attention_causes, {}))
        counts[row[0].text()] = row[1].integer();
    return counts;
}

}  // namespace oms::store
