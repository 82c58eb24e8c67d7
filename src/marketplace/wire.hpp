#pragma once

#include "base/json.hpp"
#include "domain/marketplace.hpp"

/// JSON as the marketplace writes it, and our values. Tolerant where the contract says that it is:
/// nearly everything may be null, missing or "".
namespace oms::marketplace::wire {

std::optional<Oms> oms(const json::value& value);
std::optional<Project> project(const json::value& value);
/// `in`: the wire's item says its project too, but the path is surer.
std::optional<Order> order(ProjectId in, const json::value& value);
std::optional<Message> message(const json::value& value);
std::optional<Event> event(const json::value& value);

}  // namespace oms::marketplace::wire
