#pragma once

#include <functional>

#include "app/console.hpp"

namespace CLI {
class App;
}

namespace oms::cli {

/// What the line chose: run once it is wholly parsed. Nothing is opened before.
using Chosen = std::function<int()>;

/// Settings for a command, or exit code 2 with every fault on standard error.
int with_settings(app::Needs needs, const std::function<int(const app::Settings&)>& run);

void add_serve(CLI::App& cli, Chosen& chosen);
void add_worker(CLI::App& cli, Chosen& chosen);
void add_db(CLI::App& cli, Chosen& chosen);
void add_seed(CLI::App& cli, Chosen& chosen);
void add_init(CLI::App& cli, Chosen& chosen);
void add_check(CLI::App& cli, Chosen& chosen);
void add_reconcile(CLI::App& cli, Chosen& chosen);
void add_explain(CLI::App& cli, Chosen& chosen);
void add_attention(CLI::App& cli, Chosen& chosen);
void add_status(CLI::App& cli, Chosen& chosen);
void add_sandbox(CLI::App& cli, Chosen& chosen);
void add_settings(CLI::App& cli, Chosen& chosen);
void add_healthcheck(CLI::App& cli, Chosen& chosen);
void add_completion(CLI::App& cli, Chosen& chosen);
void add_manual(CLI::App& cli, Chosen& chosen);

}  // namespace oms::cli
