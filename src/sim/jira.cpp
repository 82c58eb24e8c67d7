#include "sim/jira.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_control.hpp"
#include "sim/jira_json.hpp"

namespace oms::sim {
namespace {

constexpr std::size_t jira_requests_kept_max = 200'000;

/// Long enough for a delivery to be out before the answer.
constexpr std::string_view before_answer_ms = "300";

bool prevents(FaultKind kind) {
    using enum FaultKind;
    return kind == fail_before || kind == close_before || kind == hang_before ||
           kind == unauthorized || kind == throttle;
}

/// Waiting people and what they may do are the same to a test: it asked for the impossible.
void demand(const JiraDone& outcome) {
    if (outcome) return;
    const JiraRefusal& refusal = outcome.error();
    std::string says = join(refusal.messages, " ");
    for (const auto& [field, text] : refusal.errors)
        says += field + ": " + text;
    throw std::invalid_argument(says);
}

JiraComment& comment_of(JiraIssue& issue, const std::string& id) {
    JiraComment* found = JiraStore::comment(issue, id);
    if (found == nullptr) throw std::invalid_argument("no comment " + id);
    return *found;
}

json::value comment_with_role(const std::string& body, const std::string& role) {
    json::object shape{{"body", body}};
    if (!role.empty()) shape["visibility"] = json::object{{"type", "role"}, {"value", role}};
    return shape;
}

std::string role_of(const JiraComment& comment) {
    return comment.visibility ? comment.visibility->value : "";
}

}  // namespace

Jira::Jira(Clock& clock, Random& random, JiraOptions options)
    : model_{
          .clock = clock,
          .random = random,
          .profile = std::move(options.profile),
          .settings = std::move(options.settings)} {
    model_.site = options.site ? std::move(*options.site)
                               : default_site({.project_key = model_.settings.project_key});
}

http::Response Jira::handle(const http::Request& request) {
    std::function<void()> tell;
    http::Response response;
    {
        const std::lock_guard lock{mutex_};
        const std::uint64_t before = model_.outbox.count();
        response = answer(request);
        if (model_.outbox.count() != before) {
            tell = tell_;
            if (model_.outbox.faults.before_answer)
                response.headers.emplace_back(delay_header, before_answer_ms);
        }
    }
    if (tell) tell();
    return response;
}

http::Response Jira::answer(const http::Request& request) {
    const std::string path{http::path_of(request.url)};
    if (path.rfind("/sim/", 0) == 0) return control(request);

    const std::string& context = model_.settings.context_path;
    if (path.rfind(context + "/", 0) != 0) return jira_html(404, "Page not found.");
    http::Request inside = request;
    inside.url = request.url.substr(context.size());

    JiraRequest line{
        .number = ++last_request_,
        .at = model_.clock.now(),
        .method = request.method,
        .target = request.url};
    const auto fault = faults_.strike(request.method, http::path_of(inside.url));
    if (fault) line.fault = to_text(fault->kind);
    http::Response response = answer_rest(inside, fault, line);
    line.status = response.status;
    requests_.push_back(std::move(line));
    if (requests_.size() > jira_requests_kept_max) requests_.pop_front();
    return response;
}

http::Response Jira::answer_rest(
    const http::Request& request,
    const std::optional<Fault>& fault,
    JiraRequest& line
) {
    if (fault && prevents(fault->kind)) return answer_before(*fault);
    if (fault && fault->kind == FaultKind::captcha) access_.challenge(std::string{jira_account});

    const bool wanted = std::exchange(
        access_.everybody_anonymous,
        access_.everybody_anonymous || (fault && fault->kind == FaultKind::anonymous)
    );
    JiraIdentity identity = access_.identify(model_, request);
    access_.everybody_anonymous = wanted;
    // The only resource that everybody may read, whatever they bring along.
    const bool open = http::path_of(request.url) == "/rest/api/2/serverInfo";
    if (identity.user != nullptr) line.user = identity.user->name;

    http::Response response;
    if (identity.refusal && !(open && identity.refusal->status == 401)) {
        response = *identity.refusal;
    } else if (auto refusal = forgery(request)) {
        response = std::move(*refusal);
    } else {
        response = answer_api(model_, request, identity.user);
    }
    response.headers.insert(
        response.headers.end(), identity.headers.begin(), identity.headers.end()
    );
    return fault ? answer_after(*fault, std::move(response)) : response;
}

http::Response Jira::control(const http::Request& request) {
    const std::string path{http::path_of(request.url).substr(5)};
    if (path == "requests" && request.method == "GET") return control_requests(request);
    if (path == "requests/clear" && request.method == "POST") {
        requests_.clear();
        return jira_answer(200, json::object{{"done", true}});
    }
    return answer_control({model_, access_, faults_}, request, path);
}

http::Response Jira::control_requests(const http::Request& request) const {
    const auto query = http::query_of(request.url);
    const auto since = parse_int(http::parameter(query, "since").value_or("")).value_or(0);
    const std::string method = http::parameter(query, "method").value_or("");
    const std::string pattern = http::parameter(query, "path").value_or("*");
    json::array lines;
    std::int64_t writes = 0;
    for (const JiraRequest& line : requests_) {
        if (static_cast<std::int64_t>(line.number) <= since) continue;
        if (!method.empty() && line.method != method) continue;
        if (!fits(pattern, http::path_of(line.target))) continue;
        // A search that comes as POST writes nothing.
        const bool search = line.target.ends_with("/search");
        if (line.method != "GET" && !search) ++writes;
        lines.push_back(json::object{
            {"number", line.number},
            {"at", to_rfc3339(line.at, 3)},
            {"method", line.method},
            {"path", line.target},
            {"status", line.status},
            {"user", line.user},
            {"fault", line.fault}});
    }
    const auto count = lines.size();
    return jira_answer(
        200,
        json::object{
            {"last", last_request_},
            {"count", count},
            {"writes", writes},
            {"requests", std::move(lines)}}
    );
}

std::vector<http::Request> Jira::take_outgoing() {
    const std::lock_guard lock{mutex_};
    return model_.outbox.take(model_.clock.now(), model_.random);
}

std::optional<Instant> Jira::next_outgoing_at() {
    const std::lock_guard lock{mutex_};
    return model_.outbox.next_at();
}

void Jira::on_outgoing(std::function<void()> tell) {
    const std::lock_guard lock{mutex_};
    tell_ = std::move(tell);
}

template <class Act>
void Jira::as_person(const std::string& user, const std::string& issue, const Act& act) {
    std::function<void()> tell;
    {
        const std::lock_guard lock{mutex_};
        const JiraUser* actor = model_.site.user(user);
        JiraIssue* found = issue.empty() ? nullptr : model_.store.find(issue);
        if (actor == nullptr) throw std::invalid_argument("no user " + user);
        if (found == nullptr && !issue.empty()) throw std::invalid_argument("no issue " + issue);
        const std::uint64_t before = model_.outbox.count();
        act(*actor, found);
        if (model_.outbox.count() != before) tell = tell_;
    }
    if (tell) tell();
}

std::string Jira::create(const std::string& user, const json::value& body) {
    std::string key;
    as_person(user, "", [&](const JiraUser& actor, JiraIssue*) {
        const auto created = create_issue(model_, actor, body);
        if (!created) demand(JiraRefused{created.error()});
        key = (*created)->row.key;
    });
    return key;
}

std::string Jira::comment(
    const std::string& user,
    const std::string& issue,
    const std::string& body,
    const std::string& role
) {
    std::string id;
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        const auto added = add_comment(model_, actor, *found, comment_with_role(body, role));
        if (!added) demand(JiraRefused{added.error()});
        id = fmt::format("{}", (*added)->id);
    });
    return id;
}

