#pragma once

#include <memory>

#include "app/settings.hpp"
#include "jira/client.hpp"
#include "marketplace/client.hpp"

namespace oms::app {

/// Both clients for a command that looks at the remotes and leaves no trace of its own.
class ScratchAgent {
public:
    explicit ScratchAgent(const Settings& settings);
    ~ScratchAgent();
    ScratchAgent(const ScratchAgent&) = delete;
    ScratchAgent& operator=(const ScratchAgent&) = delete;

    [[nodiscard]] marketplace::Client& marketplace();
    [[nodiscard]] jira::Client& jira();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::app
