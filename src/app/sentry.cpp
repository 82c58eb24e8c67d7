#include "app/sentry.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "app/version.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "http/curl_transport.hpp"

namespace oms::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t waiting_max = 100;
constexpr auto send_timeout = 5s;
constexpr auto full_pause_without_word = 60s;

/// Errors that somebody planned for are told by `status` and `attention`, not here.
bool is_unplanned(std::string_view event) {
    constexpr std::array<std::string_view, 3> unplanned{
        "unexpected error", "turn failed", "request handler failed"};
    return std::ranges::find(unplanned, event) != unplanned.end();
}

}  // namespace

std::optional<Dsn> parse_dsn(const Secret& dsn) {
    const auto parsed = boost::urls::parse_uri(dsn.reveal());
    if (!parsed || (parsed->scheme() != "https" && parsed->scheme() != "http")) return std::nullopt;
    const std::string path{parsed->encoded_path()};
    const auto slash = path.rfind('/');
    const std::string key{parsed->encoded_user()};
    if (slash == std::string::npos || slash + 1 == path.size() || key.empty()) return std::nullopt;
    const std::string base = fmt::format(
        "{}://{}{}",
        std::string{parsed->scheme()},
        std::string{parsed->encoded_host_and_port()},
        path.substr(0, slash)
    );
    const std::string project = path.substr(slash + 1);
    return Dsn{
        .url = fmt::format("{}/api/{}/envelope/", base, project),
        .key = Secret{key},
        .whole_without_key = base + "/" + project};
}

struct Sentry::Impl {
    explicit Impl(const Settings& settings)
        : dsn{parse_dsn(settings.sentry_dsn)},
          environment{settings.sentry_environment},
          release{
              settings.sentry_release.empty() ? std::string{"oms-jira@"} + version
                                              : settings.sentry_release},
          transport{
              {.user_agent = std::string{"oms-jira/"} + version, .ca_file = settings.ca_file}} {}

    std::string envelope(std::string_view event, const std::vector<LogField>& fields);
    void run();
    void send(const std::string& body);

    std::optional<Dsn> dsn;
    std::string environment;
    std::string release;
    http::CurlTransport transport;
    SystemRandom random;
    std::mutex mutex;  // guards what follows
    std::condition_variable filled;
    std::deque<std::string> waiting;
    bool stopping = false;
    std::chrono::steady_clock::time_point paused_until = {};
    std::thread thread;
};

std::string Sentry::Impl::envelope(std::string_view event, const std::vector<LogField>& fields) {
    const std::string id = random_hex_32(random);
    const std::string now = to_rfc3339(SystemClock{}.now(), 3);
    json::object tags;
    for (const LogField& field : fields) {
        if (field.name == "kind" || field.name == "subject") tags[field.name] = field.value;
    }
    json::object item;
    item["event_id"] = id;
    item["timestamp"] = now;
    item["platform"] = "native";
    item["level"] = "error";
    item["release"] = release;
    if (!environment.empty()) item["environment"] = environment;
    item["logentry"] = json::object{{"formatted", event}};
    item["tags"] = std::move(tags);
    const std::string payload = json::write(item);
    const std::string head = json::write(json::object{{"event_id", id}, {"sent_at", now}});
    const std::string kind =
        json::write(json::object{{"type", "event"}, {"length", payload.size()}});
    return head + "\n" + kind + "\n" + payload + "\n";
}

void Sentry::Impl::send(const std::string& body) {
    const auto answer = transport.send(
        {.method = "POST",
         .url = dsn->url,
         .headers =
             {{"Content-Type", "application/x-sentry-envelope"},
              {"X-Sentry-Auth",
               fmt::format(
                   "Sentry sentry_version=7, sentry_key={}, sentry_client=oms-jira/{}",
                   dsn->key.reveal(),
                   version
               )}},
         .body = body,
         .timeout = send_timeout}
    );
    if (!answer || answer->status != 429) return;
    const auto told = parse_int(http::header(answer->headers, "Retry-After").value_or(""));
    const std::scoped_lock lock{mutex};
    paused_until = std::chrono::steady_clock::now() +
                   (told ? std::chrono::seconds{*told} : full_pause_without_word);
}

void Sentry::Impl::run() {
    while (true) {
        std::string body;
        {
            std::unique_lock lock{mutex};
            filled.wait(lock, [this] { return stopping || !waiting.empty(); });
            if (stopping) return;
            body = std::move(waiting.front());
            waiting.pop_front();
            if (std::chrono::steady_clock::now() < paused_until) continue;
        }
        send(body);
    }
}

Sentry::Sentry(const Settings& settings) : impl_{std::make_unique<Impl>(settings)} {
    if (impl_->dsn) impl_->thread = std::thread{[this] { impl_->run(); }};
}

Sentry::~Sentry() {
    if (!impl_->thread.joinable()) return;
    {
        const std::scoped_lock lock{impl_->mutex};
        impl_->stopping = true;
    }
    impl_->filled.notify_all();
    impl_->transport.abort();
    impl_->thread.join();
}

void Sentry::report(std::string_view event, const std::vector<LogField>& fields) {
    if (!impl_->dsn || !is_unplanned(event)) return;
    std::string body = impl_->envelope(event, fields);
    const std::scoped_lock lock{impl_->mutex};
    if (impl_->waiting.size() >= waiting_max) return;
    impl_->waiting.push_back(std::move(body));
    impl_->filled.notify_one();
}

}  // namespace oms::app