void Jira::edit_comment(
    const std::string& user,
    const std::string& issue,
    const std::string& comment,
    const std::string& body
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        JiraComment& edited = comment_of(*found, comment);
        const json::value given = comment_with_role(body, role_of(edited));
        demand(sim::edit_comment(model_, actor, *found, edited, given));
    });
}

void Jira::restrict_comment(
    const std::string& user,
    const std::string& issue,
    const std::string& comment,
    const std::string& role
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        JiraComment& edited = comment_of(*found, comment);
        const json::value given = comment_with_role(edited.body, role);
        demand(sim::edit_comment(model_, actor, *found, edited, given));
    });
}

void Jira::delete_comment(
    const std::string& user,
    const std::string& issue,
    const std::string& comment
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        sim::delete_comment(model_, actor, *found, comment_of(*found, comment));
    });
}

void Jira::transition(
    const std::string& user,
    const std::string& issue,
    const std::string& status
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        demand(go_to(model_, actor, *found, status));
    });
}

void Jira::set_voucher(
    const std::string& user,
    const std::string& issue,
    const std::string& voucher
) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        const JiraField* field = model_.site.field_in_jql("CP-VoucherID");
        if (field == nullptr) throw std::invalid_argument("no field CP-VoucherID");
        const json::value body = json::object{{"fields", json::object{{field->id, voucher}}}};
        demand(edit_issue(model_, actor, *found, body));
    });
}

