#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "http/message.hpp"

/// What goes wrong on purpose, for requests that fit a pattern.
namespace oms::sim {

enum class FaultKind {
    fail_before,   ///< `status` (503) as a page, nothing was done
    fail_after,    ///< `status` (500) as a page, but it was done
    close_before,  ///< the connection closes unanswered, nothing was done
    close_after,   ///< the same, but it was done
    hang_before,   ///< never answered, nothing was done
    hang_after,    ///< never answered, but it was done
    garble_after,  ///< done, and answered with a page where JSON is due
    throttle,      ///< 429 with `retry_after` seconds
    unauthorized,  ///< 401 as if the password were wrong
    captcha,       ///< the asker's account is locked from now on
    anonymous,     ///< served as anonymous, silently
    slow,          ///< answered rightly, after `delay`
    refuse,        ///< `status` (409) in Jira's JSON, nothing was done; 413: an issue is full
};

std::string_view to_text(FaultKind kind);

struct Fault {
    FaultKind kind = FaultKind::fail_before;
    std::string method = {};  ///< empty: any
    /// Of the path behind the context path, `*` for any part: `/rest/api/2/issue/*/comment`.
    std::string path = "*";
    int skip = 0;   ///< let so many pass first
    int count = 1;  ///< strike so often; -1: until cleared
    int status = 0;
    int retry_after = -1;  ///< seconds; -1: no such header
    Duration delay = {};
    /// Of `throttle`: which of Cloud's limits it was, in RateLimit-Reason; empty: Data Center's 429.
    std::string reason = {};
};

class Faults {
public:
    void add(Fault fault) { faults_.push_back(std::move(fault)); }
    void clear() { faults_.clear(); }
    /// The first that fits; it is used up by that, as far as it is counted.
    std::optional<Fault> strike(std::string_view method, std::string_view path);
    [[nodiscard]] const std::vector<Fault>& all() const { return faults_; }

private:
    std::vector<Fault> faults_;
};

/// `{"kind":"throttle","reason":"jira-per-issue-on-write","retry_after":2}`,
/// `{"kind":"close_after","method":"POST","path":"/rest/api/2/issue","count":1,"skip":0,
/// "status":500,"retry_after":2,"delay_ms":100}`; all but the kind may be left out.
Result<Fault> read_fault(const json::value& body);
json::object fault_json(const Fault& fault);

/// `*` stands for any text, also none and also slashes.
bool fits(std::string_view pattern, std::string_view text);

/// The header that asks whoever serves the simulator to wait so many milliseconds before sending.
inline constexpr std::string_view delay_header = "X-Sim-Delay-Ms";

/// The answer where the fault prevents the request.
http::Response answer_before(const Fault& fault, Instant now = {});
/// What becomes of the true answer.
http::Response answer_after(const Fault& fault, http::Response answer);

}  // namespace oms::sim
