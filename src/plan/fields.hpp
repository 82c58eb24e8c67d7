#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/jira.hpp"
#include "domain/marketplace.hpp"
#include "plan/settings.hpp"

namespace oms::plan {

/// What an epic's fields would be for this project. By field id; unset ids are left out.
FieldValues project_fields(const Settings& settings, const Project& project);

/// What an order issue's fields would be. `ready_when_first_seen`: an external offer.
FieldValues order_fields(
    const Settings& settings,
    const Project& project,
    const Order& order,
    bool ready_when_first_seen
);

/// `{"category":…,"service":…,"offer":…,"attributes":{label: value…}}`, compact.
/// Sensitive values show `***`, missing ones null, repeated labels get ` (2)`, ` (3)`….
std::string so_1(const Order& order);

/// Where the customer sees the order; also what the older integrations wrote.
std::string order_reference(const Settings& settings, OrderId order);
/// `{name} ({id})`, likewise for projects.
std::string project_reference(const Project& project);

/// Whose issue it is by what an older integration wrote into it: the customer's link, or the project's
/// reference.
std::optional<Subject> subject_by_reference(const Settings& settings, const Issue& issue);

/// Field id to hash of its value: what `fields_written` of a link holds.
std::map<std::string, std::string> hashes_of(const FieldValues& fields);
/// The same as one text, `field=hash` a line, and back: for what is written down with a write.
std::string written_text(const std::map<std::string, std::string>& hashes);
std::map<std::string, std::string> parse_written(const std::string& text);
/// One hash over them all, for the claim of a sweep.
std::string hash_of_all(const std::map<std::string, std::string>& hashes);

/// Those of `wanted` that differ from what was written; fields no longer sent are cleared.
FieldValues
changed_fields(const FieldValues& wanted, const std::map<std::string, std::string>& written);

/// Whether the issue's voucher is known to us at all: its field has to be configured.
bool reads_voucher(const Settings& settings);
/// The voucher among the fields that were written: the adapter's own value is not a change.
/// None where the field is not configured.
std::optional<std::string> voucher_in(const Settings& settings, const FieldValues& fields);

/// The base of a voucher whose PATCH has an unknown outcome: of no issue, so that what the issue has
/// is sent again. The marketplace hides it when read.
inline constexpr std::string_view uncertain_voucher = "\x1F";

/// Orders that the marketplace itself deploys: nothing marks them but a missing category and what
/// their status says (contract: deployable services).
bool is_marketplace_driven(const Order& order);

}  // namespace oms::plan
