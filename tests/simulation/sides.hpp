#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/people.hpp"

/// Both remotes as they stand in the end, for the checkers.
namespace oms::simulation {

struct Sides {
    json::value market = {};
    json::value jira = {};
};

/// `t7-v2` wherever it stands, as number and version; `hush` ones too.
struct Seen {
    int number = 0;
    int version = 0;
};
std::vector<Seen> canaries_in(const std::string& text);

/// The issues that bear the subject's label.
std::vector<json::value> issues_of(const Sides& sides, const Subject& subject);
json::value market_project(const Sides& sides, ProjectId id);
json::value market_order(const Sides& sides, OrderId id);

const People::OrderFacts* facts_of(const People& people, const Subject& subject);
bool issue_deleted(const People& people, const Subject& subject);

/// Number of the text to every comment of the adapter's that bears it, with its version.
using Comments = std::multimap<int, std::pair<json::value, int>>;
Comments own_comments(const Sides& sides);

/// A message as it stands in the marketplace.
struct StandingMessage {
    std::int64_t id = 0;
    int version = 0;
};
/// Number of the text to every message not of a customer that bears it.
std::multimap<int, StandingMessage> posted_messages(const Sides& sides);

}  // namespace oms::simulation
