#pragma once

#include <map>
#include <set>
#include <string>

#include "domain/ids.hpp"
#include "domain/status.hpp"

namespace oms::plan {

/// Who wins where both sides changed a status since they last agreed, and differently.
enum class StatusConflict { jira, marketplace };

/// How this site's marketplace and Jira project speak of the same things. Comes from configuration,
/// never changes while running. An id that is not set is "" or absent: the field is not sent.
struct Settings {
    OmsId oms = {};
    /// Without a slash at its end; the customer's links start with it.
    std::string marketplace_public_url = {};

    std::string jira_project = {};  ///< key
    std::string order_issue_type_id = {};
    std::string project_issue_type_id = {};

    /// `CI_Name`, `SO_1`… as in OMS_JIRA_FIELD_*, to `customfield_10100`. Only those that are set.
    std::map<std::string, std::string> field_ids = {};
    std::size_t truncate_length = 255;            ///< Unicode characters
    std::set<std::string> untruncated_fields = {  ///< the same names
        "SO_1",
        "SO_ServiceOrderTarget",
        "CP_CollaborationCountry",
        "CP_CustomerCountry",
        "CP_ProjectInformation",
        "CP_ReasonForAccess"};

    /// Marketplace status to Jira status id, one to one. `created` has none.
    std::map<Status, StatusId> workflow = {};

    /// Option ids of select fields; absent where not configured.
    std::map<std::string, std::string> typology_options = {};    ///< single_user, research, …
    std::map<bool, std::string> voucher_options = {};            ///< request_voucher
    std::map<std::string, std::string> offer_type_options = {};  ///< normal, open_access, catalog

    StatusConflict status_conflict = StatusConflict::jira;
    std::string internal_role = {};    ///< restricts comments made of internal messages
    std::string public_role = "User";  ///< comments restricted to it may still go to customers
    std::string author_role = {};      ///< "": mediator for the default OMS, else provider
    std::string author_email = {};     ///< where Jira hides an author's own
    std::size_t comment_units_max = 32'767;  ///< UTF-16 units that one comment may have
};

}  // namespace oms::plan
