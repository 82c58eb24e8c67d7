#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oms::bench {

/// What Jira 9 sends when the status of an issue was changed, with as many fields as make it about
/// `bytes` long. The issue's id is `issue_placeholder`, which is as long as the ids that are put there.
std::string webhook_body(std::size_t bytes);

/// Seven digits, as ids of issues have.
inline constexpr std::string_view issue_placeholder = "7777777";

/// Whole requests, each another issue's: from 4 to 20 KB, in turn.
class Webhooks {
public:
    /// `first` and those after it have seven digits.
    Webhooks(const std::string& secret, std::int64_t first, std::int64_t count);
    /// Valid until the next call.
    std::string_view next();

private:
    struct Prepared {
        std::string request;
        std::vector<std::size_t> places;  ///< where the id stands
    };
    std::vector<Prepared> prepared_;
    std::int64_t first_;
    std::int64_t count_;
    std::uint64_t turn_ = 0;
};

}  // namespace oms::bench
