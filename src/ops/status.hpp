#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "domain/link.hpp"
#include "ops/facts.hpp"
#include "store/leader.hpp"
#include "store/processes.hpp"
#include "store/state.hpp"
#include "store/subjects.hpp"

namespace oms::ops {

/// How the service is doing, as the store has it: what `status`, the page Now and `/readyz` tell.
struct Status {
    store::QueueCounts queue = {};
    std::map<LinkState, std::int64_t> links = {};
    std::int64_t uncertain = 0;  ///< writes whose outcome is not known
    std::int64_t attention = 0;
    std::optional<store::Cursor> events = {};
    std::optional<store::Cursor> issues = {};
    std::vector<store::RemoteState> remotes = {};
    std::optional<store::Sweep> sweep = {};
    std::optional<store::JiraSite> jira = {};
    std::optional<store::OwnWebhook> webhook = {};
    std::vector<store::Process> processes = {};
    std::optional<store::Leader> leader = {};
};

Status load_status(store::Connection& connection);

/// One that said nothing for longer is dead, stopped or cut off.
bool is_missing(const store::Process& process, Instant now);
bool leads(const Status& status, const store::Process& process, Instant now);

json::array processes_json(const Status& status, Instant now);

}  // namespace oms::ops
