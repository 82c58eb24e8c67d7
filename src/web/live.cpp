#include "web/live.hpp"

#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "ops/tasks.hpp"
#include "store/tasks.hpp"

namespace oms::web {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t watchers_max = 200;
constexpr auto tell_interval = 1s;
/// A little less, or each second one would be told of the last.
constexpr Duration shot_lasts = 900ms;
constexpr int tasks_watched = 20;

/// The status without what passes by itself.
std::string gist_of(json::object status) {
    status.erase("at");
    status["lag_seconds"] = static_cast<std::int64_t>(status["lag_seconds"].as_double());
    for (json::value& process : status["processes"].as_array())
        process.as_object().erase("seen_seconds_ago");
    return json::write(status);
}

}  // namespace

Live::Live(store::Database& database, Clock& clock, ops::Facts facts, const SignIn& sign_in)
    : database_{database},
      clock_{clock},
      sign_in_{sign_in},
      now_{std::move(facts)},
      thread_{[this] { work(); }} {}

Live::~Live() { stop(); }

void Live::stop() {
    {
        const std::scoped_lock lock{mutex_};
        stopped_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

Live::Shot Live::shot() {
    const std::scoped_lock lock{making_};
    const Duration now = clock_.steady();
    if (shot_.text && now - shot_.made_at < shot_lasts) return shot_;
    json::object status = store::read(database_, [this](store::Connection& connection) {
        return now_.read(connection, clock_.now());
    });
    shot_.text = std::make_shared<const std::string>(json::write(status));
    shot_.gist = gist_of(std::move(status));
    shot_.made_at = now;
    return shot_;
}

std::shared_ptr<const std::string> Live::status() { return shot().text; }

bool Live::is_full() {
    const std::scoped_lock lock{mutex_};
    std::erase_if(watchers_, [](const Watcher& watcher) { return !watcher.stream->open(); });
    return stopped_ || watchers_.size() >= watchers_max;
}

bool Live::watch(std::shared_ptr<http::EventStream> stream, const std::string& session) {
    const std::scoped_lock lock{mutex_};
    if (stopped_ || watchers_.size() >= watchers_max) return false;
    watchers_.push_back({.stream = std::move(stream), .session = session});
    news_ = true;
    changed_.notify_one();
    return true;
}

void Live::work() {
    while (true) {
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return stopped_ || !watchers_.empty(); });
            changed_.wait_for(lock, tell_interval, [this] { return stopped_ || news_; });
            if (stopped_) return;
            news_ = false;
            std::erase_if(watchers_, [](const Watcher& watcher) {
                return !watcher.stream->open();
            });
            if (watchers_.empty()) continue;
        }
        try {
            tell();
        } catch (const store::DatabaseError&) {
            // It may come back; those who watch see that nothing is told.
        }
    }
}

Live::Tasks Live::tasks_now() {
    return store::read(database_, [](store::Connection& connection) {
        Tasks tasks;
        for (const store::Task& task : store::last_tasks(connection, tasks_watched))
            tasks[task.id] = json::write(ops::task_json(task, false));
        return tasks;
    });
}

std::vector<std::string> Live::ended_sessions(const std::vector<Watcher>& watchers) {
    std::set<std::string> sessions;
    for (const Watcher& watcher : watchers)
        if (!watcher.session.empty()) sessions.insert(watcher.session);
    return store::read(database_, [&](store::Connection& connection) {
        std::vector<std::string> ended;
        for (const std::string& session : sessions)
            if (!sign_in_.lasts(connection, session)) ended.push_back(session);
        return ended;
    });
}

void Live::tell() {
    std::vector<Watcher> watchers;
    {
        const std::scoped_lock lock{mutex_};
        watchers = watchers_;
    }
    const std::vector<std::string> ended = ended_sessions(watchers);
    const Shot shot = this->shot();
    const Tasks tasks = tasks_now();
    const std::scoped_lock lock{mutex_};
    for (Watcher& watcher : watchers_) {
        if (std::ranges::find(ended, watcher.session) != ended.end()) {
            watcher.stream->send("bye", "{}");
            watcher.stream = nullptr;
            continue;
        }
        if (watcher.told != shot.gist) watcher.stream->send("status", *shot.text);
        watcher.told = shot.gist;
        for (const auto& [id, text] : tasks) {
            const auto before = tasks_.find(id);
            const bool same = before != tasks_.end() && before->second == text;
            if (!same && watcher.knows_tasks) watcher.stream->send("task", text);
        }
        watcher.knows_tasks = true;
    }
    std::erase_if(watchers_, [](const Watcher& watcher) { return !watcher.stream; });
    tasks_ = tasks;
}

}  // namespace oms::web
