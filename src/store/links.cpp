#include "store/links.hpp"

#include "base/text.hpp"
#include "store/sql/links.hpp"
#include "store/tallies.hpp"

namespace oms::store {
namespace {

std::string as_lines(const std::map<std::string, std::string>& fields) {
    std::string text;
    for (const auto& [name, hash] : fields)
        text += name + "=" + hash + "\n";
    return text;
}

std::map<std::string, std::string> from_lines(const std::string& text) {
    std::map<std::string, std::string> fields;
    for (const std::string& line : split(text, '\n')) {
        const auto equals = line.find('=');
        if (equals != std::string::npos) fields[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return fields;
}

std::optional<std::string> text_if(const Value& value) {
    if (value.is_null()) return std::nullopt;
    return value.text();
}

Link link_row(const Row& row) {
    return {
        .subject = parse_key(row[0].text()).value_or(Subject{}),
        .state = parse_link_state(row[1].text()),
        .issue_id = IssueId{row[2].text()},
        .issue_key = IssueKey{row[3].text()},
        .base_status = parse_status(row[4].text()),
        .base_issue_status = StatusId{row[5].text()},
        .base_voucher = text_if(row[6]),
        .fields_written = from_lines(row[7].text()),
        .not_ours = row[8].integer() != 0,
        .gone_at = row[9].instant_if(),
        .linked_at = row[10].instant(),
        .synced_at = row[11].instant()};
}

CommentLink comment_link_row(const Row& row) {
    CommentLink link{
        .subject = parse_key(row[0].text()).value_or(Subject{}),
        .part = static_cast<int>(row[2].integer()),
        .comment = CommentId{row[3].text()},
        .origin = parse_origin(row[4].text()),
        .state = parse_comment_state(row[5].text()),
        .message_hash = row[6].text(),
        .comment_hash = row[7].text()};
    if (!row[1].is_null()) link.message = MessageId{row[1].integer()};
    return link;
}

std::int64_t number_of(const IssueKey& key) {
    const auto dash = key.value.rfind('-');
    if (dash == std::string::npos) return 0;
    return parse_int(std::string_view{key.value}.substr(dash + 1)).value_or(0);
}

std::vector<CommentLink> comment_link_rows(const Rows& rows) {
    std::vector<CommentLink> links;
    links.reserve(rows.size());
    for (const Row& row : rows)
        links.push_back(comment_link_row(row));
    return links;
}

Value or_null(const std::string& text) { return text.empty() ? Value{} : Value{text}; }

}  // namespace

std::optional<Link> find_link(Connection& connection, const Subject& subject) {
    const Rows rows = connection.run(sql::link_find, {key_of(subject)});
    if (rows.empty()) return std::nullopt;
    return link_row(rows[0]);
}

std::optional<Link> find_link_of_issue(Connection& connection, const IssueId& issue) {
    const Rows rows = connection.run(sql::link_by_issue, {issue.value});
    if (rows.empty()) return std::nullopt;
    return link_row(rows[0]);
}

std::vector<Link> links_after(Connection& connection, const std::string& subject_key, int count) {
    std::vector<Link> links;
    for (const Row& row : connection.run(sql::link_page, {subject_key, count})) {
        links.push_back(link_row(row));
    }
    return links;
}

void put_link(Connection& connection, const Link& link) {
    const auto base_status = link.base_status ? Value{to_text(*link.base_status)} : Value{};
    connection.run(
        sql::link_put,
        {key_of(link.subject),
         link.subject.project.value,
         to_text(link.state),
         or_null(link.issue_id.value),
         link.issue_key.value,
         number_of(link.issue_key),
         base_status,
         link.base_issue_status.value,
         link.base_voucher,
         as_lines(link.fields_written),
         link.not_ours ? 1 : 0,
         link.gone_at,
         link.linked_at,
         link.synced_at}
    );
}

std::vector<Link> links_of_projects(Connection& connection, ProjectId first, ProjectId last) {
    std::vector<Link> links;
    for (const Row& row : connection.run(sql::link_of_projects, {first.value, last.value})) {
        links.push_back(link_row(row));
    }
    return links;
}

std::int64_t highest_issue_number(Connection& connection, const std::string& jira_project) {
    const Rows rows = connection.run(sql::link_highest_number, {jira_project + "-%"});
    return rows.empty() ? 0 : rows[0][0].integer();
}

std::map<LinkState, std::int64_t> count_links(Connection& connection) {
    std::map<LinkState, std::int64_t> counts;
    const Statement& counts_of =
        has_tallies(connection) ? sql::link_counts : sql::link_counts_counted;
    for (const Row& row : connection.run(counts_of, {})) {
        counts[parse_link_state(row[0].text())] = row[1].integer();
    }
    return counts;
}

std::vector<CommentLink> comment_links_of(Connection& connection, const Subject& subject) {
    return comment_link_rows(connection.run(sql::comment_link_of, {key_of(subject)}));
}

std::vector<CommentLink> comment_links_of_message(Connection& connection, MessageId message) {
    return comment_link_rows(connection.run(sql::comment_link_by_message, {message.value}));
}

std::optional<CommentLink>
comment_link_of_comment(Connection& connection, const CommentId& comment) {
    const Rows rows = connection.run(sql::comment_link_by_comment, {comment.value});
    if (rows.empty()) return std::nullopt;
    return comment_link_row(rows[0]);
}

void put_comment_link(Connection& connection, const CommentLink& link) {
    const Value message = link.message ? Value{link.message->value} : Value{};
    const Value comment = or_null(link.comment.value);
    connection.run(sql::comment_link_remove, {message, link.part, comment});
    connection.run(
        sql::comment_link_add,
        {key_of(link.subject),
         message,
         link.part,
         comment,
         to_text(link.origin),
         to_text(link.state),
         link.message_hash,
         link.comment_hash}
    );
}

}  // namespace oms::store
