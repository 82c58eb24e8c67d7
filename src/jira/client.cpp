#include "jira/client.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "jira/answers.hpp"
#include "jira/wire.hpp"

namespace oms::jira {
namespace {

std::string without_credentials(std::string text, const Settings& settings) {
    const Secret both{base64(settings.username + ":" + settings.password.reveal())};
    text = redacted(std::move(text), settings.token);
    text = redacted(std::move(text), settings.password);
    if (!settings.password.empty()) text = redacted(std::move(text), both);
    const Secret with_token{base64(settings.username + ":" + settings.token.reveal())};
    return settings.token.empty() ? text : redacted(std::move(text), with_token);
}

/// An answer that only another generation gives than was thought.
bool tells_of_another(bool search, int status) {
    return status == 410 || (search && (status == 404 || status == 405));
}

/// A page in the place of Jira's own words: there may be nothing of that name here any more.
bool knows_no_such_path(const http::Response& response) {
    return response.status == 404 && !http::is_json(response);
}

}  // namespace

Client::Client(http::Transport& transport, Settings settings, Site& site)
    : transport_{transport},
      settings_{std::move(settings)},
      site_{site},
      dialect_{site.dialect()},
      edition_{site.edition()} {}

std::string Client::api(const std::string& rest) const { return dialect_->api_root() + rest; }

FieldIds Client::field_ids() const {
    FieldIds ids{
        .voucher = settings_.voucher_field,
        .order_reference = settings_.order_reference_field,
        .project_name = settings_.project_name_field,
        .epic_link = settings_.epic_link_field,
        .epic_name = settings_.epic_name_field};
    if (!ids.epic_link.empty() && !ids.epic_name.empty()) return ids;
    const auto known = site_.fields();
    if (!known) return ids;
    if (ids.epic_link.empty()) ids.epic_link = known->epic_link;
    if (ids.epic_name.empty()) ids.epic_name = known->epic_name;
    return ids;
}

Result<bool> Client::prepare() {
    if (const auto asking = site_.asking(); asking && site_.take_question()) {
        const auto info = server_info();
        // One that keeps it to itself is taken for what most are; an answer that only another gives tells.
        if (!info && info.error().kind == ErrorKind::missing) site_.learn(ServerInfo{});
        if (!info && !site_.is_known()) return Failure{info.error()};
    } else if (!asking && !site_.is_known()) {
        return Failure{Error{
            .kind = ErrorKind::throttled,
            .says = "another worker is asking Jira which one it is",
            .retry_after = std::chrono::milliseconds{100},
            .one_only = true,
            .obstacle = Obstacle::ourselves}};
    }
    if (edition_ != site_.edition()) {
        edition_ = site_.edition();
        dialect_ = site_.dialect();
    }
    return true;
}

/// What the answer says beside what was asked for: whether Jira may be another one by now.
void Client::watch(const Result<http::Response>& response) {
    if (!response) {
        const ErrorKind kind = response.error().kind;
        if (kind == ErrorKind::not_sent || kind == ErrorKind::outcome_unknown) site_.was_away();
        return;
    }
    if (response->status == 410 || knows_no_such_path(*response)) site_.doubt();
    if (response->status >= 502 && response->status <= 504) site_.was_away();
}

/// Cloud names the account that it answers to.
bool Client::takes_us_for_another(const http::Response& response) const {
    const auto named = http::header(response.headers, "X-AACCOUNTID");
    if (!named || named->empty()) return false;
    const std::string own = site_.account();
    return !own.empty() && percent_decode(*named, false) != own;
}

Result<json::value> Client::call(http::Request request, Kind kind) {
    const bool search = request.url.starts_with(api("/search"));
    request.url = settings_.url + settings_.context_path + request.url;
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("X-Atlassian-Token", "no-check");
    // Jira never challenges, since it permits anonymous access: the credentials go along each time.
    const bool token = kind != Kind::anonymous && !settings_.token.empty();
    const bool named_token = token && !settings_.username.empty() && dialect_->names_token_owner();
    const bool password = kind != Kind::anonymous && !token && !settings_.username.empty();
    if (named_token || password) {
        const Secret& secret = named_token ? settings_.token : settings_.password;
        request.headers.emplace_back(
            "Authorization", http::basic_authorization(settings_.username, secret.reveal())
        );
    } else if (token) {
        request.headers.emplace_back("Authorization", "Bearer " + settings_.token.reveal());
    }
    const bool write = kind == Kind::write;
    const auto response = transport_.send(request);
    watch(response);
    Result<json::value> answer = response ? read_answer(*response, write, token || password)
                                          : Result<json::value>{Failure{response.error()}};
    // What was written is written, whoever it was.
    if (response && !(write && answer) && takes_us_for_another(*response)) {
        answer = failure(
            ErrorKind::unauthorized,
            "Jira takes us for another account than before: check OMS_JIRA_USERNAME and its token"
        );
    }
    if (answer) return answer;
    Error error = answer.error();
    const bool unanswered = !response && error.kind == ErrorKind::outcome_unknown;
    if (!write && unanswered) error.kind = ErrorKind::not_sent;
    if (response && tells_of_another(search, response->status)) {
        site_.doubt();
        // Of no entity: it is asked anew as the Jira that it turns out to be wants it.
        error.kind = ErrorKind::not_sent;
        error.says += ": this Jira seems to be another one than it was";
    }
    // Its own words may quote what we sent.
    error.says = without_credentials(std::move(error.says), settings_);
    return Failure{error};
}

Result<json::value> Client::get(const std::string& path) {
    return call({.method = "GET", .url = path}, Kind::read);
}

Result<json::value> Client::ask(const Ask& ask) {
    return call(
        {.method = "POST",
         .url = api(ask.path),
         .headers = {{"Content-Type", "application/json"}},
         .body = json::write(ask.body)},
        Kind::read
    );
}

Result<ServerInfo> Client::server_info() {
    // The same for all generations. Where the dialect is in doubt, so is how credentials are given.
    const http::Request request{.method = "GET", .url = "/rest/api/2/serverInfo"};
    auto answer = call(request, Kind::anonymous);
    const bool closed = !answer && (answer.error().kind == ErrorKind::unauthorized ||
                                    answer.error().kind == ErrorKind::forbidden);
    if (closed) answer = call(request, Kind::read);
    if (!answer) return Failure{answer.error()};
    const auto& numbers = json::elements(json::at(*answer, "versionNumbers"));
    ServerInfo info{
        .deployment = json::text_or_empty(json::at(*answer, "deploymentType")),
        .version = json::text_or_empty(json::at(*answer, "version")),
        .base_url = json::text_or_empty(json::at(*answer, "baseUrl"))};
    const auto major = numbers.empty() ? parse_int(info.version.substr(0, info.version.find('.')))
                                       : json::integer(numbers[0]);
    info.major = static_cast<int>(std::clamp<std::int64_t>(major.value_or(0), 0, 1'000'000));
    site_.learn(info);
    return info;
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
    site_.learn_account(user.account);
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
    auto issue = wire::issue(*dialect_, field_ids(), *answer);
    if (!issue) return failure(ErrorKind::refused, "Jira's issue lacks its id");
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
    // which are internal notes, unless the comments do.
    const auto& embedded = json::at(*answer, {"fields", "comment", "comments"});
    const bool notes_told = wire::tell_notes(embedded);
    const auto& kind = json::at(*answer, {"fields", "project", "projectTypeKey"});
    if (kind.is_null() && !notes_told && !issue->project_key.empty()) {
        const auto desk = is_service_desk(issue->project_key);
        if (!desk) return Failure{desk.error()};
        issue->in_service_desk = *desk;
    }
    if (!issue->comments_whole || (issue->in_service_desk && !notes_told)) {
        auto listed =
            comments(issue->id, issue->in_service_desk ? NoteFlags::read : NoteFlags::as_listed);
        if (!listed) return Failure{listed.error()};
        issue->comments = std::move(*listed);
        issue->comments_whole = true;
    }
    sort_comments(issue->comments);
    return std::move(*issue);
}

Result<Issue> Client::issue(const IssueId& id, IssueRead read) {
    return read_issue(id.value, read);
}

Result<Issue> Client::issue_by_key(const IssueKey& key, IssueRead read) {
    return read_issue(key.value, read);
}

// By what the site is known to be now: a text may be made before this client asked for anything.
std::string Client::neutralise(std::string_view text) const {
    return site_.dialect()->neutralise(text);
}

std::string Client::to_plain_text(std::string_view body) const {
    return site_.dialect()->to_plain_text(body);
}

Duration Client::index_grace() const { return site_.dialect()->index_grace(); }

}  // namespace oms::jira
