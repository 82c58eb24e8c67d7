#include "wake/carrier.hpp"

namespace oms::wake {

Carrier::Carrier(std::string name, std::string what, Log log)
    : what_{std::move(what)},
      log_{std::move(log)} {
    state_ = {
        .name = std::move(name), .says = "is not connected yet", .since = SystemClock{}.now()};
}

void Carrier::works() {
    const std::scoped_lock lock{mutex_};
    if (state_.working) return;
    state_ = {.name = state_.name, .working = true, .since = SystemClock{}.now()};
    log_.info(
        told_ ? "redis works again" : "redis works", {{"for", what_}, {"redis", state_.name}}
    );
    told_ = false;
}

void Carrier::fails(const std::string& says) {
    const std::scoped_lock lock{mutex_};
    state_.says = says;
    if (state_.working) state_.since = SystemClock{}.now();
    state_.working = false;
    if (told_) return;
    told_ = true;
    log_.warning(
        "redis does not work",
        {{"for", what_},
         {"redis", state_.name},
         {"says", says},
         {"meanwhile", what_ == "pace" ? "each process keeps its share" : "polls find what is new"}}
    );
}

CarrierState Carrier::state() const {
    const std::scoped_lock lock{mutex_};
    return state_;
}

}  // namespace oms::wake
