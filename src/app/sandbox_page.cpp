#include "app/sandbox_page.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"
#include "store/writes.hpp"
#include "web/assets.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr auto follow_interval = 150ms;
constexpr int links_shown = 500;
constexpr int steps_shown = 100;
constexpr std::string_view api = "/sandbox/api/";

constexpr std::string_view page = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>oms-jira sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/sandbox.css">
</head>
<body>
<div id="app"><p>The sandbox needs JavaScript.</p></div>
<script type="module" src="/assets/sandbox.js"></script>
</body>
</html>
)html";

json::object step_json(const store::JournalEntry& entry) {
    return {
        {"id", entry.id},
        {"subject", key_of(entry.subject)},
        {"name", to_text(entry.subject)},
        {"at", to_rfc3339(entry.at, 3)},
        {"kind", entry.kind},
        {"says", entry.says}};
}

json::value parsed(const http::Response& response) {
    auto body = json::parse(response.body);
    return body ? std::move(*body) : json::value(nullptr);
}

}  // namespace

SandboxPage::SandboxPage(sim::Marketplace& marketplace, sim::Jira& jira)
    : marketplace_{marketplace},
      jira_{jira} {}

SandboxPage::~SandboxPage() { stop(); }

void SandboxPage::add_to(web::Router& router) {
    router.add({"GET"}, "/sandbox", [](const http::Request&, const auto& reply) {
        http::Response response{
            .status = 200, .headers = web::page_headers(), .body = std::string{page}};
        response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
        reply->send(std::move(response));
    });
    router.add({"GET"}, "/sandbox/api/state", [this](const http::Request&, const auto& reply) {
        reply->send(state());
    });
    router.add({"GET"}, "/sandbox/api/events", [this](const http::Request&, const auto& reply) {
        const std::scoped_lock lock{streams_mutex_};
        streams_.push_back(reply->stream());
    });
    for (const char* side : {"/sandbox/api/marketplace/", "/sandbox/api/jira/"}) {
        router.add({"POST"}, side, [this](const http::Request& request, const auto& reply) {
            reply->send(act(request));
        });
    }
}

void SandboxPage::watch(store::Database& database) {
    database_ = &database;
    follower_ = std::thread{[this] { follow(); }};
}

void SandboxPage::stop() {
    if (stopping_.exchange(true)) return;
    if (follower_.joinable()) follower_.join();
    const std::scoped_lock lock{streams_mutex_};
    streams_.clear();
}

http::Response SandboxPage::act(const http::Request& request) {
    // A page from elsewhere can send a form or plain text here, but no JSON: a browser asks first.
    const std::string type = lower(http::header(request.headers, "Content-Type").value_or(""));
    if (!type.starts_with("application/json"))
        return http::json_response(415, R"({"error":"send it as application/json"})");
    std::string_view target{request.url};
    target.remove_prefix(api.size());
    const bool marketplace = target.starts_with("marketplace/");
    target.remove_prefix(target.find('/'));
    http::Request control = request;
    control.url = "/sim" + std::string{target};
    acted_ = true;
    return marketplace ? marketplace_.handle(control) : jira_.handle(control);
}

http::Response SandboxPage::state() {
    json::object whole;
    whole["marketplace"] = parsed(marketplace_.handle({.method = "GET", .url = "/sim/state"}));
    whole["jira"] = parsed(jira_.handle({.method = "GET", .url = "/sim/state"}));
    whole["adapter"] = adapter_state();
    return http::json_response(200, json::write(whole));
}

json::object SandboxPage::adapter_state() {
    store::Database* database = database_;
    if (database == nullptr) return {};
    return store::read(*database, [](Connection& connection) {
        json::object shown;
        json::object links;
        for (const Link& link : store::links_after(connection, "", links_shown)) {
            json::object one{
                {"issue", link.issue_key.value},
                {"state", to_text(link.state)},
                {"not_ours", link.not_ours}};
            if (link.base_status) one["base"] = to_text(*link.base_status);
            links[key_of(link.subject)] = std::move(one);
        }
        shown["links"] = std::move(links);
        json::array steps;
        const auto last = store::last_journal_id(connection);
        for (const auto& entry : store::journal_after(
                 connection, std::max<std::int64_t>(0, last - steps_shown), steps_shown
             )) {
            steps.push_back(step_json(entry));
        }
        shown["steps"] = std::move(steps);
        json::array remotes;
        for (const auto& remote : store::remotes(connection)) {
            remotes.push_back(json::object{
                {"name", remote.name}, {"state", remote.state}, {"says", remote.says}});
        }
        shown["remotes"] = std::move(remotes);
        json::array attention;
        for (const auto& one : store::open_attention(connection)) {
            attention.push_back(json::object{
                {"subject", to_text(one.subject)}, {"says", one.says}, {"remedy", one.remedy}});
        }
        shown["attention"] = std::move(attention);
        const auto queue = store::count_queue(connection);
        shown["busy"] = queue.in(store::SubjectState::due) + queue.in(store::SubjectState::leased);
        shown["uncertain"] =
            static_cast<std::int64_t>(store::open_writes(connection, links_shown).size());
        return shown;
    });
}

void SandboxPage::follow() {
    std::int64_t last = 0;
    std::string remotes;
    while (!stopping_) {
        std::this_thread::sleep_for(follow_interval);
        std::vector<store::JournalEntry> entries;
        std::string now_remotes;
        try {
            (*database_).read([&](Connection& connection) {
                if (last == 0) last = store::last_journal_id(connection);
                entries = store::journal_after(connection, last, steps_shown);
                for (const auto& remote : store::remotes(connection))
                    now_remotes += remote.name + remote.state;
            });
        } catch (const store::DatabaseError&) {
            continue;
        }
        const bool changed = acted_.exchange(false) || !entries.empty() || now_remotes != remotes;
        remotes = now_remotes;
        const std::scoped_lock lock{streams_mutex_};
        std::erase_if(streams_, [](const auto& stream) { return !stream->open(); });
        for (const auto& entry : entries) {
            last = entry.id;
            for (const auto& stream : streams_)
                stream->send("step", json::write(step_json(entry)));
        }
        if (!changed) continue;
        for (const auto& stream : streams_)
            stream->send("changed", "{}");
    }
}

}  // namespace oms::app
