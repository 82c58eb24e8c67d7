#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/random.hpp"
#include "sim/jira.hpp"

/// A simulated Jira at a fixed time, and words to ask it with.
namespace oms::sim {

class StillClock final : public Clock {
public:
    Instant now() override { return at; }
    Duration steady() override { return now().time_since_epoch(); }
    Instant at = *parse_time("2026-05-04T10:00:00.123456Z");
};

struct Asked {
    int status = 0;
    json::value body = {};
    http::Response response = {};

    [[nodiscard]] std::string header(std::string_view name) const {
        return http::header(response.headers, name).value_or("");
    }
    /// `errors.FIELD`, or the first of errorMessages where no field is given.
    [[nodiscard]] std::string says(std::string_view field = "") const {
        if (!field.empty()) return json::text_or_empty(json::at(body, {"errors", field}));
        const auto& messages = json::elements(json::at(body, "errorMessages"));
        return messages.empty() ? "" : json::text_or_empty(messages[0]);
    }
    [[nodiscard]] std::string text(std::initializer_list<std::string_view> path) const {
        return json::text_or_empty(json::at(body, path));
    }
};

struct JiraHouse {
    JiraHouse() = default;
    /// Of another generation, at once and without flicker unless the test says otherwise.
    explicit JiraHouse(std::string_view profile)
        : jira{clock, random, {.profile = *jira_profile(profile)}} {
        jira.lag_index({});
        jira.administer([](JiraModel& model, JiraAccess&) { model.outbox.pace.spread = {}; });
        if (jira.profile().people == JiraPeople::accounts) {
            user = "oms@jira.example.org";
            password = "oms-token";
        }
    }

    StillClock clock;
    SeededRandom random{7};
    Jira jira{clock, random};
    std::string user = "oms";
    std::string password = "oms-password";

    Asked ask(const std::string& method, const std::string& target, const std::string& body = "") {
        http::Request request{
            .method = method,
            .url = target,
            .headers = {{"Authorization", http::basic_authorization(user, password)}},
            .body = body};
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        return send(request);
    }

    Asked send(const http::Request& request) {
        Asked asked{.response = jira.handle(request)};
        asked.status = asked.response.status;
        if (auto parsed = json::parse(asked.response.body)) asked.body = std::move(*parsed);
        return asked;
    }

    Asked get(const std::string& path) { return ask("GET", "/rest/api/2/" + path); }
    Asked post(const std::string& path, const std::string& body) {
        return ask("POST", "/rest/api/2/" + path, body);
    }
    Asked put(const std::string& path, const std::string& body) {
        return ask("PUT", "/rest/api/2/" + path, body);
    }
    /// The same in API 3.
    Asked get3(const std::string& path) { return ask("GET", "/rest/api/3/" + path); }
    Asked post3(const std::string& path, const std::string& body) {
        return ask("POST", "/rest/api/3/" + path, body);
    }
    Asked put3(const std::string& path, const std::string& body) {
        return ask("PUT", "/rest/api/3/" + path, body);
    }
    Asked remove(const std::string& path) { return ask("DELETE", "/rest/api/2/" + path); }
    Asked as_staff(const std::string& path, const std::string& body) {
        return ask("POST", "/sim/" + path, body);
    }

    Asked search(const std::string& jql) {
        const bool tokens = jira.profile().search == JiraSearch::by_token;
        json::object body{{"jql", jql}};
        if (tokens) body["fields"] = json::array{"summary"};
        return post(tokens ? "search/jql" : "search", json::write(body));
    }
    /// The keys that a search finds, joined by a space; the refusal's words where it is one.
    std::string found(const std::string& jql) {
        const Asked asked = search(jql);
        if (asked.status != 200) return asked.says();
        std::string keys;
        for (const json::value& issue : json::elements(json::at(asked.body, "issues"))) {
            if (!keys.empty()) keys += ' ';
            keys += json::text_or_empty(json::at(issue, "key"));
        }
        return keys;
    }

    /// An order issue; `more` is the rest of its fields: `,"labels":["x"]`.
    std::string given_order(const std::string& summary = "An order", const std::string& more = "") {
        return given_issue("10204", summary, more);
    }
    std::string given_epic(const std::string& name = "A project") {
        const bool named = jira.profile().epics == JiraEpics::link;
        return given_issue("10000", name, named ? R"(,"customfield_10009":")" + name + "\"" : "");
    }
    std::string
    given_issue(const std::string& type, const std::string& summary, const std::string& more) {
        const Asked asked = post(
            "issue",
            R"({"fields":{"project":{"key":"EOSC"},"issuetype":{"id":")" + type +
                R"("},"summary":")" + summary + "\"" + more + "}}"
        );
        EXPECT_EQ(asked.status, 201) << asked.response.body;
        return asked.text({"key"});
    }
};

/// The folder of recorded answers, where this machine has it.
inline std::optional<std::filesystem::path> fixtures(const std::string& part) {
    const char* given = std::getenv("OMS_FIXTURES");
    std::filesystem::path folder =
        given != nullptr ? std::filesystem::path{given}
                         : std::filesystem::path{OMS_SOURCE_DIR} / "../shared/fixtures";
    folder /= part;
    if (!std::filesystem::exists(folder)) return std::nullopt;
    return folder;
}

inline json::value read_json(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    auto parsed = json::parse(text.str());
    EXPECT_TRUE(parsed) << path;
    return parsed ? std::move(*parsed) : json::value{};
}

}  // namespace oms::sim
