#include "wake/carrier.hpp"

namespace oms::wake {
namespace {

/// As the log has it.
std::string kind_of(const std::string& name) {
    return name.starts_with("PostgreSQL") ? "notify" : "redis";
}

}  // namespace

Carrier::Carrier(std::string name, std::string what, Log log)
    : what_{std::move(what)},
      log_{std::move(log)} {
    state_ = {
        .name = std::move(name),
        .says = std::string{not_connected_yet},
        .since = SystemClock{}.now()};
}

void Carrier::works() {
    const std::scoped_lock lock{mutex_};
    if (state_.working) return;
    state_ = {.name = state_.name, .working = true, .since = SystemClock{}.now()};
    const std::string kind = kind_of(state_.name);
    log_.info(kind + (told_ ? " works again" : " works"), {{"for", what_}, {kind, state_.name}});
    told_ = false;
}

void Carrier::fails(const std::string& says) {
    const std::scoped_lock lock{mutex_};
    state_.says = says;
    if (state_.working) state_.since = SystemClock{}.now();
    state_.working = false;
    if (told_) return;
    told_ = true;
    const std::string kind = kind_of(state_.name);
    log_.warning(
        kind + " does not work",
        {{"for", what_},
         {kind, state_.name},
         {"says", says},
         {"meanwhile", what_ == "pace" ? "each process keeps its share" : "polls find what is new"}}
    );
}

CarrierState Carrier::state() const {
    const std::scoped_lock lock{mutex_};
    return state_;
}

}  // namespace oms::wake
