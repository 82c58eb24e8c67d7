#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "jira/dialect.hpp"

namespace oms::jira {

struct ServerInfo {
    std::string deployment = {};  ///< `Cloud`, `Server`
    std::string version = {};
    int major = 0;
    std::string base_url = {};
};

/// OMS_JIRA_DEPLOYMENT: which Jira it is, where that shall not be asked.
enum class Deployment { automatic, data_center, cloud };

/// The dialect of a Jira that says this of itself. One that says nothing is a Data Center 9.
std::unique_ptr<const Dialect> dialect_of(const ServerInfo& info, Deployment forced);

/// Whether it says of itself that it is another one than was forced. Who says nothing is not.
bool is_another(const ServerInfo& info, Deployment forced);

/// Which Jira stands at the other end, and what was learnt of it: asked once, and again where
/// something tells that it may be another one by now, such as an upgrade. All clients of a process
/// share one; may be used from any thread.
class Site {
public:
    using Told = std::function<void(const ServerInfo& info, std::string_view dialect)>;

    explicit Site(Clock& clock, Deployment forced = Deployment::automatic);

    /// Called, from any thread, whenever Jira said what it is and that was news.
    void on_news(Told told);

    /// Counts up with each dialect that is taken up.
    [[nodiscard]] int edition() const { return edition_; }
    [[nodiscard]] std::shared_ptr<const Dialect> dialect() const;

    [[nodiscard]] bool is_known() const;
    /// Held while one client asks; false where another one does.
    [[nodiscard]] std::unique_lock<std::mutex> asking() {
        return std::unique_lock{asking_, std::try_to_lock};
    }
    /// True once where it is to be asked now: it is unknown, or in doubt for a while.
    bool take_question();
    void learn(const ServerInfo& info);
    /// An answer as another generation would give it: asks again soon.
    void doubt();
    /// It did not answer at all, as while it is upgraded: asks again when it is back, now and then.
    void was_away();

    /// Whose credentials ours are; "" before `/myself` told.
    [[nodiscard]] std::string account() const;
    void learn_account(const std::string& account);

    /// Fields of this Jira by what they are, as far as they were asked for.
    struct Fields {
        std::string epic_link = {};
        std::string epic_name = {};
        std::set<std::string> documents = {};  ///< those of several lines
    };
    [[nodiscard]] std::optional<Fields> fields() const;
    void learn(Fields fields);

    /// The ids on the create screen of an issue type, where they are known.
    [[nodiscard]] std::optional<std::set<std::string>> screen(const std::string& issue_type) const;
    void learn_screen(const std::string& issue_type, std::set<std::string> ids);
    /// Whether a project is one of Service Management, of those that were asked for.
    [[nodiscard]] std::optional<bool> is_service_desk(const std::string& project) const;
    void learn_service_desk(const std::string& project, bool is);
    /// A refused write may mean that an administrator has changed fields or screens: asks anew.
    void forget_fields();

private:
    Clock& clock_;
    const Deployment forced_;
    std::atomic<int> edition_{0};
    std::mutex asking_;
    mutable std::mutex mutex_;  // guards what follows
    std::shared_ptr<const Dialect> dialect_;
    std::optional<ServerInfo> info_;
    std::optional<Instant> asked_at_;
    enum class Doubt { none, away, strong } doubt_ = Doubt::none;
    std::string account_;
    std::optional<Fields> fields_;
    std::map<std::string, std::set<std::string>> screens_;
    std::map<std::string, bool> service_desks_;
    Told told_;
};

}  // namespace oms::jira
