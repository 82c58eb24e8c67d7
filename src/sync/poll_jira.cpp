#include "sync/poll_jira.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "plan/retry.hpp"
#include "store/state.hpp"
#include "sync/hint_issue.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr int issues_per_page = 100;
constexpr int pages_without_news_max = 20;
/// A first start looks back so far; what is older is the sweep's.
constexpr Duration first_look = 1h;
/// However long we were away; the sweep compares everything.
constexpr Duration look_back_max = 24h * 3650;
/// JQL counts minutes; the rest is for clocks that differ and an index that lags.
constexpr Duration overlap_least = 2min;

/// `id@updated` of the issues that were hinted inside the overlap: not again for the same change.
std::set<std::string> read_memory(const std::string& text) {
    std::set<std::string> memory;
    for (std::string& line : split(text, '\n')) {
        if (!line.empty()) memory.insert(std::move(line));
    }
    return memory;
}

std::string identity_of(const Issue& issue) {
    return fmt::format("{}@{}", issue.id.value, issue.updated.time_since_epoch().count());
}

}  // namespace

PollJira::PollJira(
    JiraPollSettings settings,
    const plan::Settings& plan,
    store::Database& database,
    Clock& clock,
    Random& random,
    Remotes& remotes,
    Log log
)
    : settings_{settings},
      plan_{plan},
      database_{database},
      clock_{clock},
      random_{random},
      remotes_{remotes},
      log_{log},
      trouble_{std::string{cursor_name}, database, std::move(log)} {}

Instant PollJira::turn(Instant now) {
    hints_ = 0;
    const auto polled = poll(now);
    if (polled) {
        failures_ = 0;
        trouble_.worked();
        return now + settings_.interval;
    }
    ++failures_;
    trouble_.failed(polled.error(), now);
    log_.debug("issues not polled", {{"says", polled.error().says}});
    const Duration wait =
        plan::backoff(settings_.retry_base, settings_.retry_max, failures_, random_.fraction());
    const Duration told = polled.error().retry_after.value_or(0ms);
    return clock_.now() + std::min(settings_.interval, std::max(wait, told));
}

void PollJira::hint_page(const std::vector<Issue>& issues, const std::set<std::string>& before) {
    const std::int64_t hints_before = hints_;
    database_.write([&](Connection& connection) {
        hints_ = hints_before;
        for (const Issue& issue : issues) {
            if (before.contains(identity_of(issue))) continue;
            const Met met{
                .lane = Lane::poll,
                .cause = "Jira poll",
                .at = clock_.now(),
                .by_reference = settings_.by_reference};
            if (hint_issue(connection, plan_, issue, met)) ++hints_;
        }
    });
}

Result<bool> PollJira::poll(Instant now) {
    const auto stored = store::read(database_, [](Connection& connection) {
        return store::find_cursor(connection, std::string{cursor_name});
    });
    // A cursor from the future was left by a clock that has been set back since.
    const bool usable = stored && stored->at <= now;
    const Instant since = usable ? std::max(stored->at, now - look_back_max) : now - first_look;
    const Duration overlap = std::max(2 * settings_.interval, overlap_least);
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(now - since + overlap);
    const std::set<std::string> before =
        stored ? read_memory(stored->memory) : std::set<std::string>{};
    std::set<std::string> seen;
    int pages_without_news = 0;

    for (std::string next;;) {
        const auto page = remotes_.jira([&](jira::Client& client) {
            return client.recently_updated(minutes, next, issues_per_page);
        });
        if (!page) return Failure{page.error()};
        hint_page(page->issues, before);
        // Updates meanwhile may push a page back whole, but not for ever.
        const std::size_t known = seen.size();
        for (const Issue& issue : page->issues)
            seen.insert(identity_of(issue));
        pages_without_news = seen.size() > known ? 0 : pages_without_news + 1;
        if (pages_without_news > pages_without_news_max)
            return failure(ErrorKind::refused, "Jira shows the same issues again and again");
        next = page->next;
        if (next.empty()) break;
    }
    std::string memory;
    for (const std::string& identity : seen)
        memory += identity + "\n";
    database_.write([&](Connection& connection) {
        store::put_cursor(connection, std::string{cursor_name}, {.at = now, .memory = memory});
    });
    return true;
}

}  // namespace oms::sync
