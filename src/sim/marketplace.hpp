#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/message.hpp"
#include "sim/faults.hpp"
#include "sim/marketplace_model.hpp"

/// A simulated EOSC Marketplace: its Ordering API with all its quirks, its triggers, its customers
/// and its bad days.
///
/// The control surface, on the same port, without authentication, all JSON:
///
/// | request | body | what |
/// | --- | --- | --- |
/// | GET /sim/state | | everything, secrets in clear |
/// | POST /sim/projects | name, owner?, typology?, … any attribute | an order's container |
/// | POST /sim/projects/{p}/edit | any attribute, first_name?, last_name? | emits no event |
/// | POST /sim/projects/{p}/delete | | cascades, emits nothing |
/// | POST /sim/orders | project, offer, properties?, request_voucher?, supplied_voucher?, comment? | a customer's order |
/// | POST /sim/orders/{p}/{i}/status | type, value? | the marketplace's own change |
/// | POST /sim/orders/{p}/{i}/delete | | |
/// | POST /sim/messages | project, item?, content, scope?, role?, name? | role user: the owner writes |
/// | POST /sim/messages/{id}/edit | content | |
/// | POST /sim/approval | content? | an approval request: a message of no project |
/// | POST /sim/offers | name, service, category?, order_type?, internal?, primary_oms?, oms_params?, deployable? | |
/// | POST /sim/offers/{id} | primary_oms | reassigns it, with all its history |
/// | POST /sim/oms/{id}/trigger | url, method?, user?, password?; or null | |
/// | POST /sim/bulk | projects, items_per_project, offer? | many at once |
/// | POST /sim/settings | see MarketplaceSettings | |
/// | GET, POST /sim/faults; POST /sim/faults/clear | as the Jira simulator's | |
/// | GET /sim/requests; POST /sim/requests/clear | | log of the API's requests |
namespace oms::sim {

struct MarketplaceSettings {
    /// The marketplace's own Jira integration sets new orders to registered, as production does.
    bool in_process_jira = false;
    Duration event_delay = {};  ///< how late an event becomes visible, with its true time
    int drop_events = 0;        ///< the next so many are lost
    bool same_second = false;   ///< events get the time of the last full second
    int poison_events = 0;      ///< the next so many are poison
    double trigger_lose = 0;    ///< chances
    double trigger_twice = 0;
};

struct MarketplaceRequest {
    std::uint64_t number = 0;
    Instant at = {};
    std::string method = {};
    std::string target = {};
    int status = 0;
};

/// May be used from any thread. The same calls with the same clock and chance give the same answers.
class Marketplace {
public:
    Marketplace(Clock& clock, Random& random);

    /// API and control surface. Status 0: close without an answer. -1: never answer.
    http::Response handle(const http::Request& request);

    /// Trigger calls to be delivered, each once.
    std::vector<http::Request> take_outgoing();
    /// Called without the lock, before `handle` returns.
    void on_outgoing(std::function<void()> tell);

    /// The rows of the recorded traffic.
    void seed_recorded();
    /// One default OMS (token `demo-token`), a few services, one customer.
    void seed_empty();
    /// The same with projects, orders and messages.
    void seed_demo();

    void set_trigger(int oms, mp::Trigger trigger);

private:
    friend class MarketplaceApi;
    friend class MarketplaceControl;

    http::Response answer(const http::Request& request);
    void emit(mp::Event event);
    void ring(const mp::Event& event);

    // What people and the API do; the caller holds the lock.
    mp::Project& add_project(int owner, json::object attributes);
    mp::Item& add_item(std::int64_t project, int offer, const json::object& order);
    mp::Message& add_message(mp::Message message);
    void set_status(mp::Item& item, const std::string& type, const std::string& value);
    void change_item(
        mp::Item& item,
        const std::optional<std::pair<std::string, std::string>>& status,
        const std::map<std::string, std::string>& secrets
    );
    void edit_message(mp::Message& message, const std::string& content);
    void set_offer(mp::Offer offer);

    Clock& clock_;
    Random& random_;
    std::mutex mutex_;  // guards what follows
    mp::State state_;
    MarketplaceSettings settings_;
    Faults faults_;
    std::vector<MarketplaceRequest> requests_;
    std::uint64_t request_count_ = 0;
    std::vector<http::Request> outgoing_;
    std::function<void()> tell_;
};

}  // namespace oms::sim
