#include "sim/marketplace.hpp"

// The three ways in which a simulated marketplace may begin.
namespace oms::sim {
namespace {

json::object property(const char* id, const char* label, const char* type, json::value value) {
    json::object made{{"id", id}, {"type", type}, {"label", label}};
    if (!value.is_null()) made["value"] = std::move(value);
    made["value_type"] = "string";
    return made;
}

json::value custom_params() {
    return json::object{{"order_target", json::object{{"mandatory", false}}}};
}

std::vector<mp::User> recorded_users() {
    return {
        {.login = "sombo",
         .token = "TOKSOMBO",
         .uid = "sombo@idp",
         .email = "sombo@e.eu",
         .first_name = "sombo",
         .last_name = "X",
         .administers = {1}},
        {.login = "oms2",
         .token = "TOKOMS2",
         .uid = "oms2@idp",
         .email = "oms2@e.eu",
         .first_name = "oms2",
         .last_name = "X",
         .administers = {2}},
        {.login = "ann",
         .token = "TOKANN",
         .uid = "ann@idp",
         .email = "ann@e.eu",
         .first_name = "ann",
         .last_name = "X"}};
}

}  // namespace

void Marketplace::seed_recorded() {
    const std::scoped_lock lock{mutex_};
    state_.users = recorded_users();
    state_.omses[1] = {
        .id = 1, .name = "SOMBO", .is_default = true, .custom_params = custom_params()};
    state_.omses[2] = {.id = 2, .name = "OMS2"};
    set_offer(
        {.id = 1,
         .name = "Off",
         .service = "Svc",
         .category = "cat1",
         .oms_params = json::object{{"order_target", "a@b"}}}
    );
    set_offer({.id = 2, .name = "Off", .service = "Svc", .category = "cat1", .primary_oms = 2});
    set_offer({.id = 3, .name = "Off", .service = "Svc", .category = "cat1"});
    add_project(
        2,
        {{"name", "P1"},
         {"customer_typology", "single_user"},
         {"country", "Poland"},
         {"organization", "Org"}}
    );
    add_project(2, {{"name", "P2"}, {"customer_typology", "private_company"}});
    json::array properties;
    properties.push_back(property("i", "L", "input", "v"));
    const std::int64_t first = add_item(1, 1, {{"properties", properties}}).id;
    const std::int64_t other = add_item(1, 2, {}).id;
    add_item(2, 3, {{"supplied_voucher", "V0"}});
    const auto by_ann = [&](std::int64_t item, const char* content) {
        return mp::Message{
            .project = 1,
            .item = item,
            .uid = "ann@idp",
            .email = "ann@e.eu",
            .name = "ann X",
            .role = "user",
            .content = content,
            .scope = "public"};
    };
    add_message(by_ann(0, "hi project"));
    const std::int64_t edited = add_message(by_ann(first, "hi item")).id;
    set_status(state_.items.at(first), "registered", "registered");
    change_item(state_.items.at(first), std::nullopt, {{"voucher_id", "SECRET1"}});
    change_item(state_.items.at(first), std::nullopt, {{"k", "v"}});
    change_item(state_.items.at(first), std::nullopt, {{"voucher_id", "SECRET2"}});
    edit_message(state_.messages.at(edited), "hi item edited");
    edit_message(state_.messages.at(edited), "hi item edited");
    add_message({.role = "mediator", .content = "Please approve", .scope = "user_direct"});
    const std::int64_t direct = add_message({.project = 1,
                                             .item = other,
                                             .role = "provider",
                                             .content = "direct",
                                             .scope = "user_direct"})
                                    .id;
    edit_message(state_.messages.at(direct), "direct, edited");
}

void Marketplace::seed_empty() {
    const std::scoped_lock lock{mutex_};
    state_.users = {
        {.login = "oms-jira",
         .token = "demo-token",
         .uid = "iamasomboadmin",
         .email = "oms@marketplace.example",
         .first_name = "OMS",
         .last_name = "Adapter",
         .administers = {1}},
        {.login = "jane",
         .uid = "jane@idp.example",
         .email = "jane@uni.example",
         .first_name = "Jane",
         .last_name = "Doe"}};
    state_.omses[1] = {
        .id = 1, .name = "SOMBO", .is_default = true, .custom_params = custom_params()};
    json::array vm_form;
    vm_form.push_back(property("cpu", "Number of CPUs", "select", "4"));
    vm_form.push_back(property("ram", "Memory", "select", "16 GB"));
    json::array storage_form;
    storage_form.push_back(property("size", "Size", "select", "10 TB"));
    storage_form.push_back(property("note", "Note", "input", nullptr));
    set_offer(
        {.id = 1,
         .name = "Small virtual machine",
         .service = "Cloud Compute",
         .category = "Compute",
         .oms_params = json::object{{"order_target", "cloud-team@provider.example"}},
         .form = vm_form}
    );
    set_offer(
        {.id = 2,
         .name = "10 TB for a year",
         .service = "Archive Storage",
         .category = "Storage",
         .form = storage_form}
    );
    set_offer(
        {.id = 3,
         .name = "Open notebooks",
         .service = "Notebooks",
         .category = "Compute",
         .order_type = "open_access"}
    );
    set_offer(
        {.id = 4,
         .name = "Training voucher",
         .service = "Research Training",
         .category = "Training"}
    );
}

void Marketplace::seed_demo() {
    seed_empty();
    const std::scoped_lock lock{mutex_};
    state_.users.push_back(
        {.login = "marek",
         .uid = "marek@idp.example",
         .email = "marek@institute.example",
         .first_name = "Marek",
         .last_name = "Nowak"}
    );
    add_project(
        1,
        {{"name", "Glacier survey"},
         {"customer_typology", "single_user"},
         {"organization", "University of Example"},
         {"scientific_domains", json::array{"Earth Sciences", "Glaciology"}},
         {"country", "Norway"}}
    );
    add_project(
        2,
        {{"name", "Protein folding"},
         {"customer_typology", "research"},
         {"organization", "Institute of Biology"},
         {"user_group_name", "Folders"},
         {"scientific_domains", json::array{"Biology"}}}
    );
    add_item(1, 1, {{"comment", "We start on the first of the month. Would that be possible?"}});
    add_item(1, 3, {});
    add_item(2, 2, {{"request_voucher", true}});
}

}  // namespace oms::sim
