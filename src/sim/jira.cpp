#include "sim/jira.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/jira_api.hpp"
#include "sim/jira_control.hpp"

namespace oms::sim {
namespace {

constexpr std::size_t jira_requests_kept_max = 200'000;

/// Long enough for a delivery to be out before the answer.
constexpr std::string_view before_answer_ms = "300";

bool prevents(FaultKind kind) {
    using enum FaultKind;
    return kind == fail_before || kind == close_before || kind == hang_before ||
           kind == unauthorized || kind == throttle || kind == refuse;
}

/// What comes as POST and writes nothing.
bool only_reads(std::string_view target) {
    static constexpr std::array<std::string_view, 4> ends{
        "/search", "/search/jql", "/issue/bulkfetch", "/comment/list"};
    const std::string_view path = http::path_of(target);
    return std::ranges::any_of(ends, [path](std::string_view end) { return path.ends_with(end); });
}

}  // namespace

Jira::Jira(Clock& clock, Random& random, JiraOptions options)
    : model_{.clock = clock, .random = random, .settings = std::move(options.settings)} {
    const bool expands = model_.settings.comment_properties_expand;
    sim::become(model_, std::move(options.profile));
    if (!expands) model_.settings.comment_properties_expand = false;
    model_.site =
        options.site
            ? std::move(*options.site)
            : default_site(
                  {.project_key = model_.settings.project_key, .epics = model_.profile.epics}
              );
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
    if (fault && prevents(fault->kind)) return answer_before(*fault, model_.clock.now());
    if (fault && fault->kind == FaultKind::captcha) access_.challenge(std::string{jira_account});

    const bool wanted = std::exchange(
        access_.everybody_anonymous,
        access_.everybody_anonymous || (fault && fault->kind == FaultKind::anonymous)
    );
    JiraIdentity identity = access_.identify(model_, request);
    access_.everybody_anonymous = wanted;
    // The only resource that everybody may read, whatever they bring along.
    const bool open = http::path_of(request.url).ends_with("/serverInfo");
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
        if (line.method != "GET" && !only_reads(line.target)) ++writes;
        lines.push_back(json::object{
            {"number", line.number},
            {"at", to_rfc3339(line.at, 6)},
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

void Jira::delivered(const http::Request& delivery, int status) {
    const std::lock_guard lock{mutex_};
    model_.outbox.delivered(delivery, status, model_.clock.now());
}

std::optional<Instant> Jira::next_outgoing_at() {
    const std::lock_guard lock{mutex_};
    return model_.outbox.next_at();
}

void Jira::on_outgoing(std::function<void()> tell) {
    const std::lock_guard lock{mutex_};
    tell_ = std::move(tell);
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

void Jira::become(JiraProfile profile) {
    const std::lock_guard lock{mutex_};
    sim::become(model_, std::move(profile));
}

JiraProfile Jira::profile() {
    const std::lock_guard lock{mutex_};
    return model_.profile;
}

void Jira::administer(const std::function<void(JiraModel&, JiraAccess&)>& change) {
    const std::lock_guard lock{mutex_};
    change(model_, access_);
}

std::vector<JiraRequest> Jira::requests() {
    const std::lock_guard lock{mutex_};
    return {requests_.begin(), requests_.end()};
}

std::map<std::string, std::string> Jira::environment() {
    const std::lock_guard lock{mutex_};
    const JiraSettings& settings = model_.settings;
    return jira_environment(
        model_.site, model_.profile, settings.project_key, settings.base_url, settings.context_path
    );
}

}  // namespace oms::sim
