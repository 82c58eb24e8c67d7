// What the store keeps comes back as it was; a cursor, however odd, is polled from.
#include <algorithm>

#include "base/text.hpp"
#include "marketplace/wire.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/subjects.hpp"
#include "sync/poll_events.hpp"
#include "sync/poll_jira.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/same_answer.hpp"
#include "tests/support/known_jira.hpp"

namespace oms::fuzz {
namespace {

using store::Connection;
using namespace std::chrono_literals;

constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};

class StandingClock final : public Clock {
public:
    Instant now() override { return fuzz::now; }
    Duration steady() override { return 0s; }
};

/// Both remotes: the marketplace shows of its events those that are asked for, as it should.
class Remotes final : public http::Transport {
public:
    explicit Remotes(const std::string& answer)
        : answer_{json::parse(answer).value_or(json::object{})},
          same_{http::json_response(200, json::write(answer_))} {}

    Result<http::Response> send(const http::Request& request) override {
        auto all = same_.send(request);
        const auto from = http::parameter(http::query_of(request.url), "from_timestamp");
        if (!from) return all;
        const auto after = parse_time(*from);
        OMS_CHECK(after.has_value());
        json::array shown;
        for (const auto& element : json::elements(json::at(answer_, "events"))) {
            const auto event = marketplace::wire::event(element);
            if (event && event->timestamp > *after) shown.push_back(element);
        }
        json::object body;
        body["events"] = std::move(shown);
        return http::json_response(200, json::write(body));
    }

private:
    json::value answer_;
    SameAnswer same_;
};

store::Database& database() {
    static const auto opened = [] {
        auto made = store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);
        store::upgrade(*made, now);
        return made;
    }();
    return *opened;
}

void forget() {
    database().write([](Connection& connection) {
        for (const char* table : {"cursor", "subject", "journal", "setting", "remote", "link"})
            connection.run_script("DELETE FROM " + std::string{table});
    });
}

/// Each claim is kept once and on one line, or its aspect is looked at without one.
void hints(const std::vector<std::string>& given) {
    std::vector<std::string> claims;
    for (const std::string& claim : given)
        claims.push_back(one_line(claim));
    const Subject subject = Subject::of(OrderId{{12}, {3}});
    database().write([&](Connection& connection) {
        const Hint hint{.subject = subject, .claims = given, .cause = "webhook"};
        store::add_hint(connection, hint, now);
        store::add_hint(connection, hint, now);
    });
    const auto row = store::read(database(), [&](Connection& connection) {
        return store::find_subject(connection, subject);
    });
    OMS_CHECK(row && row->subject == subject);
    std::size_t bytes = 0;
    for (const std::string& claim : row->claims) {
        OMS_CHECK(std::ranges::find(claims, claim) != claims.end());
        OMS_CHECK(std::ranges::count(row->claims, claim) == 1);
        bytes += claim.size();
    }
    OMS_CHECK(bytes <= store::claims_bytes_max);
    for (const std::string& claim : claims) {
        const bool kept = std::ranges::find(row->claims, claim) != row->claims.end();
        OMS_CHECK(kept || has(row->dirty, aspect_of(claim)));
    }
}

void links(const std::vector<std::string>& words) {
    Link link{
        .subject = Subject::of(ProjectId{12}), .issue_id = {"10021"}, .issue_key = {"EOSC-7"}};
    for (const std::string& word : words)
        link.fields_written["customfield_" + std::to_string(word.size())] = word;
    if (!words.empty()) link.base_voucher = words.front();
    database().write([&](Connection& connection) { store::put_link(connection, link); });
    const auto found = store::read(database(), [&](Connection& connection) {
        return store::find_link(connection, link.subject);
    });
    OMS_CHECK(found && found->fields_written == link.fields_written);
    OMS_CHECK(found->base_voucher == link.base_voucher && found->issue_key == link.issue_key);
}

void poll(const store::Cursor& cursor, const std::string& answer) {
    for (const auto name : {sync::PollEvents::cursor_name, sync::PollJira::cursor_name}) {
        database().write([&](Connection& connection) {
            store::put_cursor(connection, std::string{name}, cursor);
        });
        const auto found = store::read(database(), [&](Connection& connection) {
            return store::find_cursor(connection, std::string{name});
        });
        OMS_CHECK(found && found->memory == cursor.memory);
    }
    Remotes both{answer};
    marketplace::Client marketplace{both, {.url = "https://mp.example.org", .oms = {1}}};
    StandingClock clock;
    test::KnownJira known{clock, "9.12.0", 9};
    jira::Client jira{both, {.url = "https://jira.example.org", .project = "EOSC"}, known.site};
    SeededRandom random{1};
    const Log quiet{LogLevel::critical, LogFormat::text, [](std::string_view) {}};
    jobs::Gate to_marketplace{"marketplace", {}, database(), random, quiet};
    jobs::Gate to_jira{"jira", {}, database(), random, quiet};
    sync::Remotes remotes{marketplace, jira, to_marketplace, to_jira, clock};
    sync::PollEvents events{{}, database(), clock, random, remotes, quiet};
    OMS_CHECK(events.turn(now) > now);
    const plan::Settings plan{.oms = {1}, .jira_project = "EOSC"};
    sync::PollJira issues{{}, plan, database(), clock, random, remotes, quiet};
    OMS_CHECK(issues.turn(now) > now);
    // A second poll of the same answer finds nothing new.
    OMS_CHECK(events.turn(now) > now && !events.hinted());
}

}  // namespace

void run(std::string_view input) {
    const Told parts = told(input);
    forget();
    const std::string text = clean(parts.body);
    std::vector<std::string> words;
    for (std::string& word : split(text, '\n')) {
        if (!word.empty()) words.push_back(std::move(word));
    }
    std::vector<std::string> claims;
    for (std::string& claim : split(parts.body, '|')) {
        if (!claim.empty()) claims.push_back(std::move(claim));
    }
    hints(claims);
    links(words);
    // The first line is the cursor's time, in microseconds; headers are what the remotes answer.
    store::Cursor cursor{
        .at = Instant{Duration{parse_int(parts.first).value_or(0)}}, .memory = text};
    poll(cursor, http::header(parts.headers, "answer").value_or("{}"));
}

}  // namespace oms::fuzz
