#include "app/scratch_agent.hpp"

#include "app/agent.hpp"
#include "app/paces.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"

namespace oms::app {

struct ScratchAgent::Impl {
    explicit Impl(const Settings& given)
        : settings{given},
          // The gates want a database for what they write down: one that nobody sees.
          scratch{store::open_sqlite(":memory:", store::OpenMode::create_if_missing, false)} {
        store::upgrade(*scratch, clock.now());
    }

    const Settings settings;
    SystemClock clock = {};
    SystemRandom random = {};
    const Log silent{LogLevel::critical, LogFormat::text};
    std::unique_ptr<store::Database> scratch;
    Gates gates{settings, *scratch, clock, random, silent};
    Paces paces{settings, clock, silent};
    Agent agent{settings, gates, paces.pace(), clock, std::nullopt};
};

ScratchAgent::ScratchAgent(const Settings& settings) : impl_{std::make_unique<Impl>(settings)} {}

ScratchAgent::~ScratchAgent() = default;

marketplace::Client& ScratchAgent::marketplace() { return impl_->agent.marketplace_client(); }

jira::Client& ScratchAgent::jira() { return impl_->agent.jira_client(); }

}  // namespace oms::app
