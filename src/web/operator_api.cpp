#include "web/operator_api.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "store/views.hpp"
#include "web/api_actions.hpp"
#include "web/api_views.hpp"
#include "web/problem.hpp"

namespace oms::web {
namespace {

using store::Connection;

constexpr std::string_view api_base = "/api/v1/";
constexpr std::size_t who_characters_max = 80;
constexpr std::size_t repeat_bytes_max = 200;
constexpr std::size_t secret_bytes_max = 4096;

/// GET may be answered again and again; a HEAD is one of which the server sends no body.
bool is_read(std::string_view method) { return method == "GET"; }

json::object session_json(const std::optional<Identity>& identity) {
    if (!identity) return {{"signed_in", false}, {"required", true}};
    return {
        {"signed_in", true},
        {"role", to_text(identity->role)},
        {"who", identity->who},
        {"ends_at", ops::time_json(identity->ends_at)}};
}

bool same_path_part(char character) {
    const bool letter = (character >= 'a' && character <= 'z') || character == '-';
    return letter || (character >= '0' && character <= '9');
}

/// Below /api/v1; nothing where a part has what no path of ours has.
std::optional<std::vector<std::string>> parts_of(std::string_view path) {
    if (!path.starts_with(api_base)) return std::nullopt;
    auto parts = split(path.substr(api_base.size()), '/');
    for (const std::string& part : parts)
        if (part.empty() || !std::ranges::all_of(part, same_path_part)) return std::nullopt;
    return parts;
}

/// The sandbox is open to this machine; a page elsewhere must not reach it by a name of its own.
bool is_local_host(const http::Request& request) {
    const std::string host = http::header(request.headers, "Host").value_or("");
    const std::string name =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

http::Response not_allowed(const std::vector<std::string>& allowed) {
    http::Response response = problem(405, "this path does not take that method");
    response.headers.emplace_back("Allow", join(allowed, ", "));
    return response;
}

}  // namespace

struct OperatorApi::Impl {
    Impl(
        SignInSettings given,
        ops::Facts told,
        ShownSettings shown,
        store::Database& store,
        Clock& time,
        ApiBells ringing,
        Log to
    )
        : sign_in{std::move(given), time, to},
          database{store},
          clock{time},
          log{std::move(to)},
          live{store, time, told, sign_in} {
        add_views(routes, database, clock, told, live, std::move(shown));
        add_actions(routes, database, clock, std::move(ringing));
        add_log_level(routes, log);
    }

    void handle(http::Request request, const std::shared_ptr<http::Reply>& reply);
    void session(http::Request request, const std::shared_ptr<http::Reply>& reply);
    void begin_session(const http::Request& request, const std::shared_ptr<http::Reply>& reply);
    void events(
        const http::Request& request,
        const std::optional<Identity>& by_header,
        const std::shared_ptr<http::Reply>& reply
    );
    std::optional<Identity>
    identify(const http::Request& request, const std::optional<Identity>& by_header);
    std::optional<http::Response>
    refusal(const std::optional<Identity>& identity, const http::Request& request, Role role);
    http::Response once(const ApiRoute& route, const ApiCall& call);
    // From the desk: with words for people whatever goes wrong.
    void answer(const std::shared_ptr<http::Reply>& reply, std::function<http::Response()> make);
    void run(const std::shared_ptr<http::Reply>& reply, Desk::Work work);
    [[nodiscard]] http::Response trouble(const store::DatabaseError& error) const;

