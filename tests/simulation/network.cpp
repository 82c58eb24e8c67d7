#include "tests/simulation/network.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace oms::simulation {
namespace {

using namespace std::chrono_literals;

http::Response page(int status) {
    return {
        .status = status,
        .headers = {{"Content-Type", "text/html"}},
        .body = "<html><body>Something went wrong</body></html>"};
}

Failure broke(ErrorKind kind, const char* says) { return failure(kind, says); }

bool to_jira(const http::Request& request) { return request.url.starts_with(jira_url); }

bool is_write(const http::Request& request) { return writes(request.method, request.url); }

}  // namespace

bool writes(std::string_view method, std::string_view url) {
    if (method == "GET") return false;
    static constexpr std::array<std::string_view, 3> reads{
        "/search", "/issue/bulkfetch", "/comment/list"};
    return std::ranges::none_of(reads, [url](std::string_view read) {
        return url.find(read) != std::string_view::npos;
    });
}

std::string_view to_text(Fate fate) {
    switch (fate) {
    case Fate::fine: return "fine";
    case Fate::refused: return "no connection";
    case Fate::lost_request: return "request lost";
    case Fate::lost_answer: return "done, answer lost";
    case Fate::late_effect: return "timed out, done later";
    case Fate::error_before: return "5xx, nothing done";
    case Fate::error_after: return "5xx, though done";
    case Fate::page: return "200 with a page, though done";
    case Fate::cut_body: return "cut JSON, though done";
    case Fate::throttled: return "429";
    case Fate::unauthorized: return "401";
    case Fate::anonymous: return "served as anonymous";
    case Fate::killed_before: return "killed before it left";
    case Fate::killed_after: return "killed after it arrived";
    case Fate::full: return "disk full";
    case Fate::busy: return "database busy";
    case Fate::commit_unknown: return "committed, answer lost";
    }
    return "";
}

Fate Network::fate_of(const http::Request& request) {
    if (plan.call != 0) return calls == plan.call ? plan.fate : Fate::fine;
    const bool write = is_write(request);
    if (chance(weather.killed_at_call)) {
        return chance(0.5) ? Fate::killed_before : Fate::killed_after;
    }
    if (chance(weather.refused)) return Fate::refused;
    if (chance(weather.lost_request)) return Fate::lost_request;
    if (chance(weather.lost_answer)) return Fate::lost_answer;
    if (write && chance(weather.late_effect)) return Fate::late_effect;
    if (chance(weather.error_before)) return Fate::error_before;
    if (chance(weather.error_after)) return Fate::error_after;
    if (chance(weather.page)) return Fate::page;
    if (chance(weather.cut_body)) return Fate::cut_body;
    if (chance(weather.throttled)) return Fate::throttled;
    if (chance(weather.unauthorized)) return Fate::unauthorized;
    if (to_jira(request) && !write && chance(weather.anonymous)) return Fate::anonymous;
    return Fate::fine;
}

http::Response Network::reach(const http::Request& request, bool late) {
    http::Request served = request;
    const auto host = to_jira(request) ? jira_url : market_url;
    served.url = request.url.substr(host.size());
    auto response = to_jira(request) ? jira_.handle(served) : market_.handle(served);
    observe({request.method, request.url, request.body, response.status, clock_.true_now(), late});
    return response;
}

Result<http::Response> Network::answer(Fate fate, http::Response response) {
    switch (fate) {
    case Fate::lost_answer: return broke(ErrorKind::outcome_unknown, "the connection broke");
    case Fate::error_after: return page(500);
    case Fate::page: return page(200);
    case Fate::cut_body:
        response.body = response.body.substr(0, response.body.size() / 2);
        return response;
    case Fate::killed_after: throw Killed{};
    default: return response;
    }
}

