#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "http/server.hpp"
#include "ops/now.hpp"
#include "store/database.hpp"
#include "web/sign_in.hpp"

namespace oms::web {

/// The state of the whole, told to whoever watches: read once a second for all of them together, and
/// only while somebody does. May be used from any thread.
class Live {
public:
    Live(store::Database& database, Clock& clock, ops::Facts facts, const SignIn& sign_in);
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    /// `GET /status`: no older than a second. Throws DatabaseError.
    std::shared_ptr<const std::string> status();

    /// Tells the stream from now on: `status` at once and when something changed, `task` when one
    /// did, `bye` when the session has ended. False where too many watch already.
    bool watch(std::shared_ptr<http::EventStream> stream, const std::string& session);
    /// What waits for a stream is refused before it is made one.
    [[nodiscard]] bool is_full();

    /// Tells nothing more.
    void stop();

private:
    struct Watcher {
        std::shared_ptr<http::EventStream> stream;
        std::string session;  ///< "": it does not end
        std::string told;     ///< the status that it knows, apart from the time
        bool knows_tasks = false;
    };
    struct Shot {
        std::shared_ptr<const std::string> text;  ///< as it is sent
        std::string gist;                         ///< what is new where it differs
        Duration made_at = {};
    };
    using Tasks = std::map<std::int64_t, std::string>;

    void work();
    void tell();
    Shot shot();
    Tasks tasks_now();
    std::vector<std::string> ended_sessions(const std::vector<Watcher>& watchers);

    store::Database& database_;
    Clock& clock_;
    const SignIn& sign_in_;
    std::mutex making_;  // guards the two below
    ops::Now now_;
    Shot shot_;
    std::mutex mutex_;  // guards the three below
    std::vector<Watcher> watchers_;
    bool news_ = false;  ///< somebody came
    bool stopped_ = false;
    std::condition_variable changed_;
    Tasks tasks_;  // of the thread
    std::thread thread_;
};

}  // namespace oms::web
