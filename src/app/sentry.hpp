#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.hpp"
#include "base/log.hpp"

namespace oms::app {

/// `https://KEY@HOST/PROJECT`, with a path before the project where the server has one.
struct Dsn {
    std::string url = {};  ///< where envelopes go
    Secret key = {};
    std::string whole_without_key = {};
};
std::optional<Dsn> parse_dsn(const Secret& dsn);

/// Reports errors that no one planned for to Sentry's envelope endpoint, from a thread of its own:
/// never in the way of work, dropped where the queue is full, waiting where the server says so.
/// What is sent: the event's name, release, environment, and the fields `kind` and `subject`; never
/// a secret, a text of a customer or a remote's words. Without a DSN it does nothing.
class Sentry {
public:
    explicit Sentry(const Settings& settings);
    ~Sentry();
    Sentry(const Sentry&) = delete;
    Sentry& operator=(const Sentry&) = delete;

    /// From any thread; does not wait.
    void report(std::string_view event, const std::vector<LogField>& fields);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::app
