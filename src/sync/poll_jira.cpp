#include "sync/poll_jira.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "plan/comments.hpp"
#include "plan/known_claims.hpp"
#include "plan/retry.hpp"
#include "store/links.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"

namespace oms::sync {
namespace {

using namespace std::chrono_literals;
using store::Connection;

constexpr int issues_per_page = 100;
/// A first start looks back so far; what is older is the sweep's.
constexpr Duration first_look = 1h;
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

std::vector<std::string> claims_of(const Issue& issue, bool with_comments) {
    std::vector<std::string> claims{
        "i=" + issue.status.value, "v=" + fingerprint(issue.voucher), "k=" + issue.key.value};
    if (!with_comments) return claims;
    for (const Comment& comment : issue.comments) {
        claims.push_back("c=" + comment.id.value + "#" + plan::comment_hash(comment));
    }
    return claims;
}

bool hint_issue(
    Connection& connection,
    const plan::Settings& settings,
    const Issue& issue,
    Lane lane,
    const std::string& cause,
    Instant now
) {
    const auto link = store::find_link_of_issue(connection, issue.id);
    if (!link) {
        for (const std::string& label : issue.labels) {
            const auto subject = parse_marker(settings.oms, label);
            if (!subject) continue;
            const auto other = store::find_link(connection, *subject);
            if (other && other->state != LinkState::before) return false;
            store::add_hint(
                connection,
                {.subject = *subject,
                 .aspects = bits(Aspect::marketplace),
                 .claims = {"n=" + issue.id.value},
                 .lane = lane,
                 .cause = cause},
                now
            );
            return true;
        }
        return false;
    }
    if (link->state == LinkState::orphaned) {
        store::add_hint(
            connection,
            {.subject = link->subject, .aspects = all_aspects, .lane = lane, .cause = cause},
            now
        );
        return true;
    }
    const bool order = link->subject.is_order();
    Hint hint{.subject = link->subject, .lane = lane, .cause = cause};
    for (const std::string& claim : claims_of(issue, true)) {
        std::vector<CommentLink> known;
        if (claim.starts_with("c=")) {
            const CommentId id{claim.substr(2, claim.find('#') - 2)};
            if (const auto one = store::comment_link_of_comment(connection, id)) known = {*one};
        }
        // The status of a project's issue is nobody's but Jira's.
        const bool of_orders_only = claim.starts_with("i=") || claim.starts_with("v=");
        if (!order && of_orders_only) continue;
        if (!plan::is_known(claim, link, known)) hint.claims.push_back(claim);
    }
    if (hint.claims.empty()) return false;
    store::add_hint(connection, hint, now);
    return true;
}

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
      log_{std::move(log)} {}

Instant PollJira::turn(Instant now) {
    hinted_ = false;
    const auto polled = poll(now);
    if (polled) {
        failures_ = 0;
        return now + settings_.interval;
    }
    ++failures_;
    log_.debug("issues not polled", {{"says", polled.error().says}});
    const Duration wait =
        plan::backoff(settings_.retry_base, settings_.retry_max, failures_, random_.fraction());
    const Duration told = polled.error().retry_after.value_or(0ms);
    return clock_.now() + std::min(settings_.interval, std::max(wait, told));
}

Result<bool> PollJira::poll(Instant now) {
    const auto stored = store::read(database_, [](Connection& connection) {
        return store::find_cursor(connection, std::string{cursor_name});
    });
    const Instant since = stored ? stored->at : now - first_look;
    const Duration overlap = std::max(2 * settings_.interval, overlap_least);
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(now - since + overlap);
    const std::set<std::string> before =
        stored ? read_memory(stored->memory) : std::set<std::string>{};
    std::set<std::string> seen;

    for (int start = 0;;) {
        const auto page = remotes_.jira([&](jira::Client& client) {
            return client.recently_updated(minutes, start, issues_per_page);
        });
        if (!page) return Failure{page.error()};
        database_.write([&](Connection& connection) {
            for (const Issue& issue : page->issues) {
                const std::string identity = identity_of(issue);
                seen.insert(identity);
                if (before.contains(identity)) continue;
                const bool found =
                    hint_issue(connection, plan_, issue, Lane::poll, "Jira poll", clock_.now());
                hinted_ = hinted_ || found;
            }
        });
        start += static_cast<int>(page->issues.size());
        if (page->issues.empty() || page->last) break;
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
