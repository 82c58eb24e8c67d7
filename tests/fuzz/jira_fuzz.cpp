// Every answer of Jira: errors of the right kind with words, nothing restricted taken for public.
#include <algorithm>

#include "base/text.hpp"
#include "jira/adf.hpp"
#include "jira/answers.hpp"
#include "jira/client.hpp"
#include "jira/wiki.hpp"
#include "jira/wire.hpp"
#include "plan/comments.hpp"
#include "sync/text_limits.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/same_answer.hpp"
#include "tests/support/known_jira.hpp"

namespace oms::fuzz {
namespace {

namespace wire = jira::wire;

const jira::Dialect& dialect() {
    static const auto data_center = jira::data_center_9_dialect();
    return *data_center;
}

void check_comment(const Comment& comment, const json::value& value) {
    OMS_CHECK(!comment.id.empty());
    const plan::Settings settings{.oms = {1}};
    const auto& visibility = json::at(value, "visibility");
    if (plan::is_public(settings, comment)) {
        // What is restricted in any way stays with the staff.
        OMS_CHECK(json::boolean(json::at(value, "jsdPublic")) != false);
        OMS_CHECK(!visibility.is_object() || json::text(json::at(visibility, "value")) == "User");
        OMS_CHECK(!visibility.is_object() || json::text(json::at(visibility, "type")) == "role");
        OMS_CHECK(!trim(comment.body).empty());
    }
    OMS_CHECK(is_utf8(jira::wiki::to_plain_text(comment.body)));
    OMS_CHECK(plan::comment_hash(comment).size() == 16);
    OMS_CHECK(parse_time(to_rfc3339(comment.created, 6)) == comment.created);
    OMS_CHECK(parse_time(to_rfc3339(comment.updated, 6)) == comment.updated);
}

/// What we would write comes back as it was meant.
void written(const Comment& comment) {
    const CommentDraft draft{
        .body = comment.body, .visibility = comment.visibility, .marker = comment.marker};
    json::object body = wire::comment_body(dialect(), draft);
    body["id"] = comment.id.value;
    const auto stored = json::parse(json::write(body));
    OMS_CHECK(stored.has_value());
    const auto again = wire::comment(dialect(), *stored);
    OMS_CHECK(again && again->id == comment.id && again->body == comment.body);
    OMS_CHECK(again->visibility == comment.visibility && again->marker == comment.marker);
}

void read_value(const json::value& value) {
    if (const auto comment = wire::comment(dialect(), value)) {
        check_comment(*comment, value);
        written(*comment);
    }
    const auto issue = wire::issue(
        dialect(), {.voucher = "customfield_1", .order_reference = "customfield_2"}, value
    );
    if (issue) {
        OMS_CHECK(!issue->id.empty());
        OMS_CHECK(parse_time(to_rfc3339(issue->updated, 6)) == issue->updated);
        for (const Comment& comment : issue->comments)
            OMS_CHECK(!comment.id.empty());
    }
    for (const Transition& transition : wire::transitions(value))
        OMS_CHECK(!transition.id.empty());
    // As a document: what is read can be written, and says the same then.
    if (value.is_object()) {
        const std::string text = clean(jira::adf::to_plain_text(value));
        OMS_CHECK(is_utf8(text));
        OMS_CHECK(jira::adf::to_plain_text(jira::adf::document(text)) == text);
    }
}

void shortened(const Error& error) {
    FieldValues fields{
        {"summary", {.text = std::string(400, 'x')}}, {"customfield_1", {.text = "\xC5\xBC"}}};
    const FieldValues before = fields;
    const bool any = sync::shorten(fields, error.says);
    OMS_CHECK(any == (fields != before));
    for (const auto& [field, value] : fields) {
        OMS_CHECK(before.at(field).text.starts_with(value.text));
        OMS_CHECK(!value.text.empty());
    }
}

template <class T>
std::optional<T> check_result(const Result<T>& result, bool write) {
    if (result) return *result;
    check_error(result.error(), write);
    shortened(result.error());
    return std::nullopt;
}

bool in_order(const std::vector<Comment>& comments) {
    return std::ranges::is_sorted(comments, [](const Comment& a, const Comment& b) {
        return parse_int(a.id.value).value_or(0) < parse_int(b.id.value).value_or(0);
    });
}

void reads(jira::Client& client) {
    const IssueId id{"10021"};
    if (const auto server = check_result(client.server_info(), false))
        OMS_CHECK(server->version.empty() || is_utf8(server->version));
    if (const auto user = check_result(client.myself(), false)) OMS_CHECK(!user->account.empty());
    const jira::IssueRead all{.transitions = true, .property = true, .comments = true};
    if (const auto issue = check_result(client.issue(id, all), false)) {
        OMS_CHECK(issue->comments_whole && in_order(issue->comments));
    }
    check_result(client.issues_by_ids({id, IssueId{"10022"}, IssueId{"10023"}}), false);
    if (const auto found = check_result(
            client.find_standing({.marker = "oms-1-order-12-3", .order_reference = "x"}), false
        )) {
        for (const Issue& issue : *found) {
            const bool bears =
                std::ranges::find(issue.labels, "oms-1-order-12-3") != issue.labels.end();
            OMS_CHECK(bears || issue.order_reference == "x");
        }
    }
    check_result(client.recently_updated(std::chrono::minutes{2}, "", 100), false);
    if (const auto newest = check_result(client.newest_issue_number(), false))
        OMS_CHECK(*newest >= 0);
    check_result(client.transitions(id), false);
    if (const auto comments = check_result(client.comments(id, jira::NoteFlags::read), false))
        OMS_CHECK(in_order(*comments));
    check_result(client.fields(), false);
    check_result(client.statuses(), false);
    check_result(client.issue_types(), false);
    check_result(client.project(), false);
    check_result(client.create_fields("10204"), false);
    check_result(client.missing_permissions({"BROWSE_PROJECTS", "ADD_COMMENTS"}), false);
    check_result(client.webhooks(), false);
}

void writes(jira::Client& client, jira::Site& site) {
    // Known, so that nothing is read before it is written; a refusal makes it forgotten.
    const auto known = [&] {
        site.learn(jira::Site::Fields{});
        site.learn_screen("", {"summary"});
        site.learn_screen("10204", {"summary"});
    };
    known();
    const IssueId id{"10021"};
    const CommentDraft draft{.body = "x", .marker = "oms-1-message-7"};
    if (const auto made = check_result(client.create_issue({.marker = "oms-1-order-1-2"}), true))
        OMS_CHECK(!made->id.empty() && !made->key.empty());
    known();
    check_result(client.edit_issue(id, "10204", {{"summary", {.text = "x"}}}), true);
    known();
    check_result(client.delete_issue(id), true);
    known();
    check_result(client.transition(id, TransitionId{"5"}), true);
    known();
    check_result(client.set_issue_property(id, "oms-1-order-1-2"), true);
    known();
    if (const auto comment = check_result(client.add_comment(id, draft), true))
        OMS_CHECK(!comment->id.empty());
    known();
    check_result(client.edit_comment(id, CommentId{"1"}, draft), true);
}

}  // namespace

void run(std::string_view input) {
    const http::Response answer = answer_of(told(input));
    for (const bool write : {false, true}) {
        const auto read = jira::read_answer(answer, write, true);
        if (read) OMS_CHECK(answer.status >= 200 && answer.status < 300);
        if (!read) check_error(read.error(), write);
        // Served as nobody, an answer proves nothing.
        const auto user = http::header(answer.headers, "x-ausername");
        if (user == "anonymous") OMS_CHECK(!read && read.error().kind == ErrorKind::unauthorized);
    }
    if (const auto document = json::parse(answer.body)) {
        for (const json::value* value : values_in(*document))
            read_value(*value);
    }
    for (const auto& [version, major] :
         {std::pair{"8.4.3", 8}, {"9.12.0", 9}, {"10.3.5", 10}, {"", 0}}) {
        SameAnswer same{answer};
        SystemClock clock;
        test::KnownJira known{clock, version, major, major == 0 ? "Cloud" : "Server"};
        jira::Client client{
            same,
            {.url = "https://jira.example.org",
             .username = "oms",
             .password = Secret{"p"},
             .project = "EOSC",
             .voucher_field = "customfield_1",
             .order_reference_field = "customfield_2"},
            known.site};
        reads(client);
        writes(client, known.site);
    }
}

}  // namespace oms::fuzz
