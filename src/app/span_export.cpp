#include "app/span_export.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "app/version.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "http/curl_transport.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t spans_waiting_max = 2000;
constexpr std::size_t spans_per_request = 200;
/// Spans of a second travel together.
constexpr auto gather_time = 1s;
constexpr auto export_timeout = 5s;
constexpr auto busy_pause = 30s;

// The numbers of OTLP's enumerations.
constexpr int kind_internal = 1;
constexpr int kind_client = 3;
constexpr int status_error = 2;

json::object text_attribute(std::string_view key, std::string_view value) {
    return {{"key", key}, {"value", json::object{{"stringValue", value}}}};
}

/// OTLP's JSON has 64-bit numbers as texts.
json::object number_attribute(std::string_view key, std::int64_t value) {
    return {{"key", key}, {"value", json::object{{"intValue", std::to_string(value)}}}};
}

std::string nanoseconds(Instant at) {
    return std::to_string(std::chrono::nanoseconds{at.time_since_epoch()}.count());
}

json::object span_of(const trace::Record& record) {
    json::array attributes;
    for (const auto& [key, value] : record.texts)
        attributes.push_back(text_attribute(key, value));
    for (const auto& [key, value] : record.numbers)
        attributes.push_back(number_attribute(key, value));
    json::object span{
        {"traceId", record.context.trace_id},
        {"spanId", record.context.span_id},
        {"name", record.name},
        {"kind", record.kind == trace::Kind::client ? kind_client : kind_internal},
        {"startTimeUnixNano", nanoseconds(record.began)},
        {"endTimeUnixNano", nanoseconds(record.ended)},
        {"attributes", std::move(attributes)},
        {"status", json::object{}}};
    if (!record.parent_span_id.empty()) span["parentSpanId"] = record.parent_span_id;
    if (record.failed) span["status"] = json::object{{"code", status_error}};
    return span;
}

}  // namespace

std::string otlp_body(const std::vector<trace::Record>& records, const std::string& instance) {
    json::array spans;
    for (const trace::Record& record : records)
        spans.push_back(span_of(record));
    const json::object resource{
        {"attributes",
         json::array{
             text_attribute("service.name", "oms-jira"),
             text_attribute("service.version", version),
             text_attribute("service.instance.id", instance)}}};
    const json::object scope{{"name", "oms-jira"}, {"version", version}};
    const json::object of_scope{{"scope", scope}, {"spans", std::move(spans)}};
    const json::object of_resource{{"resource", resource}, {"scopeSpans", json::array{of_scope}}};
    return json::write(json::object{{"resourceSpans", json::array{of_resource}}});
}

struct SpanExport::Impl {
    Impl(const Settings& settings, std::string of)
        : url{settings.otlp_endpoint + "/v1/traces"},
          instance{std::move(of)},
          transport{
              {.user_agent = std::string{"oms-jira/"} + version, .ca_file = settings.ca_file}} {}

    void run();
    std::vector<trace::Record> next();
    void send(const std::vector<trace::Record>& records);

    std::string url;
    std::string instance;
    http::CurlTransport transport;
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> dropped{0};
    std::chrono::steady_clock::time_point busy_until = {};  // of the exporting thread
    std::mutex mutex;                                       // guards the next three
    std::condition_variable filled;
    std::deque<trace::Record> waiting;
    bool stopping = false;
    std::thread thread;
};

/// Empty once it is stopped.
std::vector<trace::Record> SpanExport::Impl::next() {
    std::unique_lock lock{mutex};
    filled.wait(lock, [this] { return stopping || !waiting.empty(); });
    filled.wait_for(lock, gather_time, [this] {
        return stopping || waiting.size() >= spans_per_request;
    });
    std::vector<trace::Record> records;
    if (stopping) return records;
    while (!waiting.empty() && records.size() < spans_per_request) {
        records.push_back(std::move(waiting.front()));
        waiting.pop_front();
    }
    return records;
}

void SpanExport::Impl::send(const std::vector<trace::Record>& records) {
    const auto now = std::chrono::steady_clock::now();
    if (now < busy_until) {
        dropped += records.size();
        return;
    }
    const auto answer = transport.send(
        {.method = "POST",
         .url = url,
         .headers = {{"Content-Type", "application/json"}},
         .body = otlp_body(records, instance),
         .timeout = export_timeout}
    );
    const bool taken = answer && answer->status >= 200 && answer->status < 300;
    (taken ? sent : dropped) += records.size();
    const bool busy = answer && (answer->status == 429 || answer->status == 503);
    if (busy) busy_until = now + http::retry_after(*answer).value_or(busy_pause);
}

void SpanExport::Impl::run() {
    while (true) {
        const auto records = next();
        if (records.empty()) return;
        send(records);
    }
}

SpanExport::SpanExport(const Settings& settings, const std::string& instance)
    : impl_{std::make_unique<Impl>(settings, instance)} {
    impl_->thread = std::thread{[this] { impl_->run(); }};
}

SpanExport::~SpanExport() {
    {
        const std::scoped_lock lock{impl_->mutex};
        impl_->stopping = true;
    }
    impl_->filled.notify_all();
    impl_->transport.abort();
    impl_->thread.join();
}

void SpanExport::keep(trace::Record record) {
    const std::scoped_lock lock{impl_->mutex};
    if (impl_->waiting.size() >= spans_waiting_max) {
        ++impl_->dropped;
        return;
    }
    impl_->waiting.push_back(std::move(record));
    impl_->filled.notify_one();
}

std::uint64_t SpanExport::sent() const { return impl_->sent; }

std::uint64_t SpanExport::dropped() const { return impl_->dropped; }

}  // namespace oms::app