void Jira::edit(const std::string& user, const std::string& issue, const json::value& body) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        demand(edit_issue(model_, actor, *found, body));
    });
}

void Jira::move(const std::string& user, const std::string& issue, const std::string& project) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        move_issue(model_, actor, *found, project);
    });
}

void Jira::remove(const std::string& user, const std::string& issue) {
    as_person(user, issue, [&](const JiraUser& actor, JiraIssue* found) {
        delete_issue(model_, actor, *found);
    });
}

void Jira::rename_status(const std::string& status, const std::string& name) {
    const std::lock_guard lock{mutex_};
    for (JiraStatus& known : model_.site.statuses) {
        if (known.id == status) known.name = name;
    }
}

void Jira::add_fault(Fault fault) {
    const std::lock_guard lock{mutex_};
    faults_.add(std::move(fault));
}

void Jira::clear_faults() {
    const std::lock_guard lock{mutex_};
    faults_.clear();
}

void Jira::fail_webhooks(JiraWebhookFaults faults) {
    const std::lock_guard lock{mutex_};
    model_.outbox.faults = faults;
}

void Jira::lag_index(Duration lag, double flicker) {
    const std::lock_guard lock{mutex_};
    model_.index.lag = lag;
    model_.index.flicker = flicker;
}

void Jira::register_webhook(const std::string& name, const std::string& url) {
    const std::lock_guard lock{mutex_};
    std::erase_if(model_.webhooks, [&](const auto& entry) { return entry.second.name == name; });
    JiraWebhook webhook{.name = name, .url = url, .events = all_events()};
    webhook.id = ++model_.last_webhook;
    webhook.updated = model_.now();
    webhook.updated_by = "admin";
    model_.webhooks[webhook.id] = std::move(webhook);
}

void Jira::administer(const std::function<void(JiraModel&, JiraAccess&)>& change) {
    const std::lock_guard lock{mutex_};
    change(model_, access_);
}

void Jira::seed_demo() {
    static const std::vector<std::pair<std::string, std::string>> foreign{
        {"Renew the certificate of the help desk", "In Progress"},
        {"Order two disks for the test cluster", "To Do"},
        {"Minutes of the providers' meeting", "Closed"}};
    for (const auto& [summary, status] : foreign) {
        const std::string key = create(
            "piotr",
            json::object{
                {"fields",
                 {{"project", {{"key", model_.settings.project_key}}},
                  {"issuetype", {{"name", "Service Order"}}},
                  {"summary", summary}}}}
        );
        comment("anna", key, "Not an order of the marketplace: please leave it alone.", "Staff");
        transition("anna", key, status);
    }
}

std::vector<JiraRequest> Jira::requests() {
    const std::lock_guard lock{mutex_};
    return {requests_.begin(), requests_.end()};
}

std::map<std::string, std::string> Jira::environment() {
    const std::lock_guard lock{mutex_};
    const JiraSettings& settings = model_.settings;
    return jira_environment(
        model_.site, settings.project_key, settings.base_url, settings.context_path
    );
}

}  // namespace oms::sim
