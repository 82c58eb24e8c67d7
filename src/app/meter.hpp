#pragma once

#include <memory>

#include "jobs/watch.hpp"
#include "store/database.hpp"
#include "web/metrics.hpp"

namespace oms::app {

/// Counts what the workers tell.
class Meter final : public jobs::Watch {
public:
    explicit Meter(web::Metrics& metrics) : metrics_{metrics} {}

    void turn_ended(jobs::TurnEnd end, Duration took) const override;
    void turn_failed(ErrorKind why) const override;
    void retried() const override;
    void looked(jobs::LookEnd end) const override;
    void carried(store::WriteKind kind, Duration since_hint) const override;
    void wrote(store::WriteKind kind, store::WriteState state) const override;
    void conflicted() const override;

private:
    web::Metrics& metrics_;
};

/// The same database, whose commits and errors are counted.
std::unique_ptr<store::Database> metered(store::Database& database, web::Metrics& metrics);

}  // namespace oms::app
