#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/status.hpp"
#include "jira/client.hpp"

/// How Jira's things are usually called that the settings give by id. Case and marks do not matter.
namespace oms::app {

enum class FieldShape { line, lines, option, epic };

struct KnownField {
    std::string_view name;  ///< `CP_INeedAVoucher`, as in OMS_JIRA_FIELD_*
    FieldShape shape = FieldShape::line;
};

/// Those that the adapter sends or reads.
const std::vector<KnownField>& known_fields();
std::string field_variable(std::string_view name);
/// `CP-INeedAVoucher`
std::string field_title(std::string_view name);

/// `OMS_JIRA_WF_READY`
std::string workflow_variable(Status status);

/// An option that the settings give by id.
struct KnownOption {
    std::string_view field;
    std::string_view value;  ///< as its variable ends: `open_access`
    std::vector<std::string_view> names;
};
const std::vector<KnownOption>& known_options();
std::string option_variable(const KnownOption& option);

/// Letters and digits in lower case, so that `CP-VoucherID` and `cp voucher id` are the same.
std::string plain_name(std::string_view name);

/// The one of that name; null where there is none, `ambiguous` where there are several.
struct Match {
    const jira::Named* one = nullptr;
    bool ambiguous = false;
};
Match named_like(const std::vector<jira::Named>& all, std::string_view name);
Match status_named_for(const std::vector<jira::Named>& all, Status status);
Match option_named_for(const std::vector<jira::Named>& all, const KnownOption& option);
Match type_named_for(const std::vector<jira::Named>& all, bool order);

}  // namespace oms::app
