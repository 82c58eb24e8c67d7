#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/status.hpp"

/// The marketplace's side as plain values. Nearly everything may be missing on the wire: what may
/// be null there is optional here, or empty where null and "" mean the same.
namespace oms {

struct Owner {
    std::string uid = {};
    std::string email = {};
    std::string name = {};
    std::string first_name = {};
    std::string last_name = {};
    friend bool operator==(const Owner&, const Owner&) = default;
};

struct Project {
    ProjectId id = {};
    Owner owner = {};
    std::vector<ProjectItemId> items = {};  ///< all of them, also those that we may not open
    std::string name = {};
    std::string customer_typology = {};  ///< single_user, research, private_company, project, or ""
    std::string organization = {};
    std::string department = {};
    std::string department_webpage = {};
    std::string user_group_name = {};
    std::string country = {};
    std::vector<std::string> scientific_domains = {};
    std::vector<std::string> collaboration_countries = {};
    friend bool operator==(const Project&, const Project&) = default;
};

/// One answer of the customer's order form.
struct OfferProperty {
    std::string label = {};
    /// JSON text of the value (string, number or array); nothing where the customer left it out.
    std::optional<std::string> value_json = std::nullopt;
    bool sensitive = false;
    friend bool operator==(const OfferProperty&, const OfferProperty&) = default;
};

struct Order {
    OrderId id = {};
    Status status = Status::created;
    std::string status_value = {};  ///< free text beside the type
    std::optional<std::string> category = std::nullopt;
    std::optional<std::string> service = std::nullopt;
    std::string offer = {};
    std::vector<OfferProperty> offer_properties = {};
    std::vector<std::string> platforms = {};
    bool request_voucher = false;
    std::string order_type = {};
    std::optional<std::string> supplied_voucher_id = std::nullopt;
    std::string order_target = {};  ///< oms_params.order_target
    friend bool operator==(const Order&, const Order&) = default;
};

enum class Scope { public_scope, internal, user_direct };

std::string_view to_text(Scope scope);

struct Author {
    std::string uid = {};
    std::string email = {};
    std::string name = {};
    std::string role = {};  ///< user, provider, mediator
    friend bool operator==(const Author&, const Author&) = default;
};

struct Message {
    MessageId id = {};
    Author author = {};
    std::string content = {};
    Scope scope = Scope::public_scope;
    Instant created_at = {};
    Instant updated_at = {};
    friend bool operator==(const Message&, const Message&) = default;
};

/// What we post: the marketplace gives the id.
struct MessageDraft {
    Subject subject = {};  ///< a project or an order
    Author author = {};
    std::string content = {};
};

enum class EventType { create, update };
enum class Resource {
    project,
    project_item,
    message,
    other,  ///< something that this version does not know: of no interest, but it has its time
};

/// A hint: that something was created or changed, not what it is now.
struct Event {
    Instant timestamp = {};  ///< cut to the second by the marketplace
    EventType type = EventType::create;
    Resource resource = Resource::project;
    std::optional<ProjectId> project = std::nullopt;  ///< none: an approval request, not an order
    std::optional<ProjectItemId> item = std::nullopt;
    std::optional<MessageId> message = std::nullopt;
    struct Change {
        std::string field = {};  ///< status.type, status.value, user_secrets, content
        std::string after = {};  ///< as text; secrets come as <OBFUSCATED>
        friend bool operator==(const Change&, const Change&) = default;
    };
    std::vector<Change> changes = {};
    friend bool operator==(const Event&, const Event&) = default;
};

/// GET /oms/:id, as far as it concerns us.
struct Oms {
    OmsId id = {};
    std::string name = {};
    bool is_default = false;
    std::string trigger_url = {};
    std::string trigger_method = {};
    bool trigger_has_authorization = false;
};

}  // namespace oms