Result<http::Response> Network::send(const http::Request& request) {
    ++calls;
    const Fate fate = fate_of(request);
    ++struck[static_cast<std::size_t>(fate)];
    tell(fmt::format(
        "{} {}{}{}",
        request.method,
        request.url,
        fate == Fate::fine ? "" : "   -- ",
        fate == Fate::fine ? "" : to_text(fate)
    ));
    if (fate == Fate::killed_before) throw Killed{};
    clock_.advance(std::chrono::milliseconds{5 + random_.next() % 200});
    deliver_late();
    const Instant sent = clock_.true_now();
    if (chance(weather.meanwhile)) meanwhile();
    switch (fate) {
    case Fate::refused: return broke(ErrorKind::not_sent, "connection refused");
    case Fate::lost_request:
        clock_.advance(chance(0.5) ? Duration{30s} : Duration{1s});
        return broke(ErrorKind::outcome_unknown, "no answer");
    case Fate::late_effect:
        // What others did meanwhile was done in the same half minute.
        late_.emplace(sent + 30s + std::chrono::seconds{random_.next() % 15}, request);
        clock_.advance(std::max<Duration>(sent + 30s - clock_.true_now(), 0s));
        return broke(ErrorKind::outcome_unknown, "no complete answer within 30000 ms");
    case Fate::error_before: return page(chance(0.5) ? 503 : 502);
    case Fate::throttled: {
        http::Response response = page(429);
        response.headers.emplace_back("Retry-After", std::to_string(random_.next() % 20));
        return response;
    }
    case Fate::unauthorized: return page(401);
    case Fate::anonymous: {
        http::Response response = page(404);
        response.headers.emplace_back("X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
        return response;
    }
    default: break;
    }
    deliver_late();
    auto response = reach(request);
    if (during_next_write && is_write(request)) std::exchange(during_next_write, {})();
    if (chance(weather.meanwhile)) meanwhile();
    return answer(fate, std::move(response));
}

void Network::deliver_late() {
    while (!late_.empty() && late_.begin()->first <= clock_.true_now()) {
        const http::Request request = std::move(late_.extract(late_.begin()).mapped());
        tell("(late) " + request.method + " " + request.url);
        static_cast<void>(reach(request, true));
    }
}

std::optional<Instant> Network::next_late() const {
    if (late_.empty()) return std::nullopt;
    return late_.begin()->first;
}

void Network::fail_commit(Fate fate) {
    ++struck[static_cast<std::size_t>(fate)];
    ++commits_failed;
    if (fate == Fate::killed_before) throw Killed{};
    tell(fate == Fate::full ? "the disk is full" : "the database is busy");
    if (fate == Fate::full) {
        throw store::DatabaseError{store::DatabaseError::Kind::full, "the disk is full"};
    }
    throw store::DatabaseError{store::DatabaseError::Kind::busy, "the database is locked"};
}

void Network::before_commit() {
    ++commits;
    if (plan.commit != 0) {
        const bool afterwards =
            plan.fate == Fate::killed_after || plan.fate == Fate::commit_unknown;
        const bool now = commits == plan.commit && !afterwards;
        if (now) fail_commit(plan.fate);
        return;
    }
    if (chance(weather.killed_at_commit)) fail_commit(Fate::killed_before);
    if (disk_full_for_ == 0 && chance(weather.disk_full)) {
        disk_full_for_ = static_cast<int>(random_.next() % 6) + 1;
    }
    if (disk_full_for_ > 0) {
        --disk_full_for_;
        fail_commit(Fate::full);
    }
    if (chance(weather.busy)) fail_commit(Fate::busy);
}

void Network::after_commit() {
    const bool planned = plan.commit == commits && plan.fate == Fate::killed_after;
    if (planned || (plan.commit == 0 && chance(weather.killed_at_commit))) {
        ++struck[static_cast<std::size_t>(Fate::killed_after)];
        throw Killed{};
    }
    const bool unknown = plan.commit == commits && plan.fate == Fate::commit_unknown;
    if (!unknown && (plan.commit != 0 || !chance(weather.commit_unknown))) return;
    ++struck[static_cast<std::size_t>(Fate::commit_unknown)];
    tell("committed, but the connection to the database breaks");
    throw store::DatabaseError{store::DatabaseError::Kind::broken, "the connection broke"};
}

}  // namespace oms::simulation
