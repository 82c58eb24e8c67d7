// oms-bench-intake --port 9000 --store none|each --database FILE: the same server, credentials and
// reading of bodies as `oms-jira serve`, but nothing is stored (what storing costs), or each webhook
// has a commit of its own (what sharing commits gains).
#include "web/intake.hpp"

#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/service.hpp"
#include "store/migrations.hpp"
#include "store/open.hpp"
#include "web/health.hpp"

namespace {

/// Says at once that all is durable, and keeps nothing.
class NoDatabase final : public oms::store::Database {
public:
    explicit NoDatabase(oms::store::Database& inner) : inner_{inner} {}
    void write(const oms::store::Work&) override {}
    void write_later(oms::store::Work, std::function<void(std::exception_ptr)> done) override {
        done(nullptr);
    }
    void read(const oms::store::Work& work) override { inner_.read(work); }
    bool commit_waiting(std::chrono::milliseconds wait) override {
        return inner_.commit_waiting(wait);
    }
    void stop() override {}
    [[nodiscard]] std::string description() const override { return "none"; }

private:
    oms::store::Database& inner_;
};

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    std::string store = "none";
    std::string file;
    CLI::App cli{"Takes webhooks as oms-jira does, and stores none, or each by itself."};
    cli.add_option("--port", port)->required();
    cli.add_option("--store", store)->check(CLI::IsMember({"none", "each"}));
    cli.add_option("--database", file)->required();
    CLI11_PARSE(cli, argc, argv);

    oms::app::block_signals();
    oms::SystemClock clock;
    oms::Log log;
    // Nobody commits for others: each write does it in its own thread.
    const auto opened =
        oms::store::open_sqlite(file, oms::store::OpenMode::create_if_missing, false);
    oms::store::upgrade(*opened, clock.now());
    NoDatabase none{*opened};
    oms::store::Database& database =
        store == "none" ? static_cast<oms::store::Database&>(none) : *opened;
    oms::web::Metrics metrics{"bench"};
    oms::wake::ProcessBell bell;
    oms::web::Router router;
    oms::web::Intake intake{
        {},
        {.secret = oms::Secret{"s3cret"}, .oms = {1}},
        database,
        clock,
        bell,
        bell,
        metrics,
        log};
    oms::web::Health health{*opened, clock, metrics, "bench"};
    intake.add_to(router);
    health.add_to(router);
    oms::http::Server server{
        {.port = port},
        [&](oms::http::Request request, const std::shared_ptr<oms::http::Reply>& reply) {
            router.handle(std::move(request), reply);
        },
        [&](const oms::http::Request& request) { return intake.admit(request); }};
    oms::app::wait_for_signal();
    health.stop();
}
