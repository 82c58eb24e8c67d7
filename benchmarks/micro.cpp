// oms-bench-micro [--benchmark_filter=…]: what a change is made of, piece by piece. The store's pieces run
// on SQLite in memory: what they cost without the disk.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "benchmarks/webhook.hpp"
#include "jira/wiki.hpp"
#include "marketplace/wire.hpp"
#include "plan/fields.hpp"
#include "plan/plan_subject.hpp"
#include "store/links.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "store/subjects.hpp"
#include "web/jira_webhook.hpp"

namespace {

using namespace oms;

const Subject order_subject = Subject::of(OrderId{{12}, {3}});
constexpr std::string_view order_json =
    R"json({"id":3,"project_id":12,"status":{"value":"in_progress","type":"in_progress"},"attributes":)json"
    R"json({"category":"Compute","service":"EGI Cloud Compute","offer":"Small VM","offer_properties":)json"
    R"json([{"id":"cpu","type":"select","label":"Number of CPUs","value":4,"value_type":"integer"},)json"
    R"json({"id":"ram","type":"select","label":"Amount of RAM","value":16,"value_type":"integer"},)json"
    R"json({"id":"why","type":"input","label":"Purpose","value":"Glacier survey","value_type":"string"}],)json"
    R"json("platforms":["EGI"],"request_voucher":false,"order_type":"order_required"},)json"
    R"json("user_secrets":{},"oms_params":{"order_target":"help@example.org"}})json";
constexpr std::string_view text =
    "Dear all,\n\nwe need *four* machines {code}with root{code}, see [here|https://x.example/a_b] "
    "and ask ~ada about it.\n- 16 GB\n- 4 cores\n\nRegards, Zażółć gęślą jaźń";

plan::Settings settings() {
    plan::Settings made{
        .oms = {1}, .marketplace_public_url = "https://mp.example", .jira_project = "EOSC"};
    for (const char* name : {"CP_VoucherID", "Order_reference", "CI_Name", "CI_Email", "SO_1"})
        made.field_ids[name] = fmt::format("customfield_{}", made.field_ids.size() + 10100);
    for (const Status status : statuses) {
        if (status != Status::created)
            made.workflow[status] = StatusId{std::to_string(static_cast<int>(status))};
    }
    return made;
}

/// An order whose status was set in Jira, and one message and one comment that are new.
plan::View view() {
    plan::View seen{.subject = order_subject};
    seen.link = Link{
        .subject = order_subject,
        .issue_id = IssueId{"10021"},
        .issue_key = IssueKey{"EOSC-7"},
        .base_status = Status::registered,
        .base_issue_status = StatusId{"1"},
        .base_voucher = "",
        .synced_at = Instant{Duration{1}}};
    seen.order = marketplace::wire::order(ProjectId{12}, json::parse(order_json).value());
    seen.order->status = Status::registered;
    seen.issue = Issue{
        .id = IssueId{"10021"},
        .key = IssueKey{"EOSC-7"},
        .project_key = "EOSC",
        .status = StatusId{"2"}};
    seen.messages.emplace();
    seen.messages->push_back(
        {.id = {657}, .author = {.name = "Ada", .role = "user"}, .content = std::string{text}}
    );
    seen.comments.emplace();
    seen.comments->push_back(
        {.id = CommentId{"10010"},
         .author = {.account = "anna", .name = "anna"},
         .body = std::string{text}}
    );
    return seen;
}

void plan_a_change(benchmark::State& state) {
    const plan::Settings how = settings();
    const plan::TextForms forms{
        .neutralise = jira::wiki::neutralise, .to_plain_text = jira::wiki::to_plain_text};
    const plan::Facts facts{.own_account = "oms"};
    const plan::View seen = view();
    for (auto _ : state)
        benchmark::DoNotOptimize(plan::plan_subject(how, forms, facts, seen, Instant{}));
}
BENCHMARK(plan_a_change);

void plan_nothing(benchmark::State& state) {
    const plan::Settings how = settings();
    const plan::TextForms forms{
        .neutralise = jira::wiki::neutralise, .to_plain_text = jira::wiki::to_plain_text};
    plan::View seen = view();
    seen.issue->status = StatusId{"1"};
    seen.messages.reset();
    seen.comments.reset();
    for (auto _ : state)
        benchmark::DoNotOptimize(plan::plan_subject(how, forms, {}, seen, Instant{}));
}
BENCHMARK(plan_nothing);

void json_parse_webhook(benchmark::State& state) {
    const std::string body = bench::webhook_body(static_cast<std::size_t>(state.range(0)) * 1024);
    for (auto _ : state)
        benchmark::DoNotOptimize(json::parse(body));
    state.SetBytesProcessed(
        static_cast<std::int64_t>(body.size()) * static_cast<std::int64_t>(state.iterations())
    );
}
BENCHMARK(json_parse_webhook)->Arg(4)->Arg(12)->Arg(20);

void json_read_order(benchmark::State& state) {
    for (auto _ : state) {
        const auto parsed = json::parse(order_json);
        benchmark::DoNotOptimize(marketplace::wire::order(ProjectId{12}, *parsed));
    }
}
BENCHMARK(json_read_order);

void web_read_webhook(benchmark::State& state) {
    const web::WebhookSettings how{.secret = Secret{"s3cret"}, .oms = {1}};
    const http::Request request{
        .method = "POST",
        .url = "/api/webhooks/jira?issue_id=7777777&secret=s3cret",
        .body = bench::webhook_body(static_cast<std::size_t>(state.range(0)) * 1024)};
    for (auto _ : state) {
        benchmark::DoNotOptimize(web::authenticate(how, request));
        benchmark::DoNotOptimize(web::read_webhook(how, request));
    }
}
BENCHMARK(web_read_webhook)->Arg(4)->Arg(20);

void text_neutralise(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(jira::wiki::neutralise(text));
}
BENCHMARK(text_neutralise);

void text_to_plain(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(jira::wiki::to_plain_text(text));
}
BENCHMARK(text_to_plain);

void text_clean(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(clean(text));
}
BENCHMARK(text_clean);

/// A database in memory with as many linked orders.
class Stored {
public:
    explicit Stored(std::int64_t orders) {
        store::upgrade(*database, Instant{});
        database->write([&](store::Connection& connection) {
            for (std::int64_t i = 1; i <= orders; ++i) {
                const Subject subject = Subject::of(OrderId{{1 + i / 10}, {1 + i % 10}});
                store::put_link(
                    connection,
                    {.subject = subject,
                     .issue_id = IssueId{std::to_string(i)},
                     .issue_key = IssueKey{"EOSC-" + std::to_string(i)},
                     .base_status = Status::registered,
                     .base_issue_status = StatusId{"1"}}
                );
            }
        });
    }
    Stored(const Stored&) = delete;
    Stored& operator=(const Stored&) = delete;

