#pragma once

#include <map>

#include "sim/marketplace.hpp"
#include "sim/marketplace_bodies.hpp"

namespace oms::sim {

/// One request to the Ordering API, from negotiation to the answer. The marketplace's lock is held.
class MarketplaceApi {
public:
    MarketplaceApi(Marketplace& marketplace, const http::Request& request);
    http::Response answer();

private:
    using Parameters = std::map<std::string, std::string>;

    [[nodiscard]] bool is_route(const std::vector<std::string>& path) const;
    http::Response route(std::vector<std::string> path);
    http::Response of_oms(const std::vector<std::string>& path);
    http::Response events();
    http::Response projects();
    http::Response items(const mp::Project& project);
    http::Response patch_item(mp::Item& item);
    http::Response messages();
    http::Response post_message();
    http::Response patch_message(mp::Message& message);
    http::Response of_projects(const std::vector<std::string>& path);
    http::Response of_messages(const std::vector<std::string>& path);

    // Answers.
    http::Response unauthenticated() const;
    http::Response broken(const std::string& page) const;  ///< 500, or 200 with a page
    static http::Response ok(int status, const json::value& body);
    static http::Response error(int status, const std::string& says);
    static http::Response denied();
    static http::Response bad_json();

    // Visibility and permission, contract 2.
    const mp::User* user() const;
    [[nodiscard]] bool administers(int oms) const;
    [[nodiscard]] int current_oms(const mp::Item& item) const;
    [[nodiscard]] bool sees(const mp::Item& item) const;
    [[nodiscard]] bool sees(const mp::Project& project) const;
    [[nodiscard]] bool sees(const mp::Event& event) const;
    [[nodiscard]] bool may_write(
        const std::string& role,
        const std::string& scope,
        std::int64_t project,
        std::int64_t item
    ) const;
    [[nodiscard]] bool is_default() const;

    // Parameters: nothing where they are fine, else the answer.
    std::optional<http::Response> read_limits(bool from_id);
    std::optional<http::Response> read_body(mp::Wrapper wrapper, json::object& inner);

    json::object project_json(const mp::Project& project) const;
    json::object item_json(const mp::Item& item, const std::map<std::string, std::string>& clear)
        const;
    json::object message_json(const mp::Message& message, bool clear) const;
    std::optional<json::object> event_json(const mp::Event& event) const;
    json::object oms_json(const mp::OmsRow& oms) const;

    Marketplace& site_;
    mp::State& state_;
    const http::Request& request_;
    Parameters query_;
    bool array_timestamp_ = false;
    std::string accept_;
    bool json_path_ = false;
    const mp::User* user_ = nullptr;
    const mp::OmsRow* oms_ = nullptr;
    std::int64_t limit_ = 20;
    std::int64_t from_id_ = 0;
};

}  // namespace oms::sim
