#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "store/connection.hpp"

namespace oms::store {

/// What the last look at a subject saw of both sides, for people: nothing is decided by it. Holds a
/// customer's name and e-mail, as Jira does; never a text of theirs, never a secret.
struct Sight {
    Subject subject = {};
    std::string title = {};     ///< the project's name; an order's service
    std::string customer = {};  ///< `First Last`
    std::string email = {};
    std::string rows = {};  ///< both sides and the base, side by side: JSON, see plan/side_by_side
    /// In shadow mode: what would be done, in words.
    std::vector<std::string> would = {};
    /// `would` as it is counted, with what is alike for many in the same words; empty: as it stands.
    std::vector<std::string> would_alike = {};
    Instant seen_at = {};
};

/// An empty title, customer or e-mail was not read this time: what was known of it stays.
void put_sight(Connection& connection, const Sight& sight);
std::optional<Sight> find_sight(Connection& connection, const Subject& subject);

}  // namespace oms::store
