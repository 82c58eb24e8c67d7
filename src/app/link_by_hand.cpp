#include "app/link_by_hand.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/attention.hpp"
#include "store/journal.hpp"
#include "store/links.hpp"
#include "store/subjects.hpp"

namespace oms::app {
namespace {

using store::Connection;

void let_stand(
    Connection& connection,
    const Subject& subject,
    const Issue& issue,
    const LinkByHand& wanted,
    Instant now
) {
    const std::string by = wanted.who.empty() ? "" : " by " + one_line(wanted.who);
    Link link =
        store::find_link(connection, subject).value_or(Link{.subject = subject, .linked_at = now});
    link.state = LinkState::linked;
    link.issue_id = issue.id;
    link.issue_key = issue.key;
    link.base_status = std::nullopt;
    link.base_voucher = std::nullopt;
    store::put_link(connection, link);
    store::end_attention(connection, wanted.attention, "linked by hand" + by, now);
    store::add_journal(
        connection,
        subject,
        store::JournalKind::person,
        fmt::format("linked by hand to {}{}", issue.key.value, by),
        now
    );
    store::add_hint(
        connection, {.subject = subject, .aspects = all_aspects, .cause = "linked by hand"}, now
    );
    store::wake(connection, subject, now);
}

std::string name_of(const Subject& subject) {
    return (subject.is_order() ? "order " : "project ") + to_text(subject);
}

}  // namespace

Result<std::string>
link_by_hand(store::Database& database, sync::Remotes& remotes, const LinkByHand& wanted) {
    const auto entry = store::read(database, [&](Connection& connection) {
        return store::find_attention(connection, wanted.attention);
    });
    if (!entry) {
        return failure(
            ErrorKind::missing,
            fmt::format(
                "{} is no open entry: `oms-jira attention list` shows them", wanted.attention
            )
        );
    }
    const auto issue =
        remotes.jira([&](jira::Client& client) { return client.issue_by_key(wanted.issue, {}); });
    if (!issue) {
        Error error = issue.error();
        error.says = fmt::format("{}: {}", wanted.issue.value, error.says);
        return Failure{std::move(error)};
    }
    const Instant now = remotes.clock.now();
    std::string taken;
    database.write([&](Connection& connection) {
        const auto other = store::find_link_of_issue(connection, issue->id);
        taken = other && other->subject != entry->subject ? name_of(other->subject) : "";
        if (taken.empty()) let_stand(connection, entry->subject, *issue, wanted, now);
    });
    if (!taken.empty()) {
        return failure(
            ErrorKind::refused, fmt::format("{} stands for {} already", wanted.issue.value, taken)
        );
    }
    return fmt::format("{} now stands for {}", issue->key.value, name_of(entry->subject));
}

}  // namespace oms::app
