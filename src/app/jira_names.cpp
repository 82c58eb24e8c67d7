#include "app/jira_names.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oms::app {
namespace {

const std::vector<std::string_view>& names_of(Status status) {
    static const std::map<Status, std::vector<std::string_view>> names{
        {Status::registered, {"To Do", "Registered", "Open", "New", "Submitted", "Backlog"}},
        {Status::in_progress, {"In Progress", "Work in progress", "In process"}},
        {Status::waiting_for_response,
         {"Waiting for response",
          "Waiting for customer",
          "Waiting for user",
          "Waiting for reporter",
          "Waiting"}},
        {Status::approved, {"Approved", "Accepted"}},
        {Status::ready, {"Ready", "Delivered", "Resolved"}},
        {Status::rejected, {"Rejected", "Declined", "Refused"}},
        {Status::closed, {"Closed", "Done", "Finished"}},
    };
    static const std::vector<std::string_view> none;
    const auto found = names.find(status);
    return found == names.end() ? none : found->second;
}

/// By the first of the names that there is.
Match first_of(const std::vector<jira::Named>& all, const std::vector<std::string_view>& names) {
    for (const std::string_view name : names) {
        if (const Match match = named_like(all, name); match.one != nullptr) return match;
    }
    return {};
}

}  // namespace

const std::vector<KnownField>& known_fields() {
    using enum FieldShape;
    static const std::vector<KnownField> fields{
        {"Epic_Link", epic},
        {"Epic_Name", epic},
        {"Order_reference"},
        {"CI_Name"},
        {"CI_Surname"},
        {"CI_Email"},
        {"CI_DisplayName"},
        {"CI_EOSC_UniqueID"},
        {"CI_Institution"},
        {"CI_Department"},
        {"CI_DepartmentalWebPage"},
        {"CP_CustomerTypology", option},
        {"CP_UserGroupName"},
        {"SO_ProjectName"},
        {"CP_ScientificDiscipline"},
        {"CP_Platforms"},
        {"CP_INeedAVoucher", option},
        {"CP_VoucherID"},
        {"SO_1", lines},
        {"SO_ServiceOrderTarget", lines},
        {"SO_OfferType", option},
        {"CP_CustomerCountry", lines},
        {"CP_CollaborationCountry", lines}};
    return fields;
}

std::string field_variable(std::string_view name) { return "OMS_JIRA_FIELD_" + std::string{name}; }

std::string field_title(std::string_view name) {
    const bool words = name == "Epic_Link" || name == "Epic_Name" || name == "Order_reference";
    return replace_all(std::string{name}, "_", words ? " " : "-");
}

std::string workflow_variable(Status status) {
    if (status == Status::registered) return "OMS_JIRA_WF_TODO";
    std::string upper{oms::to_text(status)};
    std::ranges::transform(upper, upper.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
    });
    return "OMS_JIRA_WF_" + upper;
}

const std::vector<KnownOption>& known_options() {
    static const std::vector<KnownOption> options{
        {"CP_CustomerTypology", "single_user", {"Single user", "Individual user"}},
        {"CP_CustomerTypology",
         "research",
         {"Representing a research community", "Research community", "Research"}},
        {"CP_CustomerTypology",
         "private_company",
         {"Representing a private company", "Private company", "Company"}},
        {"CP_CustomerTypology", "project", {"Representing a project", "Project"}},
        {"CP_INeedAVoucher", "true", {"Yes", "True"}},
        {"CP_INeedAVoucher", "false", {"No", "False"}},
        {"SO_OfferType", "normal", {"Normal", "Order required"}},
        {"SO_OfferType", "open_access", {"Open access", "Fully open access"}},
        {"SO_OfferType", "catalog", {"Catalog", "Catalogue"}}};
    return options;
}

std::string option_variable(const KnownOption& option) {
    return "OMS_JIRA_FIELD_SELECT_VALUES_" + std::string{option.field} + "_" +
           std::string{option.value};
}

std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char letter : lower(name)) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool word = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        if (word || byte >= 0x80) plain += letter;
    }
    return plain;
}

Match named_like(const std::vector<jira::Named>& all, std::string_view name) {
    const std::string wanted = plain_name(name);
    Match exact;
    Match like;
    for (const jira::Named& one : all) {
        if (plain_name(one.name) != wanted) continue;
        Match& match = one.name == name ? exact : like;
        match.ambiguous = match.one != nullptr;
        if (match.one == nullptr) match.one = &one;
    }
    return exact.one != nullptr ? exact : like;
}

Match status_named_for(const std::vector<jira::Named>& all, Status status) {
    return first_of(all, names_of(status));
}

Match option_named_for(const std::vector<jira::Named>& all, const KnownOption& option) {
    return first_of(all, option.names);
}

Match type_named_for(const std::vector<jira::Named>& all, bool order) {
    if (order) return first_of(all, {"Service Order", "Service order request", "Order"});
    const auto epic = std::ranges::find(all, "epic", &jira::Named::kind);
    if (epic != all.end()) return {.one = &*epic};
    return first_of(all, {"Epic"});
}

}  // namespace oms::app