    SignIn sign_in;
    store::Database& database;
    Clock& clock;
    Log log;
    Live live;
    std::vector<ApiRoute> routes;
    Desk desk;  // last: its thread is gone before what it uses
};

void OperatorApi::Impl::answer(
    const std::shared_ptr<http::Reply>& reply,
    std::function<http::Response()> make
) {
    run(reply,
        [make = std::move(make)](const std::shared_ptr<http::Reply>& to) { to->send(make()); });
}

void OperatorApi::Impl::run(const std::shared_ptr<http::Reply>& reply, Desk::Work work) {
    const bool taken =
        desk.run(reply, [this, work = std::move(work)](const std::shared_ptr<http::Reply>& to) {
            try {
                work(to);
            } catch (const Refused& refused) {
                to->send(problem(refused.status(), refused.what()));
            } catch (const store::DatabaseError& error) {
                to->send(trouble(error));
            }
        });
    if (!taken) reply->send(problem(503, "too many wait for the database: later"));
}

http::Response OperatorApi::Impl::trouble(const store::DatabaseError& error) const {
    log.error("operators' API failed", {{"says", error.what()}});
    const bool ours = error.kind() == store::DatabaseError::Kind::programming;
    return ours ? problem(500, "this is a fault of the service: its log tells more")
                : problem(503, "the database does not work: later");
}

std::optional<Identity> OperatorApi::Impl::identify(
    const http::Request& request,
    const std::optional<Identity>& by_header
) {
    if (by_header) return by_header;
    auto identity = store::read(database, [&](Connection& connection) {
        return sign_in.by_cookie(connection, session_cookie(request));
    });
    if (identity && sign_in.worth_seeing(*identity)) {
        database.write([&](Connection& connection) { sign_in.see(connection, *identity); });
    }
    return identity;
}

/// What keeps who asks from it; nothing where they may.
std::optional<http::Response> OperatorApi::Impl::refusal(
    const std::optional<Identity>& identity,
    const http::Request& request,
    Role role
) {
    if (!identity) return problem(401, "sign in, or send a token: Authorization: Bearer …");
    if (role == Role::operating && identity->role != Role::operating)
        return problem(403, "you may look, and not act: sign in as an operator");
    const bool acts = request.method != "GET" && request.method != "HEAD";
    if (acts && identity->by_browser && !http::header(request.headers, "X-OMS-Action"))
        return problem(403, "an action from a browser needs the header X-OMS-Action");
    return std::nullopt;
}

void OperatorApi::Impl::handle(http::Request request, const std::shared_ptr<http::Reply>& reply) {
    if (sign_in.settings().open && !is_local_host(request))
        return reply->send(problem(403, "the sandbox is open to this machine alone"));
    const auto path = parts_of(http::path_of(request.url));
    if (!path) return reply->send(problem(404, "there is nothing here"));
    if (path->size() == 1 && path->front() == "session") return session(std::move(request), reply);
    Shown shown = sign_in.by_header(request);
    if (shown.refused) return reply->send(std::move(*shown.refused));
    if (path->size() == 1 && path->front() == "events" && is_read(request.method))
        return events(request, shown.identity, reply);

    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    const FoundRoute found = find_route(routes, method, *path);
    if (found.route == nullptr && found.allowed.empty())
        return reply->send(problem(404, "there is nothing here"));
    if (found.route == nullptr) return reply->send(not_allowed(found.allowed));
    answer(
        reply,
        [this,
         route = found.route,
         by_header = std::move(shown.identity),
         call = ApiCall{.request = request, .path = *path, .query = http::query_of(request.url)}](
        ) mutable {
            const auto identity = identify(call.request, by_header);
            if (auto refused = refusal(identity, call.request, route->role)) return *refused;
            call.identity = *identity;
            return is_read(route->method) ? route->answer(call) : once(*route, call);
        }
    );
}

/// An action that bears a key is done once; the same answer is given again.
http::Response OperatorApi::Impl::once(const ApiRoute& route, const ApiCall& call) {
    const auto given = http::header(call.request.headers, "Idempotency-Key");
    if (!given) return route.answer(call);
    if (given->empty() || given->size() > repeat_bytes_max)
        throw Refused{
            400, fmt::format("Idempotency-Key must have 1 to {} bytes", repeat_bytes_max)};
    const std::string key =
        sha256_hex(call.request.method + " " + join(call.path, "/") + "\n" + *given);
    const std::string asked = sha256_hex(call.request.body);
    const auto before = store::read(database, [&](Connection& connection) {
        return store::find_answered(connection, key);
    });
    if (before && before->asked != asked)
        throw Refused{422, "this Idempotency-Key came with another body before: take a new one"};
    if (before) return http::json_response(before->status, before->body);
    const http::Response response = route.answer(call);
    constexpr int first_redirect = 300;
    if (response.status >= first_redirect) return response;
    database.write([&](Connection& connection) {
        store::prune_answered(connection, clock.now() - std::chrono::hours{24});
        if (store::find_answered(connection, key)) return;
        store::add_answered(
            connection,
            key,
            {.asked = asked, .status = response.status, .body = response.body},
            clock.now()
        );
    });
    return response;
}

void OperatorApi::Impl::session(http::Request request, const std::shared_ptr<http::Reply>& reply) {
    if (request.method == "POST") return begin_session(request, reply);
    Shown shown = sign_in.by_header(request);
    if (shown.refused) return reply->send(std::move(*shown.refused));
    if (request.method == "GET" || request.method == "HEAD") {
        return answer(reply, [this, request, by_header = shown.identity] {
            return json_answer(200, session_json(identify(request, by_header)));
        });
    }
    if (request.method != "DELETE") return reply->send(not_allowed({"GET", "POST", "DELETE"}));
    answer(reply, [this, request, by_header = shown.identity] {
        const auto identity = identify(request, by_header);
        if (auto refused = refusal(identity, request, Role::viewer)) return *refused;
        database.write([&](Connection& connection) {
            sign_in.end(connection, session_cookie(request));
        });
        http::Response response{.status = 204};
        response.headers.emplace_back("Set-Cookie", sign_in.no_cookie());
        return response;
    });
}

void OperatorApi::Impl::begin_session(
    const http::Request& request,
    const std::shared_ptr<http::Reply>& reply
) {
    if (sign_in.settings().open) {
        return answer(reply, [this, request] {
            return json_answer(200, session_json(identify(request, std::nullopt)));
        });
    }
    const ApiCall call{.request = request};
    std::string who;
    Shown shown;
    try {
        // JSON alone: a form of a foreign page could sign somebody in.
        const json::value body = call.body();
        const std::string secret = json::text_or_empty(json::at(body, "secret"));
        if (secret.empty() || secret.size() > secret_bytes_max)
            throw Refused{400, "secret is needed: a password or a token"};
        who = json::text_or_empty(json::at(body, "who")).empty()
                  ? "somebody"
                  : persons_text(body, "who", who_characters_max);
        shown = sign_in.by_secret(secret, request);
    } catch (const Refused& refused) {
        return reply->send(problem(refused.status(), refused.what()));
    }
    if (shown.refused) return reply->send(std::move(*shown.refused));
    answer(reply, [this, request, who, role = shown.identity->role] {
        const auto [token, identity] = store::write(database, [&](Connection& connection) {
            // A session that there was does not go on under the new one.
            sign_in.end(connection, session_cookie(request));
            return sign_in.begin(connection, role, who);
        });
        http::Response response = json_answer(200, session_json(identity));
        response.headers.emplace_back("Set-Cookie", sign_in.cookie(token));
        return response;
    });
}

void OperatorApi::Impl::events(
    const http::Request& request,
    const std::optional<Identity>& by_header,
    const std::shared_ptr<http::Reply>& reply
) {
    run(reply, [this, request, by_header](const std::shared_ptr<http::Reply>& to) {
        const auto identity = identify(request, by_header);
        if (auto refused = refusal(identity, request, Role::viewer))
            return to->send(std::move(*refused));
        if (live.is_full()) return to->send(problem(503, "too many watch already: later"));
        live.watch(to->stream(), identity->session);
    });
}

OperatorApi::OperatorApi(
    SignInSettings sign_in,
    ops::Facts facts,
    ShownSettings settings,
    store::Database& database,
    Clock& clock,
    ApiBells bells,
    Log log
)
    : impl_{std::make_unique<Impl>(
          std::move(sign_in),
          std::move(facts),
          std::move(settings),
          database,
          clock,
          std::move(bells),
          std::move(log)
      )} {}

OperatorApi::~OperatorApi() = default;

void OperatorApi::add_to(Router& router) {
    const auto handle = [this](http::Request request, const std::shared_ptr<http::Reply>& reply) {
        impl_->handle(std::move(request), reply);
    };
    router.add({"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}, std::string{api_base}, handle);
}

void OperatorApi::stop() {
    impl_->live.stop();
    impl_->desk.stop();
}

}  // namespace oms::web
