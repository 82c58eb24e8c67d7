#include <algorithm>

#include "sim/marketplace_api.hpp"

/// Who sees and may write what: contract 2.
namespace oms::sim {

bool MarketplaceApi::administers(int oms) const {
    return std::ranges::find(user_->administers, oms) != user_->administers.end();
}

bool MarketplaceApi::is_default() const { return oms_->is_default; }

int MarketplaceApi::current_oms(const mp::Item& item) const {
    const int primary = state_.offers.at(item.offer).primary_oms;
    if (primary != 0) return primary;
    for (const auto& [id, oms] : state_.omses) {
        if (oms.is_default) return id;
    }
    return 0;
}

bool MarketplaceApi::sees(const mp::Item& item) const {
    return is_default() || state_.offers.at(item.offer).primary_oms == oms_->id;
}

bool MarketplaceApi::sees(const mp::Project& project) const {
    if (is_default()) return true;
    return std::ranges::any_of(project.items, [&](const auto& item) {
        return sees(state_.items.at(item.second));
    });
}

/// With the real one's id-collision: any entity of that number will do, and a message is taken to be
/// on whatever project or item has the number of what it is on.
bool MarketplaceApi::sees(const mp::Event& event) const {
    if (is_default()) return true;
    const auto sees_number = [&](std::int64_t id) {
        const auto project = state_.projects.find(id);
        if (project != state_.projects.end() && sees(project->second)) return true;
        const auto item = state_.items.find(id);
        return item != state_.items.end() && sees(item->second);
    };
    if (sees_number(event.entity)) return true;
    const auto message = state_.messages.find(event.entity);
    if (message == state_.messages.end()) return false;
    // An approval request is on something else altogether, numbered from 1 like all.
    const std::int64_t on = message->second.item != 0      ? message->second.item
                            : message->second.project != 0 ? message->second.project
                                                           : 1;
    return sees_number(on);
}

/// Contract 2.2, by role and scope.
bool MarketplaceApi::may_write(
    const std::string& role,
    const std::string& scope,
    std::int64_t project,
    std::int64_t item
) const {
    const bool mediates = std::ranges::any_of(state_.omses, [&](const auto& one) {
        return one.second.is_default && administers(one.first);
    });
    const bool direct = scope == "user_direct";
    if (role == "mediator") return mediates && !(direct && item != 0);
    if (role != "provider") return false;
    if (item != 0) return administers(current_oms(state_.items.at(item)));
    if (direct) return false;
    return std::ranges::any_of(state_.projects.at(project).items, [&](const auto& one) {
        return administers(current_oms(state_.items.at(one.second)));
    });
}

}  // namespace oms::sim
