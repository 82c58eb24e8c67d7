#include "web/health.hpp"

#include "base/json.hpp"
#include "store/migrations.hpp"
#include "store/state.hpp"

namespace oms::web {

Health::Health(store::Database& database, Clock& clock, Metrics& metrics, std::string version)
    : database_{database},
      clock_{clock},
      metrics_{metrics},
      version_{std::move(version)} {}

void Health::add_to(Router& router) {
    router.add({"GET"}, "/healthz", [this](const http::Request&, const auto& reply) {
        reply->send(http::json_response(200, R"({"live":true,"version":")" + version_ + "\"}\n"));
    });
    router.add({"GET"}, "/readyz", [this](const http::Request&, const auto& reply) {
        desk_.answer(reply, [this] { return ready(); });
    });
    router.add({"GET"}, "/metrics", [this](const http::Request&, const auto& reply) {
        desk_.answer(reply, [this] { return figures(); });
    });
}

http::Response Health::figures() {
    http::Response response = http::text_response(200, metrics_.text(database_, clock_.now()));
    response.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
    return response;
}

http::Response Health::ready() {
    json::object body;
    bool usable = true;
    json::object remotes;
    try {
        const auto schema = store::schema_of(database_);
        usable = store::is_usable(schema.state);
        body["database"] = schema.says.empty() ? "usable" : schema.says;
        if (database_.only_reads()) {
            usable = false;
            body["database"] = "it can only be read: a standby, or set so";
        }
        database_.read([&](store::Connection& connection) {
            for (const auto& remote : store::remotes(connection)) {
                json::object state{{"state", remote.state}};
                if (!remote.says.empty()) state["says"] = remote.says;
                remotes[remote.name] = std::move(state);
            }
        });
    } catch (const store::DatabaseError& error) {
        usable = false;
        body["database"] = error.what();
        // How they are stands in the database.
        for (const char* remote : {"marketplace", "jira"})
            remotes[remote] = json::object{{"state", "unknown"}, {"says", "the database is away"}};
    }
    for (const Dependency& dependency : dependencies_) {
        const auto [name, says] = dependency();
        body[name] = says;
    }
    const bool ready = usable && !draining_;
    body["ready"] = ready;
    body["draining"] = draining_.load();
    // A remote's trouble never makes us unready: a restart would not mend it.
    body["remotes"] = std::move(remotes);
    return http::json_response(ready ? 200 : 503, json::write(body) + "\n");
}

}  // namespace oms::web
