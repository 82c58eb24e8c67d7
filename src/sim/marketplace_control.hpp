#pragma once

#include "sim/marketplace.hpp"

namespace oms::sim {

/// The control surface: people, weather, and what there is. The marketplace's lock is held.
class MarketplaceControl {
public:
    MarketplaceControl(
        Marketplace& site,
        MarketplaceSettings& settings,
        Faults& faults,
        std::vector<MarketplaceRequest>& requests
    );
    http::Response answer(const http::Request& request);

private:
    http::Response post(const std::vector<std::string>& path, const json::value& body);
    http::Response people(const std::vector<std::string>& path, const json::value& body);
    http::Response approval(const json::value& body);
    http::Response add_fault(const json::value& body);
    http::Response clear_faults();
    [[nodiscard]] json::object state() const;
    http::Response log(const http::Request& request);
    http::Response project(const json::value& body);
    http::Response edit_project(std::int64_t id, const json::value& body);
    http::Response delete_project(std::int64_t id);
    http::Response order(const json::value& body);
    http::Response change_order(const std::vector<std::string>& path, const json::value& body);
    http::Response message(const json::value& body);
    http::Response edit_message(std::int64_t id, const json::value& body);
    http::Response offer(const std::vector<std::string>& path, const json::value& body);
    http::Response trigger(int oms, const json::value& body);
    http::Response bulk(const json::value& body);
    http::Response change_settings(const json::value& body);
    void delete_item(std::int64_t id);

    Marketplace& site_;
    mp::State& state_;
    MarketplaceSettings& settings_;
    Faults& faults_;
    std::vector<MarketplaceRequest>& requests_;
};

}  // namespace oms::sim
