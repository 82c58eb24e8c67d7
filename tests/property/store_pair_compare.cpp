#include <algorithm>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "store/journal.hpp"
#include "store/search.hpp"
#include "store/shadow.hpp"
#include "store/sights.hpp"
#include "store/state.hpp"
#include "store/tallies.hpp"
#include "tests/property/store_pair.hpp"

namespace oms::property {

using namespace std::chrono_literals;
using namespace store;

void StorePair::compare_subjects(Connection& connection) {
    for (const Subject& subject : subjects) {
        const auto found = find_subject(connection, subject);
        const std::string key = key_of(subject);
        RC_ASSERT(found.has_value() == model_.subjects.contains(key));
        if (!found) continue;
        const ModelSubject& row = model_.subjects.at(key);
        RC_ASSERT(to_text(found->state) == to_text(row.state));
        RC_ASSERT(found->dirty == (row.dirty | row.taken));
        std::vector<std::string> claims = row.taken_claims;
        claims.insert(claims.end(), row.claims.begin(), row.claims.end());
        RC_ASSERT(found->claims == claims);
        RC_ASSERT(found->generation == row.hints);
        RC_ASSERT(found->done_generation == row.hints_done);
        RC_ASSERT(found->lane == row.lane);
        RC_ASSERT(found->due_at == row.due_at);
        RC_ASSERT(found->hinted_at == row.hinted_at);
        RC_ASSERT(found->attempts == row.attempts);
        RC_ASSERT(found->refusals == row.refusals);
        RC_ASSERT(found->lease_owner == row.owner);
        if (row.state == SubjectState::leased) RC_ASSERT(found->lease_until == row.until);
        // A hint that is not done yet is never forgotten.
        if (row.state == SubjectState::idle) RC_ASSERT(row.hints == row.hints_done);
    }
    const QueueCounts counts = count_queue(connection);
    for (const SubjectState state :
         {SubjectState::leased, SubjectState::waiting, SubjectState::attention})
        RC_ASSERT(counts.in(state) == model_.count(state));
    std::int64_t in_inbox = 0;
    for (const store::InboxRow& row : model_.inbox)
        in_inbox += row.hints;
    RC_ASSERT(counts.in(SubjectState::due) == model_.count(SubjectState::due) + in_inbox);
    if (!model_.inbox.empty()) RC_ASSERT(counts.oldest_hint.value() <= model_.inbox.front().at);
    RC_ASSERT(next_due(connection) == model_.next_due());
    const auto idle = model_.count(SubjectState::idle);
    RC_ASSERT(
        busy_subjects(connection, 100).size() ==
        model_.subjects.size() - static_cast<std::size_t>(idle)
    );
    std::set<std::string> owners;
    for (const auto& [key, row] : model_.subjects) {
        if (row.state == SubjectState::leased) owners.insert(row.owner);
    }
    const auto found = lease_owners(connection);
    RC_ASSERT(std::set<std::string>(found.begin(), found.end()) == owners);
}

void StorePair::compare_records(Connection& connection) {
    std::vector<std::int64_t> open;
    std::map<WriteState, std::int64_t> counts;
    for (const auto& [id, row] : model_.writes) {
        ++counts[row.state];
        if (!row.ended_at) open.push_back(id);
    }
    std::vector<std::int64_t> found;
    for (const RemoteWrite& row : open_writes(connection, 1000))
        found.push_back(row.id);
    RC_ASSERT(found == open);
    RC_ASSERT(count_writes(connection) == counts);
    std::size_t of_subjects = 0;
    for (const Subject& subject : subjects) {
        const auto rows = open_writes_of(connection, subject);
        of_subjects += rows.size();
        for (const RemoteWrite& row : rows)
            RC_ASSERT(model_.writes.at(row.id).subject == key_of(subject));
        for (const RemoteWrite& row : rows)
            RC_ASSERT(!row.ended_at.has_value());
    }
    RC_ASSERT(of_subjects == open.size());

    std::multiset<std::string> raised;
    for (const ModelAttention& entry : model_.attention) {
        if (entry.ended_at) continue;
        raised.insert(
            fmt::format("{} {} {} {}", entry.subject, entry.cause, entry.times, entry.blocking)
        );
    }
    std::multiset<std::string> listed;
    for (const Attention& entry : open_attention(connection)) {
        listed.insert(fmt::format(
            "{} {} {} {}", key_of(entry.subject), entry.cause, entry.times, entry.blocking
        ));
    }
    RC_ASSERT(listed == raised);
    RC_ASSERT(count_attention(connection) == static_cast<std::int64_t>(raised.size()));
    RC_ASSERT(journal_after(connection, 0, 10'000).size() == model_.journal.size());

    for (const Subject& subject : subjects) {
        const auto link = find_link(connection, subject);
        const auto known = model_.links.find(key_of(subject));
        RC_ASSERT(link.has_value() == (known != model_.links.end()));
        if (link) RC_ASSERT(link->issue_id.value == known->second);
        auto texts = comment_links_of(connection, subject);
        std::vector<CommentLink> wanted;
        for (const CommentLink& text : model_.comment_links) {
            if (text.subject == subject) wanted.push_back(text);
        }
        RC_ASSERT(std::ranges::is_permutation(texts, wanted));
    }
}

void StorePair::compare_counts(Connection& connection) {
    std::map<LinkState, std::int64_t> links{
        {LinkState::before, 0}, {LinkState::linked, 0}, {LinkState::orphaned, 0}};
    for (const auto& [key, state] : model_.link_states)
        ++links[state];
    RC_ASSERT(count_links(connection) == links);
    std::map<std::string, std::int64_t> steps;
    for (const auto& [key, step] : model_.would)
        ++steps["[\"" + step + "\"]"];
    std::map<std::string, std::int64_t> counted;
    for (const auto& [kind, count] : would_counts(connection, 100))
        counted[kind] = count;
    RC_ASSERT(counted == steps);
    RC_ASSERT(count_sights(connection) == static_cast<std::int64_t>(model_.customers.size()));
    RC_ASSERT(count_would(connection) == static_cast<std::int64_t>(model_.would.size()));
    RC_ASSERT(count_shadow(connection).owed == static_cast<std::int64_t>(model_.owed.size()));
    RC_ASSERT(tally_differences(connection).empty());

    const auto found = [&](const char* typed) {
        std::set<std::string> keys;
        for (const Spot& spot : spots_found(connection, seek(connection, typed), {}, 2))
            keys.insert(spot.key);
        return keys.size();
    };
    const auto seen = [&](auto is_meant) {
        return std::min<std::size_t>(
            2, static_cast<std::size_t>(std::ranges::count_if(model_.customers, is_meant))
        );
    };
    RC_ASSERT(found("grace") == seen([](const auto& one) { return one.second.starts_with("G"); }));
    RC_ASSERT(found("Ada") == seen([](const auto& one) {
                  return one.second.starts_with("A") || one.second.starts_with("a");
              }));
    RC_ASSERT(found("o'by") == seen([](const auto& one) { return one.second == "Grace O'Byron"; }));
    RC_ASSERT(found("Ólaf adam") == seen([](const auto& one) {
                  return one.second.starts_with("Adam");
              }));
}

void StorePair::compare() {
    for (const bool second : {false, true}) {
        use_second_ = second;
        database().read([&](Connection& connection) {
            compare_subjects(connection);
            compare_records(connection);
            compare_counts(connection);
        });
    }
}

}  // namespace oms::property
