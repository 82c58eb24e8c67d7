#include "jira/client.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "jira/answers.hpp"
#include "jira/wire.hpp"

namespace oms::jira {
namespace {

constexpr int comments_per_page = 1000;
constexpr int standing_max = 50;

FieldIds field_ids(const Settings& settings) {
    return {
        .voucher = settings.voucher_field,
        .order_reference = settings.order_reference_field,
        .project_name = settings.project_name_field,
        .epic_link = settings.epic_link_field};
}

std::string without_credentials(std::string text, const Settings& settings) {
    const Secret both{base64(settings.username + ":" + settings.password.reveal())};
    text = redacted(std::move(text), settings.token);
    text = redacted(std::move(text), settings.password);
    return settings.password.empty() ? text : redacted(std::move(text), both);
}

/// A text inside JQL quotes.
std::string jql_text(std::string_view text) {
    std::string quoted = replace_all(std::string{text}, "\\", "\\\\");
    return "\"" + replace_all(quoted, "\"", "\\\"") + "\"";
}

/// `cf[10100] ~ "\"words in this order\""`: tokenised, so compared exactly afterwards.
std::string phrase_search(const std::string& field_id, const std::string& text) {
    const std::string number = field_id.substr(std::min(field_id.find('_') + 1, field_id.size()));
    // A quote or backslash would end the phrase; the search ignores such marks anyhow.
    const std::string phrase = replace_all(replace_all(text, "\"", " "), "\\", " ");
    return fmt::format("cf[{}] ~ {}", number, jql_text("\"" + phrase + "\""));
}

std::int64_t id_number(const Issue& issue) { return parse_int(issue.id.value).value_or(0); }

bool bears(const Issue& issue, const std::string& marker) {
    return std::ranges::find(issue.labels, marker) != issue.labels.end();
}

void sort_by_id(std::vector<Comment>& comments) {
    std::ranges::sort(comments, [](const Comment& a, const Comment& b) {
        const auto left = parse_int(a.id.value).value_or(0);
        const auto right = parse_int(b.id.value).value_or(0);
        return left < right;
    });
}

Result<bool> done(const Result<json::value>& answer) {
    if (!answer) return Failure{answer.error()};
    return true;
}

Failure unreadable(std::string_view what, bool write) {
    return failure(
        write ? ErrorKind::outcome_unknown : ErrorKind::refused,
        fmt::format("Jira's {} lacks its id", what)
    );
}

}  // namespace

Client::Client(http::Transport& transport, Settings settings)
    : transport_{transport},
      settings_{std::move(settings)},
      dialect_{data_center_dialect()} {}

std::string Client::api(const std::string& rest) const { return dialect_->api_root() + rest; }

Result<json::value> Client::call(http::Request request, bool write) {
    request.url = settings_.url + settings_.context_path + request.url;
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("X-Atlassian-Token", "no-check");
    // Jira never challenges, since it permits anonymous access: the credentials go along each time.
    const bool token = !settings_.token.empty();
    const bool password = !token && !settings_.username.empty();
    if (token) {
        request.headers.emplace_back("Authorization", "Bearer " + settings_.token.reveal());
    } else if (password) {
        request.headers.emplace_back(
            "Authorization",
            http::basic_authorization(settings_.username, settings_.password.reveal())
        );
    }
    const auto response = transport_.send(request);
    Result<json::value> answer = response ? read_answer(*response, write, token || password)
                                          : Result<json::value>{Failure{response.error()}};
    if (answer) return answer;
    Error error = answer.error();
    const bool unanswered = !response && error.kind == ErrorKind::outcome_unknown;
    if (!write && unanswered) error.kind = ErrorKind::not_sent;
    // Its own words may quote what we sent.
    error.says = without_credentials(std::move(error.says), settings_);
    return Failure{error};
}

Result<json::value> Client::get(const std::string& path) {
    return call({.method = "GET", .url = path}, false);
}

Result<json::value>
Client::send(const std::string& method, const std::string& path, const json::value& body) {
    return call(
        {.method = method,
         .url = path,
         .headers = {{"Content-Type", "application/json"}},
         .body = body.is_null() ? "" : json::write(body)},
        true
    );
}

Result<ServerInfo> Client::server_info() {
    const auto answer = get(api("/serverInfo"));
    if (!answer) return Failure{answer.error()};
    const auto& numbers = json::elements(json::at(*answer, "versionNumbers"));
    return ServerInfo{
        .deployment = json::text_or_empty(json::at(*answer, "deploymentType")),
        .version = json::text_or_empty(json::at(*answer, "version")),
        .major = numbers.empty() ? 0 : static_cast<int>(json::integer(numbers[0]).value_or(0)),
        .base_url = json::text_or_empty(json::at(*answer, "baseUrl"))};
}

Result<JiraUser> Client::myself() {
    const auto answer = get(api("/myself"));
    if (!answer) return Failure{answer.error()};
    JiraUser user = dialect_->user(*answer);
    if (user.account.empty()) {
        return failure(
            ErrorKind::unauthorized, "Jira does not say who we are: /myself has no name"
        );
    }
    return user;
}

std::string Client::fields_to_read(bool comments) const {
    std::string names = "status,summary,labels,project,issuetype,updated";
    for (const std::string& field :
         {settings_.voucher_field, settings_.order_reference_field, settings_.project_name_field}) {
        if (!field.empty()) names += "," + field;
    }
    return comments ? names + ",comment" : names;
}

Result<Issue> Client::read_issue(const std::string& id_or_key, IssueRead read) {
    std::string path = fmt::format(
        "/issue/{}?fields={}",
        percent_encode(id_or_key),
        percent_encode(fields_to_read(read.comments))
    );
    if (read.transitions) path += "&expand=transitions";
    if (read.property) path += fmt::format("&properties={}", property_key);
    const auto answer = get(api(path));
    if (!answer) return Failure{answer.error()};
    auto issue = wire::issue(*dialect_, field_ids(settings_), *answer);
    if (!issue) return unreadable("issue", false);
    const bool expanded = json::at(*answer, "transitions").is_array();
    const bool has_targets = std::ranges::none_of(issue->transitions, [](const Transition& one) {
        return one.to.empty();
    });
    if (read.transitions && (!expanded || !has_targets)) {
        auto listed = transitions(issue->id);
        if (!listed) return Failure{listed.error()};
        issue->transitions = std::move(*listed);
    }
    if (!read.comments) return std::move(*issue);

    // The issue brings its comments along, but not their properties: in a service desk these say
    // which are internal notes.
    if (!issue->comments_whole || issue->in_service_desk) {
        auto listed =
            comments(issue->id, issue->in_service_desk ? NoteFlags::read : NoteFlags::as_listed);
        if (!listed) return Failure{listed.error()};
        issue->comments = std::move(*listed);
        issue->comments_whole = true;
    }
    sort_by_id(issue->comments);
    return std::move(*issue);
}

Result<Issue> Client::issue(const IssueId& id, IssueRead read) {
    return read_issue(id.value, read);
}

Result<Issue> Client::issue_by_key(const IssueKey& key, IssueRead read) {
    return read_issue(key.value, read);
}

Result<json::value> Client::search(const std::string& jql, int start, int count, bool comments) {
    const auto body =
        dialect_->search_body(jql, start, count, split(fields_to_read(comments), ','));
    return call(
        {.method = "POST",
         .url = api(dialect_->search_path()),
         .headers = {{"Content-Type", "application/json"}},
         .body = json::write(body)},
        false
    );
}

std::vector<Issue> Client::issues_of(const json::value& answer) const {
    std::vector<Issue> issues;
    for (const auto& element : json::elements(json::at(answer, "issues"))) {
        if (auto issue = wire::issue(*dialect_, field_ids(settings_), element)) {
            issues.push_back(std::move(*issue));
        }
    }
    return issues;
}

Result<std::vector<Issue>> Client::issues_by_ids(const std::vector<IssueId>& ids) {
    std::string list;
    for (const IssueId& id : ids)
        list += (list.empty() ? "" : ",") + id.value;
    const auto answer =
        search(fmt::format("id in ({})", list), 0, static_cast<int>(ids.size()), true);
    if (answer) return issues_of(*answer);
    if (answer.error().kind != ErrorKind::refused) return Failure{answer.error()};
    // JQL refuses the whole list for one id that is no more: ask for halves.
    if (ids.size() == 1) return std::vector<Issue>{};
    const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(ids.size() / 2);
    auto first = issues_by_ids({ids.begin(), middle});
    if (!first) return first;
    auto second = issues_by_ids({middle, ids.end()});
    if (!second) return second;
    first->insert(first->end(), second->begin(), second->end());
    return first;
}

Result<std::vector<Issue>> Client::find_standing(const Standing& standing) {
    const std::string project = fmt::format("project = {}", jql_text(settings_.project));
    const std::string by_label = fmt::format("labels = {}", jql_text(standing.marker));
    std::string by_field;
    if (!standing.order_reference.empty() && !settings_.order_reference_field.empty()) {
        by_field = phrase_search(settings_.order_reference_field, standing.order_reference);
    } else if (!standing.project_name.empty() && !settings_.project_name_field.empty()) {
        by_field = phrase_search(settings_.project_name_field, standing.project_name);
    }
    const std::string alone = project + " AND " + by_label;
    const std::string both = fmt::format("{} AND ({} OR {})", project, by_label, by_field);
    auto answer = search(by_field.empty() ? alone : both, 0, standing_max, false);
    // The field may not be searchable here; the label always is. An answer that cannot be read says
    // nothing of that.
    const bool refused = !answer && answer.error().status == 400;
    if (refused && !by_field.empty()) answer = search(alone, 0, standing_max, false);
    if (!answer) return Failure{answer.error()};

    std::vector<Issue> issues = issues_of(*answer);
    std::erase_if(issues, [&](const Issue& issue) {
        const bool by_reference =
            !standing.order_reference.empty() && issue.order_reference == standing.order_reference;
        const bool by_name =
            !standing.project_name.empty() && issue.project_name == standing.project_name;
        return !bears(issue, standing.marker) && !by_reference && !by_name;
    });
    std::ranges::sort(issues, [&](const Issue& a, const Issue& b) {
        const bool a_bears = bears(a, standing.marker);
        const bool b_bears = bears(b, standing.marker);
        if (a_bears != b_bears) return a_bears;
        return id_number(a) < id_number(b);
    });
    return issues;
}

Result<IssuePage> Client::recently_updated(std::chrono::minutes minutes, int start, int count) {
    const std::string jql = fmt::format(
        "project = {} AND updated >= -{}m ORDER BY updated DESC, key DESC",
        jql_text(settings_.project),
        minutes.count()
    );
    const auto answer = search(jql, start, count, true);
    if (!answer) return Failure{answer.error()};
    return IssuePage{.issues = issues_of(*answer), .last = dialect_->is_last_page(*answer, start)};
}

Result<std::int64_t> Client::newest_issue_number() {
    const std::string jql =
        fmt::format("project = {} ORDER BY key DESC", jql_text(settings_.project));
    const auto answer = search(jql, 0, 1, false);
    if (!answer) return Failure{answer.error()};
    const auto issues = issues_of(*answer);
    if (issues.empty()) return 0;
    const std::string& key = issues[0].key.value;
    return parse_int(std::string_view{key}.substr(key.rfind('-') + 1)).value_or(0);
}

Result<CreatedIssue> Client::create_issue(const IssueDraft& draft) {
    const auto answer =
        send("POST", api("/issue"), wire::create_body(*dialect_, field_ids(settings_), draft));
    if (!answer) return Failure{answer.error()};
    const CreatedIssue created{
        .id = IssueId{wire::id_of(*answer)},
        .key = IssueKey{json::text_or_empty(json::at(*answer, "key"))}};
    if (created.id.empty() || created.key.empty()) return unreadable("new issue", true);
    return created;
}

Result<bool> Client::edit_issue(const IssueId& id, const FieldValues& fields) {
    json::object values;
    for (const auto& [field, value] : fields)
        values[field] = wire::field_value(value);
    json::object body;
    body["fields"] = std::move(values);
    return done(send("PUT", api("/issue/" + percent_encode(id.value)), body));
}

Result<bool> Client::delete_issue(const IssueId& id) {
    return done(send("DELETE", api("/issue/" + percent_encode(id.value)), nullptr));
}

Result<std::vector<Transition>> Client::transitions(const IssueId& id) {
    const auto answer = get(api(fmt::format("/issue/{}/transitions", percent_encode(id.value))));
    if (!answer) return Failure{answer.error()};
    return wire::transitions(json::at(*answer, "transitions"));
}

Result<bool> Client::transition(const IssueId& id, const TransitionId& transition) {
    json::object body;
    body["transition"] = json::object{{"id", transition.value}};
    return done(
        send("POST", api(fmt::format("/issue/{}/transitions", percent_encode(id.value))), body)
    );
}

Result<bool> Client::set_issue_property(const IssueId& id, const std::string& marker) {
    const std::string path =
        fmt::format("/issue/{}/properties/{}", percent_encode(id.value), property_key);
    return done(send("PUT", api(path), wire::property_value(marker)));
}

Result<std::vector<Comment>> Client::comments(const IssueId& id, NoteFlags flags) {
    std::vector<Comment> all;
    std::set<std::string> ids;
    bool any_properties = false;
    for (int start = 0;;) {
        const auto answer = get(api(fmt::format(
            "/issue/{}/comment?startAt={}&maxResults={}&expand=properties",
            percent_encode(id.value),
            start,
            comments_per_page
        )));
        if (!answer) return Failure{answer.error()};
        const auto& list = json::elements(json::at(*answer, "comments"));
        bool any_new = false;
        for (const auto& element : list) {
            any_properties = any_properties || !json::at(element, "properties").is_null();
            auto comment = wire::comment(*dialect_, element);
            if (!comment || !ids.insert(comment->id.value).second) continue;
            any_new = true;
            all.push_back(std::move(*comment));
        }
        start += static_cast<int>(list.size());
        const auto total = json::integer(json::at(*answer, "total"));
        if (list.empty() || !total || start >= *total) break;
        // Or a list that ignores where it was to start would be read for ever.
        if (!any_new) return failure(ErrorKind::refused, "Jira shows the same comments again");
    }
    sort_by_id(all);
    if (flags == NoteFlags::read && !any_properties && !all.empty()) {
        if (auto read = read_internal_flags(all); !read) return Failure{read.error()};
    }
    return all;
}

Result<bool> Client::read_internal_flags(std::vector<Comment>& comments) {
    // Where the list shows no properties, an internal note of a service desk would look public.
    for (Comment& comment : comments) {
        const auto answer = get(api(fmt::format(
            "/comment/{}/properties/sd.public.comment", percent_encode(comment.id.value)
        )));
        if (!answer && answer.error().kind != ErrorKind::missing) return Failure{answer.error()};
        if (!answer) continue;
        const auto internal = json::boolean(json::at(*answer, {"value", "internal"}));
        comment.service_desk_internal = comment.service_desk_internal || internal.value_or(false);
    }
    return true;
}

Result<Comment> Client::add_comment(const IssueId& id, const CommentDraft& draft) {
    const std::string path = fmt::format("/issue/{}/comment", percent_encode(id.value));
    const auto answer = send("POST", api(path), wire::comment_body(*dialect_, draft));
    if (!answer) return Failure{answer.error()};
    auto comment = wire::comment(*dialect_, *answer);
    if (!comment) return unreadable("new comment", true);
    return std::move(*comment);
}

Result<Comment>
Client::edit_comment(const IssueId& id, const CommentId& comment, const CommentDraft& draft) {
    const std::string path = fmt::format(
        "/issue/{}/comment/{}", percent_encode(id.value), percent_encode(comment.value)
    );
    const auto answer = send("PUT", api(path), wire::comment_body(*dialect_, draft));
    if (!answer) return Failure{answer.error()};
    auto edited = wire::comment(*dialect_, *answer);
    if (!edited) return unreadable("edited comment", true);
    return std::move(*edited);
}

std::string Client::neutralise(std::string_view text) const { return dialect_->neutralise(text); }

std::string Client::to_plain_text(std::string_view body) const {
    return dialect_->to_plain_text(body);
}

}  // namespace oms::jira
