#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

/// The rows of the simulated marketplace. Own structs, not the product's: an error in those must
/// not cancel out here.
namespace oms::sim::mp {

struct User {
    std::string login, token, uid, email, first_name, last_name;
    std::vector<int> administers;  ///< OMS ids
};

struct Trigger {
    std::string url, method = "post", user, password;
};

struct OmsRow {
    int id = 0;
    std::string name, type = "global";
    bool is_default = false;
    json::value custom_params;
    std::optional<Trigger> trigger;
};

struct Offer {
    int id = 0;
    std::string name, service, category, order_type = "order_required";
    bool internal = true;     ///< orderable here; else the order is born ready
    int primary_oms = 0;      ///< 0: none
    json::value oms_params;   ///< null where blank
    bool deployable = false;  ///< the marketplace itself deploys it
    json::array form;         ///< what the customer is asked: properties without values
};

struct Item {
    std::int64_t id = 0, iid = 0, project = 0;
    int offer = 0;
    std::string status_type = "created", status_value = "created", offer_name;
    json::array properties;
    bool request_voucher = false;
    std::string order_type, supplied_voucher;
    std::map<std::string, std::string> secrets;
};

struct Project {
    std::int64_t id = 0;
    int owner = 0;  ///< index of the user
    json::object attributes;
    std::map<std::int64_t, std::int64_t> items;  ///< iid to id
    std::vector<std::int64_t> messages;
};

struct Message {
    std::int64_t id = 0, project = 0, item = 0;  ///< project 0: an approval request
    std::string uid, email, name, role, content, scope;
    Instant created, updated;
};

struct Event {
    Instant created;
    Instant visible_from;
    std::string type, resource;
    std::int64_t entity = 0;  ///< id of the project, item or message
    json::array changes;
    bool poison = false;  ///< its entity is gone without a trace: every page with it fails
};

struct State {
    std::vector<User> users;
    std::map<int, OmsRow> omses;
    std::map<int, Offer> offers;
    std::map<std::int64_t, Project> projects;
    std::unordered_map<std::int64_t, Item> items;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> item_messages;
    std::map<std::int64_t, Message> messages;
    std::deque<Event> events;  ///< in the order of `created`
    std::int64_t last_project = 0, last_item = 0, last_message = 0;
};

}  // namespace oms::sim::mp
