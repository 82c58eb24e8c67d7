#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/settings.hpp"
#include "base/trace.hpp"

namespace oms::app {

/// Sends ended spans to an OpenTelemetry collector, as JSON over HTTP (OTLP), from a thread of its own:
/// never in the way of work, dropped where the queue is full or the collector does not take them, and
/// counted. What is sent: names, durations, the subject, and of calls method, path and status.
class SpanExport final : public trace::Sink {
public:
    /// Only where `settings.otlp_endpoint` is set. `instance` names this process.
    SpanExport(const Settings& settings, const std::string& instance);
    ~SpanExport() override;
    SpanExport(const SpanExport&) = delete;
    SpanExport& operator=(const SpanExport&) = delete;

    void keep(trace::Record record) override;

    [[nodiscard]] std::uint64_t sent() const;
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The body of one request, as the collector reads it.
std::string otlp_body(const std::vector<trace::Record>& records, const std::string& instance);

}  // namespace oms::app
