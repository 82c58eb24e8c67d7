#pragma once

#include <string>
#include <vector>

#include "app/finding.hpp"
#include "app/settings.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

/// What stands at the configured addresses, asked without credentials.
namespace oms::app {

/// One of the two remotes by its address.
struct Side {
    std::string name = {};      ///< `marketplace`, `jira`: the group of its findings
    std::string title = {};     ///< for people
    std::string variable = {};  ///< of its URL
    std::string url = {};
    std::string context = {};  ///< below it, of Jira
};

Side marketplace_side(const Settings& settings);
Side jira_side(const Settings& settings);

/// Whether the answer to a request for `path_of` is that side's.
std::string probe_path(const Side& side);
bool is_that_side(const Side& side, const http::Response& response);

/// A GET without credentials, of a few seconds at most. `proxies`: by those that the environment
/// names.
Result<http::Response>
look_at(const Settings& settings, const std::string& url, bool proxies = true);

/// Reports what stands in the way to it, with the address that works instead where one is found.
/// True where it is there.
bool check_reach(const Settings& settings, const Side& side, Findings& findings);

}  // namespace oms::app