    Subject next() { return Subject::of(OrderId{{1 + ++turn_ % 1000}, {1 + turn_ % 10}}); }

    std::unique_ptr<store::Database> database =
        store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false);

private:
    std::int64_t turn_ = 0;
};

void store_add_hint(benchmark::State& state) {
    Stored stored{10'000};
    stored.database->write([&](store::Connection& connection) {
        for (auto _ : state) {
            store::add_hint(
                connection,
                {.subject = stored.next(),
                 .claims = {"i=3"},
                 .cause = "webhook jira:issue_updated"},
                Instant{Duration{1}}
            );
        }
    });
}
BENCHMARK(store_add_hint);

void store_find_link(benchmark::State& state) {
    Stored stored{10'000};
    std::int64_t turn = 0;
    stored.database->read([&](store::Connection& connection) {
        for (auto _ : state) {
            const IssueId issue{std::to_string(1 + ++turn * 7919 % 10'000)};
            benchmark::DoNotOptimize(store::find_link_of_issue(connection, issue));
        }
    });
}
BENCHMARK(store_find_link);

void store_hint_lease_done(benchmark::State& state) {
    Stored stored{10'000};
    std::int64_t now = 1;
    for (auto _ : state) {
        const Instant at{Duration{++now}};
        stored.database->write([&](store::Connection& connection) {
            store::add_hint(connection, {.subject = stored.next(), .claims = {"i=3"}}, at);
        });
        const auto leased = store::write(*stored.database, [&](store::Connection& connection) {
            return store::lease_next(connection, "a/0/", Lane::live, at, std::chrono::seconds{30});
        });
        stored.database->write([&](store::Connection& connection) {
            store::finish_done(connection, *leased, at);
        });
    }
}
BENCHMARK(store_hint_lease_done);

}  // namespace

BENCHMARK_MAIN();
