#include "app/service_impl.hpp"
#include "plan/fields.hpp"
#include "web/dashboard.hpp"

namespace oms::app {
namespace {

std::string marketplace_page(const plan::Settings& plan, const Subject& subject) {
    if (plan.marketplace_public_url.empty()) return "";
    if (subject.is_order()) return plan::order_reference(plan, {subject.project, *subject.item});
    return plan.marketplace_public_url + "/projects/" + std::to_string(subject.project.value);
}

ops::Facts facts_of(const Settings& settings) {
    return {
        .version = version,
        .oms = settings.plan.oms.value,
        .shadow = settings.dry_run,
        .database = settings.database.shared() ? "postgresql" : "sqlite",
        .jira_url = settings.jira.url + settings.jira.context_path,
        .marketplace_url = settings.marketplace.url,
        .marketplace_page = [plan = settings.plan](const Subject& subject
                            ) { return marketplace_page(plan, subject); },
        .jira_rate = settings.jira_rate,
        .marketplace_rate = settings.marketplace_rate,
        .sweep_interval = settings.reconcile_interval};
}

}  // namespace

void Service::Impl::start_operators_pages() {
    operators = std::make_unique<web::OperatorApi>(
        settings.sign_in,
        facts_of(settings),
        settings.shown,
        *database,
        clock,
        web::ApiBells{.work = &work_hints, .sweep = [this] { sweep_bell.ring(); }},
        log
    );
    operators->add_to(router);
    web::add_dashboard(router);
}

}  // namespace oms::app
