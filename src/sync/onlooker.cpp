#include "sync/onlooker.hpp"

#include "store/links.hpp"
#include "store/sights.hpp"

namespace oms::sync {
namespace {

/// An order is mostly looked at without its project: whose it is, the project's sight knows.
void add_owner(store::Connection& connection, const Subject& subject, plan::Heading& heading) {
    if (!subject.is_order() || !heading.customer.empty()) return;
    const auto project = store::find_sight(connection, Subject::of(subject.project));
    if (!project) return;
    heading.customer = project->customer;
    heading.email = project->email;
}

}  // namespace

void Onlooker::begin(const Subject& subject) {
    *this = {};
    subject_ = subject;
}

void Onlooker::saw(const plan::Settings& settings, plan::View view) {
    const auto rows = plan::side_by_side(settings, view);
    if (rows.empty()) return;
    rows_ = plan::with_news(settings, std::move(rows_), rows);
    const plan::Heading heading = plan::heading_of(view);
    if (!heading.title.empty()) heading_.title = heading.title;
    if (!heading.customer.empty()) heading_.customer = heading.customer;
    if (!heading.email.empty()) heading_.email = heading.email;
    view_ = std::move(view);
}

void Onlooker::write_down(
    store::Connection& connection,
    const plan::Settings& settings,
    Instant now
) const {
    if (!view_) return;
    plan::View view = *view_;
    view.link = store::find_link(connection, subject_);
    view.comment_links = store::comment_links_of(connection, subject_);
    const auto before = store::find_sight(connection, subject_);
    auto rows = before ? plan::parse_rows(before->rows) : std::vector<plan::SideRow>{};
    rows = plan::with_news(settings, std::move(rows), rows_);
    rows = plan::with_news(settings, std::move(rows), plan::side_by_side(settings, view));
    std::vector<std::string> alike;
    for (const std::string& step : would_)
        alike.push_back(plan::without_ids(step));
    plan::Heading heading = heading_;
    if (!before || before->customer.empty()) add_owner(connection, subject_, heading);
    store::put_sight(
        connection,
        {.subject = subject_,
         .title = heading.title,
         .customer = heading.customer,
         .email = heading.email,
         .rows = plan::rows_text(rows),
         .would = would_,
         .would_alike = alike,
         .seen_at = now}
    );
}

}  // namespace oms::sync
